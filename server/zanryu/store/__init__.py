"""Where quads live: the engines and their making. Knows nothing of HTTP."""
