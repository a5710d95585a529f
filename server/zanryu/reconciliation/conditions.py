"""What else is known of somebody: whether claims about a thing confirm it, contradict it, or say nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from zanryu.reconciliation.forms import forms_of
from zanryu.reconciliation.indexing import span_of
from zanryu.reconciliation.names import DATE, GROUPS, SOURCE, short
from zanryu.reconciliation.questions import Quantifier
from zanryu.reconciliation.similarity import compare
from zanryu.reconciliation.spelling import readings_of

if TYPE_CHECKING:
    import sqlite3

    from zanryu.graph.edtf import Bounds
    from zanryu.reconciliation.questions import Condition
    from zanryu.reconciliation.spelling import Spelling
    from zanryu.reconciliation.time_limit import TimeLimit

CONFIRMS: Final = 100.0
CONTRADICTS: Final = 0.0
_SAME: Final = 90.0
_RELATED: Final = 70.0  # a lieutenant may be a first lieutenant: neither for nor against
_HIGHEST: Final = 8
_TIME_OF_DAY: Final = re.compile(r"(?<=\d\d)T.*")  # OpenRefine has no dates without one
_CLAIMED: Final = (
    "SELECT value, earliest, latest FROM claimed WHERE thing = ? AND property IN ({}) ORDER BY value"
)
_DATED: Final = """SELECT value, earliest, latest FROM claimed
WHERE thing = ? AND (earliest IS NOT NULL OR latest IS NOT NULL)"""
_THING: Final = "SELECT thing FROM things WHERE iri = ?"
_IRI: Final = "SELECT iri FROM things WHERE thing = ?"
_WHOLES: Final = "SELECT whole FROM broader WHERE thing = ?"
# Sources are many, and dates more: that we have none that fits says nothing against a person.
_NEVER_CONTRADICTS: Final = (SOURCE, DATE)
_Claimed: TypeAlias = tuple[str, str | None, str | None]


class Conditions:
    """Checks conditions for candidates of a batch, by the index ``database``; the same names come often.

    What is asked for each batch costs more than all else, so ``limit`` is looked at here.
    """

    def __init__(self, database: sqlite3.Connection, limit: TimeLimit) -> None:
        self._database = database
        self._limit = limit
        self._known: dict[tuple[str, str], bool | None] = {}
        self._called: dict[int, list[str]] = {}
        self._spelled: dict[str, list[Spelling]] = {}

    def check(self, thing: int, condition: Condition) -> float | None:
        """Return ``CONFIRMS`` or ``CONTRADICTS``; ``None`` if nothing is known.

        A date fits what overlaps it. A rank, unit or place fits by its IRI or one of its names, and so does
        what it is a part of.
        """
        self._limit.require()
        claimed = self._claimed(thing, condition.property)
        fitting = [self._fits_any(value, claimed) for value in condition.values]
        if not fitting or None in fitting and True not in fitting:
            return None
        if condition.quantifier is Quantifier.NONE:
            return CONTRADICTS if True in fitting else CONFIRMS
        is_met = False not in fitting if condition.quantifier is Quantifier.ALL else True in fitting
        if is_met:
            return CONFIRMS
        return None if condition.property in _NEVER_CONTRADICTS else CONTRADICTS

    def _fits_any(self, wanted: str, claimed: list[_Claimed]) -> bool | None:
        """Return whether something that is claimed fits; ``None`` if it cannot be told."""
        fitting = {self._fits(wanted, one) for one in claimed}
        return True if True in fitting else None if None in fitting or not fitting else False

    def _claimed(self, thing: int, name: str) -> list[_Claimed]:
        if name == DATE:
            return self._database.execute(_DATED, (thing,)).fetchall()
        names = [short(iri) for iri in GROUPS.get(name, ())] or [name]
        return self._database.execute(
            _CLAIMED.format(", ".join("?" * len(names))), (thing, *names)
        ).fetchall()

    def _fits(self, wanted: str, claimed: _Claimed) -> bool | None:
        value, earliest, latest = claimed
        if value == wanted:
            return True
        if earliest or latest:
            span = span_of(_TIME_OF_DAY.sub("", wanted))
            if span is not None:
                return _overlap(span, earliest, latest)
            if span_of(value):
                return None  # a date is claimed, and something else is asked
        known = (wanted, value)
        if known not in self._known:
            self._known[known] = self._is_called(wanted, value)
        return self._known[known]

    def _is_called(self, wanted: str, value: str) -> bool | None:
        """Return whether a value, or what it is a part of, is or is called what is wanted."""
        self._limit.require()
        row = self._database.execute(_THING, (value,)).fetchone()
        if row is None:
            return _judge(self._likeness(wanted, [value]))
        waiting, seen = [int(row[0])], set[int]()
        best = 0.0
        while waiting and len(seen) < _HIGHEST:
            thing = waiting.pop(0)
            best = max(best, self._likeness_to(wanted, thing))
            seen.add(thing)
            waiting += [whole for (whole,) in self._database.execute(_WHOLES, (thing,)) if whole not in seen]
        return _judge(best)

    def _likeness_to(self, wanted: str, thing: int) -> float:
        if self._database.execute(_IRI, (thing,)).fetchone() == (wanted,):
            return 100.0
        return self._likeness(wanted, self._names(thing))

    def _likeness(self, wanted: str, names: list[str]) -> float:
        """Return how much a name is alike to the nearest of some, with and without what is in brackets."""
        forms = [form for name in names for form in self._spellings(name)]
        return max(
            (compare(one, form).score for one in self._spellings(wanted) for form in forms), default=0.0
        )

    def _names(self, thing: int) -> list[str]:
        if thing not in self._called:
            self._called[thing] = [form.spelling.text for form in forms_of(self._database, thing)]
        return self._called[thing]

    def _spellings(self, name: str) -> list[Spelling]:
        if name not in self._spelled:
            self._spelled[name] = [one for _, spellings in readings_of(name) for one in spellings]
        return self._spelled[name]


def _judge(likeness: float) -> bool | None:
    return True if likeness >= _SAME else None if likeness >= _RELATED else False


def _overlap(span: Bounds, earliest: str | None, latest: str | None) -> bool:
    """Return whether a span and ISO dates have a day in common."""
    begins_before = span.earliest is None or latest is None or span.earliest.isoformat() <= latest
    return begins_before and (span.latest is None or earliest is None or span.latest.isoformat() >= earliest)
