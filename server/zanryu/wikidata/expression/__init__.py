"""Our claims in Wikidata's model, by the alignment in the ontology."""
