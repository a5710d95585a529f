"""Pages for people and linked data for programs: the IRIs of the dataset, answered by this server."""
