from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import Headers

from zanryu.access.guard import Access
from zanryu.access.register import Tokens
from zanryu.access.token_file import UnusableTokens
from zanryu.access.tokens import Scope
from zanryu.config import Settings
from zanryu.web.bearer import InsufficientScope, InvalidToken, MalformedAuthorization, TokenMissing

if TYPE_CHECKING:
    from zanryu.access.register import Made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store")


@pytest.fixture
def writer(settings: Settings) -> Made:
    return Tokens(settings.tokens).create("Nguyen Van A", Scope.write, "never")


@pytest.fixture
def admin(settings: Settings) -> Made:
    return Tokens(settings.tokens).create("Kamo", Scope.admin, "never")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_the_tokens_are_beside_the_store_unless_they_are_named_otherwise() -> None:
    assert Settings(store=Path("a/store")).tokens == Path("a/tokens.json")
    assert Settings(store=Path("a/store"), token_file=Path("/etc/b.json")).tokens == Path("/etc/b.json")


def test_an_editor_is_let_in_and_named(settings: Settings, writer: Made, admin: Made) -> None:
    access = Access.of(settings)

    assert access.require(bearer(writer.secret), Scope.write) == writer.token.editor
    assert access.require(bearer(admin.secret), Scope.write).name == "Kamo"
    assert access.require(bearer(admin.secret), Scope.admin).name == "Kamo"


def test_the_headers_of_flask_are_read_like_a_dictionary(settings: Settings, writer: Made) -> None:
    headers = Headers({"Authorization": f"bearer {writer.secret}"})

    assert Access.of(settings).require(headers, Scope.write) == writer.token.editor


def test_who_may_write_may_not_administer(settings: Settings, writer: Made) -> None:
    with pytest.raises(InsufficientScope, match="`admin`") as refused:
        Access.of(settings).require(bearer(writer.secret), Scope.admin)

    assert refused.value.headers["WWW-Authenticate"].endswith('error="insufficient_scope", scope="admin"')


def test_the_answer_is_the_same_whether_a_token_is_unknown_expired_or_revoked(
    settings: Settings, writer: Made
) -> None:
    access, answers = Access.of(settings), set()
    Tokens(settings.tokens).revoke(writer.token.id)

    for token in (writer.secret, "zan_unknown", "x"):
        with pytest.raises(InvalidToken) as refused:
            access.require(bearer(token), Scope.write)
        answers.add((refused.value.detail, *refused.value.headers.items()))

    assert len(answers) == 1


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, TokenMissing),
        ({"authorization": "Basic dTpw"}, TokenMissing),
        ({"cookie": "access_token=zan_x", "proxy-authorization": "Bearer zan_x"}, TokenMissing),
        ({"authorization": "Bearer"}, MalformedAuthorization),
        ({"authorization": "Bearer zan_x"}, InvalidToken),
    ],
    ids=["nothing", "another scheme", "other headers", "no token", "no tokens at all"],
)
def test_who_has_no_token_is_refused(
    settings: Settings, headers: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Access.of(settings).require(headers, Scope.write)


def test_tokens_that_are_open_to_others_are_told_when_the_server_begins(
    settings: Settings, writer: Made
) -> None:
    settings.tokens.chmod(0o644)

    with pytest.raises(UnusableTokens, match="run `chmod 600 "):
        Access.of(settings)


def test_tokens_that_are_spoilt_later_let_nobody_in_and_the_path_is_for_the_log_alone(
    settings: Settings, writer: Made, caplog: pytest.LogCaptureFixture
) -> None:
    access = Access.of(settings)
    settings.tokens.write_text("{", encoding="utf-8")

    with pytest.raises(UnusableTokens, match="nobody may now") as refused:
        access.require(bearer(writer.secret), Scope.write)

    assert refused.value.status == 500  # not the client's fault: nothing is charged
    assert str(settings.tokens) not in refused.value.detail
    assert str(settings.tokens) in caplog.text
