"""The reconciliation service: a table's names are matched with the things of the graph."""
