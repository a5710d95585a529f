"""Matching names with the things of the graph: what a reconciliation service answers, whatever its version.

Reference: the scoring of a service for names in several scripts, as DESIGN.md tells it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.labels import best
from zanryu.reconciliation.conditions import CONFIRMS, Conditions
from zanryu.reconciliation.forms import Form, find_forms, forms_of
from zanryu.reconciliation.indexing import FORMAT
from zanryu.reconciliation.names import PERSON, short
from zanryu.reconciliation.questions import Candidate, Query
from zanryu.reconciliation.scoring import LEAD, LEAST, NameScore, Scored, best_names, compared
from zanryu.reconciliation.similarity import Likeness
from zanryu.reconciliation.spelling import readings_of
from zanryu.reconciliation.suggesting import Suggester
from zanryu.reconciliation.time_limit import TimeLimit
from zanryu.store.departure import stopped_by_departure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from zanryu.reconciliation.questions import Suggestion

Kind = Literal["entity", "type", "property"]
# The features that a score is made of, besides ``property:NAME``.
FEATURES: Final = (
    "name_similarity",  # 0 to 100, before the kind of name is weighed
    "name_weight",  # 0 to 100: what a name of this kind counts for
    "name_exact",  # the same letters
    "kanji_exact",  # the same kanji, old and new forms being the same
    "is_preferred_name",
    "is_denied_name",  # every claim of this name is denied or deprecated
    "identifier",  # what was asked is an identifier of it
)
MOST: Final = 100
_AT_LEAST: Final = 10  # candidates that are looked at, however few are wanted: the second decides, too
_CHECKED: Final = 30  # candidates whose claims are looked at
_THING: Final = "SELECT iri, types, labels, described FROM things WHERE thing = ?"
_NAMED: Final = """SELECT thing, types FROM things WHERE iri = ?1
UNION SELECT things.thing, types FROM identifiers JOIN things ON things.thing = identifiers.thing
WHERE identifier = ?1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The bits of types, of which a thing has to have all, or one; ``is_known``: there are such."""

    bits: int
    needs_all: bool
    is_known: bool

    def fits(self, types: int) -> bool:
        found = types & self.bits
        return not self.bits or (found == self.bits if self.needs_all else bool(found))


@dataclass(frozen=True)
class Matcher:
    """Matches names with one version of the data, whose index is in a file that nobody changes.

    Had of ``keeping.MatchKeeper(settings, backend).index()`` (an :class:`~zanryu.store.index_keeping.
    IndexKeeper`): ask it anew for each request.

    :raises TooBusy: by ``index()``, with ``Retry-After``, while the first one is being made.
    """

    path: Path
    version: str

    def match(self, queries: Sequence[Query], timeout_seconds: float | None = None) -> list[list[Candidate]]:
        """Return for each query its candidates, best first; ties by IRI, so that it is always the same.

        It is stopped should the client leave that this thread works for.

        :raises QueryTimeout: if that takes longer than it may; of no query there is an answer then.
        """
        limit = TimeLimit(timeout_seconds)
        with closing(_connect(self.path)) as database, stopped_by_departure(limit.end):
            conditions = Conditions(database, limit)
            return [_Asking(database, self._bits, conditions, query).answer(limit) for query in queries]

    def suggest(self, prefix: str, kind: Kind, limit: int = 10, language: str = "en") -> list[Suggestion]:
        """Return what begins so, best first."""
        with closing(_connect(self.path)) as database:
            return Suggester(database, language).suggest(prefix, kind, min(limit, MOST))

    def known(self, iris: Sequence[str], language: str = "en") -> list[Suggestion]:
        """Return what there is to say of things, in their order; one that is not in the index is left out."""
        with closing(_connect(self.path)) as database:
            return Suggester(database, language).things(iris)

    def types(self, language: str = "en") -> list[Suggestion]:
        """Return the types that things have, the most frequent first."""
        with closing(_connect(self.path)) as database:
            return Suggester(database, language).types()

    def properties(self, type_name: str = "", language: str = "en") -> list[Suggestion]:
        """Return the groups, then the properties claimed of things of a type, most frequent first."""
        with closing(_connect(self.path)) as database:
            return Suggester(database, language).properties(type_name)

    @cached_property
    def _bits(self) -> dict[str, int]:
        with closing(_connect(self.path)) as database:
            return {name: 1 << bit for bit, name in database.execute("SELECT bit, name FROM types")}


def open_matcher(path: Path) -> Matcher | None:
    """Return what matches by the index in a file; ``None`` if another version of the program made it.

    :raises sqlite3.Error: if it is none.
    """
    with closing(_connect(path)) as database:
        told = dict(database.execute("SELECT name, value FROM told"))
    return Matcher(path, told["version"]) if told.get("format") == FORMAT else None


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA mmap_size = 268435456")
    return database


class _Asking:
    """One query to the index."""

    def __init__(
        self, database: sqlite3.Connection, bits: dict[str, int], conditions: Conditions, query: Query
    ) -> None:
        self._database = database
        self._conditions = conditions
        self._bits = bits
        self._query = query
        names = [name.removeprefix(PREFIXES["zr"]) for name in query.types]
        known = [bits[name] for name in names if name in bits]
        is_known = not names or (len(known) == len(names) if query.needs_all_types else bool(known))
        self._wanted = _Wanted(sum(set(known)), query.needs_all_types, is_known)
        self._limit = max(0, min(query.limit, MOST))

    def answer(self, limit: TimeLimit) -> list[Candidate]:
        limit.require()
        if not self._wanted.is_known:
            return []
        named = [
            thing for name in (self._query.text.strip(), *self._query.iris) for thing in self._named(name)
        ]
        if named:
            return [self._candidate(one, is_match=len(named) == 1) for one in named[: self._limit]]
        scored = self._scored()
        is_ahead = len(scored) < 2 or scored[0].score - scored[1].score >= LEAD
        is_sure = bool(scored) and scored[0].may_be_taken and is_ahead
        return [
            self._candidate(one, is_match=is_sure and place == 0)
            for place, one in enumerate(scored[: self._limit])
        ]

    def _scored(self) -> list[Scored]:
        ways = readings_of(self._query.text)
        found: dict[int, Form] = {}
        for _, spellings in ways:
            for spelling in spellings:
                forms = find_forms(self._database, spelling, self._wanted.bits, max(self._limit, _AT_LEAST))
                found |= {form.number: form for form in forms if self._wanted.fits(form.types)}
        names = best_names(ways, list(found.values()))
        best_first = sorted(names.items(), key=lambda pair: (-pair[1].score, pair[0]))
        scored = compared(self._confirmed([pair for pair in best_first if pair[1].score >= LEAST]))
        ranked = sorted(scored, key=lambda one: -one.score)
        least = ranked[max(self._limit, 2) - 1].score if len(ranked) > max(self._limit, 2) else 0.0
        return sorted(
            (one for one in ranked if one.score >= least), key=lambda one: (-one.score, self._iri(one.thing))
        )

    def _confirmed(self, names: list[tuple[int, NameScore]]) -> Iterable[Scored]:
        """Yield the candidates that have what is required, with what is known of the first of them."""
        checked = self._query.conditions
        if checked:
            names = names[: max(_CHECKED, self._limit)]
        for thing, name in names:
            fitting = {one: self._conditions.check(thing, one) for one in checked}
            if any(one.is_required and value != CONFIRMS for one, value in fitting.items()):
                continue
            known = {one.property: value for one, value in fitting.items() if value is not None}
            yield Scored(thing, name, known, bool(name.form.types & self._bits.get(short(PERSON), 0)))

    def _named(self, name: str) -> list[Scored]:
        """Return the things that have an identifier."""
        rows = self._database.execute(_NAMED, (name,)).fetchall() if name else []
        return [
            Scored(thing, NameScore(form, Likeness(100.0, is_exact=True), 1.0), {}, is_person=False)
            for thing, types in rows
            if self._wanted.fits(types)
            for form in forms_of(self._database, thing)[:1]
        ]

    def _iri(self, thing: int) -> str:
        row = self._database.execute("SELECT iri FROM things WHERE thing = ?", (thing,)).fetchone()
        return str(row[0])

    def _candidate(self, one: Scored, *, is_match: bool) -> Candidate:
        iri, types, labels, described = self._database.execute(_THING, (one.thing,)).fetchone()
        language = self._query.language
        text, tag = best([(label, tag) for label, tag in json.loads(labels)], language) or (iri, "")
        said = json.loads(described)
        names = tuple(name for name, bit in self._bits.items() if types & bit)
        return Candidate(
            iri,
            text,
            tag,
            said.get(language.partition("-")[0].lower(), said.get("en", "")),
            names,
            one.score,
            is_match,
            one.name.form.spelling.text,
            one.features(),
        )
