"""Two servers for all attacks: one with small limits, one that lets a query take its time."""

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
    """A server whose limits are soon reached."""
    folder = tmp_path_factory.mktemp("attacked")
    limits = {
        "query_timeout_seconds": "1",
        "query_workers": "2",
        "query_queue_length": "16",
        "query_memory_bytes": "200000000",
        "result_bytes": "20000000",
        "max_body_bytes": "200000",
        "cache_bytes": "8000000",
    }
    with serving(built.store, folder, access_log="none", **limits) as started:
        yield started


@pytest.fixture(scope="session")
def patient(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that stops no query for a minute and keeps no answer: what ends sooner was ended by the attack."""
    folder = tmp_path_factory.mktemp("patient")
    limits = {
        "query_timeout_seconds": "60",
        "query_workers": "2",
        "cache_bytes": "0",
        "validation_workers": "0",
    }
    with serving(built.store, folder, access_log="none", **limits) as started:
        yield started
