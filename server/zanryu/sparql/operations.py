"""The operations of an update request (SPARQL 1.1 Update, 3), apart from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.errors import Refused
from zanryu.sparql.complexity import MAX_DEPTH, refuse_complex
from zanryu.sparql.tokens import read_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.sparql.tokens import Token


def with_depth(text: str, position: int = 0) -> Iterator[tuple[Token, int]]:
    """Yield the tokens from a position on, each with the number of brackets that are open after it."""
    depth = 0
    while position < len(text):
        token = read_token(text, position)
        position = token.end
        if token.kind == "mark":
            depth += (token.text in "{[(") - (token.text in "}])")
        if token.kind != "space":
            yield token, depth


def refuse_complex_update(text: str) -> None:
    """Refuse an update with an operation that the engine's parser cannot hold; there may be many operations.

    :raises Refused: with the limit that it passes.
    """
    begin, is_data = 0, False
    for token, depth in with_depth(text):
        if depth > MAX_DEPTH:
            raise Refused(f"The update is nested deeper than {MAX_DEPTH} brackets.")
        if depth:
            continue
        if token.text == ";":
            _refuse_operation(text[begin : token.end], is_data=is_data)
            begin, is_data = token.end, False
        is_data = is_data or (token.kind == "word" and token.text.upper() == "DATA")
    _refuse_operation(text[begin:], is_data=is_data)


def _refuse_operation(text: str, *, is_data: bool) -> None:
    if not is_data:  # data are no patterns: they nest nothing in the parser
        refuse_complex(text)
