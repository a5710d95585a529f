from __future__ import annotations

import stat
import threading
from typing import TYPE_CHECKING

import pytest

from wikidata.reference import enveloped
from zanryu.errors import InputNotFound, InvalidSetting, UnreadableEntity
from zanryu.wikidata.entities.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "wikidata")


def _item(entity_id: str, revision: int = 7) -> bytes:
    return enveloped({"id": entity_id, "claims": {}}, revision)


def test_what_was_never_read_is_not_there(cache: Cache) -> None:
    assert cache.newest("Q1") is None
    assert cache.at("Q1", 7) is None
    assert (cache.revisions("Q1"), cache.ids()) == ([], [])


def test_every_revision_stays_and_the_highest_is_the_newest(cache: Cache) -> None:
    for revision in (9, 10, 8):
        cache.keep("Q1", _item("Q1", revision))

    newest, old = cache.newest("Q1"), cache.at("Q1", 8)
    assert newest and newest.revision == 10
    assert old and old.revision == 8
    assert cache.revisions("Q1") == [8, 9, 10]


def test_the_bytes_are_kept_as_they_came(cache: Cache) -> None:
    cache.keep("Q1", _item("Q1"))

    assert (cache.folder / "Q1" / "7.json").read_bytes() == _item("Q1")


def test_numbers_are_in_their_order(cache: Cache) -> None:
    for entity_id in ("Q10", "Q9", "P2", "Q1"):
        cache.keep(entity_id, _item(entity_id))

    assert cache.ids() == ["P2", "Q1", "Q9", "Q10"]


def test_a_merged_item_is_found_by_its_old_number(cache: Cache) -> None:
    cache.keep("Q1", _item("Q2"))

    newest = cache.newest("Q1")
    assert newest and (newest.id, newest.asked) == ("Q2", "Q1")
    assert (cache.target("Q1"), cache.revisions("Q1"), cache.ids()) == ("Q2", [7], ["Q2"])


def test_a_revision_from_before_a_merge_is_still_there(cache: Cache) -> None:
    cache.keep("Q1", _item("Q1", 5))
    cache.keep("Q1", _item("Q2", 6))

    before, newest = cache.at("Q1", 5), cache.newest("Q1")
    assert before and before.id == "Q1"
    assert newest and newest.id == "Q2"


def test_a_merge_that_was_undone_is_forgotten(cache: Cache) -> None:
    cache.keep("Q1", _item("Q2"))
    cache.keep("Q1", _item("Q1", 8))

    newest = cache.newest("Q1")
    assert newest and (newest.id, newest.revision) == ("Q1", 8)


def test_redirects_in_a_circle_are_told(cache: Cache) -> None:
    for name, target in (("Q1", "Q2"), ("Q2", "Q1")):
        (cache.folder / name).mkdir(parents=True)
        (cache.folder / name / "redirect").write_text(target)

    with pytest.raises(UnreadableEntity, match="in a circle"):
        cache.newest("Q1")


@pytest.mark.parametrize(
    "content",
    [b"", b"Q2 Q3", b"../Q2", b"\xff\xfe", "Q２".encode()],
    ids=["empty", "two", "path", "bytes", "wide"],
)
def test_a_redirect_that_was_spoiled_is_named(
    cache: Cache, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    cache.keep("Q1", _item("Q2"))
    (cache.folder / "Q1" / "redirect").write_bytes(content)

    for read in (cache.newest, cache.target, cache.revisions):
        with pytest.raises(UnreadableEntity, match=r"Q1/redirect: .*Remove the file, and fetch it again"):
            read("Q1")
    assert cache.readable("Q1") is None
    assert ["Q1/redirect" in record.getMessage() for record in caplog.records] == [True]


def test_a_revision_that_is_no_file_is_named(cache: Cache) -> None:
    (cache.folder / "Q1" / "7.json").mkdir(parents=True)

    with pytest.raises(UnreadableEntity, match=r"Q1/7\.json: Is a directory"):
        cache.newest("Q1")


def test_what_is_no_entity_is_not_kept(cache: Cache) -> None:
    with pytest.raises(UnreadableEntity):
        cache.keep("Q1", b'{"entities": {"Q1"')

    assert not cache.folder.exists()


def test_a_file_that_was_spoiled_is_named(cache: Cache) -> None:
    cache.keep("Q1", _item("Q1"))
    (cache.folder / "Q1" / "7.json").write_bytes(b"{")

    with pytest.raises(UnreadableEntity, match=r"Q1/7\.json.*fetch it again"):
        cache.newest("Q1")


@pytest.mark.parametrize(
    "asked", ["", "Q0", "q1", "Q1/../../x", "../Q1", "Q1\n", "Q１", "Q" + "9" * 30, "L1"]
)
def test_only_a_number_becomes_the_name_of_a_folder(cache: Cache, asked: str) -> None:
    with pytest.raises(InvalidSetting, match="is not the number of an item"):
        cache.newest(asked)
    with pytest.raises(InvalidSetting):
        cache.keep(asked, _item("Q1"))


def test_a_disk_that_takes_nothing_leaves_nothing_half_written(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "wikidata").write_text("a file where the folder should be")

    with pytest.raises(InputNotFound, match="cannot be written"):
        cache.keep("Q1", _item("Q1"))


def test_the_server_may_read_what_another_user_kept(cache: Cache) -> None:
    cache.keep("Q1", _item("Q1"))

    assert stat.S_IMODE((cache.folder / "Q1" / "7.json").stat().st_mode) == 0o644


def test_a_reader_never_sees_half_a_file(cache: Cache) -> None:
    cache.keep("Q1", _item("Q1"))
    writer = threading.Thread(target=lambda: [cache.keep("Q1", _item("Q1")) for _ in range(50)])
    writer.start()

    while writer.is_alive():
        newest = cache.newest("Q1")
        assert newest and newest.revision == 7
    writer.join()
    assert [path.name for path in (cache.folder / "Q1").iterdir()] == ["7.json"]
