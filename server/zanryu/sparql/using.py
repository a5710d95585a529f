"""The dataset of an update, given by the protocol (SPARQL 1.1 Protocol, 2.2.3), written into its text.

The engine takes no such parameters, so each DELETE and INSERT with a WHERE gets USING clauses of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.errors import MalformedRequest
from zanryu.sparql.operations import with_depth

if TYPE_CHECKING:
    from zanryu.sparql.tokens import Token


@dataclass(frozen=True, slots=True)
class Using:
    """The graphs that the patterns of an update are matched in: absolute IRIs. Empty means not given."""

    graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether the request names any."""
        return bool(self.graphs or self.named_graphs)

    @property
    def parameter(self) -> str:
        """The first parameter that gives it, for messages."""
        return "using-graph-uri" if self.graphs else "using-named-graph-uri"

    def clauses(self) -> str:
        """Return it as SPARQL writes it."""
        plain = [f"USING <{iri}>" for iri in self.graphs]
        return " ".join([*plain, *(f"USING NAMED <{iri}>" for iri in self.named_graphs)])


def with_dataset(text: str, using: Using) -> str:
    """Return an update, which has to be well formed, with the dataset in each of its patterns.

    :raises MalformedRequest: if the text has USING or WITH: the two would contradict each other.
    """
    if not using.is_given:
        return text
    pieces, done = [], 0
    tokens = [token for token, depth in with_depth(text) if not depth]
    for before, token in zip([None, *tokens], tokens, strict=False):
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("USING", "WITH"):
            line = text.count("\n", 0, token.start) + 1
            raise MalformedRequest(
                f"The update has {word} in line {line}, and the request has `{using.parameter}`. Give one.",
                parameter=using.parameter,
                line=line,
            )
        if word == "WHERE" and before is not None:
            pieces += [text[done : token.start], _clauses_before_where(text, using, before, token)]
            done = token.start
    return "".join([*pieces, text[done:]])


def _clauses_before_where(text: str, using: Using, before: Token, where: Token) -> str:
    """Return what goes before a WHERE; ``DELETE WHERE { … }`` has its pattern as template, too."""
    if before.kind == "word" and before.text.upper() == "DELETE":
        return f"{_group_after(text, where.end)} {using.clauses()} "
    return f" {using.clauses()} "


def _group_after(text: str, position: int) -> str:
    is_open = False
    for token, depth in with_depth(text, position):
        is_open = is_open or depth > 0
        if is_open and not depth:
            return text[position : token.end]
    return text[position:]
