"""Turning live data to another build: only one that has everything that was written.

A write is one more version on top of a build. The next build is made from the files in git, so what was
written has to be exported to them first; a build without it would lose it in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import InputNotFound
from zanryu.graph.delta import Delta
from zanryu.graph.writable import WRITABLE
from zanryu.store.history.record import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from zanryu.store.history.journal import Journal

BUILDER: Final = "zanryu build"


def entry_of_build(journal: Journal, before: ox.Store, build: ox.Store, version: str) -> Entry:
    """Return what a build changes in the live data, for the history.

    :raises InputNotFound: if the build lacks something that was written.
    """
    lost = list(_lost(journal, build))
    if lost:
        raise InputNotFound(
            f"The build {version} lacks {len(lost)} triples of what was written over HTTP, or has what was "
            f"removed, such as {lost[0]}. Run `zanryu export --data .` in the dataset's folder, look at the "
            "difference, and build again; or put the build before this one back."
        )
    return Entry(
        editor=BUILDER,
        message=f"Build {version}",
        base=version,
        delta=difference(before, build),
        kind=Kind.build,
    )


def difference(before: ox.Store, after: ox.Store) -> Delta:
    """Return what was added and removed between two databases.

    They are read side by side. Both give their quads in the order of the engine's index, so that nearly all
    meet their like there; only what does not is looked up. In another order it would take longer, no more.
    """
    added, removed = set(), set()
    olds, news = iter(before), iter(after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        is_gone = is_new = False
        if old != new:
            is_gone, is_new = _lacks(after, old), _lacks(before, new)
        if is_gone and old is not None:
            removed.add(old)
        if is_new and new is not None:
            added.add(new)
        # Who has a like in the other one waits for it.
        go_on_both = is_gone == is_new
        if is_gone or go_on_both:
            old = next(olds, None)
        if is_new or go_on_both:
            new = next(news, None)
    return Delta(frozenset(added), frozenset(removed))


def _lacks(store: ox.Store, quad: ox.Quad | None) -> bool:
    return quad is not None and quad not in store


def last_build(journal: Journal) -> int:
    """Return the newest version that a build made, 0 for the build under the first one."""
    return max((heading.number for heading in journal.since(0) if heading.kind is Kind.build), default=0)


def _lost(journal: Journal, build: ox.Store) -> Iterable[ox.Quad]:
    """Yield what was written since the last build and is not so in this one; derived quads do not count."""
    written = Delta()
    for heading in journal.since(last_build(journal)):
        written = written.then(journal.read(heading.number).delta)
    for quad in written.added:
        if quad.graph_name in WRITABLE and quad not in build:
            yield quad
    for quad in written.removed:
        if quad.graph_name in WRITABLE and quad in build:
            yield quad
