"""What was changed, when, by whom and why: one file a version, and what can be told from them."""
