"""Wikidata, both ways: its entities are read, compared with the claims, and claims are handed over to it."""
