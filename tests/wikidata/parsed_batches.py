"""Batches read by a grammar of their own: what a tool makes of the lines, as values of the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, Tree

from zanryu.wikidata.model import (
    GREGORIAN,
    JULIAN,
    Coordinates,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Rank,
    Reference,
    Snak,
    Statement,
    Text,
    Time,
    Unknown,
)

_RANKS = {"R+": Rank.PREFERRED, "R0": Rank.NORMAL, "R-": Rank.DEPRECATED}


@dataclass
class Parsed:
    """What a batch says: statements by subject (``LAST 1`` is the first new item), terms, and numbers."""

    statements: dict[str, list[Statement]] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    created: int = 0
    removals: int = 0


def parse(text: str) -> Parsed:
    """Read a batch, whose last line may lack its end.

    :raises lark.exceptions.UnexpectedInput: where it is none.
    """
    tree = _grammar().parse(text if text.endswith("\n") or not text else f"{text}\n")
    parsed = Parsed()
    for command in tree.children:
        if isinstance(command, Tree):
            _read(command, parsed)
    return parsed


@cache
def _grammar() -> Lark:
    grammar = Path(__file__).with_name("batch_grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False, transformer=_Values())


def _read(command: Tree[Any], parsed: Parsed) -> None:
    parts: list[Any] = [
        part for part in command.children if not (isinstance(part, Token) and part.type in ("TAB", "APART"))
    ]
    if command.data == "create":
        parsed.created += 1
    elif command.data == "removal":
        parsed.removals += 1
    elif command.data == "term":
        subject, term, text = parts
        parsed.terms.append((_name(subject, parsed), str(term), text[1:-1]))
    else:
        subject, property_id, value, *rest = parts
        said = _statement(str(property_id), value, rest)
        is_apart = any(isinstance(part, Token) and part.type == "APART" for part in command.children)
        _put(parsed.statements.setdefault(_name(subject, parsed), []), said, is_apart=is_apart)


def _name(subject: str, parsed: Parsed) -> str:
    return f"LAST {parsed.created}" if subject == "LAST" else subject


def _statement(property_id: str, value: Any, rest: list[Any]) -> Statement:
    rank = next((_RANKS[part] for part in rest if isinstance(part, Token)), Rank.NORMAL)
    qualifiers = [snak for kind, snak in _kinds(rest) if kind == "qualifier"]
    blocks: list[list[Snak]] = []
    for kind, found in _kinds(rest):
        if kind == "further" or (kind == "source" and not blocks):
            blocks.append([])
        if kind != "qualifier":
            blocks[-1].append(found)
    references = tuple(Reference(tuple(block)) for block in blocks)
    return Statement(property_id, value, rank, tuple(qualifiers), references)


def _kinds(rest: list[Any]) -> list[tuple[str, Any]]:
    return [part for part in rest if isinstance(part, tuple)]


def _put(statements: list[Statement], said: Statement, *, is_apart: bool) -> None:
    """Add a statement; on the one with its value, as the tools do, unless it is to be apart."""
    last = statements[-1] if statements else None
    if last and not is_apart and replace(last, references=()) == replace(said, references=()):
        statements[-1] = replace(last, references=(*last.references, *said.references))
    else:
        statements.append(said)


class _Values(Transformer[Token, Any]):
    """Makes values of their text."""

    def subject(self, parts: list[Token]) -> str:
        return str(parts[0])

    def item(self, parts: list[Token]) -> Item:
        return Item(str(parts[0]))

    def unknown(self, parts: list[Token]) -> Unknown:
        return Unknown()

    def nothing(self, parts: list[Token]) -> Nothing:
        return Nothing()

    def text(self, parts: list[Token]) -> Text:
        return Text(parts[0][1:-1])

    def monolingual(self, parts: list[Token]) -> Monolingual:
        language, _, text = parts[0].partition(":")
        return Monolingual(text[1:-1], language)

    def time(self, parts: list[Token]) -> Time:
        text, precision, *julian = parts[0].split("/")
        return Time(text, int(precision), JULIAN if julian else GREGORIAN)

    def quantity(self, parts: list[Token]) -> Quantity:
        number, _, unit = parts[0].partition("U")
        amount, _, bounds = number.partition("[")
        lower, _, upper = bounds.rstrip("]").partition(",")
        return Quantity(amount, f"Q{unit}" if unit else "1", lower, upper)

    def point(self, parts: list[Token]) -> Coordinates:
        latitude, longitude = parts[0][1:].split("/")
        return Coordinates(float(latitude), float(longitude))

    def qualifier(self, parts: list[Any]) -> tuple[str, Snak]:
        return "qualifier", Snak(str(parts[0]), parts[2])

    def source(self, parts: list[Any]) -> tuple[str, Snak]:
        return "source", Snak(f"P{parts[0][1:]}", parts[2])

    def further(self, parts: list[Any]) -> tuple[str, Snak]:
        return "further", Snak(f"P{parts[0][2:]}", parts[2])
