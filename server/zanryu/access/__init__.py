"""Who may write: the tokens of editors, the file that holds them, and the guard of what changes the graph."""
