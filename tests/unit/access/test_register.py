"""Tokens in a file: made, revoked, recognised; the file is its owner's, whole, and read anew when changed."""

from __future__ import annotations

import hmac
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zanryu.access.register import Tokens
from zanryu.access.token_file import UnusableTokens
from zanryu.access.tokens import Editor, Scope, digest_of
from zanryu.errors import InputNotFound, InvalidSetting

NAME = "Nguyen Van A"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 30, 15, 999, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


@pytest.fixture
def tokens(path: Path, clock: Clock) -> Tokens:
    return Tokens(path, clock)


# ------------------------------------------------------------------ recognised


def test_who_holds_a_token_is_told_by_it(tokens: Tokens) -> None:
    first = tokens.create(NAME, Scope.write, "90d").secret
    second = tokens.create("Kamo", Scope.admin, "never").secret

    assert tokens.identify(first) == Editor(NAME, Scope.write, 1)
    assert tokens.identify(second) == Editor("Kamo", Scope.admin, 2)


def test_anything_else_is_nobody(tokens: Tokens, path: Path) -> None:
    assert tokens.identify("zan_") is None  # there is no file yet
    made = tokens.create(NAME, Scope.write, "90d")

    for text in (
        "",
        made.secret[:-1],
        made.secret + "x",
        made.secret.upper(),
        made.token.digest.hex(),
        "\ud800",
    ):
        assert tokens.identify(text) is None
    path.unlink()
    assert tokens.identify(made.secret) is None


def test_a_token_is_good_to_the_end_of_its_last_day(tokens: Tokens, clock: Clock) -> None:
    secret = tokens.create(NAME, Scope.write, "1d").secret

    clock.now = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    assert tokens.identify(secret)
    clock.now += timedelta(seconds=1)
    assert tokens.identify(secret) is None


def test_the_log_says_why_a_token_was_refused_and_not_which_it_was(
    tokens: Tokens, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    expired = tokens.create(NAME, Scope.write, "0d").secret
    revoked = tokens.create("Kamo", Scope.write, "never").secret
    tokens.revoke(2)
    clock.now += timedelta(days=1)

    assert tokens.identify(expired) is tokens.identify(revoked) is None

    assert [record.getMessage() for record in caplog.records] == [
        "token 1 of Nguyen Van A was sent and refused: expired on 2026-11-21",
        "token 2 of Kamo was sent and refused: revoked on 2026-11-21",
    ]
    assert expired not in caplog.text
    assert revoked not in caplog.text


def test_another_process_s_revocation_holds_from_the_next_request_on(tokens: Tokens, path: Path) -> None:
    secret = tokens.create(NAME, Scope.write, "never").secret
    assert tokens.identify(secret)

    Tokens(path).revoke(1)

    assert tokens.identify(secret) is None


def test_a_token_made_by_another_process_is_known_at_once(tokens: Tokens, path: Path) -> None:
    assert tokens.identify("zan_x") is None

    secret = Tokens(path).create(NAME, Scope.write, "never").secret

    assert tokens.identify(secret)


def test_the_file_is_read_once_while_it_stays_as_it_is(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tokens.create(NAME, Scope.write, "never").secret
    assert tokens.identify(secret)
    opened: list[Path] = []
    whole = Path.open

    def spy(path: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(path)
        return whole(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", spy)

    assert all(tokens.identify(secret) for _ in range(10))
    assert opened == []


def test_every_token_is_compared_in_constant_time_whichever_fits(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [tokens.create(f"Editor {number}", Scope.write, "never").secret for number in range(5)]
    tokens.revoke(3)
    compared: list[tuple[bytes, bytes]] = []
    whole = hmac.compare_digest

    def spy(kept: bytes, given: bytes) -> bool:
        compared.append((kept, given))
        return whole(kept, given)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    for sent in (*secrets, "unknown", ""):
        compared.clear()
        tokens.identify(sent)

        assert [kept for kept, _ in compared] == [digest_of(secret) for secret in secrets]
        assert {given for _, given in compared} == {digest_of(sent)}


# ------------------------------------------------------------------ made and revoked


def test_the_token_itself_is_nowhere_on_disk(tokens: Tokens, path: Path) -> None:
    secret = tokens.create(NAME, Scope.write, "90d").secret

    for file in path.parent.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert secret.removeprefix("zan_").encode() not in file.read_bytes()
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "tokens": [
            {
                "id": 1,
                "name": NAME,
                "scope": "write",
                "sha256": digest_of(secret).hex(),
                "created": "2026-11-21T12:30:15+00:00",
                "expires": "2027-02-19",
                "revoked": None,
            }
        ]
    }


def test_what_is_written_is_what_is_read(tokens: Tokens, path: Path) -> None:
    made = [
        tokens.create("Nguyễn Văn A", Scope.write, "90d").token,
        tokens.create("加茂徳治", Scope.admin, "never").token,
    ]

    assert Tokens(path).everyone() == tokens.everyone() == tuple(made)
    revoked = tokens.revoke(2)
    assert Tokens(path).everyone() == (made[0], revoked)


def test_two_active_tokens_have_two_names(tokens: Tokens, clock: Clock) -> None:
    tokens.create(NAME, Scope.write, "1d")

    with pytest.raises(InvalidSetting, match="Nguyen Van A has token 1 already. Revoke it first"):
        tokens.create("nguyen  van a", Scope.admin, "never")

    clock.now += timedelta(days=2)
    assert tokens.create(NAME, Scope.write, "never").token.id == 2  # the first has expired
    tokens.revoke(2)
    assert tokens.create(NAME, Scope.write, "never").token.id == 3


def test_a_revoked_token_stays_in_the_list_with_the_time_of_its_first_revocation(
    tokens: Tokens, clock: Clock
) -> None:
    tokens.create(NAME, Scope.write, "never")
    first = tokens.revoke(1)
    clock.now += timedelta(days=3)

    assert tokens.revoke(1) == first == tokens.everyone()[0]
    assert first.state(clock.now.date()) == "revoked on 2026-11-21"


def test_a_token_that_there_is_not_cannot_be_revoked(tokens: Tokens, path: Path) -> None:
    with pytest.raises(InputNotFound, match="No token has the id 7. `zanryu token list` shows them"):
        tokens.revoke(7)
    assert not path.exists()


# ------------------------------------------------------------------ the file


def test_the_file_and_its_lock_are_for_their_owner_alone(tokens: Tokens, path: Path) -> None:
    before = os.umask(0)
    try:
        tokens.create(NAME, Scope.write, "never")
        tokens.revoke(1)
    finally:
        os.umask(before)

    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {
        "tokens.json": 0o600,
        "tokens.json.lock": 0o600,
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
def test_a_file_that_is_open_to_others_is_refused_by_everything(
    tokens: Tokens, path: Path, mode: int
) -> None:
    secret = tokens.create(NAME, Scope.write, "never").secret
    assert tokens.identify(secret)
    path.chmod(mode)

    for use in (tokens.everyone, lambda: tokens.identify(secret), lambda: tokens.revoke(1)):
        with pytest.raises(
            UnusableTokens, match=r"by others than its owner; run `chmod 600 \S+tokens.json`"
        ) as no:
            use()
        assert no.value.detail.count(". ") == 0

    path.chmod(0o600)
    assert tokens.identify(secret)


def _spoilt(record: dict[str, Any], **changes: Any) -> str:
    changed = {**record, **changes}
    return json.dumps({"tokens": [{name: value for name, value in changed.items() if value is not ...}]})


RECORD = {
    "id": 1,
    "name": "A",
    "scope": "write",
    "sha256": "00" * 32,
    "created": "2026-11-21T12:30:15+00:00",
    "expires": None,
    "revoked": None,
}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param('{"tokens": [', id="cut off"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('{"tokens": 5}', id="a number for tokens"),
        pytest.param('{"tokens": ["a"]}', id="a text for a token"),
        pytest.param('{"tokens": [["a"]]}', id="a list for a token"),
        pytest.param("[" * 100_000, id="nested"),
        pytest.param(b"\xff".decode("latin-1"), id="no JSON"),
        pytest.param(_spoilt(RECORD, revoked=...), id="revocation missing"),
        pytest.param(_spoilt(RECORD, revoked=False), id="revocation of another type"),
        pytest.param(_spoilt(RECORD, revokd="2026-11-21"), id="unknown field"),
        pytest.param(_spoilt(RECORD, expires="soon"), id="no date"),
        pytest.param(_spoilt(RECORD, scope="root"), id="unknown scope"),
        pytest.param(_spoilt(RECORD, sha256="00"), id="short digest"),
        pytest.param(_spoilt(RECORD, sha256="zz" * 32), id="no digest"),
        pytest.param(_spoilt(RECORD, id="1"), id="id of another type"),
        pytest.param(_spoilt(RECORD, name=None), id="no name"),
        pytest.param(json.dumps({"tokens": [RECORD, RECORD]}), id="one id twice"),
    ],
)
def test_a_file_that_cannot_be_read_whole_lets_nobody_in_and_is_not_written_over(
    path: Path, content: str
) -> None:
    path.touch(0o600)
    path.write_text(content, encoding="utf-8")

    for use in (lambda: Tokens(path).identify("x"), lambda: Tokens(path).create("A", Scope.write, "never")):
        with pytest.raises(UnusableTokens, match="is not a list of tokens as `zanryu token` writes it"):
            use()
    assert path.read_text(encoding="utf-8") == content


def test_a_good_record_is_read(path: Path) -> None:
    path.touch(0o600)
    path.write_text(_spoilt(RECORD), encoding="utf-8")

    assert Tokens(path).everyone()[0].name == "A"


def test_what_the_file_held_before_counts_no_more_when_it_is_spoilt(tokens: Tokens, path: Path) -> None:
    secret = tokens.create(NAME, Scope.write, "never").secret
    assert tokens.identify(secret)

    path.write_text("{", encoding="utf-8")

    for _ in range(2):
        with pytest.raises(UnusableTokens):
            tokens.identify(secret)


def test_where_there_is_no_folder_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="no such folder; run `zanryu build`"):
        Tokens(tmp_path / "vra" / "tokens.json").create(NAME, Scope.write, "never")
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tokens: Tokens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tokens.create(NAME, Scope.write, "never").secret

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(UnusableTokens, match=r"tokens\.json cannot be written: No space left on device"):
            tokens.revoke(1)

    assert tokens.identify(secret)
    assert sorted(file.name for file in path.parent.iterdir()) == ["tokens.json", "tokens.json.lock"]


def test_what_a_killed_command_left_behind_is_no_obstacle(tokens: Tokens, path: Path) -> None:
    path.with_name("tokens.json.unfinished").write_text("{", encoding="utf-8")

    assert tokens.identify(tokens.create(NAME, Scope.write, "never").secret)


def test_the_new_file_is_on_disk_before_it_takes_the_place_of_the_old(
    tokens: Tokens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def spy_sync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def spy_replace(old: Path, new: Path) -> Path:
        done.append(new.name)
        return replace(old, new)

    monkeypatch.setattr(os, "fsync", spy_sync)
    monkeypatch.setattr(Path, "replace", spy_replace)
    tokens.create(NAME, Scope.write, "never")

    assert done == ["file", "tokens.json", "folder"]


def test_many_at_once_lose_no_token(path: Path) -> None:
    def create(number: int) -> str:
        return Tokens(path).create(f"Editor {number}", Scope.write, "never").secret

    with ThreadPoolExecutor(8) as threads:
        secrets = list(threads.map(create, range(24)))

    assert [token.id for token in Tokens(path).everyone()] == list(range(1, 25))
    assert {editor.name for secret in secrets if (editor := Tokens(path).identify(secret))} == {
        f"Editor {number}" for number in range(24)
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file that is another's")
def test_what_root_makes_belongs_to_the_user_of_the_store(tokens: Tokens, path: Path) -> None:
    os.chown(path.parent, 12345, 12345)
    tokens.create(NAME, Scope.write, "never")
    assert {file.stat().st_uid for file in path.parent.iterdir()} == {12345}

    os.chown(path.parent, 0, 0)
    tokens.revoke(1)

    assert {file.stat().st_uid for file in path.parent.iterdir()} == {12345}
