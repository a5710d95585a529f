"""The overviews' index beside the data: an old one serves while the new one is made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from zanryu.app import require_build
from zanryu.config import Settings
from zanryu.errors import TooBusy
from zanryu.portal.overviews import keeping
from zanryu.portal.overviews.keeping import Keeper
from zanryu.portal.overviews.listings import OFFICERS
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.index_keeping import Patience

if TYPE_CHECKING:
    from pathlib import Path

PATIENT = Patience(with_old=60.0, without=60.0)


@pytest.fixture
def home(built: Settings, tmp_path: Path) -> Settings:
    """A build of one's own, without an index."""
    ignored = shutil.ignore_patterns("search", "overviews")
    shutil.copytree(built.store.parent, tmp_path / "home", symlinks=True, ignore=ignored)
    return Settings(store=tmp_path / "home" / "store")


def keeper(settings: Settings, patience: Patience = PATIENT, version: str = "") -> Keeper:
    backend = EmbeddedStore(settings.store, version or require_build(settings).version, serialise)
    return Keeper(settings, backend, patience)


def test_what_was_made_of_an_older_version_serves_a_server_that_starts(home: Settings) -> None:
    made = keeper(home).index()

    started = keeper(home, version="not made yet")

    assert started.index().path == made.path
    assert started.index().version == require_build(home).version
    assert started.index().total(OFFICERS, {}) == made.total(OFFICERS, {})


def test_an_index_of_another_program_serves_nobody(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper(home).index()
    monkeypatch.setattr(keeping, "_FILES", replace(keeping._FILES, program="another"))

    with pytest.raises(TooBusy):
        keeper(home, version="not made yet").index()
