"""A lexer for SPARQL queries (SPARQL 1.1 Query, 19.8): enough to know what a query asks for.

It is no parser: the engine is. It tells words of the language from text inside IRIs, strings, comments, names
and variables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# PN_CHARS_BASE, PN_CHARS_U and PN_CHARS. Python has no names for these sets, so they are spelled out once.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:(?:[{_PART}.:\-]|{_ESCAPED})*(?:[{_PART}:\-]|{_ESCAPED}))?)?"

_TOKEN: Final = re.compile(
    rf"""
    (?P<space>   [\x20\t\r\n]+ | \#[^\r\n]* )
  | (?P<iri>     <[^<>"{{}}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>"{{}}|^`\\\x00-\x20]*)*> )
  | (?P<string>  \"\"\"(?:(?:\"\"|\")?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:''|')?(?:[^'\\]|\\.))*'''
               | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<variable>[?$][{_BASE}_0-9][{_PART}]* )
  | (?P<blank>   _:[{_BASE}_0-9](?:[{_PART}.\-]*[{_PART}\-])? )
  | (?P<name>    (?:[{_BASE}](?:[{_PART}.\-]*[{_PART}\-])?)?:{_LOCAL} )
  | (?P<word>    [{_BASE}_][{_PART}]* )
  | (?P<number>  \d+ )
  | (?P<mark>    \|\| | && | \^\^ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES: Final = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_CHANGING: Final = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}
_BEGINNINGS: Final = _FORMS | _UPDATES
# A prologue as people write it, and the word after it; whatever differs is read token by token.
_PROLOGUE: Final = re.compile(
    r"""(?:\s|\#[^\r\n]*(?=[\r\n])|BASE\s*<[^<>\x00-\x20]*>|PREFIX\s+[\w.-]*:\s*<[^<>\x00-\x20]*>)*+"""
    r"(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\s*?${(])",
    re.IGNORECASE | re.ASCII,
)
_MATTERING: Final = _CHANGING | {"FROM"}
_MAX_CODE_POINT: Final = 0x10FFFF


class Token(NamedTuple):
    """A token: ``kind`` is the name of its group above, ``start`` and ``end`` count characters from 0."""

    kind: str
    text: str
    start: int
    end: int


def read_token(text: str, position: int) -> Token:
    """Return the token at ``position``; every character belongs to one."""
    match = _TOKEN.match(text, position)
    if match is None or match.lastgroup is None:
        raise ValueError(f"no token at {position}")  # `mark` takes any character
    return Token(match.lastgroup, match.group(), position, match.end())


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens without white space and comments; ``<`` begins an IRI wherever one can be read."""
    for match in _TOKEN.finditer(text):  # there is nothing between two of them
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match.group(), match.start(), match.end())


def unescape(text: str) -> str:
    r"""Replace ``\uXXXX`` and ``\UXXXXXXXX`` (SPARQL 1.1 Query, 19.2: before the grammar is applied)."""

    def character(match: re.Match[str]) -> str:
        code = int(match.group(1) or match.group(2), 16)
        return chr(code) if code <= _MAX_CODE_POINT else match.group()

    return _ESCAPE.sub(character, text)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a query asks for, as far as words tell.

    ``form`` is SELECT, ASK, CONSTRUCT, DESCRIBE, ``UPDATE`` or empty; ``names_dataset`` whether it has FROM;
    ``is_repeatable`` whether the same data always gives the same answer.
    """

    form: str
    names_dataset: bool
    is_repeatable: bool


def outline(text: str) -> Outline:
    """Return the outline of a query."""
    words = (token.text.upper() for token in read_tokens(text) if token.kind == "word")
    # What is nowhere in the text is no word of it: most queries need not be read to their end.
    upper = text.upper()
    found = list(words) if any(word in upper for word in _MATTERING) else []
    beginning = _PROLOGUE.match(text)
    if beginning:
        first = beginning["form"].upper()
    else:
        first = next((word for word in found or words if word in _BEGINNINGS), "")
    return Outline(
        form="UPDATE" if first in _UPDATES else first,
        names_dataset="FROM" in found,
        is_repeatable=_CHANGING.isdisjoint(found),
    )
