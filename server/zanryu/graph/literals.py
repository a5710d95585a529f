"""What a literal may hold that not every syntax can write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

# XML 1.0, 2.2 Characters: all others but these; surrogates are in no Unicode text.
_NOT_XML: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
NOT_XML: Final = re.compile(f"[{_NOT_XML}]")
# What nobody sees, or what shows a text in another order than it is written in: zero width space, byte
# order mark, embeddings, overrides and isolates (UAX #9). Zero width joiners are spelling, and stay.
UNPRINTABLE: Final = re.compile(rf"[{_NOT_XML}\u200b\u202a-\u202e\u2066-\u2069\ufeff]")


def has_xml(triples: Iterable[Triple]) -> bool:
    """Return whether XML can write all the literals of triples."""
    return not any(isinstance(t.object, Literal) and NOT_XML.search(t.object.value) for t in triples)
