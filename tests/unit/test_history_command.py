"""`zanryu history` and `zanryu verify`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from unit.store.history.entries import Clock, entry
from zanryu.cli import main
from zanryu.config import Settings
from zanryu.store.history.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A history of 25 versions; the store itself is not needed."""
    settings = Settings(store=tmp_path / "store")
    journal = Journal(settings.history, Clock())
    for number in range(25):
        journal.append(entry(message=f"[bold]reason {number + 1}\nmore"))
    return settings


def _run(monkeypatch: pytest.MonkeyPatch, settings: Settings, *arguments: str) -> int:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "argv", ["zanryu", *arguments, "--store", str(settings.store)])
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def test_the_newest_versions_are_listed_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _run(monkeypatch, settings, "history")
    said = capsys.readouterr().out

    assert code == 0
    assert said.index("[bold]reason 25") < said.index("[bold]reason 6")
    assert "reason 5" not in said
    assert "20 of 25 versions" in said


def test_all_versions_are_listed_on_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(monkeypatch, settings, "history", "--all")

    assert "reason 1 " in capsys.readouterr().out


def test_a_version_is_printed_byte_by_byte(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = _run(monkeypatch, settings, "history", "7")

    assert code == 0
    assert capfdbinary.readouterr().out == (settings.history / "0000007.rdfp").read_bytes()


def test_a_version_that_there_is_not_is_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, settings, "history", "26") == 2
    assert "There is no version 26. The newest is 25." in capsys.readouterr().err


def test_without_a_history_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(store=tmp_path / "store")

    assert _run(monkeypatch, settings, "history") == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert _run(monkeypatch, settings, "verify") == 0


def test_verification_ends_with_1_and_names_the_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, settings, "verify") == 0
    path = settings.history / "0000007.rdfp"
    path.write_bytes(path.read_bytes()[:-3])

    assert _run(monkeypatch, settings, "verify") == 1
    assert str(path) in capsys.readouterr().out
