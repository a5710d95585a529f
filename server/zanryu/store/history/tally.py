"""How many things of each kind there are in a version: the counts of the build, and what was changed since.

Nothing is counted again: the cost follows the changes. A change says exactly what was added and removed, so a
thing is new where the build has it in no graph, and gone where no graph has it any more.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from zanryu.graph.namespaces import GRAPHS, RDF_TYPE, term
from zanryu.graph.release import KINDS
from zanryu.store.history.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from zanryu.graph.delta import Delta
    from zanryu.store.history.reader import History

_WORKS: Final = "works"
_ACCEPTED: Final = "acceptedTriples"
_NAMES: Final = {term(f"zr:{name}"): kind for kind, name in KINDS.items()}
_KEPT: Final = 8
_Member: TypeAlias = tuple[str, ox.NamedNode | ox.BlankNode | ox.Triple]


class Tally:
    """Counts over the build ``version``, whose database is ``folder``.

    ``counts`` are its own, see :func:`zanryu.graph.release.counts`.
    """

    def __init__(self, folder: Path, version: str, counts: Mapping[str, int], history: History) -> None:
        self._folder = folder.resolve()
        self._version = version
        self._counts = counts
        self._history = history
        self._number = 0
        self._changes: Counter[_Member] = Counter()
        self._sums: Counter[str] = Counter()
        self._known: OrderedDict[str, Mapping[str, int]] = OrderedDict({version: counts})
        self._counting = threading.Lock()

    @cached_property
    def _build(self) -> ox.Store:
        return ox.Store.read_only(str(self._folder))

    def at(self, version: str) -> Mapping[str, int]:
        """Return the counts of a data version; nothing if it is of another build.

        The distinct triples are not among them, once something was changed.

        :raises BrokenHistory: if the history cannot be read.
        """
        base, _, number = version.rpartition("-")
        with self._counting:
            if version not in self._known and base == self._version and number.isdecimal():
                self._known[version] = self._count_up_to(int(number))
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            return self._known.get(version, {})

    def _count_up_to(self, number: int) -> Mapping[str, int]:
        journal = self._history.journal()
        for heading in journal.since(self._number)[: max(0, number - self._number)]:
            self._number = heading.number
            if heading.base != self._version or heading.kind is Kind.build:
                self._changes.clear()  # the build has it
                self._sums.clear()
            else:
                self._take_up(journal.read(heading.number).delta)
        return self._sum_up()

    def _take_up(self, delta: Delta) -> None:
        for quads, change in ((delta.added, 1), (delta.removed, -1)):
            self._sums["quads"] += change * len(quads)
            for quad in quads:
                self._sums[_ACCEPTED] += change * (quad.graph_name == GRAPHS["accepted"])
                for member in _members(quad):
                    self._changes[member] += change

    def _sum_up(self) -> Mapping[str, int]:
        found = Counter({name: count for name, count in self._counts.items() if name != "triples"})
        found.update(self._sums)
        for member, change in self._changes.items():
            before = self._times(member)
            found[member[0]] += (before + change > 0) - (before > 0)
        return dict(found)

    def _times(self, member: _Member) -> int:
        """Return in how many quads the build says that something is of a kind."""
        kind, thing = member
        if kind == _WORKS:
            return sum(1 for _ in self._build.quads_for_pattern(thing, RDF_TYPE, None, GRAPHS[_WORKS]))
        cls = term(f"zr:{KINDS[kind]}")
        return sum(1 for _ in self._build.quads_for_pattern(thing, RDF_TYPE, cls, None))


def _members(quad: ox.Quad) -> Iterator[_Member]:
    if quad.predicate != RDF_TYPE:
        return
    if quad.graph_name == GRAPHS[_WORKS]:
        yield _WORKS, quad.subject
    if isinstance(quad.object, ox.NamedNode) and quad.object in _NAMES:
        yield _NAMES[quad.object], quad.subject
