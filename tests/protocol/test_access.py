"""Who may write, over HTTP: the challenges of RFC 6750, and what a wrong token costs."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask, request

from protocol.asking import BROWSER
from unit.front.doubles import Engine, Headers, Protocol, Scope, Server
from zanryu.access.guard import Access
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope as TokenScope
from zanryu.app import configure
from zanryu.config import Settings
from zanryu.front.operation import Operation, Watched
from zanryu.front.rsgi import Front
from zanryu.front.services import Services
from zanryu.front.wsgi_bridge import WsgiBridge
from zanryu.portal.problems import views as problems
from zanryu.presentation import add_presentation
from zanryu.web.error_pages import add_error_pages
from zanryu.web.headers import Freshness, add_headers

if TYPE_CHECKING:
    from pathlib import Path

    from protocol.asking import Client
    from unit.front.doubles import Answer

UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
FOREIGN = "192.0.2.1:40000"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", budget_errors=3, access_log=tmp_path / "none")


@pytest.fixture
def secret(settings: Settings) -> str:
    return Tokens(settings.tokens).create("Nguyen Van A", TokenScope.write, "never").secret


def guarded(settings: Settings) -> Flask:
    """Return an application whose writing routes are guarded, and do nothing else."""
    app, access = Flask("zanryu"), Access.of(settings)
    configure(app, settings)
    app.add_url_rule("/sparql", "update", lambda: _welcome(access, TokenScope.write), methods=["POST"])
    app.add_url_rule("/graphs", "graphs", lambda: _welcome(access, TokenScope.admin), methods=["GET", "PUT"])
    app.register_blueprint(problems.blueprint())
    add_presentation(app)
    add_headers(app, Freshness(60))
    add_error_pages(app)
    return app


def _welcome(access: Access, scope: TokenScope) -> tuple[str, dict[str, str]]:
    return access.require(request.headers, scope).name, {"ETag": '"a"'}


@pytest.fixture
def server(settings: Settings) -> Server:
    """The front with its budgets, over the guarded application."""
    engine: Any = Engine()
    services = Services(
        bridge=WsgiBridge(guarded(settings), 2),
        evaluator=engine,
        version=lambda: "v1",
        freshness=Freshness(60),
        cache_bytes=1_000_000,
        max_body_bytes=1000,
        operation=Operation(settings, Watched(cast("Any", None)), str),
    )
    return Server(Front(services))


def ask(
    server: Server, path: str = "/sparql", method: str = "POST", peer: str = FOREIGN, **headers: str
) -> Answer:
    protocol = Protocol([b"INSERT DATA {}"] if method == "POST" else [])
    pairs = [
        ("content-type", UPDATE),
        *((name.replace("_", "-").lower(), value) for name, value in headers.items()),
    ]
    path, _, query = path.partition("?")
    scope = Scope(method, path, query, Headers(pairs), client=peer)
    asyncio.run(server.front.__rsgi__(cast("Any", scope), cast("Any", protocol)))
    return protocol.answer


def test_an_editor_is_let_in(server: Server, secret: str) -> None:
    answer = ask(server, authorization=f"Bearer {secret}")

    assert (answer.status, answer.body) == (200, b"Nguyen Van A")


@pytest.mark.parametrize(
    ("path", "method", "authorization", "status", "slug", "challenge"),
    [
        ("/sparql", "POST", "", 401, "token-missing", ""),
        ("/sparql", "POST", "Basic dTpw", 401, "token-missing", ""),
        ("/sparql", "POST", "Bearer zan_x", 401, "invalid-token", ', error="invalid_token"'),
        ("/sparql", "POST", "Bearer", 400, "malformed-authorization", ', error="invalid_request"'),
        (
            "/sparql",
            "POST",
            "Bearer a, Bearer a",
            400,
            "malformed-authorization",
            ', error="invalid_request"',
        ),
        (
            "/graphs",
            "PUT",
            "SECRET",
            403,
            "insufficient-scope",
            ', error="insufficient_scope", scope="admin"',
        ),
    ],
    ids=["no token", "another scheme", "unknown token", "no value", "two headers", "scope"],
)
def test_who_may_not_is_told_why_in_the_form_of_every_error_with_the_challenge_of_rfc_6750(
    server: Server,
    secret: str,
    path: str,
    method: str,
    authorization: str,
    status: int,
    slug: str,
    challenge: str,
) -> None:
    headers = {"authorization": f"Bearer {secret}" if authorization == "SECRET" else authorization}

    answer = ask(server, path, method, **headers)

    document = json.loads(answer.body)
    assert (answer.status, document["status"]) == (status, status)
    assert document["type"].endswith(f"/problems/{slug}")
    assert answer["www-authenticate"] == f'Bearer realm="zanryu"{challenge}'
    assert answer["cache-control"] == "no-store"


def test_two_headers_are_refused_even_if_both_are_good(server: Server, secret: str) -> None:
    protocol = Protocol([b"INSERT DATA {}"])
    pairs = [("content-type", UPDATE), *([("authorization", f"Bearer {secret}")] * 2)]
    scope = Scope("POST", "/sparql", "", Headers(pairs), client=FOREIGN)
    asyncio.run(server.front.__rsgi__(cast("Any", scope), cast("Any", protocol)))

    assert protocol.answer.status == 400


def test_a_browser_gets_a_page_with_the_same_challenge(server: Server) -> None:
    answer = ask(server, accept=BROWSER)

    assert answer.status == 401
    assert answer["www-authenticate"] == 'Bearer realm="zanryu"'
    assert "/problems/token-missing" in answer.body.decode()


@pytest.mark.parametrize("path", ["/sparql", "/graphs"])
def test_wrong_tokens_are_counted_and_who_guesses_has_to_wait_even_with_a_good_one(
    server: Server, secret: str, path: str
) -> None:
    method = "POST" if path == "/sparql" else "PUT"
    guesses = [ask(server, path, method, authorization=f"Bearer zan_{n}").status for n in range(4)]

    assert guesses == [401, 401, 401, 429]
    assert ask(server, authorization=f"Bearer {secret}").status == 429
    assert ask(server, peer="192.0.2.2:40000", authorization=f"Bearer {secret}").status == 200


def test_from_this_machine_guesses_are_not_counted_unless_the_operator_says_so(
    server: Server, secret: str
) -> None:
    local = "127.0.0.1:40000"

    assert {ask(server, peer=local, authorization="Bearer zan_x").status for _ in range(10)} == {401}
    assert ask(server, peer=local, authorization=f"Bearer {secret}").status == 200


def test_tokens_that_the_server_cannot_read_cost_the_client_nothing(
    server: Server, settings: Settings, secret: str
) -> None:
    settings.tokens.chmod(0o644)
    answers = [ask(server, authorization=f"Bearer {secret}") for _ in range(5)]
    settings.tokens.chmod(0o600)

    assert {answer.status for answer in answers} == {500}
    assert str(settings.tokens.parent) not in answers[0].body.decode()
    assert ask(server, authorization=f"Bearer {secret}").status == 200


def test_what_is_asked_with_a_token_is_neither_kept_nor_taken_from_what_was_kept(
    settings: Settings, server: Server
) -> None:
    secret = Tokens(settings.tokens).create("Kamo", TokenScope.admin, "never").secret

    first, second = (ask(server, "/graphs", "GET", authorization=f"Bearer {secret}") for _ in range(2))
    without = ask(server, "/graphs", "GET")

    assert (first.status, second.status, without.status) == (200, 200, 401)
    assert "x-cache" not in first
    assert "x-cache" not in second


def test_no_answer_and_no_log_repeats_a_token(
    server: Server, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [
        ask(server, authorization=f"Bearer {secret}"),
        ask(server, "/graphs", "PUT", authorization=f"Bearer {secret}"),
        ask(server, authorization=f"Bearer {secret}, Bearer {secret}"),
        ask(server, authorization=f"Basic {secret}"),
        ask(server, accept=BROWSER, authorization=f"Bearer {secret}!"),
    ]

    assert secret not in caplog.text
    for answer in answers:
        assert secret not in str(answer.headers) + answer.body.decode()


# ------------------------------------------------------------------ in the URL, in a form


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?access_token=zan_x",
        "/sparql?query=ASK%7B%7D&access_token=zan_x",
        "/sparql?query=ASK%7B%7D&access%5Ftoken=zan_x",
        "/sparql?query=ASK%7B%7D&access_token",
        "/graphs?access_token=zan_x&default",
    ],
)
def test_a_token_in_the_url_is_refused_whatever_is_asked(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 400
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="zanryu", error="invalid_request"'
    assert "have that token revoked" in answer.text
    assert "zan_x" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "update=INSERT+DATA+%7B%7D&access_token=zan_x",
        "query=ASK%7B%7D&access_token=zan_x",
        "access_token=zan_x",
    ],
)
def test_a_token_in_a_form_is_refused(client: Client, body: str) -> None:
    answer = client.post(body, FORM)

    assert answer.status_code == 400
    assert "`access_token` is in the body" in answer.text
