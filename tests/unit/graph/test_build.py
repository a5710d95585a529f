from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.config import Settings
from zanryu.errors import InputNotFound, InvalidData
from zanryu.graph.namespaces import GRAPHS
from zanryu.store.build import Build, build, current_build

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset


class _Crash(Exception):
    pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "var" / "store")


@pytest.fixture(scope="module")
def once_built(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("once") / "var"
    build(small, Settings(store=home / "store"))
    return home


@pytest.fixture
def first(once_built: Path, settings: Settings) -> Build:
    """A finished build of the small dataset in place."""
    shutil.copytree(once_built, settings.store.parent, symlinks=True)
    made = current_build(settings)
    assert made is not None
    return made


def _crash(_: str) -> None:
    raise _Crash


def _read(settings: Settings) -> set[str]:
    store = ox.Store.read_only(str(settings.store.resolve()))
    return {str(quad) for quad in store}


def _edit(dataset: Dataset, old: str = "The month is on the title page.", new: str = "Changed.") -> None:
    path = dataset.data / "claims" / "sato-haru.ttl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _builds(settings: Settings) -> set[str]:
    return {path.name for path in (settings.store.parent / "builds").iterdir()}


def _current(settings: Settings) -> str:
    return (settings.store.parent / "current").resolve().name


@pytest.mark.usefixtures("first")
def test_a_build_makes_the_store_and_the_dumps_beside_it(settings: Settings) -> None:
    assert {"zanryu.ttl", "SHA256SUMS", "void.ttl"} <= {path.name for path in settings.dist.iterdir()}
    graphs = ox.Store.read_only(str(settings.store.resolve())).named_graphs()
    assert set(graphs) == set(GRAPHS.values())


@pytest.mark.usefixtures("first")
def test_the_store_holds_what_the_rdf_12_dump_holds(settings: Settings) -> None:
    dump = ox.parse(path=settings.dist / "zanryu-rdf12.nq", format=ox.RdfFormat.N_QUADS)
    assert _read(settings) == {str(quad) for quad in dump}


def test_nothing_is_built_when_nothing_changed(
    small_dataset: Dataset, settings: Settings, first: Build
) -> None:
    again = build(small_dataset, settings, _crash)

    assert (again, len(_builds(settings))) == (replace(first, reused=True), 1)


def test_a_build_that_is_forced_is_made_again(
    small_dataset: Dataset, settings: Settings, first: Build
) -> None:
    folder = _current(settings)

    again = build(small_dataset, settings, force=True)

    assert (again, again.reused) == (first, False)
    assert _current(settings) != folder


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    "file",
    [
        pytest.param("data/places.ttl", id="data"),
        pytest.param("ontology/ontology.ttl", id="ontology"),
        pytest.param("ontology/context.jsonld", id="context"),
        pytest.param("shapes/works.ttl", id="shapes"),
        pytest.param("data/archive/web-page.txt.fingerprint", id="archive"),
    ],
)
def test_a_changed_file_begins_a_new_build(small_dataset: Dataset, settings: Settings, file: str) -> None:
    path = small_dataset.root / file
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with pytest.raises(_Crash):
        build(small_dataset, settings, _crash)


def test_a_changed_threshold_gives_another_build(
    small_dataset: Dataset, settings: Settings, first: Build
) -> None:
    again = build(small_dataset, replace(settings, acceptance_threshold=2))

    assert not again.reused
    assert again.counts["acceptedTriples"] > first.counts["acceptedTriples"]


def test_a_changed_claim_gives_a_new_version(
    small_dataset: Dataset, settings: Settings, first: Build
) -> None:
    _edit(small_dataset)

    assert build(small_dataset, settings).version != first.version


@pytest.mark.parametrize("step", ["Reading", "Deriving", "zanryu.trig", "void.ttl", "Loading the store"])
def test_a_crash_in_the_middle_leaves_the_old_build_whole(
    small_dataset: Dataset, settings: Settings, first: Build, step: str
) -> None:
    before = _read(settings)
    _edit(small_dataset)
    announced: list[str] = []

    def crash(name: str) -> None:
        announced.append(name)
        if name == step:
            raise _Crash

    with pytest.raises(_Crash):
        build(small_dataset, settings, crash)

    assert announced[-1] == step
    assert (current_build(settings), _read(settings), len(_builds(settings))) == (first, before, 1)


def test_the_build_after_a_crash_is_complete(small_dataset: Dataset, settings: Settings) -> None:
    def crash(name: str) -> None:
        if name == "Loading the store":
            raise _Crash

    with pytest.raises(_Crash):
        build(small_dataset, settings, crash)
    assert current_build(settings) is None

    made = build(small_dataset, settings)

    assert (current_build(settings), made.reused) == (made, False)


def test_data_with_violations_is_not_built(small_dataset: Dataset, settings: Settings, first: Build) -> None:
    _edit(small_dataset, "zv:ija-colonel", "zv:ija-kernel")

    with pytest.raises(InvalidData, match=r"nothing was built. Run `zanryu check`"):
        build(small_dataset, settings)

    assert current_build(settings) == first


def test_data_with_warnings_is_built(small_dataset: Dataset, settings: Settings) -> None:
    persons = small_dataset.data / "persons.ttl"
    text = persons.read_text(encoding="utf-8").replace(" ;\n    zr:nationality zv:vietnamese", "")
    persons.write_text(text, encoding="utf-8")

    assert build(small_dataset, settings).counts["persons"] == 1


@pytest.mark.parametrize("name", ["store", "dist"])
def test_a_folder_that_no_build_made_is_not_overwritten(
    small_dataset: Dataset, settings: Settings, name: str
) -> None:
    foreign = settings.store.parent / name
    foreign.mkdir(parents=True)
    (foreign / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(InputNotFound, match=rf"{name} exists and was not made by a build"):
        build(small_dataset, settings)

    assert (foreign / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert _builds(settings) == set()


def test_a_store_of_another_name_is_built_under_that_name(small_dataset: Dataset, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "var" / "other")

    build(small_dataset, settings)

    assert _read(settings)


@pytest.mark.usefixtures("first")
def test_the_build_before_is_kept_and_older_ones_are_removed(
    small_dataset: Dataset, settings: Settings
) -> None:
    folders = [_current(settings)]
    os.utime(settings.store.parent / "builds" / folders[0] / "build.json", (0, 0))
    for number in (1, 2):
        build(small_dataset, settings, force=True)
        folders.append(_current(settings))
        record = settings.store.parent / "builds" / folders[-1] / "build.json"
        os.utime(record, (number, number))

    assert _builds(settings) == set(folders[1:])


@pytest.mark.usefixtures("first")
def test_a_reader_of_the_build_before_goes_on_reading(small_dataset: Dataset, settings: Settings) -> None:
    reader = ox.Store.read_only(str(settings.store.resolve()))
    before = len(reader)
    _edit(small_dataset)

    build(small_dataset, settings)

    assert len(list(reader)) == before


def test_what_a_killed_build_left_behind_is_removed_after_a_day(
    small_dataset: Dataset, settings: Settings
) -> None:
    builds = settings.store.parent / "builds"
    for name, age_seconds in (("old", 100_000), ("new", 0)):
        (builds / name).mkdir(parents=True)
        then = time.time() - age_seconds
        os.utime(builds / name, (then, then))

    build(small_dataset, settings)

    assert _builds(settings) == {"new", _current(settings)}


def test_the_build_of_the_real_dataset_is_complete(built: Settings) -> None:
    made = current_build(built)

    assert made is not None
    assert made.counts["claims"] > 0
    assert made.counts["quads"] == len(ox.Store.read_only(str(built.store.resolve())))


def test_a_dataset_without_a_context_is_not_built(small_dataset: Dataset, settings: Settings) -> None:
    (small_dataset.root / "ontology" / "context.jsonld").unlink()

    with pytest.raises(InputNotFound, match=r"context\.jsonld: no such file"):
        build(small_dataset, settings)
