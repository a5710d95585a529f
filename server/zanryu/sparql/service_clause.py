r"""Refuse SERVICE (SPARQL 1.1 Federated Query): no query makes this server open a connection.

Oxigraph cannot be told to, so the query is read here first, in each way that either parser may read it (see
:mod:`zanryu.sparql.readings`). ``SERVICE:x { … }`` is, to the grammar, the name ``SERVICE:x``; Oxigraph calls
``:x``. So a name that begins with the word counts where a group follows it. This can refuse a query without
SERVICE that has ``service`` as a prefix right before a brace; the message says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.readings import find
from zanryu.sparql.tokens import unescape

if TYPE_CHECKING:
    from zanryu.sparql.readings import Place
    from zanryu.sparql.tokens import Token

_SPACE: Final = r"(?:[\x20\t\r\n]|\#[^\r\n]*(?:[\r\n]|$))*"
# SERVICE SILENT? VarOrIri '{' — the target matched loosely, which errs on the side of refusing.
_TARGET: Final = r"(?:<[^>\s]*>|[?$][^\s{}#]+|[^\s{}<>\"'()?$#]*:(?:\\.|[^\s{}<>#\\])*)"
_CLAUSE: Final = re.compile(
    rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?{_TARGET}{_SPACE}\{{", re.IGNORECASE | re.DOTALL
)
_GRAPH_WORDS: Final = {"GRAPH", "FROM", "NAMED"}
_KEYWORD: Final = "SERVICE"


def refuse_service(text: str, kind: str = "query") -> None:
    """Refuse a query (or an update: ``kind`` names it) that calls, or may call, another server.

    :raises Refused: naming the line of the clause.
    """
    line = service_line(text)
    if line is not None:
        raise Refused(
            f"The {kind} has SERVICE in line {line}; this server calls no other server. Ask the other "
            "one yourself and join the answers, or if `service:` is only your prefix, declare another.",
            line=line,
        )


def service_line(text: str) -> int | None:
    """Return the line (from 1) of a SERVICE clause in some reading, or ``None``."""
    for reading in {text, unescape(text)}:
        if _KEYWORD not in reading.upper():
            continue  # no token of it can be one: most queries end here, hundreds of times faster
        position = find_service(reading)
        if position is not None:
            return reading.count("\n", 0, position) + 1
    return None


def find_service(text: str) -> int | None:
    """Return the position of a SERVICE clause, or ``None``; takes time linear in the text."""
    return find(text, _is_service)


def _is_service(token: Token, place: Place, text: str) -> bool:
    if token.kind == "word" and token.text.upper() == _KEYWORD and place.is_certain:
        return True
    if token.kind == "word":
        # `trueSERVICE`: Oxigraph lets a keyword follow a literal without a space.
        begin = token.end - len(_KEYWORD)
        return token.text.upper().endswith(_KEYWORD) and _CLAUSE.match(text, begin) is not None
    if token.kind == "name" and place.before not in _GRAPH_WORDS:
        prefix = token.text.partition(":")[0]
        begin = token.start + len(prefix) - len(_KEYWORD)
        return prefix.upper().endswith(_KEYWORD) and _CLAUSE.match(text, begin) is not None
    return False
