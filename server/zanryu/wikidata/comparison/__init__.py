"""Whether two statements say the same, and what each has that the other lacks."""
