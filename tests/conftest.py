"""What every test may rely on: no network but loopback, and three datasets, from small to real."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from attack.listener import Listener
from zanryu.config import Settings
from zanryu.graph.materialise import materialise
from zanryu.graph.sources import Dataset, find_dataset, read
from zanryu.store.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.graph.materialise import Materialised

# A slow or busy machine is no counterexample, and a run leaves nothing behind.
hypothesis_settings.register_profile(
    "suite", deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")

REPOSITORY = Path(__file__).resolve().parents[1]
SMALL_DATA = REPOSITORY / "tests" / "unit" / "graph" / "small" / "data"


# Their tests start servers and browsers and take long: begun last, one of them would be what all wait for.
_BEGUN_FIRST = ("writing", "browser", "attack", "protocol")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores: many a test waits for a process that it has started."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest; within a folder nothing changes its place."""
    ranks = {folder: rank for rank, folder in enumerate(_BEGUN_FIRST)}
    tests = REPOSITORY / "tests"
    items.sort(key=lambda item: ranks.get(item.path.relative_to(tests).parts[0], len(ranks)))


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine."""


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection but those to loopback: a test that needs the internet is not a test."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
            if not _is_here(address):
                raise NetworkBlockedError(f"a test tried to reach {address!r}; loopback alone is allowed")
            return original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A port of loopback that counts who comes."""
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """The dataset of this repository."""
    return find_dataset()


@pytest.fixture(scope="session")
def quads(dataset: Dataset) -> Materialised:
    """The dataset of this repository with everything derived."""
    return materialise(read(dataset.files()))


@pytest.fixture(scope="session")
def built(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The dataset of this repository, checked and built: the store, and the dumps beside it.

    The first process of the run that needs it builds it, the others wait and take a copy of their own.
    """
    shared = _of_the_run(tmp_path_factory) / "built"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build(dataset, Settings(store=shared / "store"))
    own = tmp_path_factory.mktemp("built") / "home"
    shutil.copytree(shared, own, symlinks=True)
    return Settings(store=own / "store")


def _of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


# Of the ontology's many files, those that the invented claims use: a smaller dataset is checked faster.
_SMALL_ONTOLOGY = {
    "alignments": {"prov.ttl"},
    "vocabularies": {
        f"{name}.ttl"
        for name in (
            "certainty",
            "conflict-kinds",
            "count-precisions",
            "hedges",
            "nationalities",
            "polarity",
            "ranks-ija",
            "resolutions",
            "source-types",
            "stances",
            "status",
            "tiers",
        )
    },
}


def _not_in_small(folder: str, names: list[str]) -> set[str]:
    wanted = _SMALL_ONTOLOGY.get(Path(folder).name)
    return set() if wanted is None else set(names) - wanted


def _copy_small_dataset(root: Path) -> Dataset:
    shutil.copytree(REPOSITORY / "ontology", root / "ontology", ignore=_not_in_small)
    shutil.copytree(REPOSITORY / "shapes", root / "shapes", ignore=shutil.ignore_patterns("examples"))
    shutil.copytree(SMALL_DATA, root / "data")
    return Dataset(root)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset to read: this repository's ontology and shapes with a few invented claims."""
    return _copy_small_dataset(tmp_path_factory.mktemp("small") / "small")


@pytest.fixture
def small_dataset(tmp_path: Path) -> Dataset:
    """A dataset to spoil: a copy of ``small`` for one test."""
    return _copy_small_dataset(tmp_path / "small")
