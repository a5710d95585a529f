from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from unit.store.history.entries import CLAIM, CORRECTION, PERSON, Clock, delta, entry, quad
from zanryu.errors import BrokenHistory, NotFound
from zanryu.store.history.journal import Journal
from zanryu.store.history.reader import History
from zanryu.store.history.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three versions."""
    journal = Journal(tmp_path / "live" / "history", Clock())
    for number in range(3):
        journal.append(entry(message=f"change {number + 1}", key=f"key{number + 1}"))
    return journal.folder


def test_a_folder_that_is_not_there_is_an_empty_history(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "nothing")

    assert (len(journal), journal.head, list(journal.since(0))) == (0, None, [])
    assert not (tmp_path / "nothing").exists()
    assert verify(tmp_path / "nothing") == []


def test_versions_are_numbered_from_one_and_each_names_the_file_before(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    headings = Journal(folder).since(0)

    assert names == ["0000001.rdfp", "0000002.rdfp", "0000003.rdfp"]
    assert [h.number for h in headings] == [1, 2, 3]
    assert [h.digest for h in headings] == [
        sha256((folder / name).read_bytes()).hexdigest() for name in names
    ]
    assert [h.previous for h in headings] == ["", headings[0].digest, headings[1].digest]
    assert verify(folder) == []


def test_what_was_appended_is_there_when_it_is_opened_again(folder: Path) -> None:
    before = Journal(folder, Clock())
    appended = before.append(entry())
    after = Journal(folder)

    assert after.head == before.head == appended
    assert after.read(4).delta == CORRECTION
    assert [h.message for h in after.since(2)] == ["change 3", "The page was wrong."]


def test_the_same_changes_give_the_same_bytes(tmp_path: Path, folder: Path) -> None:
    again = Journal(tmp_path / "again", Clock())
    for number in range(3):
        again.append(entry(message=f"change {number + 1}", key=f"key{number + 1}"))

    assert [p.read_bytes() for p in sorted(again.folder.iterdir())] == [
        p.read_bytes() for p in sorted(folder.iterdir())
    ]


def test_a_clock_that_is_put_back_makes_no_version_older_than_the_one_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path, Clock(step=timedelta(hours=-1)))

    assert journal.append(entry()).time == journal.append(entry()).time


def test_a_version_is_found_by_its_idempotency_key(folder: Path) -> None:
    journal = Journal(folder)
    found = journal.with_key("key2")

    assert found is not None
    assert found.number == 2
    assert journal.with_key("other") is None
    assert journal.with_key("") is None


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_version_that_there_is_not_is_not_found(folder: Path, number: int) -> None:
    with pytest.raises(NotFound, match="The newest is 3"):
        Journal(folder).read(number)


def test_a_message_longer_than_a_first_look_is_read_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(entry(message="因" * 5000))
    journal.append(entry())

    assert Journal(tmp_path).heading(1).message == "因" * 5000


# ---------------------------------------------------------------- damage


def _cut(folder: Path) -> None:
    path = folder / "0000003.rdfp"
    path.write_bytes(path.read_bytes()[:-20])


def _empty(folder: Path) -> None:
    (folder / "0000003.rdfp").write_bytes(b"")


def _flip(folder: Path) -> None:
    path = folder / "0000003.rdfp"
    path.write_bytes(path.read_bytes().replace(b"p. 8", b"p. 9"))


def _lose(folder: Path) -> None:
    (folder / "0000002.rdfp").unlink()


def _rename(folder: Path) -> None:
    (folder / "0000003.rdfp").rename(folder / "0000004.rdfp")
    (folder / "0000003.rdfp").write_bytes((folder / "0000002.rdfp").read_bytes())


def _litter(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def _swap(folder: Path) -> None:
    one, two = folder / "0000001.rdfp", folder / "0000002.rdfp"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


_DAMAGE: list[tuple[Callable[[Path], None], str]] = [
    (_cut, "0000003.rdfp"),
    (_empty, "0000003.rdfp"),
    (_flip, "0000003.rdfp"),
    (_lose, "0000002.rdfp"),
    (_rename, "0000004.rdfp"),
    (_litter, "notes.txt"),
    (_swap, "0000002.rdfp"),
]


@pytest.mark.parametrize(("damage", "name"), _DAMAGE, ids=lambda value: getattr(value, "__name__", ""))
def test_a_damaged_history_is_not_opened_and_the_error_names_the_file(
    folder: Path, damage: Callable[[Path], None], name: str
) -> None:
    damage(folder)

    with pytest.raises(BrokenHistory, match=name) as caught:
        Journal(folder)
    assert caught.value.members["file"] == str(folder / name)


@pytest.mark.parametrize(("damage", "name"), _DAMAGE, ids=lambda value: getattr(value, "__name__", ""))
def test_verification_names_the_damaged_file(folder: Path, damage: Callable[[Path], None], name: str) -> None:
    damage(folder)

    assert any(name in problem for problem in verify(folder))


def test_verification_finds_an_old_file_that_was_replaced_by_another_whole_one(
    folder: Path, tmp_path: Path
) -> None:
    other = Journal(tmp_path / "other", Clock())
    other.append(entry(editor="Somebody Else"))
    (folder / "0000001.rdfp").write_bytes((other.folder / "0000001.rdfp").read_bytes())

    (problem,) = verify(folder)
    assert "0000002.rdfp does not follow 0000001.rdfp" in problem
    with pytest.raises(BrokenHistory, match=r"0000001\.rdfp"):
        Journal(folder).read(1)


def test_verification_goes_on_after_the_first_problem(folder: Path) -> None:
    _cut(folder)
    (folder / "0000001.rdfp").unlink()

    assert len(verify(folder)) == 2


def test_a_file_that_changes_under_an_open_history_is_noticed(folder: Path) -> None:
    journal = Journal(folder)
    _flip(folder)

    with pytest.raises(BrokenHistory, match="altered"):
        journal.read(3)


# ---------------------------------------------------------------- the disk


def test_a_version_is_never_replaced_by_a_second_writer(folder: Path) -> None:
    one, two = Journal(folder), Journal(folder)
    one.append(entry(message="first"))
    kept = (folder / "0000004.rdfp").read_bytes()

    with pytest.raises(FileExistsError):
        two.append(entry(message="second"))
    assert (folder / "0000004.rdfp").read_bytes() == kept
    assert len(two) == 3
    assert verify(folder) == []


def test_what_a_crash_left_half_written_is_no_version_and_hinders_none(folder: Path) -> None:
    (folder / ".unfinished").write_bytes(b'H seal "')
    journal = Journal(folder)

    assert len(journal) == 3
    assert journal.append(entry()).number == 4
    assert verify(folder) == []


def test_a_crash_between_the_name_and_the_removal_of_the_other_name_loses_nothing(folder: Path) -> None:
    os.link(folder / "0000003.rdfp", folder / ".unfinished")
    kept = (folder / "0000003.rdfp").read_bytes()
    Journal(folder).append(entry())

    assert (folder / "0000003.rdfp").read_bytes() == kept
    assert verify(folder) == []


@pytest.mark.parametrize("fails_at", [1, 2], ids=["the file", "the folder"])
def test_where_the_disk_refuses_nothing_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    journal = Journal(folder)
    calls: list[int] = []

    def refuse(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        journal.append(entry())
    monkeypatch.undo()

    assert sorted(path.name for path in folder.iterdir())[-1] == "0000003.rdfp"
    assert len(journal) == 3
    assert journal.append(entry()).number == 4


# ---------------------------------------------------------------- readers


def test_a_reader_sees_what_another_process_appended(folder: Path) -> None:
    history = History(folder)
    before = len(history.journal())
    Journal(folder).append(entry(delta({quad(PERSON, "skos:prefLabel", "Sato", "entities")})))

    assert (before, len(history.journal())) == (3, 4)
    assert history.versions_of(PERSON) == [4]


def test_a_reader_sees_a_history_begin(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    before = history.journal().head
    Journal(tmp_path / "history").append(entry())

    assert before is None
    assert len(history.journal()) == 1


def test_a_reader_sees_that_a_backup_was_put_in_place_of_the_history(folder: Path, tmp_path: Path) -> None:
    history = History(folder)
    assert history.versions_of(CLAIM) == [1, 2, 3]
    other = Journal(tmp_path / "other")
    other.append(entry(message="restored"))
    folder.rename(tmp_path / "old")
    other.folder.rename(folder)

    assert [h.message for h in history.journal().since(0)] == ["restored"]
    assert history.versions_of(CLAIM) == [1]


def test_a_reader_refuses_a_version_that_does_not_follow(folder: Path, tmp_path: Path) -> None:
    history = History(folder)
    history.journal()
    other = Journal(tmp_path / "other")
    for _ in range(4):
        other.append(entry(editor="Somebody Else"))
    (folder / "0000004.rdfp").write_bytes((other.folder / "0000004.rdfp").read_bytes())

    with pytest.raises(BrokenHistory, match="does not follow"):
        history.journal()
