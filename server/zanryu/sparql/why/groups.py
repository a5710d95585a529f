"""Group graph patterns (SPARQL 1.2 Query, 19.8, rules 55 to 80): where triples are matched, and where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.sparql.why.patterns import Gap

if TYPE_CHECKING:
    from zanryu.sparql.why.cursor import Cursor
    from zanryu.sparql.why.patterns import Patterns

_NESTED: Final = ("OPTIONAL", "LATERAL")
_CONDITIONS: Final = ("MINUS", "FILTER", "BIND", "VALUES", "SERVICE")


@dataclass(frozen=True, slots=True)
class Groups:
    """Reads groups at a cursor into ``patterns``."""

    cursor: Cursor
    patterns: Patterns

    def group(self) -> None:
        """Take ``{ … }``."""
        if self.cursor.word(1) == "SELECT":
            self.patterns.gaps.append(Gap("subquery", self.cursor.bracket()))
            return
        self.cursor.expect("{")
        while not self.cursor.take("}"):
            self._part()

    def _part(self) -> None:
        cursor, word = self.cursor, self.cursor.word()
        if word in (".", "UNION"):
            cursor.next()
        elif word == "{":
            self.group()
        elif word in _NESTED:
            cursor.next()
            self.group()
        elif word == "GRAPH":
            cursor.next()
            cursor.next()
            self.group()
        elif word in _CONDITIONS:
            self._condition(word)
        else:
            self.patterns.same_subject()

    def _condition(self, word: str) -> None:
        """Take what restricts or computes, and note what of it rests on triples."""
        cursor, start = self.cursor, self.cursor.start
        cursor.next()
        is_absence = cursor.take("NOT") or word == "MINUS"
        cursor.take("EXISTS")
        while cursor.word() not in ("(", "{"):
            cursor.next()  # the name of a function, a variable of VALUES, SILENT and the address of a service
        inside = cursor.bracket()
        if word == "VALUES" and inside.startswith("("):
            cursor.bracket()
        text = " ".join(cursor.text[start : cursor.end].split())
        kind = _kind(word, inside, is_absence=is_absence)
        if kind:
            self.patterns.gaps.append(Gap(kind, text))


def _kind(word: str, inside: str, *, is_absence: bool) -> str:
    """Return why no triple answers for a condition; empty where none needs to."""
    if is_absence:
        return "absence"
    if word == "SERVICE":
        return "service"
    is_pattern = word == "FILTER" and inside.startswith("{")
    return "exists" if is_pattern or "EXISTS" in inside.upper() else ""
