"""Looking for a clause in a text that is read in two ways: by the grammar's longest match, and by Oxigraph.

Oxigraph's parser works without a lexer, and so takes more spellings than the grammar allows:
``FILTER(?a<?b)SERVICE#>``, with ``:x { … }`` on the next line, holds to the grammar the IRI
``<?b)SERVICE#>``; Oxigraph sees a comparison, a keyword and a comment. So every ``<`` is read both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.sparql.tokens import Token, read_token

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token begins, which word or mark is right before it, and whether the grammar reads it so.

    ``depth`` is the number of open braces; it is not counted (0) where the grammar reads otherwise.
    """

    position: int
    before: str = ""
    is_certain: bool = True
    depth: int = 0


def find(text: str, is_wanted: Callable[[Token, Place, str], bool]) -> int | None:
    """Return the position of a token that is wanted in some reading, or ``None``; takes linear time."""
    waiting = [Place(0)]
    seen: set[Place] = set()
    while waiting:
        place = waiting.pop()
        if place.position >= len(text) or place in seen:
            continue
        seen.add(place)
        token = read_token(text, place.position)
        if is_wanted(token, place, text):
            return token.start
        before = place.before if token.kind == "space" else _short(token)
        depth = place.depth + (token.text == "{") - (token.text == "}") if place.is_certain else 0
        waiting.append(Place(token.end, before, place.is_certain, depth))
        if token.kind == "iri":
            waiting.append(Place(token.start + 1, "<", is_certain=False))  # "less than"
    return None


def _short(token: Token) -> str:
    """Return what later tokens need to know of one: few values, so that two readings soon fall together."""
    return token.text.upper() if token.kind in ("word", "mark") else token.kind
