"""What things are called, in which spellings, and where on this server each of them has its page."""
