"""An application over a small graph, with a few terms that a hostile editor would add."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from protocol.asking import BROWSER, SCRIPT, Client
from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.graph.materialise import Materialised, materialise
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.graph.release import RDF12_FILE, counts, write_release
from zanryu.graph.sources import read
from zanryu.store.embedded import create_store

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from zanryu.graph.sources import Dataset

HOSTILE = ox.NamedNode(f"{BASE}id/person/hostile")


def _hostile_quads() -> list[ox.Quad]:
    entities = GRAPHS["entities"]
    values: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("rdf:type", term("zr:Person")),
        ("skos:prefLabel", ox.Literal(SCRIPT, language="en")),
        ("skos:altLabel", ox.Literal('" onmouseover="alert(1)', language="x-script")),
        ("foaf:page", ox.NamedNode("javascript:alert(1)")),
        ("foaf:page", ox.NamedNode("https://example.org/'onclick='alert(1)")),
        ("skos:editorialNote", ox.Literal("{{ 7*7 }}{% raw %}")),
    ]
    return [ox.Quad(HOSTILE, term(name), value, entities) for name, value in values]


def lay_out(home: Path, materialised: Materialised, context: dict[str, object]) -> Settings:
    """Write a build as `zanryu build` does, without the check."""
    current = home / "current"
    (current / "dist").mkdir(parents=True)
    version = write_release(materialised, context, current / "dist")
    create_store(current / "store", current / "dist" / RDF12_FILE)
    record = {"inputs": "test", "version": version, "counts": counts(materialised)}
    (current / "build.json").write_text(json.dumps(record), encoding="utf-8")
    for name in ("store", "dist"):
        (home / name).symlink_to(current / name)
    return Settings(store=home / "store")


@pytest.fixture(scope="session")
def small_settings(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A built store of the small dataset and the hostile person."""
    context = json.loads((small.root / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    quads = materialise([*read(small.files()), *_hostile_quads()])
    return lay_out(tmp_path_factory.mktemp("served"), quads, context)


@pytest.fixture(scope="session")
def app(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over it, with one competency question."""
    root = tmp_path_factory.mktemp("dataset")
    for folder in ("data", "ontology", "queries"):
        (root / folder).mkdir()
    question = "# Who is in the graph?\nSELECT ?who { ?who a <https://w3id.org/zanryu/ontology/Officer> }\n"
    (root / "queries" / "cq01-who.rq").write_text(question, encoding="utf-8")
    return create_app(small_settings, root)


@pytest.fixture(scope="session")
def client(app: Flask) -> Client:
    """A client that says nothing of what it accepts."""
    return Client(app)


@pytest.fixture(scope="session")
def browser(app: Flask) -> Client:
    """A client that accepts what browsers accept."""
    return Client(app, {"Accept": BROWSER})
