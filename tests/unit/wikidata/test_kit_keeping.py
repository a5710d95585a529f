"""The tables beside the data: old ones serve while new ones are made."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from zanryu.app import require_build
from zanryu.config import Settings
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.index_keeping import Patience
from zanryu.wikidata.handover.kits.building import COUNT, MIXNMATCH, OPENREFINE, SCHEMA
from zanryu.wikidata.handover.kits.keeping import KitKeeper

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_of_an_older_version_serve_a_server_that_starts(built: Settings, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("matching", "search", "overviews", "kits")
    shutil.copytree(built.store.parent, tmp_path / "home", symlinks=True, ignore=ignored)
    settings = Settings(store=tmp_path / "home" / "store")

    def keeper(version: str) -> KitKeeper:
        backend = EmbeddedStore(settings.store, version, serialise)
        return KitKeeper(settings, backend, Patience(with_old=60.0, without=60.0))

    made = keeper(require_build(settings).version).index()
    names = {path.name for path in made.path.iterdir()}

    assert made.version == require_build(settings).version
    assert names == {MIXNMATCH, OPENREFINE, SCHEMA, COUNT}
    assert keeper("not made yet").index() == made
