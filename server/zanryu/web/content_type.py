"""The Content-Type of what is sent here (RFC 9110, 8.3): its media type, its charset. Values only."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Final

from zanryu.errors import UnsupportedMediaType

_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?(?P<charset>[^\";\s]+)", re.IGNORECASE)


def without_signature(text: bytes) -> bytes:
    """Return a text in UTF-8 without the byte order mark that it may begin with (RFC 3629, 6)."""
    return text.removeprefix(BOM_UTF8)


def media_type_of(content_type: str) -> str:
    """Return the media type, in lower case and without parameters; empty if there is none."""
    return content_type.partition(";")[0].strip().lower()


def require_utf_8(content_type: str) -> None:
    """Refuse another charset than UTF-8.

    :raises UnsupportedMediaType: naming it.
    """
    charset = _CHARSET.search(content_type)
    if charset and charset["charset"].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"The body is in {charset['charset']}. Send UTF-8.", parameter="charset")
