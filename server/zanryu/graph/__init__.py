"""The knowledge graph: sources, derivation, validation, release. Knows nothing of HTTP."""
