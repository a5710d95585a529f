from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from zanryu.errors import InputNotFound
from zanryu.graph.archive import LONGEST_RUN, fingerprint, read_fingerprint, write_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = """Satō, reportedly a staff officer,
  taught at Hill School.
彼は一説によれば大佐であったと伝えられています。
Café it's 1,000"""


@pytest.mark.parametrize(
    "cue",
    [
        pytest.param("reportedly", id="one word"),
        pytest.param("reportedly a staff officer", id="four words"),
        pytest.param("officer, taught at", id="across a line"),
        pytest.param("officer ,   taught", id="other white space"),
        pytest.param("一説によれば", id="Japanese"),
        pytest.param("伝えられ", id="Japanese within a word"),
        pytest.param("it's 1,000", id="apostrophe and comma"),
        pytest.param("Café", id="accent"),
    ],
)
def test_words_that_stand_in_the_text_are_found(cue: str) -> None:
    assert fingerprint(_TEXT).contains(cue)


@pytest.mark.parametrize(
    "cue",
    [
        pytest.param("Reportedly", id="other case"),
        pytest.param("report", id="part of a word"),
        pytest.param("a officer", id="not next to each other"),
        pytest.param("officer staff", id="other order"),
        pytest.param("officer taught", id="punctuation left out"),
        pytest.param("supposedly", id="absent"),
        pytest.param("", id="empty"),
        pytest.param(" \n", id="white space"),
        pytest.param("一説 では", id="other kana"),
        pytest.param("Satō, reportedly a staff officer, taught at", id="longer than a run"),
    ],
)
def test_words_that_do_not_stand_in_the_text_are_not_found(cue: str) -> None:
    assert not fingerprint(_TEXT).contains(cue)


def test_the_longest_run_is_eight_tokens() -> None:
    text = " ".join("abcdefghij")

    kept = fingerprint(text)

    assert kept.contains("a b c d e f g h")
    assert not kept.contains("a b c d e f g h i")
    assert LONGEST_RUN == 8


def test_a_fingerprint_survives_writing_and_reading(tmp_path: Path) -> None:
    path = write_fingerprint(_TEXT, tmp_path, "text.txt")

    assert path.name == "text.txt.fingerprint"
    assert read_fingerprint(tmp_path, "text.txt") == fingerprint(_TEXT)


def test_the_first_line_is_the_digest_of_the_whole_text(tmp_path: Path) -> None:
    lines = write_fingerprint(_TEXT, tmp_path, "text.txt").read_text(encoding="ascii").splitlines()

    assert lines[0] == hashlib.sha256(_TEXT.encode()).hexdigest()


def test_no_word_of_the_text_is_kept(tmp_path: Path) -> None:
    written = write_fingerprint(_TEXT, tmp_path, "text.txt").read_text(encoding="ascii")

    assert set(written) <= set("0123456789abcdef \n")


def test_an_unknown_text_has_no_fingerprint(tmp_path: Path) -> None:
    assert read_fingerprint(tmp_path, "absent.txt") is None


@pytest.mark.parametrize("name", ["../secret", "a/b", "/etc/hostname"])
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputNotFound, match="is not the name of an archived text"):
        read_fingerprint(tmp_path, name)


def test_an_empty_text_holds_nothing(tmp_path: Path) -> None:
    write_fingerprint("", tmp_path, "empty.txt")

    kept = read_fingerprint(tmp_path, "empty.txt")

    assert kept is not None
    assert not kept.contains("a")
