"""Making the index: ``python -m zanryu.portal.overviews.building``; see ``store.index_building``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zanryu.naming.labels import can_be_seen
from zanryu.portal.overviews.index import Writer
from zanryu.portal.overviews.listings import LISTINGS
from zanryu.portal.overviews.queries import names_query, number_query, values_query
from zanryu.store.index_building import make, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.portal.overviews.listings import Listing
    from zanryu.store.backend import Backend


def write_index(backend: Backend, file: Path) -> None:
    """Make the index of what an engine holds, which must answer in CSV, and have no time limit."""
    writer = Writer(file, backend.version)
    for listing in LISTINGS.values():
        names = _names(backend, listing)
        numbers = {
            number.name: {item: int(count) for item, count in rows(backend, number_query(listing, number))}
            for number in listing.numbers
        }
        values = {d.name: _pairs(backend, values_query(listing, d)) for d in listing.dimensions}
        writer.write(listing, names, numbers, values)
    writer.close()


def _names(backend: Backend, listing: Listing) -> dict[str, str]:
    """Return a name for each member: the English one, else the first."""
    found: dict[str, tuple[bool, str]] = {}
    for item, name, language in rows(backend, names_query(listing)):
        offered = (not language.lower().startswith("en"), name)
        found[item] = min(found.get(item, offered), offered)
    return {item: name for item, (_, name) in found.items()}


def _pairs(backend: Backend, query: str) -> Iterator[tuple[str, str]]:
    return ((item, value) for item, value in rows(backend, query) if can_be_seen(value))


if __name__ == "__main__":
    make(write_index, sys.argv[1:])
