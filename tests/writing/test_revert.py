"""A version is undone by one more: over HTTP and from the command line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from attack.server import environment
from writing.editor import PROLOGUE, claim, editing, insert, told
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.store.history.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from attack.server import Answer
    from writing.editor import Editor
    from zanryu.config import Settings

MAIN = "from zanryu.cli import main; main()"


def run(*arguments: str, folder: Path, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``zanryu`` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=folder,
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def _revert(editor: Editor, number: int, message: str = "") -> Answer:
    return editor.send("POST", f"/history/{number}/revert?message={message}")


def test_a_version_is_undone_and_the_undoing_is_undone(editor: Editor) -> None:
    number = editor.made(insert(claim("undone-1", more='zr:when "1946"')))["number"]

    undone = _revert(editor, number, "wrong")
    is_there_then = editor.holds("cl:undone-1 ?p ?o")
    redone = _revert(editor, told(undone)["number"])

    assert (undone.status, redone.status) == (200, 200), redone.text
    assert not is_there_then
    assert editor.holds(
        'cl:undone-1 zr:citation ?c ; zr:earliest "1946-01-01"^^xsd:date . ?c zr:locator "bullet 2"'
    )
    kept = told(editor.send("GET", f"/history/{told(undone)['number']}"))
    assert (kept["kind"], kept["reverts"], kept["message"]) == ("revert", number, "wrong")


def test_what_a_later_version_built_upon_is_not_undone_alone(editor: Editor) -> None:
    first = editor.made(insert(claim("later-1")))["number"]
    editor.made(
        f"{PROLOGUE}DELETE DATA {{ cl:later-1 zr:certainty zv:probable }} ;\n"
        "INSERT DATA { cl:later-1 zr:certainty zv:possible }"
    )
    version = editor.version

    answer = _revert(editor, first)

    assert (answer.status, told(answer)["type"].rpartition("/")[2]) == (409, "cannot-be-undone")
    assert "a later one changed the same" in told(answer)["detail"]
    assert editor.version == version


@pytest.mark.parametrize("number", ["01", "%EF%BC%91", "1/1"])
def test_a_version_that_is_written_otherwise_is_none(editor: Editor, number: str) -> None:
    assert editor.send("POST", f"/history/{number}/revert").status == 404


def test_an_undoing_that_breaks_the_rules_is_refused_with_the_findings(editor: Editor) -> None:
    first = editor.made(insert(claim("needed-1")))["number"]
    editor.made(insert(claim("needs-1", says="a guard", more="zr:alternativeTo cl:needed-1")))

    answer = _revert(editor, first)

    assert answer.status in (403, 422), answer.text  # the link stands on both sides
    assert editor.holds("cl:needed-1 a zr:Assertion")


@pytest.mark.parametrize("number", ["0", "999999", "x"])
def test_what_is_no_version_is_not_found(editor: Editor, number: str) -> None:
    assert editor.send("POST", f"/history/{number}/revert").status == 404


def test_the_command_undoes_in_a_store_that_no_server_writes(own: Settings, tmp_path: Path) -> None:
    with editing(own, tmp_path) as editor:
        editor.made(insert(claim("offline-1")))
        meanwhile = run("revert", "1", "--store", str(own.store), folder=tmp_path)
    unseen = run("revert", "1", "--message", "\x1b[2J", "--store", str(own.store), folder=tmp_path)
    undone = run(
        "revert", "1", "--message", "oops", "--editor", "Kamo", "--store", str(own.store), folder=tmp_path
    )
    again = run("revert", "1", "--store", str(own.store), folder=tmp_path)
    with editing(own, tmp_path) as editor:
        is_there = editor.holds("cl:offline-1 ?p ?o")

    assert (meanwhile.returncode, "--server" in meanwhile.stderr) == (2, True), meanwhile.stderr
    assert (unseen.returncode, "control character U+001B" in unseen.stderr) == (2, True), unseen.stderr
    assert (undone.returncode, undone.stdout) == (0, "Version 2 undoes 1: 0 added, 13 removed.\n"), (
        undone.stderr
    )
    assert (again.returncode, "changed the same" in again.stderr) == (2, True), again.stderr
    assert not is_there
    head = Journal(own.history).head
    assert head is not None
    assert (head.editor, head.message, head.reverts) == ("Kamo", "oops", 1)


def test_the_command_undoes_at_a_server_with_a_token_from_a_file_or_standard_input(
    editor: Editor, written: Settings, tmp_path: Path
) -> None:
    secret = Tokens(written.tokens).create("Commander", Scope.write, "never").secret
    (tmp_path / "token").write_text(f"{secret}\n", encoding="utf-8")
    number = editor.made(insert(claim("command-1")))["number"]
    server = ("--server", editor.server.origin)

    undone = run("revert", str(number), *server, "--token-file", "token", folder=tmp_path)
    assert not editor.holds("cl:command-1 ?p ?o")
    redone = run("revert", str(number + 1), *server, "--token-file", "-", folder=tmp_path, typed=secret)

    assert (undone.returncode, redone.returncode) == (0, 0), undone.stderr + redone.stderr
    assert editor.holds("cl:command-1 ?p ?o")
    assert secret not in undone.stdout + undone.stderr + redone.stdout + redone.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--server", "http://zanryu.example.org", "--token-file", "token"], "https://"),
        (["--server", "http://127.0.0.1:9"], "--token-file"),
        (["--server", "http://127.0.0.1:9", "--token-file", "nothing"], "cannot be read"),
        (["--server", "http://127.0.0.1:9", "--token-file", "other"], "holds no token"),
        (["--server", "http://127.0.0.1:9", "--token-file", "token"], "does not answer"),
    ],
    ids=["open line", "no token", "no file", "no token in it", "nobody there"],
)
def test_a_token_goes_to_no_one_who_should_not_have_it(tmp_path: Path, options: list[str], says: str) -> None:
    (tmp_path / "token").write_text(f"zan_{'x' * 43}", encoding="utf-8")
    (tmp_path / "other").write_text("hello there", encoding="utf-8")

    ended = run("revert", "1", *options, folder=tmp_path)

    assert (ended.returncode, says in ended.stderr) == (2, True), ended.stderr
    assert "x" * 43 not in ended.stderr
