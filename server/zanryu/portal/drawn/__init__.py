"""What the views that draw the graph share: their queries, the rows of these, and the ways to have them."""
