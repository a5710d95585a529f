"""The rules of HTTP: media types, negotiation, conditional requests, errors, headers.

Knows nothing of the graph.
"""
