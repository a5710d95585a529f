"""The SPARQL 1.1 Protocol over the store: parsing, negotiation, evaluation, results, pages."""
