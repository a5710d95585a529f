"""SPARQL 1.1 Federated Query for the origins that the operator lists: from texts to texts, no connections."""
