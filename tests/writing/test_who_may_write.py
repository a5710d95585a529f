"""Every route that changes something asks for a token, whatever else is wrong with the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from attack.server import FORM, UPDATE
from writing.editor import JSON, PATCH, TURTLE, Editor, claim, editing, insert, told
from zanryu.access.guard import Access
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.app import create_app
from zanryu.sparql.editing import Editing

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.routing import BaseConverter

    from zanryu.config import Settings

_READING: Final = {"GET", "HEAD", "OPTIONS"}
# What asks for no token, though its method is not one of reading; each has a reason.
_OPEN: Final = {
    ("POST", "/validate"): "looks at data and changes nothing",
    ("POST", "/sparql/why"): "asks for the claims behind a row; a query may be too long for an address",
    **dict.fromkeys(
        (("POST", f"/reconcile{path}") for path in ("", "/en", "/v1/match", "/v1/extend")),
        "looks up the names of a table and changes nothing",
    ),
}
_ALL: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class NobodyComesHere:
    """A gate that no request of these tests may reach."""

    def write(self, wanted: Any) -> Any:
        raise AssertionError(f"{wanted} reached the gate")


@pytest.fixture(scope="module")
def guarded(written: Settings) -> Flask:
    """The application as a server that takes writes has it, with a gate that must not be reached."""
    access = Access(Tokens(written.tokens))
    nothing: Any = None  # no request gets as far as to the data, or to what judges it
    editing = Editing(NobodyComesHere(), access, nothing, 5)
    return create_app(written, validator=cast("Any", object()), editing=editing)


def _writing_routes(app: Flask) -> list[tuple[str, str]]:
    """Return method and path of every route that answers another method than those of reading."""
    found = set()
    for rule in app.url_map.iter_rules():
        values = {name: _sample(rule._converters[name]) for name in rule.arguments}
        _, path = cast("Any", rule.build(values, append_unknown=False))
        found |= {(method, str(path)) for method in cast("set[str]", rule.methods) - _READING}
    return sorted(found - set(_OPEN))


def _sample(converter: BaseConverter) -> str | int:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_every_route_that_changes_something_asks_for_a_token(guarded: Flask) -> None:
    routes = _writing_routes(guarded)

    assert {("POST", "/sparql"), ("PUT", "/graphs"), ("PATCH", "/graphs/x")} < set(routes)
    assert ("POST", "/history/1/revert") in routes
    for method, path in routes:
        for authorization, status in ((None, 401), ("Bearer zan_guess", 401), ("Bearer", 400)):
            headers = {"Content-Type": UPDATE, **({"Authorization": authorization} if authorization else {})}
            answer = guarded.test_client().open(path, method=method, data=b"CLEAR ALL", headers=headers)
            assert answer.status_code == status, (method, path, authorization, answer.text)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer "), (method, path)


@pytest.mark.parametrize("method", _ALL)
@pytest.mark.parametrize("path", ["/sparql", "/graphs", "/graphs/claims", "/history/1/revert", "/history/1"])
def test_no_method_of_a_writing_route_changes_anything_without_a_token(
    editor: Editor, method: str, path: str
) -> None:
    version = editor.version

    answer = editor.server.ask(
        method,
        f"{path}?graph=https%3A%2F%2Fw3id.org%2Fzanryu%2Fgraph%2Fclaims" if path == "/graphs" else path,
        {"Content-Type": UPDATE if path == "/sparql" else TURTLE, "Accept": JSON},
        insert(claim("nobody-1")).encode() if method in ("POST", "PUT", "PATCH") else b"",
    )

    assert answer.status in (200, 303, 400, 401, 404, 405, 406), answer.text
    assert (answer.status == 401) is (answer.headers.get("www-authenticate", "") != "")
    assert editor.version == version


@pytest.mark.parametrize("content_type", [UPDATE, FORM], ids=["direct", "form"])
def test_a_token_in_the_url_or_the_form_opens_nothing(editor: Editor, content_type: str) -> None:
    version = editor.version
    body = insert(claim("smuggled-1")) if content_type == UPDATE else f"update=X&access_token={editor.token}"
    query = f"?access_token={editor.token}" if content_type == UPDATE else ""

    answer = editor.server.post(body.encode(), content_type, f"/sparql{query}", Accept=JSON)

    assert (answer.status, told(answer)["type"].rpartition("/")[2]) == (400, "malformed-authorization")
    assert editor.version == version


def test_an_update_in_a_get_is_no_update(editor: Editor) -> None:
    version = editor.version

    answer = editor.send("GET", "/sparql?update=INSERT%20DATA%20%7B%7D")

    assert answer.status == 400
    assert editor.version == version


def test_a_page_of_another_site_cannot_write_even_with_a_token(editor: Editor) -> None:
    version = editor.version

    for method, target in (("POST", "/sparql"), ("DELETE", "/graphs/claims"), ("POST", "/history/1/revert")):
        content_type = UPDATE if target == "/sparql" else TURTLE
        answer = editor.send(method, target, b"", content_type, Sec_Fetch_Site="cross-site")
        assert answer.status == 403, answer.text

    assert editor.version == version


def test_a_revoked_token_writes_no_more(editor: Editor, written: Settings) -> None:
    made = Tokens(written.tokens).create("Leaver", Scope.write, "never")
    leaver = Editor(editor.server, made.secret)
    leaver.made(insert(claim("leaver-1")))

    Tokens(written.tokens).revoke(made.token.id)

    answer = leaver.update(insert(claim("leaver-2")))
    assert (answer.status, told(answer)["type"].rpartition("/")[2]) == (401, "invalid-token")


def test_every_accepted_write_is_in_the_log_with_its_editor_and_no_token(
    own: Settings, tmp_path: Path
) -> None:
    with editing(own, tmp_path, "加茂") as editor:
        editor.made(insert(claim("logged-1")), message="first\nline: second")
        refused = editor.update(insert(claim("logged-2", cited=False)))
        editor.graph("PATCH", f"A {_triple('logged-1')}\n", PATCH)
        editor.send("POST", "/history/2/revert")
        server, token = editor.server, editor.token

    said, accesses = server.errors(), (tmp_path / "access.log").read_text(encoding="utf-8")
    assert refused.status == 422
    lines = [line.partition("zanryu: ")[2] for line in said.splitlines()]
    assert [line for line in lines if line.startswith("version ")] == [
        "version 1 by 加茂: +13 -0, 'first\\nline: second'",
        "version 2 by 加茂: +1 -0, ''",
        "version 3 by 加茂: +0 -1, ''",
    ]
    assert accesses.count("POST") >= 3
    assert token not in said + accesses
    assert token.removeprefix("zan_") not in said + accesses


def _triple(name: str) -> str:
    base = "https://w3id.org/zanryu"
    return f'<{base}/id/claim/{name}> <{base}/ontology/note> "Seen."@en .'
