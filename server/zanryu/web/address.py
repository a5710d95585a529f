"""Where this server is reached, for answers that have to name it."""

from __future__ import annotations

from zanryu.errors import MalformedRequest


def own_address(public_address: str, host: str, host_url: str) -> str:
    """Return where this server is reached, without a slash at the end.

    ``public_address`` is the setting, ``host`` and ``host_url`` are what a request came to.

    :raises MalformedRequest: if neither the setting nor the request says it.
    """
    if public_address:
        return public_address
    if not host:  # one that can be none is as good as none (RFC 9112, 3.2)
        raise MalformedRequest(
            "The Host header names no host, so the answer cannot say where this server is reached. Send "
            "the name or address that you asked, with its port.",
            parameter="Host",
        )
    return host_url.rstrip("/")
