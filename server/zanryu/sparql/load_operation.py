"""LOAD (SPARQL 1.1 Update, 3.1.4): never carried out, whatever it names.

A server that fetches what a stranger asks for is a way in. ``LOAD SILENT`` may fail without a word, and so it
is taken out of an update that is carried out otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.readings import find
from zanryu.sparql.tokens import read_tokens, unescape

if TYPE_CHECKING:
    from zanryu.sparql.readings import Place
    from zanryu.sparql.tokens import Token

_KEYWORD: Final = "LOAD"
_NOTHING: Final = "INSERT DATA {}"
_SPACE: Final = r"(?:[\x20\t\r\n]|\#[^\r\n]*(?:[\r\n]|$))*"
_TARGET: Final = r"(?:<[^>\s]*>|[^\s{}<>\"'()?$#;]*:(?:\\.|[^\s{}<>#\\;])*)"
_OPERATION: Final = re.compile(
    rf"LOAD{_SPACE}(?:SILENT{_SPACE})?{_TARGET}{_SPACE}(?:INTO|;|$)", re.IGNORECASE | re.DOTALL
)
# What an operation can follow: nothing, the one before it, a prologue.
_BEGINNINGS: Final = {"", ";", "iri", "string"}
_SILENT_FORM: Final = ("LOAD", "SILENT", "*", "INTO", "GRAPH", "*")
_SHORTEST: Final = 3


def refuse_load(text: str) -> None:
    """Refuse an update that loads, or may load, a document.

    :raises Refused: naming the line.
    """
    for reading in {text, unescape(text)}:
        position = find(reading, _is_load) if _KEYWORD in reading.upper() else None
        if position is not None:
            line = reading.count("\n", 0, position) + 1
            raise Refused(
                f"The update has LOAD in line {line}; this server fetches nothing. Fetch the document "
                "yourself and send it to the graph store or as INSERT DATA, or if `load:` is only your "
                "prefix, declare another.",
                line=line,
            )


def _is_load(token: Token, place: Place, text: str) -> bool:
    if token.kind not in ("word", "name") or not token.text.upper().startswith(_KEYWORD):
        return False
    if len(token.text) == len(_KEYWORD) and place.is_certain:
        return True
    # `LOAD:x` and `LOADSILENT<x>`, which are a name and a word to the grammar, and operations to Oxigraph.
    begins = place.before in _BEGINNINGS and not place.depth
    return begins and _OPERATION.match(text, token.start) is not None


def without_silent_loads(text: str) -> str:
    """Return an update with nothing in the place of each ``LOAD SILENT``."""
    if _KEYWORD not in text.upper():
        return text
    tokens = list(read_tokens(text))
    pieces, done, number = [], 0, 0
    while number < len(tokens):
        length = _length_of_silent_load(tokens[number : number + len(_SILENT_FORM)])
        if length:
            pieces += [text[done : tokens[number].start], _NOTHING]
            done = tokens[number + length - 1].end
        number += length or 1
    return "".join([*pieces, text[done:]])


def _length_of_silent_load(tokens: list[Token]) -> int:
    """Return how many of the tokens are one ``LOAD SILENT iri (INTO GRAPH iri)?``; 0 if they are none."""
    matching = 0
    for token, form in zip(tokens, _SILENT_FORM, strict=False):
        is_iri = form == "*" and token.kind in ("iri", "name")
        if not (is_iri or (token.kind == "word" and token.text.upper() == form)):
            break
        matching += 1
    return matching if matching in (_SHORTEST, len(_SILENT_FORM)) else 0
