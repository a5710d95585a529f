r"""Refuse SERVICE (SPARQL 1.1 Federated Query): no query makes this server open a connection.

Oxigraph cannot be told to, so the query is read here first. Its parser works without a lexer, and so takes
more spellings than the grammar's longest-match rule allows; the reader below follows both:

* ``SERVICE:x { … }`` is, to the grammar, the name ``SERVICE:x``; Oxigraph calls ``:x``.
* ``FILTER(?a<?b)SERVICE#>``, with ``:x { … }`` on the next line, holds to the grammar the IRI
  ``<?b)SERVICE#>``; Oxigraph sees a comparison, a keyword and a comment.

So every ``<`` is read both ways, and a name that begins with the word counts where a group follows it. This
can refuse a query without SERVICE that has ``service`` as a prefix right before a brace; the message says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zanryu.errors import Refused
from zanryu.sparql.tokens import Token, read_token, unescape

_SPACE: Final = r"(?:[\x20\t\r\n]|\#[^\r\n]*(?:[\r\n]|$))*"
# SERVICE SILENT? VarOrIri '{' — the target matched loosely, which errs on the side of refusing.
_TARGET: Final = r"(?:<[^>\s]*>|[?$][^\s{}#]+|[^\s{}<>\"'()?$#]*:(?:\\.|[^\s{}<>#\\])*)"
_CLAUSE: Final = re.compile(
    rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?{_TARGET}{_SPACE}\{{", re.IGNORECASE | re.DOTALL
)
_GRAPH_WORDS: Final = {"GRAPH", "FROM", "NAMED"}
_KEYWORD: Final = "SERVICE"


def refuse_service(text: str) -> None:
    """Refuse a query that calls, or may call, another server.

    :raises Refused: naming the line of the clause.
    """
    for reading in {text, unescape(text)}:
        position = find_service(reading)
        if position is not None:
            line = reading.count("\n", 0, position) + 1
            raise Refused(
                f"The query has SERVICE in line {line}; this server calls no other server. Ask the other one "
                "yourself and join the answers, or if `service:` is only your prefix, declare another.",
                line=line,
            )


def find_service(text: str) -> int | None:
    """Return the position of a SERVICE clause, or ``None``; takes time linear in the text."""
    waiting = [_Place(0)]
    seen: set[_Place] = set()
    while waiting:
        place = waiting.pop()
        if place.position >= len(text) or place in seen:
            continue
        seen.add(place)
        token = read_token(text, place.position)
        if _is_service(token, place, text):
            return token.start
        names_graph = place.after_graph if token.kind == "space" else token.text.upper() in _GRAPH_WORDS
        waiting.append(_Place(token.end, names_graph, place.is_certain))
        if token.kind == "iri":
            waiting.append(_Place(token.start + 1, after_graph=False, is_certain=False))  # "less than"
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a token begins, whether GRAPH or FROM is right before it, whether the grammar reads it so."""

    position: int
    after_graph: bool = False
    is_certain: bool = True


def _is_service(token: Token, place: _Place, text: str) -> bool:
    if token.kind == "word" and token.text.upper() == _KEYWORD and place.is_certain:
        return True
    if token.kind == "word":
        # `trueSERVICE`: Oxigraph lets a keyword follow a literal without a space.
        begin = token.end - len(_KEYWORD)
        return token.text.upper().endswith(_KEYWORD) and _CLAUSE.match(text, begin) is not None
    if token.kind == "name" and not place.after_graph:
        prefix = token.text.partition(":")[0]
        begin = token.start + len(prefix) - len(_KEYWORD)
        return prefix.upper().endswith(_KEYWORD) and _CLAUSE.match(text, begin) is not None
    return False
