"""A batch that takes long is stopped: at the time limit, and when its client leaves."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from attack.server import pause, serving, wait_until
from reconciliation.client import FORM
from zanryu.app import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from attack.server import Server
    from zanryu.config import Settings

_NAMES: Final = 4000
_LOOK_SECONDS: Final = 0.5
_AT_WORK_TICKS: Final = 200  # hundredths of a second of a processor
_AT_REST_TICKS: Final = 5
_SECONDS: Final = 20.0


def _batch() -> bytes:
    def values(number: int) -> list[str]:
        return [f"regiment of nobody {number} {value}" for value in range(20)]

    queries = {
        f"q{n}": {"query": "Ishii", "limit": 100, "properties": [{"pid": "unit", "v": values(n)}]}
        for n in range(_NAMES)
    }
    return urlencode({"queries": json.dumps(queries)}).encode()


@pytest.fixture(scope="module")
def hasty(built: Settings) -> FlaskClient:
    """A client of the application, which has hardly any time."""
    return create_app(replace(built, query_timeout_seconds=1e-6)).test_client()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/reconcile", {"data": {"queries": '{"q0": {"query": "Ishii"}}'}}),
        ("/reconcile", {"data": {"query": "Ishii"}}),
        (
            "/reconcile/v1/match",
            {"json": {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Ishii"}]}]}},
        ),
    ],
    ids=["0.2", "single", "1.0"],
)
def test_what_takes_too_long_has_no_answer_but_an_error(
    hasty: FlaskClient, path: str, sent: dict[str, dict[str, object]]
) -> None:
    answer = hasty.post(path, **sent)
    problem = answer.get_json(force=True)

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert problem["type"].endswith("query-timeout")
    assert "none of it is answered" in problem["detail"]


def _ticks(server: Server) -> int:
    return sum(process.ticks for process in server.census())


def _is_at_rest(server: Server) -> bool:
    before = _ticks(server)
    pause(_LOOK_SECONDS)
    return _ticks(server) - before < _AT_REST_TICKS


def test_the_matching_for_a_client_who_leaves_is_stopped(
    built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = _batch()
    head = f"POST /reconcile HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n"
    limits = {"reconciliation_batch": str(_NAMES), "max_body_bytes": "50000000"}
    limits["query_timeout_seconds"] = str(10 * _SECONDS)
    with serving(built.store, tmp_path_factory.mktemp("long"), access_log="none", **limits) as server:
        assert server.get("/reconcile").status == 200  # the names are indexed
        before = _ticks(server)
        with socket.create_connection(("127.0.0.1", server.port), timeout=_SECONDS) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            wait_until(lambda: _ticks(server) - before > _AT_WORK_TICKS, _SECONDS, "it is matched")

        wait_until(lambda: _is_at_rest(server), _SECONDS, "nothing is matched any more")
        assert "unexpected error" not in server.errors()
