"""A spreadsheet is written to a server as one change, read against what the server holds."""

from __future__ import annotations

import csv
import io
import os
import pty
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest

from attack.server import environment
from writing.editor import PROLOGUE, Editor, claim, copy_of, editing, insert
from writing.test_revert import MAIN, run
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.commands.asking import Asking
from zanryu.commands.import_to_server import TableImport
from zanryu.commands.remote import RemoteServer, open_server
from zanryu.graph.materialise import DEFAULT_THRESHOLD
from zanryu.graph.table.importing import import_table
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from attack.server import Server
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_HEAD = ["claim", "subject", "property", "value", "certainty", "status", "source", "locator", "stance"]


def _table(*rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _HEAD, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(name: str, value: str, **more: str) -> dict[str, str]:
    return {
        "claim": f"cl:{name}",
        "subject": "p:ishii-takuo",
        "property": "zr:describedAs",
        "value": value,
        "certainty": "zv:probable",
        "status": "zv:normal",
        "source": "w:answer",
        "locator": "bullet 2",
        "stance": "zv:supports",
        **more,
    }


@pytest.fixture(scope="module")
def written(few_built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A build of few claims: each import reads all that the server holds."""
    return copy_of(few_built, tmp_path_factory.mktemp("imported") / "home")


@pytest.fixture(scope="module")
def editor(written: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor at a server over it."""
    with editing(written, tmp_path_factory.mktemp("imported-server")) as found:
        yield found


def _import(
    editor: Editor, folder: Path, *rows: dict[str, str], language: str = "en"
) -> CompletedProcess[str]:
    return run(*_command(editor, folder, *rows), "--lang", language, folder=folder)


def _command(editor: Editor, folder: Path, *rows: dict[str, str]) -> tuple[str, ...]:
    (folder / "claims.csv").write_text(_table(*rows), encoding="utf-8")
    (folder / "token").write_text(editor.token, encoding="utf-8")
    server = ("--server", editor.server.origin, "--token-file", "token", "--message", "a table")
    return ("import", "claims.csv", *server)


def test_claims_of_a_table_are_added_then_left_alone_then_changed(editor: Editor, tmp_path: Path) -> None:
    rows = [_row("table-1", "a cook@en"), _row("table-2", "a guard@en")]

    added = _import(editor, tmp_path, *rows)
    again = _import(editor, tmp_path, *rows)
    rows[1] = _row("table-2", "a guard@en", certainty="zv:possible", locator="bullet 3")
    changed = _import(editor, tmp_path, *rows)

    assert (added.returncode, again.returncode, changed.returncode) == (0, 0, 0), added.stdout + added.stderr
    assert added.stdout.startswith("Claims: 2 added, 0 changed, 0 unchanged, in version ")
    assert again.stdout == "Nothing to write: 2 claims are there as the table says.\n"
    assert changed.stdout.startswith("Claims: 0 added, 1 changed, 1 unchanged, in version ")
    assert editor.holds("cl:table-2 zr:certainty zv:possible ; zr:citation ?c . ?c zr:locator 'bullet 3'")
    assert not editor.holds("cl:table-2 zr:citation ?c . ?c zr:locator 'bullet 2'")
    assert not editor.holds("cl:table-2 zr:certainty zv:probable")


def test_a_row_without_a_source_is_told_by_its_row_and_nothing_is_written(
    editor: Editor, tmp_path: Path
) -> None:
    version = editor.version

    ended = _import(
        editor,
        tmp_path,
        _row("row-1", "a porter@en"),
        _row("row-2", "a driver@en", source="", locator="", stance=""),
    )

    assert ended.returncode == 1
    assert "row 3, column G (source): violation S04" in ended.stdout, ended.stdout
    assert ended.stdout.endswith("Nothing was written.\n")
    assert editor.version == version


def test_a_table_is_read_against_what_the_server_holds_and_not_the_files(
    editor: Editor, tmp_path: Path
) -> None:
    editor.made(
        f"{PROLOGUE}INSERT DATA {{ p:table-person a zr:Person ; skos:prefLabel 'Table Person'@en ; "
        "zr:nationality zv:vietnamese }"
    )

    ended = _import(editor, tmp_path, _row("table-person-1", "a cook@en", subject="Table Person"))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert editor.holds("cl:table-person-1 rdf:subject p:table-person")


def test_a_table_of_the_files_leaves_what_holds_both_ways_as_it_is(
    editor: Editor, tmp_path: Path, few: Dataset
) -> None:
    """Of two claims that contradict each other, one says so in the files: not always the first by name."""
    link = "zr:conflictsWith"
    assert editor.holds(f"?a {link} ?b"), "the files have no such pair"
    before = editor.version
    exported = run("export", "--table", "claims", "--from", str(few.root), folder=tmp_path)
    (tmp_path / "all.csv").write_text(exported.stdout, encoding="utf-8")
    (tmp_path / "token").write_text(editor.token, encoding="utf-8")

    ended = run(
        *("import", "all.csv", "--server", editor.server.origin, "--token-file", "token"),
        *("--data", str(few.root)),
        folder=tmp_path,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert editor.version == before, ended.stdout


def test_a_file_that_is_being_edited_here_keeps_no_table_from_a_server(
    editor: Editor, tmp_path: Path, few: Dataset
) -> None:
    shutil.copytree(few.root, tmp_path / "desk")
    with (tmp_path / "desk" / "data" / "persons.ttl").open("a", encoding="utf-8") as file:
        file.write("p:half-a-thought a")
    command = _command(editor, tmp_path, _row("desk-1", "a saddler@en"))

    ended = run(*command, "--data", str(tmp_path / "desk"), folder=tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert editor.holds("cl:desk-1 ?p ?o")


def test_a_dry_run_shows_what_a_server_would_change_and_changes_nothing(
    editor: Editor, tmp_path: Path
) -> None:
    _import(editor, tmp_path, _row("dry-1", "a painter@en"))
    before = editor.version
    _command(editor, tmp_path, _row("dry-1", "a weaver@en"), _row("dry-2", "a printer@en"))

    ended = run("import", "claims.csv", "--server", editor.server.origin, "--dry-run", folder=tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert '-    rdf:object "a painter"@en' in ended.stdout
    assert '+    rdf:object "a weaver"@en' in ended.stdout
    assert '+    rdf:object "a printer"@en' in ended.stdout
    assert ended.stdout.endswith("Would write: 1 added, 1 changed, 0 unchanged\n")
    assert editor.version == before


def test_a_table_of_what_the_server_holds_is_imported_as_it_is(editor: Editor, tmp_path: Path) -> None:
    _import(editor, tmp_path, _row("live-1", "a glazier@en"))
    before = editor.version

    exported = run(
        *("export", "--table", "claims", "--from", editor.server.origin, "--output", "live.csv"),
        folder=tmp_path,
    )
    ended = run(
        *("import", "live.csv", "--server", editor.server.origin, "--token-file", "token"), folder=tmp_path
    )

    assert (ended.returncode, exported.stderr.count("left out")) == (0, 1), exported.stderr + ended.stdout
    assert "a glazier@en" in (tmp_path / "live.csv").read_text(encoding="utf-8")
    assert ended.stdout.startswith("Nothing to write: ")
    assert editor.version == before


def test_a_token_that_is_not_good_is_told_in_the_words_of_the_server(
    editor: Editor, written: Settings, tmp_path: Path
) -> None:
    made = Tokens(written.tokens).create("Importer", Scope.write, "never")
    Tokens(written.tokens).revoke(made.token.id)

    ended = _import(Editor(editor.server, made.secret), tmp_path, _row("refused-1", "a clerk@en"))

    assert (ended.returncode, "not known here" in ended.stderr) == (2, True), ended.stdout + ended.stderr
    assert made.secret not in ended.stderr + ended.stdout


def test_what_came_of_a_table_at_a_server_is_told_in_a_language(editor: Editor, tmp_path: Path) -> None:
    rows = [_row("told-1", "a tailor@en"), _row("told-2", "a smith@en")]

    added = _import(editor, tmp_path, *rows, language="vi")
    again = _import(editor, tmp_path, *rows, language="ja")
    refused = _import(editor, tmp_path, _row("told-3", "a miller@en", source=""), language="ja")

    assert added.stdout.startswith("Khẳng định: thêm 2, đổi 0, giữ nguyên 0, trong phiên bản ")
    assert again.stdout == "書き込むものはありません。2 件の主張は、すでに表のとおりです。\n"
    assert refused.stdout.endswith("\n何も書き込まれませんでした。\n")


def test_a_table_is_read_again_if_others_change_the_data_meanwhile(
    editor: Editor, few: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(editor.token, encoding="utf-8")
    table = _table(_row("meanwhile-1", "a weaver@en")).encode()
    read = partial(import_table, table, few, DEFAULT_THRESHOLD, "en")
    told: list[str] = []

    def tell(text: str) -> None:
        if text.startswith("Sent") and not any(earlier.startswith("Sent") for earlier in told):
            editor.made(insert(claim("others-1")))
        told.append(text)

    with open_server(editor.server.origin, tmp_path / "token", tell=tell) as remote:
        sent = TableImport(read, frozenset(), "", Words("en"), tell).send(remote)

    assert sent.outcome is not None
    assert [text.partition(" ")[0] for text in told] == ["Reading", "Checking", "Sent;"] * 2
    assert editor.holds("cl:meanwhile-1 ?p ?o . cl:others-1 ?q ?r")


def test_a_table_whose_answer_is_lost_on_the_way_is_written_once(editor: Editor, few: Dataset) -> None:
    table = _table(_row("lost-1", "a potter@en")).encode()
    read = partial(import_table, table, few, DEFAULT_THRESHOLD, "en")
    before = editor.made(insert(claim("before-lost-1")))["number"]
    told: list[str] = []
    slept: list[float] = []

    with (
        losing_the_first_answer_to_a_change(editor.server) as proxy,
        httpx.Client(base_url=proxy, headers={"Authorization": f"Bearer {editor.token}"}) as client,
    ):
        remote = RemoteServer(Asking(client, Words("en"), sleep=slept.append))
        sent = TableImport(read, frozenset(), "", Words("en"), told.append).send(remote)

    assert sent.outcome is not None
    assert (sent.outcome.number, len(slept)) == (before + 1, 1)
    assert editor.version.endswith(f"-{before + 1}")
    assert editor.holds("cl:lost-1 ?p ?o")


@contextmanager
def losing_the_first_answer_to_a_change(server: Server) -> Iterator[str]:
    """Yield the address of a proxy that hangs up when the server has made the first change."""
    lost: list[str] = []

    class Losing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = server.ask(self.command, self.path, dict(self.headers), body)
            if self.command == "POST" and not lost:
                lost.append(self.path)
                return
            self.send_response(answer.status)
            self.send_header("Content-Encoding", answer.headers.get("content-encoding", "identity"))
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of http.server
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Losing) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}"
        finally:
            proxy.shutdown()
            thread.join()


def test_a_table_that_is_too_much_for_one_change_is_to_be_divided(own: Settings, tmp_path: Path) -> None:
    with editing(own, tmp_path, max_body_bytes="4096") as small:
        ended = _import(small, tmp_path, *(_row(f"many-{n}", f"cook {n}@en") for n in range(200)))
        is_there = small.holds("cl:many-0 ?p ?o")

    assert (ended.returncode, is_there) == (2, False), ended.stdout + ended.stderr
    assert "says: The request body is over 4096 bytes." in ended.stderr, ended.stderr
    assert "Divide the table into several files and import one after the other." in ended.stderr


def test_who_waits_at_a_terminal_sees_for_what(editor: Editor, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAIN, *_command(editor, tmp_path, _row("seen-1", "a mason@en"))]
    ours, theirs = pty.openpty()
    settings = {**environment({}), "TERM": "xterm", "COLUMNS": "200"}

    process = subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    seen = _all_of(ours)
    told, _ = process.communicate(timeout=60)

    assert process.returncode == 0, seen
    assert told.startswith(b"Claims: 1 added, 0 changed")
    assert f"{editor.server.origin} checks and writes it" in seen
    assert "0:00:00" in seen


def _all_of(terminal: int) -> str:
    seen = b""
    while True:
        try:
            block = os.read(terminal, 65_536)
        except OSError:  # nobody has the other end any more (EIO)
            block = b""
        if not block:
            os.close(terminal)
            return seen.decode()
        seen += block
