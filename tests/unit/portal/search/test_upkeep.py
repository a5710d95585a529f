"""The index beside the data: made once, found again, made anew when it cannot be used."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from zanryu.app import require_build
from zanryu.config import Settings
from zanryu.errors import TooBusy
from zanryu.graph.namespaces import BASE
from zanryu.portal.search.searching import Index
from zanryu.portal.search.terms import Question
from zanryu.portal.search.upkeep import Upkeep
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.history.reader import History
from zanryu.store.index_keeping import Patience

if TYPE_CHECKING:
    from pathlib import Path


PATIENT = Patience(with_old=60.0, without=60.0)


@pytest.fixture
def home(built: Settings, tmp_path: Path) -> Settings:
    """A build of one's own, without an index."""
    shutil.copytree(
        built.store.parent, tmp_path / "home", symlinks=True, ignore=shutil.ignore_patterns("search")
    )
    return Settings(store=tmp_path / "home" / "store")


def upkeep(settings: Settings, patience: Patience = PATIENT, version: str = "") -> Upkeep:
    backend = EmbeddedStore(settings.store, version or require_build(settings).version, serialise)
    return Upkeep(settings, backend, History(settings.history), patience)


def first(index: Index, text: str) -> str:
    return index.search(Question(text)).documents[0].iri.removeprefix(f"{BASE}id/")


def test_the_index_is_made_of_the_graph_and_found_again_by_the_next(home: Settings) -> None:
    made = upkeep(home)
    index = made.index()
    assert first(index, "Takuo Ishii") == "person/ishii-takuo"
    assert first(index, "Quang Ngai") == "place/quang-ngai"
    assert first(index, "チン・クアン") == "person/aoyama-hiroshi"
    assert index.version == require_build(home).version

    found = upkeep(home)
    assert found.index().path == index.path
    for one in (made, found):
        one.close()


def test_a_file_that_is_no_index_is_replaced(home: Settings) -> None:
    folder = home.store.parent / "search" / "published"
    folder.mkdir(parents=True)
    (folder / "1.sqlite").write_bytes(b"no database" * 1000)

    made = upkeep(home)
    assert first(made.index(), "Ishii") == "person/ishii-takuo"
    assert not (folder / "1.sqlite").exists()
    made.close()


def test_what_a_process_that_was_killed_left_behind_goes(home: Settings) -> None:
    left = home.store.parent / "search" / "published" / ".unfinished-1"
    left.mkdir(parents=True)
    (left / "2.sqlite").write_bytes(b"half of an index")

    made = upkeep(home)
    made.index()
    assert not left.exists()
    made.close()


def test_who_cannot_wait_is_told_to_come_again_and_then_is_answered(home: Settings) -> None:
    hasty = upkeep(home, Patience(0.0, 0.0))
    with pytest.raises(TooBusy):
        hasty.index()
    hasty.begin().join()
    assert first(hasty.index(), "Ishii") == "person/ishii-takuo"
    hasty.close()


def test_an_old_index_serves_where_a_new_one_cannot_be_made(home: Settings) -> None:
    upkeep(home).index()
    other = upkeep(home, version="a version that is not there")
    index = other.index()
    assert index.version == require_build(home).version
    other.close()


def test_where_nothing_may_be_written_the_index_is_kept_elsewhere(home: Settings) -> None:
    (home.store.parent / "search").write_bytes(b"")  # in the place of the folder
    made = upkeep(home)
    path = made.index().path
    assert home.store.parent not in path.parents
    made.close()
    assert not path.exists()


def test_who_has_hold_of_an_index_goes_on_with_it_however_often_it_is_replaced(home: Settings) -> None:
    made = upkeep(home)
    held = made.index()
    folder = held.path.parent

    for number in range(3):
        path = folder / f"9{number}.sqlite"
        shutil.copy(held.path, path)
        made._replace(folder, Index(path))

    with ThreadPoolExecutor(6) as readers:  # more at once than it has connections
        found = list(readers.map(held.suggest, [Question("Takuo Ishii")] * 12))
    assert {answer.documents[0].iri for answer in found} == {f"{BASE}id/person/ishii-takuo"}

    path = held.path
    del held  # nobody has it any more
    made._replace(folder, Index(folder / "92.sqlite"))
    assert not path.exists()
    made.close()


def test_an_index_whose_file_another_server_removed_is_made_again(home: Settings) -> None:
    made = upkeep(home)
    held = made.index()
    held.close()  # none of its connections is at hand
    for path in held.path.parent.glob("*.sqlite*"):
        path.unlink()

    with pytest.raises(TooBusy, match="replaced"):
        held.suggest(Question("Ishii"))
    assert first(made.index(), "Ishii") == "person/ishii-takuo"
    made.close()
