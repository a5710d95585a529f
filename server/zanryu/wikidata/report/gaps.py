"""The gap report: of one thing claim by claim, and of all linked things in numbers.

What Wikidata says is read from the cache; nothing here asks Wikidata. The report of a thing costs what its
claims cost.
"""

from __future__ import annotations

import heapq
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.errors import UnreadableEntity
from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.iris import page_path
from zanryu.store.backend import RESULTS_JSON, UNION, Solutions, read_solutions
from zanryu.wikidata.comparison.comparing import Rules, compare
from zanryu.wikidata.comparison.grounds import GraphGround, items_among
from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.comparison.sourcing import own_addresses
from zanryu.wikidata.entities.cache import Cache
from zanryu.wikidata.expression.alignment import Alignments
from zanryu.wikidata.expression.expressing import express, linked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zanryu.config import Settings
    from zanryu.store.backend import Backend
    from zanryu.wikidata.comparison.comparing import Comparison
    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.model import Entity

_log = logging.getLogger("zanryu")
_SHOWN_UNLINKED: Final = 60
_QUERY_SECONDS: Final = 120.0
# Who has no item is told by taking away those who have: a FILTER NOT EXISTS takes many times as long.
_OFFICERS: Final = f"SELECT ?item {{ ?item a <{PREFIXES['zr']}Officer> }}"


@dataclass(frozen=True, slots=True)
class Report:
    """A linked thing beside its item. ``entity`` is ``None`` where the item was not read yet.

    ``problem`` says why what was read cannot be used. ``outside`` counts the statements there whose property
    no claim can have: identifiers, pictures and the like.
    """

    iri: str
    item: str
    entity: Entity | None = None
    comparisons: tuple[Comparison, ...] = ()
    outside: int = 0
    problem: str = ""

    def counts(self) -> dict[Kind, int]:
        """Return how many comparisons there are of each kind, with a zero for what there is none of."""
        found = Counter(comparison.kind for comparison in self.comparisons)
        return {kind: found[kind] for kind in Kind}


@dataclass(frozen=True, slots=True)
class Tally:
    """A thing in numbers. ``revision`` is 0 where its item was not read; ``modified`` is ISO 8601."""

    iri: str
    item: str
    revision: int = 0
    modified: str = ""
    counts: Mapping[Kind, int] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_read(self) -> bool:
        """Whether it could be compared."""
        return bool(self.counts)


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The officers without an item: how many, and the IRIs of the first."""

    count: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """Reports over one engine and what was read. ``own`` are addresses of this graph beside its base."""

    backend: Backend
    cache: Cache
    own: tuple[str, ...] = ()
    _alignments: Alignments = field(default_factory=Alignments)

    @classmethod
    def over(cls, backend: Backend, settings: Settings) -> Gaps:
        """Return the reports over an engine, with what was read for the store of the settings."""
        return cls(backend, Cache(settings.wikidata), own_addresses(settings))

    @property
    def version(self) -> str:
        """The version of the data with the state of what was read: they decide every report."""
        return f"{self.backend.version} {self.cache.state}"

    @property
    def alignment(self) -> Alignment:
        """The mapping of the data at hand."""
        return self._alignments.of(self.backend)

    def rules(self) -> Rules:
        """Return what is compared, and on what ground."""
        # What a class of ours or a value says of itself is no claim about a thing.
        forms = (form for form in self.alignment.forms.values() if not form.item)
        compared = {number for form in forms for number in form.statement}
        return Rules(compared, GraphGround(self.backend, self.cache), self.own)

    def item_of(self, iri: str) -> str:
        """Return the item that a thing is linked to, the first of several; empty where it is to none.

        A concept or a term is no thing: nothing is claimed about it.
        """
        if not _is_thing(iri):
            return ""
        found = sorted(items_among(self.backend.describe(iri)), key=lambda item: int(item[1:]))
        return found[0] if found else ""

    def report(self, iri: str, item: str = "", rules: Rules | None = None) -> Report | None:
        """Return the report of a thing, ``None`` where it is not linked."""
        item = item or self.item_of(iri)
        if not item:
            return None
        try:
            entity = self.cache.newest(item)
        except UnreadableEntity as error:
            _log.warning("%s", error.detail)
            return Report(iri, item, problem=error.detail)
        if entity is None:
            return Report(iri, item)
        rules = rules or self.rules()
        found = compare(express(self.backend, self.alignment, iri), entity, rules)
        outside = sum(statement.property not in rules.properties for statement in entity.statements)
        return Report(iri, item, entity, tuple(found), outside)

    def reports(self) -> Iterator[Report]:
        """Yield the reports of all linked things, by IRI. The ground is looked up once for all."""
        rules = self.rules()
        for iri, item in sorted(linked(self.backend).items()):
            if _is_thing(iri) and (found := self.report(iri, item, rules)):
                yield found

    def unlinked(self) -> Unlinked:
        """Return the officers without an item; this looks at all."""
        answer = self.backend.query(_OFFICERS, UNION, RESULTS_JSON, timeout_seconds=_QUERY_SECONDS)
        found = read_solutions(b"".join(answer))
        officers = {row["item"].value for row in found.rows} if isinstance(found, Solutions) else set()
        alone = officers - linked(self.backend).keys()
        return Unlinked(len(alone), tuple(heapq.nsmallest(_SHOWN_UNLINKED, alone)))


def _is_thing(iri: str) -> bool:
    return (page_path(iri) or "").startswith("/page/")


def tally(report: Report) -> Tally:
    """Return a report in numbers."""
    if report.entity is None:
        return Tally(report.iri, report.item, problem=report.problem)
    entity = report.entity
    return Tally(report.iri, report.item, entity.revision, entity.modified, report.counts())
