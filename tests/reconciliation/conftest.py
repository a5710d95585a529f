"""A real server over the graph of this repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attack.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Server
    from zanryu.config import Settings


@pytest.fixture(scope="session")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, which takes batches of at most 20 names."""
    folder = tmp_path_factory.mktemp("reconciled")
    with serving(built.store, folder, access_log="none", reconciliation_batch="20") as started:
        yield started
