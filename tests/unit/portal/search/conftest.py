"""An index of a few things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from unit.portal.search.indexed import THINGS
from zanryu.portal.search.index import create
from zanryu.portal.search.searching import Index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    path = tmp_path / "things.sqlite"
    create(path, THINGS, "v1")
    opened = Index(path)
    yield opened
    opened.close()
