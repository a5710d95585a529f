"""Wikidata's entities: asked for politely, kept on disk, read from JSON and RDF."""
