"""A real server that takes writes, over a build of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from writing.editor import Editor, copy_of, editing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.config import Settings


@pytest.fixture(scope="session")
def written(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The build that the server below is over."""
    return copy_of(built, tmp_path_factory.mktemp("written") / "home")


@pytest.fixture(scope="session")
def editor(written: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor at a server that all tests write to: each writes claims of its own."""
    with editing(written, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def own(built: Settings, tmp_path: Path) -> Settings:
    """A build that one test alone writes over."""
    return copy_of(built, tmp_path / "home")
