from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

from wikidata.played import answer, broken_off, playing
from wikidata.reference import enveloped
from zanryu.cli import main
from zanryu.wikidata.entities.cache import Cache
from zanryu.wikidata.entities.client import QUESTIONS_AT_ONCE, open_client
from zanryu.wikidata.entities.fetching import Happened, Wanted, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wikidata.played import Fault, Played
    from zanryu.graph.sources import Dataset


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Outcome: ...


@pytest.fixture
def played() -> Iterator[Played]:
    with playing() as found:
        for number in range(1, 10):
            found.put(_item(f"Q{number}"))
        yield found


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "wikidata")


@pytest.fixture
def run(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run `zanryu wikidata` in this process, against the played Wikidata."""
    monkeypatch.setenv("ZANRYU_WIKIDATA_ORIGIN", played.origin)
    monkeypatch.setenv("ZANRYU_WIKIDATA_CONTACT", "ops@example.org")

    def _run(*arguments: object) -> Outcome:
        told = ["zanryu", "wikidata", *map(str, arguments), "--store", str(tmp_path / "store")]
        monkeypatch.setattr(sys, "argv", told)
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        return Outcome(int(ended.value.code or 0), *capfd.readouterr())

    return _run


def _item(entity_id: str) -> dict[str, object]:
    return {"id": entity_id, "claims": {}}


def _pinned(entity_id: str, revision: int = 1001) -> str:
    return f"/wiki/Special:EntityData/{entity_id}.json?revision={revision}"


def _current(entity_id: str) -> str:
    return f"/wiki/Special:EntityData/{entity_id}.json?maxlag=5"


def test_what_is_read_is_kept_as_it_came_at_its_revision(run: Run, played: Played, cache: Cache) -> None:
    done = run("fetch", "Q1", "Q2")

    assert done == (0, f"Q1: new, revision 1001\nQ2: new, revision 1001\n2 new: {cache.folder}\n", "")
    assert (cache.folder / "Q1" / "1001.json").read_bytes() == played.revisions["Q1"][1001]
    assert played.paths.count(_pinned("Q1")) == 1


def test_what_did_not_change_is_not_read_again(run: Run, played: Played) -> None:
    run("fetch", "Q1")
    played.asked.clear()

    done = run("fetch", "Q1")

    assert done.out.startswith("Q1: unchanged, revision 1001\n1 unchanged")
    assert played.paths == [_current("Q1")]
    assert played.asked[0].headers["if-modified-since"] == "Tue, 01 Nov 2022 10:00:00 GMT"


def test_a_newer_revision_is_read_beside_the_older(run: Run, played: Played, cache: Cache) -> None:
    run("fetch", "Q1")
    played.put(_item("Q1"), 1002, "2023-01-01T00:00:00Z")

    assert run("fetch", "Q1").out.startswith("Q1: newer, revision 1002\n")
    assert cache.revisions("Q1") == [1001, 1002]


def test_a_merged_item_is_read_and_remembered_under_its_target(
    run: Run, played: Played, cache: Cache
) -> None:
    played.redirects["Q99"] = "Q2"

    assert run("fetch", "Q99").out.startswith("Q99: merged into Q2, new, revision 1001\n")
    assert (cache.target("Q99"), cache.ids()) == ("Q2", ["Q2"])
    assert _pinned("Q2") in played.paths
    assert _pinned("Q99") not in played.paths


def test_a_revision_that_is_named_is_read_and_no_other(run: Run, played: Played, cache: Cache) -> None:
    played.put(_item("Q1"), 1002)

    assert run("fetch", "Q1@1001").out.startswith("Q1: new, revision 1001\n")
    assert run("fetch", "Q1@1001").out.startswith("Q1: unchanged, revision 1001\n")
    assert (played.paths, cache.revisions("Q1")) == ([_pinned("Q1")], [1001])


def test_one_that_fails_does_not_keep_the_others_from_being_read(run: Run, cache: Cache) -> None:
    done = run("fetch", "Q1", "Q404", "Q2")

    assert done.code == 1
    assert "Q404: failed: http://127.0.0.1:" in done.out
    assert "has no Q404 (404)" in done.out
    assert f"2 new, 1 failed: {cache.folder}" in done.out
    assert cache.ids() == ["Q1", "Q2"]


def test_when_nobody_answers_the_rest_is_not_asked(run: Run, played: Played, cache: Cache) -> None:
    numbers = [f"Q{number}" for number in range(1, 10)]
    for number in numbers:
        played.fail(_current(number), answer(429, Retry_After="7200"))

    done = run("fetch", *numbers)

    assert done.code == 1
    assert "asks us to wait 7200 seconds" in done.out
    assert "not asked: see why the one before failed." in done.out
    assert len(played.asked) <= 2 * QUESTIONS_AT_ONCE
    assert cache.ids() == []


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        pytest.param(_current("Q1"), answer(200, b'{"entities": {"Q1": {"id'), "not JSON", id="half"),
        pytest.param(_current("Q1"), answer(200, b"<html>"), "not JSON", id="a page"),
        pytest.param(
            _current("Q1"), answer(200, b'{"id": "Q1"}'), "does not say its revision", id="no revision"
        ),
        pytest.param(_current("Q1"), answer(200, enveloped({"id": "L7"})), "'L7' is not", id="a lexeme"),
        pytest.param(_pinned("Q1"), broken_off, "broke off", id="broken off"),
        pytest.param(
            _pinned("Q1"), answer(200, enveloped(_item("Q1"), 7)), "sent revision 7 of Q1", id="another"
        ),
        pytest.param(
            _pinned("Q1"), answer(200, enveloped(_item("Q2"))), "revision 1001 of Q2", id="other item"
        ),
    ],
)
def test_an_answer_that_is_wrong_is_told_and_nothing_is_kept(
    run: Run, played: Played, cache: Cache, path: str, fault: Fault, said: str
) -> None:
    played.fail(path, fault)

    done = run("fetch", "Q1")

    assert (done.code, cache.ids()) == (1, [])
    assert said in done.out
    assert not list(cache.folder.rglob("*.*"))


def test_three_questions_are_under_way_at_once_and_never_more(played: Played, cache: Cache) -> None:
    played.meet = threading.Barrier(QUESTIONS_AT_ONCE, timeout=10)  # nobody is answered alone
    wanted = [Wanted(f"Q{number}") for number in range(1, 10)]

    with open_client(played.origin, "ops@example.org") as wikidata:
        fetched = list(fetch(wanted, cache, wikidata))

    assert [one.asked for one in fetched] == [item.id for item in wanted]
    assert {one.happened for one in fetched} == {Happened.NEW}
    assert played.most_at_once == QUESTIONS_AT_ONCE


def test_who_stops_listening_waits_for_no_pause(played: Played, cache: Cache) -> None:
    kept, *others = (Wanted(f"Q{number}") for number in range(1, 10))
    cache.keep(kept.id, enveloped(_item(kept.id)))  # nothing is asked for it, so no pause holds it up
    for item in others:
        played.fail(_current(item.id), answer(429, Retry_After="50"))

    with open_client(played.origin, "ops@example.org") as wikidata:
        fetching = fetch([Wanted(kept.id, 1001), *others], cache, wikidata)
        assert isinstance(fetching, Generator)
        assert next(fetching).happened == Happened.UNCHANGED
        while not played.asked:
            time.sleep(0.01)
        fetching.close()

    assert cache.ids() == [kept.id]


def test_all_that_the_data_links_to_is_read(run: Run, small_dataset: Dataset, cache: Cache) -> None:
    links = small_dataset.data / "links.ttl"
    links.write_text(
        links.read_text("utf-8").replace("wd:Q1 .", "wd:Q1, wd:Q3, <https://sws.geonames.org/1/> .")
    )

    done = run("fetch", "--linked", "--data", small_dataset.root)

    assert (done.code, cache.ids()) == (0, ["Q1", "Q3"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "Say which items", id="nothing"),
        pytest.param(["42"], "'42' is not the number of an item", id="a number"),
        pytest.param(["Q1/../../x"], "is not the number of an item", id="a path"),
        pytest.param(["Q1@"], "names no revision", id="no revision"),
        pytest.param(["Q1@x"], "names no revision", id="a word"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_one_line(
    run: Run, played: Played, arguments: list[str], said: str
) -> None:
    done = run("fetch", *arguments)

    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert played.asked == []


def test_without_a_contact_nothing_is_asked(
    run: Run, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZANRYU_WIKIDATA_CONTACT")

    done = run("fetch", "Q1")

    assert done.code == 2
    assert "set ZANRYU_WIKIDATA_CONTACT to your e-mail address" in done.err
    assert played.asked == []
