"""Pages of the kinds of problems, whose IRIs problem documents have as ``type`` (RFC 9457, 3.1.1)."""
