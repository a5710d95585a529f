"""Validation as a service: RDF in, a SHACL report out."""
