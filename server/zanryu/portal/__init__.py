"""Pages for people and linked data for programs: each IRI of the dataset answers under this server's address."""
