"""The prologue of a query (SPARQL 1.1 Query, 4.1): the base and the prefixes that its names depend on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.sparql.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zanryu.sparql.tokens import Token

_ESCAPE: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Prologue:
    """The text of the declarations, each prefix with its IRI as written, and the word that follows."""

    text: str
    prefixes: Mapping[str, str]
    next_word: str

    def expand(self, name: str) -> str | None:
        """Return the IRI of a prefixed name, or ``None`` if its prefix is not declared."""
        prefix, _, local = name.partition(":")
        iri = self.prefixes.get(prefix)
        return None if iri is None else iri + _ESCAPE.sub(r"\1", local)


def read_prologue(text: str) -> Prologue:
    """Return the prologue; it ends at the first token that is no declaration."""
    tokens = read_tokens(text)
    prefixes: dict[str, str] = {}
    end = 0
    for token in tokens:
        declared = _read_declaration(token, tokens)
        if declared is None:
            return Prologue(text[:end], prefixes, token.text.upper())
        name, iri = declared
        end = iri.end
        if name:
            prefixes[name.text[:-1]] = iri.text[1:-1]
    return Prologue(text[:end], prefixes, "")


def _read_declaration(first: Token, rest: Iterator[Token]) -> tuple[Token | None, Token] | None:
    keyword = first.text.upper() if first.kind == "word" else ""
    name = next(rest, None) if keyword == "PREFIX" else None
    if keyword not in ("BASE", "PREFIX") or (keyword == "PREFIX" and not _is_prefix(name)):
        return None
    iri = next(rest, None)
    return (name, iri) if iri is not None and iri.kind == "iri" else None


def _is_prefix(name: Token | None) -> bool:
    return name is not None and name.kind == "name" and name.text.index(":") == len(name.text) - 1
