"""The release for download, and what machines ask of a server: its description and its health."""
