"""`zanryu token`, as an operator runs it: each time a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from zanryu.access.command import app
from zanryu.access.register import Tokens

if TYPE_CHECKING:
    from pathlib import Path

SHOWN_ONCE = "only its digest is kept, and it will not be shown again.\n"


def zanryu(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    return subprocess.run(
        [sys.executable, "-c", "from zanryu.cli import main; main()", "token", *map(str, arguments)],
        env={**clean, "COLUMNS": "120", **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_a_token_is_made_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    store = tmp_path / "store"
    today = datetime.now(UTC).date()

    made = zanryu(
        "create", "--name", "Nguyễn Văn A", "--scope", "write", "--expires", "90d", "--store", store
    )
    admin = zanryu("create", "--name", "加茂徳治", "--scope", "admin", "--expires", "never", "--store", store)

    assert (made.returncode, admin.returncode) == (0, 0)
    assert re.fullmatch(r"zan_[A-Za-z0-9_-]{43}\n", made.stdout)
    assert made.stderr.startswith("Token 1 of Nguyễn Văn A, to write, good to the end of ")
    assert made.stderr.endswith(SHOWN_ONCE)
    assert admin.stderr.startswith("Token 2 of 加茂徳治, to admin, good until it is revoked. ")

    revoked = zanryu("revoke", "1", "--store", store)
    listed = zanryu("list", "--store", store)

    assert (revoked.returncode, listed.returncode) == (0, 0)
    assert revoked.stdout.startswith("Token 1 of Nguyễn Văn A is revoked on ")
    rows = [
        re.split(r"\s*[│┃]\s*", line.strip("│┃ "))
        for line in listed.stdout.splitlines()
        if re.search("[│┃]", line)
    ]
    assert rows[0] == ["id", "name", "scope", "created", "expires", "state"]
    assert rows[1][:3] == ["1", "Nguyễn Văn A", "write"]
    assert rows[1][5].startswith("revoked on ")
    assert rows[2] == ["2", "加茂徳治", "admin", rows[2][3], "never", "active"]
    assert datetime.fromisoformat(rows[1][4]).date() - today in (
        timedelta(90),
        timedelta(91),
    )  # past midnight
    for said in (listed.stdout, revoked.stdout, made.stderr, *(f.read_text() for f in tmp_path.iterdir())):
        assert made.stdout.strip() not in said

    known = Tokens(tmp_path / "tokens.json")
    assert known.identify(made.stdout.strip()) is None
    assert known.identify(admin.stdout.strip()) is not None


def test_the_file_is_where_the_setting_says(tmp_path: Path) -> None:
    elsewhere = tmp_path / "secret.json"

    made = zanryu("create", "--name", "A", "--store", tmp_path / "store", ZANRYU_TOKEN_FILE=str(elsewhere))

    assert made.returncode == 0
    assert len(json.loads(elsewhere.read_text(encoding="utf-8"))["tokens"]) == 1


def test_a_list_of_nothing_says_how_to_begin(tmp_path: Path) -> None:
    listed = zanryu("list", "--store", tmp_path / "store")

    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.startswith("There are no tokens. `zanryu token create")


def test_commands_at_the_same_time_wait_for_one_another(tmp_path: Path) -> None:
    def create(name: str) -> int:
        return zanryu("create", "--name", name, "--store", tmp_path / "store").returncode

    with ThreadPoolExecutor(4) as threads:
        codes = list(threads.map(create, ["A", "B", "C", "A"]))

    assert sorted(codes) == [0, 0, 0, 2]  # one of the two who would both be A
    assert sorted(token.name for token in Tokens(tmp_path / "tokens.json").everyone()) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["revoke", "9"], "No token has the id 9. `zanryu token list` shows them."),
        (["create", "--name", " "], "--name is ' '; give the name"),
        (["create", "--name", "A", "--expires", "soon"], "--expires is 'soon'; give days (90d"),
        (["create", "--name", "A", "--expires", "2001-01-01"], "--expires is 2001-01-01, which is past"),
    ],
    ids=["revoke", "name", "expiry", "past"],
)
def test_a_mistake_is_one_line_and_exits_with_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = zanryu(*arguments, "--store", tmp_path / "store")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"zanryu: {said}")
    assert ended.stderr.count("\n") == 1


def test_an_open_file_is_one_line_that_says_how_to_close_it(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text('{"tokens": []}', encoding="utf-8")
    file.chmod(0o644)

    ended = zanryu("list", "--store", tmp_path / "store")

    assert ended.returncode == 2
    assert ended.stderr.startswith(
        f"zanryu: {file} can be read or written by others than its owner; run `chmod"
    )


@pytest.mark.parametrize(
    "command", app.registered_commands, ids=lambda command: str(command.callback.__name__)
)
def test_the_help_of_each_command_says_what_it_does_and_what_each_option_means(command: object) -> None:
    callback = getattr(command, "callback", None)
    assert callback is not None
    name = getattr(command, "name", None) or callback.__name__

    ended = CliRunner().invoke(app, [name, "--help"], env={"TERMINAL_WIDTH": "200"})

    words = re.sub(r"[^\w.]+", " ", ended.output)
    assert ended.exit_code == 0
    assert re.sub(r"[^\w.]+", " ", callback.__doc__.splitlines()[0]).strip() in words
    for line in ended.output.splitlines():
        if found := re.search(r"(--[a-z]+)(.*)", line):
            assert re.search(r"[A-Za-z]{3,}.*[a-z]", found[2]), f"{found[1]} says nothing"
