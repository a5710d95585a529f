"""Things beside one another: what is claimed of each, or what each source says of the same."""
