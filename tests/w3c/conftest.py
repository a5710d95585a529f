"""One server for all conformance tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from w3c.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from w3c.client import Endpoint


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """The endpoint that the W3C tests are run against."""
    with running(tmp_path_factory.mktemp("w3c")) as started:
        yield started
