from __future__ import annotations

import gzip
import socket
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from wikidata.played import answer, broken_off, endless, playing, silent, trickling
from zanryu.errors import InvalidSetting
from zanryu.wikidata.entities.client import Bounds, GaveUp, Wikidata, WikidataFailed, open_client
from zanryu.wikidata.entities.pauses import Pauses, seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.listener import Listener
    from wikidata.played import Fault, Played

CURRENT = "/wiki/Special:EntityData/Q1.json?maxlag=5"
PINNED = "/wiki/Special:EntityData/Q1.json?revision=1001"
LAGGING = b'{"error": {"code": "maxlag", "info": "Waiting for all: 3.45 seconds lagged.", "lag": 3.45}}'
BOUNDS = Bounds(attempts=3, silence_seconds=0.3, answer_seconds=0.3, max_bytes=500_000)


class Clock:
    """Time that passes only while somebody waits; ``waited`` holds how long."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Played]:
    with playing() as played:
        yield played


@pytest.fixture
def played(server: Played) -> Iterator[Played]:
    server.put({"id": "Q1", "claims": {}})
    yield server
    server.asked.clear()
    server.faults.clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def _asking(played: Played, clock: Clock) -> Iterator[Wikidata]:
    with open_client(played.origin, "ops@example.org", BOUNDS) as wikidata:
        wikidata.pauses = Pauses(clock.sleep, lambda: clock.now)
        yield wikidata


@pytest.fixture
def wikidata(played: Played, clock: Clock) -> Iterator[Wikidata]:
    with _asking(played, clock) as asking:
        yield asking


def test_the_revision_is_asked_for_at_the_address_that_may_be_cached(
    played: Played, wikidata: Wikidata
) -> None:
    assert wikidata.at("Q1", 1001) == played.revisions["Q1"][1001]
    assert played.paths == [PINNED]


def test_every_question_says_who_asks(played: Played, wikidata: Wikidata) -> None:
    wikidata.current("Q1")

    name = played.asked[0].headers["user-agent"]
    assert name.startswith("Zanryu/")
    assert "; ops@example.org)" in name


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        pytest.param("", "set ZANRYU_WIKIDATA_CONTACT", id="nothing"),
        pytest.param("somebody", "give one e-mail address", id="a name"),
        pytest.param("a@b.org\r\nX: y", "give one e-mail address", id="a header"),
        pytest.param("a@b.org (me)", "give one e-mail address", id="with a remark"),
    ],
)
def test_nothing_is_asked_without_a_name(played: Played, contact: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said), open_client(played.origin, contact):
        pytest.fail("it was opened")


@pytest.mark.parametrize(
    "origin",
    ["http://www.wikidata.org", "https://", "www.wikidata.org", "https://x/wiki", "ftp://x", "file:///x"],
)
def test_only_an_origin_that_nobody_listens_to_is_asked(origin: str) -> None:
    with pytest.raises(InvalidSetting, match="ZANRYU_WIKIDATA_ORIGIN"), open_client(origin, "a@b.org"):
        pytest.fail("it was opened")


def test_what_did_not_change_is_not_sent_again(played: Played, wikidata: Wikidata) -> None:
    assert wikidata.current("Q1", datetime(2022, 11, 1, 10, tzinfo=UTC)) is None
    assert wikidata.current("Q1", datetime(2022, 11, 1, 9, tzinfo=UTC)) is not None
    assert played.asked[0].headers["if-modified-since"] == "Tue, 01 Nov 2022 10:00:00 GMT"


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        pytest.param(answer(429, Retry_After="7"), 7, id="too many, in seconds"),
        pytest.param(answer(503, Retry_After="0"), 0, id="at once"),
        pytest.param(answer(429), 5, id="too many, without a word on how long"),
        pytest.param(answer(429, Retry_After="soon"), 5, id="too many, with a word that says nothing"),
        pytest.param(answer(200, LAGGING, Retry_After="9"), 9, id="lag, as 200"),
        pytest.param(answer(200, LAGGING), 5, id="lag, as 200, without a word"),
        pytest.param(answer(502, b"<html>"), 5, id="a proxy"),
    ],
)
def test_a_pause_that_is_asked_for_is_kept(
    played: Played, wikidata: Wikidata, clock: Clock, fault: Fault, waited: float
) -> None:
    played.fail(CURRENT, fault)

    assert wikidata.current("Q1") == played.revisions["Q1"][1001]
    assert sum(clock.waited) == pytest.approx(waited)
    assert played.paths == [CURRENT, CURRENT]


def test_a_pause_until_a_time_is_kept(played: Played, wikidata: Wikidata, clock: Clock) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    played.fail(CURRENT, answer(429, Retry_After=then))

    wikidata.current("Q1")

    assert 20 < sum(clock.waited) <= 30


def test_pauses_without_a_word_get_longer(played: Played, wikidata: Wikidata, clock: Clock) -> None:
    played.fail(CURRENT, answer(503), answer(503))

    wikidata.current("Q1")

    assert clock.waited == [5, 10]


def test_a_pause_that_is_too_long_is_told_and_not_kept(
    played: Played, wikidata: Wikidata, clock: Clock
) -> None:
    played.fail(CURRENT, answer(429, Retry_After="3600"))

    with pytest.raises(GaveUp, match="asks us to wait 3600 seconds"):
        wikidata.current("Q1")
    assert clock.waited == []


def test_who_stays_busy_is_not_asked_for_ever(played: Played, wikidata: Wikidata) -> None:
    played.fail(CURRENT, *[answer(200, LAGGING, Retry_After="1")] * 9)

    with pytest.raises(GaveUp, match="too busy: it was asked 3 times"):
        wikidata.current("Q1")
    assert len(played.asked) == BOUNDS.attempts


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(answer(404), r"has no Q1 \(404\)", id="missing"),
        pytest.param(answer(400), "does not understand the question", id="bad question"),
        pytest.param(answer(403), "see that ZANRYU_WIKIDATA_CONTACT is right", id="refused"),
        pytest.param(answer(418), "with status 418", id="something else"),
        pytest.param(silent, "was silent for 0.3 seconds", id="silent"),
        pytest.param(trickling, "took longer than 0.3 seconds", id="slow"),
        pytest.param(endless, "more than 500000 bytes", id="endless"),
        pytest.param(broken_off, "broke off", id="broken off"),
        pytest.param(
            answer(200, gzip.compress(b" " * 9_000_000), Content_Encoding="gzip"),
            "more than 500000",
            id="bomb",
        ),
        pytest.param(
            answer(200, b"x", Content_Encoding="gzip"), "a coding that it does not keep", id="coding"
        ),
        pytest.param(
            answer(302, Location="http://example.org/x"), "redirects to example.org", id="elsewhere"
        ),
        pytest.param(answer(302, Location="https:///"), "redirects to|does not speak", id="nowhere"),
        pytest.param(answer(302, Location="file:///etc/passwd"), "redirects to", id="file"),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(
    played: Played, wikidata: Wikidata, fault: Fault, said: str
) -> None:
    played.fail(CURRENT, fault)

    with pytest.raises(WikidataFailed, match=said) as failed:
        wikidata.current("Q1")
    assert "\n" not in failed.value.detail
    assert played.paths == [CURRENT]


def test_a_revision_that_is_not_there_is_named(wikidata: Wikidata) -> None:
    with pytest.raises(WikidataFailed, match=r"has no Q1, revision 77 \(404\)"):
        wikidata.at("Q1", 77)


def test_a_redirect_on_the_same_host_is_followed(played: Played, wikidata: Wikidata) -> None:
    played.fail(CURRENT, answer(301, Location=PINNED))

    assert wikidata.current("Q1") == played.revisions["Q1"][1001]


def test_a_redirect_to_another_port_is_not_followed(
    played: Played, wikidata: Wikidata, listener: Listener
) -> None:
    played.fail(CURRENT, answer(302, Location=f"http://127.0.0.1:{listener.port}/"))

    with pytest.raises(WikidataFailed, match="which is not asked"):
        wikidata.current("Q1")
    assert listener.count() == 0


def test_redirects_in_a_circle_have_an_end(played: Played, wikidata: Wikidata) -> None:
    played.fail(CURRENT, *[answer(302, Location=CURRENT)] * 9)

    with pytest.raises(WikidataFailed, match="redirects more than 3 times"):
        wikidata.current("Q1")


def test_a_zipped_answer_is_unpacked(played: Played, wikidata: Wikidata) -> None:
    played.fail(CURRENT, answer(200, gzip.compress(b"{}"), Content_Encoding="gzip"))

    assert wikidata.current("Q1") == b"{}"


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with (
        open_client(f"http://127.0.0.1:{port}", "a@b.org") as wikidata,
        pytest.raises(GaveUp, match="No connection to"),
    ):
        wikidata.current("Q1")


def test_when_one_is_told_to_wait_all_wait() -> None:
    clock = Clock()
    pauses = Pauses(clock.sleep, lambda: clock.now)
    pauses.hold(9)
    pauses.hold(3)

    pauses.wait()
    pauses.wait()

    assert clock.waited == [9]


@pytest.mark.parametrize(
    ("text", "seconds"), [("5", 5.0), (" 5 ", 5.0), ("", None), ("-1", None), ("５", None)]
)
def test_a_retry_after_is_seconds_or_nothing(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def test_a_time_that_is_over_asks_for_no_pause() -> None:
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0
