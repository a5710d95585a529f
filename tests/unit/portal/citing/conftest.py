"""The real graph, and small ones made for a test."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.labels import Labels
from zanryu.portal.citing.editions import Edition
from zanryu.portal.citing.references import References
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zanryu.config import Settings

EDITION = Edition("0123abcd-3", 3, date(2026, 11, 20))
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def graph(built: Settings) -> EmbeddedStore:
    """This repository's graph."""
    return EmbeddedStore(built.store, "v", serialise)


@pytest.fixture(scope="session")
def references(graph: EmbeddedStore) -> References:
    """References into it, on a day of 2026."""
    return References(graph, Labels(graph), EDITION, TODAY)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], EmbeddedStore]:
    """Makes a graph of Turtle without prefixes: ``make('w:x a zr:Book .')``."""

    def made(turtle: str) -> EmbeddedStore:
        prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
        quads = ox.parse(f"{prefixes}{turtle}", format=ox.RdfFormat.TURTLE)
        lines = ox.serialize((ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("urn:g")) for q in quads),
                             format=ox.RdfFormat.N_QUADS)  # fmt: skip
        (tmp_path / "data.nq").write_bytes(lines or b"")
        create_store(tmp_path / "store", tmp_path / "data.nq")
        return EmbeddedStore(tmp_path / "store", "v", serialise)

    return made
