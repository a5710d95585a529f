"""Search over names in every script, titles, notes and hedges: an index of its own, made from the graph."""
