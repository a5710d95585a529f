"""The playground in this process: a writer, and a reader that follows its snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.asking import JSON, Client
from zanryu.config import Settings
from zanryu.playground import create_playground
from zanryu.sparql.results import serialise
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.snapshots import Snapshots
from zanryu.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from werkzeug.test import TestResponse

    from zanryu.store.backend import Health, QueryDataset, Statement

MAX_BODY_BYTES = 4096
SETTINGS = Settings(max_body_bytes=MAX_BODY_BYTES)
ADDRESS = "http://127.0.0.1:8000/"


class Follower:
    """Reads the last snapshot; meets both :class:`Backend` and :class:`Readers`."""

    def __init__(self, folder: Path, version: str) -> None:
        self.publish(folder, version)

    def publish(self, folder: Path, version: str) -> None:
        self._store = EmbeddedStore(folder, version, serialise)
        self._folder = folder

    def folders_in_use(self) -> set[Path]:
        return {self._folder}

    def query(
        self, text: str, dataset: QueryDataset, media_type: str, *, timeout_seconds: float | None = None
    ) -> Iterable[bytes]:
        return self._store.query(text, dataset, media_type, timeout_seconds=timeout_seconds)

    def graphs(self) -> Mapping[str, int]:
        return self._store.graphs()

    def describe(self, *iris: str) -> list[Statement]:
        return self._store.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Statement]:
        return self._store.referring(iri, *predicates)

    @property
    def version(self) -> str:
        return self._store.version

    def health(self) -> Health:
        return self._store.health()


@dataclass(frozen=True)
class Playground(Client):
    """A client of a playground."""

    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> TestResponse:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.app.test_client().open(path, method=method, data=body, headers=asked)
        response.get_data()
        return response

    def update(self, text: str, query_string: str = "", **headers: str) -> TestResponse:
        return self.send(
            "POST", f"/sparql{query_string}", text, Content_Type="application/sparql-update", **headers
        )

    def put(self, path: str, turtle: str, **headers: str) -> TestResponse:
        return self.send("PUT", path, turtle, **{"Content_Type": "text/turtle", **headers})

    def holds(self, pattern: str) -> bool:
        """Return the answer of an ASK."""
        response = self.ask(f"ASK {{ {pattern} }}", JSON)
        assert response.status_code == 200, response.text
        return '"boolean":true' in response.text


def playground(folder: Path) -> Playground:
    """Return a client of an empty playground in ``folder``."""
    writer = Writer(folder / "database", Snapshots(folder / "snapshots", "test"))
    follower = Follower(writer.snapshot.folder, writer.snapshot.version)
    writer.attach(follower)
    return Playground(create_playground(SETTINGS, follower, writer))
