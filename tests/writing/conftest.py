"""A real server that takes writes, over a build of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest

from writing.editor import Editor, copy_of, editing
from zanryu.config import Settings
from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import Dataset
from zanryu.store.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Whom the claims of ``editor.claim`` are about, and where they say that they found it.
_SPOKEN_OF: Final = """
p:ishii-takuo a zr:Person ; skos:prefLabel "Ishii Takuo"@en , "石井卓雄"@ja ; zr:nationality zv:japanese .
w:answer a zr:WebSource ; dcterms:title "Invented answer"@en ; dcterms:type zv:web-page ;
  zr:tier zv:tertiary ; foaf:page <https://example.org/answer> .
"""


@pytest.fixture(scope="session")
def written(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The build that the server below is over."""
    return copy_of(built, tmp_path_factory.mktemp("written") / "home")


@pytest.fixture(scope="session")
def editor(written: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor at a server that all tests write to: each writes claims of its own."""
    with editing(written, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="session")
def few(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small dataset, and those of whom an editor's claims speak: a server over it is there at once."""
    root = tmp_path_factory.mktemp("few") / "few"
    shutil.copytree(small.root, root)
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    (root / "data" / "spoken-of.ttl").write_text(prefixes + _SPOKEN_OF, encoding="utf-8")
    return Dataset(root)


@pytest.fixture(scope="session")
def few_built(few: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A build of it."""
    settings = Settings(store=tmp_path_factory.mktemp("few-built") / "home" / "store")
    build(few, settings)
    return settings


@pytest.fixture
def own(few_built: Settings, tmp_path: Path) -> Settings:
    """A build of few claims that one test alone writes over."""
    return copy_of(few_built, tmp_path / "home")


@pytest.fixture
def whole(built: Settings, tmp_path: Path) -> Settings:
    """A build of this repository's dataset that one test alone writes over."""
    return copy_of(built, tmp_path / "home")
