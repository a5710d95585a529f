"""A program: a server as `zanryu serve` makes it, which counts evaluations and has pages that misbehave."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.front.operation import Watched
from zanryu.front.rsgi import Front
from zanryu.front.serving import listen, open_access_log, open_pool, services_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from zanryu.front.evaluator import Evaluator
    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.jobs import Evaluated

SECRET = "a secret of the machine"  # noqa: S105 - not one


@dataclass(frozen=True)
class Counting:
    """Writes a line for each query that is evaluated."""

    inner: Evaluator
    path: Path

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(repr(prepared.text) + "\n")
        return self.inner.begin(prepared)

    def close(self) -> None:
        self.inner.close()


def settings_of(home: Path, port: int) -> Settings:
    return Settings(
        store=home / "store",
        port=port,
        query_timeout_seconds=60,
        max_body_bytes=100_000,
        cache_bytes=400_000,
        access_log=home / "access.log",
    )


def load(home: Path, port: int) -> Front:
    settings = settings_of(home, port)
    pool = open_pool(settings)
    app = create_app(settings, None, pool)
    misbehave(app)
    services = services_of(settings, Watched(pool), app)
    counting = Counting(services.evaluator, home / "evaluated.log")
    return Front(replace(services, evaluator=counting), open_access_log(settings.access_log))


def misbehave(app: Flask) -> None:
    def fault() -> Response:
        raise RuntimeError(SECRET)

    def generator() -> Response:
        def chunks() -> Iterator[bytes]:
            yield from (b"one ", b"", b"two ", b"three")

        return Response(chunks(), content_type="text/plain; charset=utf-8")

    def broken() -> Response:
        def chunks() -> Iterator[bytes]:
            yield b"one "
            raise RuntimeError(SECRET)

        return Response(chunks(), content_type="text/plain; charset=utf-8")

    def echo() -> Any:
        from flask import request

        return Response(request.get_data(), headers={"X-Length": str(request.content_length)})

    for view in (fault, generator, broken, echo):
        app.add_url_rule(f"/test/{view.__name__}", view.__name__, view, methods=["GET", "POST"])


if __name__ == "__main__":
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    listen(settings_of(folder, number), partial(load, folder, number))
