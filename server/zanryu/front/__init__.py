"""The server in front of Flask: cache, compression, bodies, clients that leave, the access log."""
