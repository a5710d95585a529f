"""Everything of a kind on one page, the way into it all, and what it is."""
