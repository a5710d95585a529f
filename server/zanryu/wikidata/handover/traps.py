"""The validator of batches: it reads what is to be handed over as QuickStatements would, and names each trap.

It knows nothing of how the lines were made, so it finds what the writer overlooked. Only what adds something
passes: a batch of ours takes nothing away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE
from zanryu.wikidata.handover.line_values import LANGUAGE, MAX_TERM, Trap, traps_of_text, traps_of_value
from zanryu.wikidata.handover.quickstatements import CREATE, LAST
from zanryu.wikidata.handover.written_values import NOVALUE, SOMEVALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAB: Final = "\t"
_SUBJECT: Final = re.compile(r"(?P<apart>\+?)(?P<subject>Q[1-9]\d*|LAST)\Z")
_PROPERTY: Final = re.compile(r"P[1-9]\d*\Z")
_TERM: Final = re.compile(r"(?P<kind>[LDA])(?P<language>.*)\Z")
_PART: Final = re.compile(r"(?P<next>!?)(?P<kind>[PS])(?P<number>[1-9]\d*)\Z")
_RANK: Final = re.compile(r"R[+0-]\Z")
_REMOVES: Final = re.compile(r"-|REMOVE_|MERGE|SWITCH_|DELETE", re.IGNORECASE)
_COMMENT: Final = re.compile(r"/\*|\*/")
# Besides TAB: what ends a line for one program or another, and what Wikibase refuses.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_LATIN: Final = re.compile(r"[\u0000-\u02ff\u1e00-\u1eff\u2000-\u206f]*\Z")
_STATED_IN, _URL, _RETRIEVED = "S248", "S854", "S813"


@dataclass(frozen=True, slots=True)
class Finding:
    """A trap in a line. ``line`` counts from 1; ``at`` is the field in question."""

    line: int
    trap: Trap
    at: str = ""


@dataclass(slots=True)
class _Reading:
    """What the lines so far leave behind."""

    is_created: bool = False
    subject: str = ""
    done: set[str] = field(default_factory=set)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Validator:
    """Reads batches. ``datatypes`` has Wikibase's name of the datatype of each property that may occur."""

    datatypes: Mapping[str, str]
    v3: bool = False

    def check(self, text: str) -> list[Finding]:
        """Return all findings, by line; lines end with LF alone."""
        reading = _Reading()
        return [
            Finding(number, trap, at)
            for number, line in enumerate(text.removesuffix("\n").split("\n"), 1)
            for trap, at in self._line(line, reading)
        ]

    def _line(self, line: str, reading: _Reading) -> Iterator[tuple[Trap, str]]:
        if line == CREATE:
            reading.is_created = True
            yield from _subject(f"{CREATE} {len(reading.done)}", reading)
            return
        for trap, pattern in ((Trap.CONTROL, _CONTROL), (Trap.COMMENT, _COMMENT)):
            if pattern.search(line):
                yield trap, line
        if "|" in line:
            yield Trap.SEPARATOR, line
        if line in reading.seen:
            yield Trap.TWICE, line
        reading.seen.add(line)
        yield from self._command(line.split(_TAB), reading)

    def _command(self, fields: list[str], reading: _Reading) -> Iterator[tuple[Trap, str]]:
        subject = _SUBJECT.match(fields[0])
        if _REMOVES.match(fields[0]):
            yield Trap.REMOVES, fields[0]
            return
        if not subject or len(fields) < 3:
            yield Trap.NOT_A_COMMAND, fields[0]
            return
        if subject["apart"] and not self.v3:
            yield Trap.NEEDS_V3, fields[0]
        if subject["subject"] != LAST:
            yield from _subject(subject["subject"], reading)
        elif not reading.is_created:
            yield Trap.NO_CREATE, LAST
        if _PROPERTY.match(fields[1]):
            yield from self._statement(subject["subject"], fields)
        elif term := _TERM.match(fields[1]):
            yield from _term(term, fields, reading)
        else:
            yield Trap.NOT_A_COMMAND, fields[1]

    def _statement(self, subject: str, fields: list[str]) -> Iterator[tuple[Trap, str]]:
        yield from self._value(fields[1], fields[2])
        rest = fields[3:]
        if rest and _RANK.match(rest[0]):
            if not self.v3:
                yield Trap.NEEDS_V3, rest[0]
            rest = rest[1:]
        if len(rest) % 2:
            yield Trap.ODD_FIELDS, rest[-1]
        pairs = list(zip(rest[::2], rest[1::2], strict=False))
        for name, value in pairs:
            yield from self._part(name, value)
        if subject == LAST:
            yield from _in_new(fields[2:])
        yield from _references(pairs)

    def _part(self, name: str, value: str) -> Iterator[tuple[Trap, str]]:
        part = _PART.match(name)
        if not part or (part["next"] and part["kind"] == "P"):
            yield Trap.ODD_FIELDS, name
            return
        if part["next"] and not self.v3:
            yield Trap.NEEDS_V3, name
        yield from self._value(f"P{part['number']}", value)

    def _value(self, property_id: str, value: str) -> Iterator[tuple[Trap, str]]:
        for trap in traps_of_value(value, self.datatypes.get(property_id, "")):
            yield trap, property_id if trap is Trap.UNKNOWN_DATATYPE else value


def _subject(name: str, reading: _Reading) -> Iterator[tuple[Trap, str]]:
    if name == reading.subject:
        return
    if name in reading.done:
        yield Trap.SCATTERED, name
    reading.is_created = name.startswith(CREATE)
    reading.subject = name
    reading.done.add(name)


def _term(term: re.Match[str], fields: list[str], reading: _Reading) -> Iterator[tuple[Trap, str]]:
    kind, language, text = term["kind"], term["language"], fields[2]
    if len(fields) > 3 or not text.startswith('"'):
        yield Trap.ODD_FIELDS, fields[-1]
        return
    for trap in traps_of_text(text, MAX_TERM):
        yield trap, text
    if not LANGUAGE.match(language):
        yield Trap.LANGUAGE, fields[1]
    if language == "mul" and not _LATIN.match(text):
        yield Trap.MUL, text
    yield from _label_and_description(kind, (reading.subject, language), text, reading)


def _label_and_description(
    kind: str, key: tuple[str, str], text: str, reading: _Reading
) -> Iterator[tuple[Trap, str]]:
    if kind == "D":
        if key in reading.labels:
            yield Trap.LABEL_FIRST, text
        reading.descriptions[key] = text
    if kind == "L":
        reading.labels[key] = text
    if kind in "DL" and reading.labels.get(key) == reading.descriptions.get(key):
        yield Trap.SAME_AS_LABEL, text


def _in_new(fields: list[str]) -> Iterator[tuple[Trap, str]]:
    for value in fields:
        if value in (SOMEVALUE, NOVALUE):
            yield Trap.UNKNOWN_IN_NEW, value
        if value == LAST:
            yield Trap.LINK_TO_NEW, value


def _references(pairs: list[tuple[str, str]]) -> Iterator[tuple[Trap, str]]:
    blocks: list[dict[str, str]] = []
    for name, value in pairs:
        if name.startswith("!") or (name.startswith("S") and not blocks):
            blocks.append({})
        if name.lstrip("!").startswith("S"):
            blocks[-1].setdefault(name.lstrip("!"), value)
    if not blocks:
        yield Trap.NO_REFERENCE, ""
    for block in blocks:
        yield from _reference(block)


def _reference(block: dict[str, str]) -> Iterator[tuple[Trap, str]]:
    told = " ".join(block)
    if _STATED_IN not in block and _URL not in block:
        yield Trap.NOT_A_SOURCE, told
    if _URL in block and _RETRIEVED not in block:
        yield Trap.NOT_RETRIEVED, block[_URL]
    if _STATED_IN not in block and block.get(_URL, "").startswith(f'"{BASE}'):
        yield Trap.OWN_PAGE, block[_URL]
