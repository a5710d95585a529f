"""The front over doubles: what is evaluated, kept, shared, compressed, refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from unit.front.doubles import LAST_MODIFIED, RESULTS_JSON, Engine, Protocol, server_over
from zanryu.errors import QueryTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from unit.front.doubles import Server

ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")
STOPPED = QueryTimeout("The query was stopped after 30 seconds.")
CHANGING = "/sparql?query=" + quote("SELECT (NOW() AS ?now) {}")
LONG = b'{"x": "' + b"long " * 1000 + b'"}'


async def test_an_answer_is_evaluated_once_and_then_kept(engine: Engine, server: Server) -> None:
    first, second = await server.ask(ASK), await server.ask(ASK)

    assert (first.status, first.body, first["x-cache"]) == (200, b"answer", "miss")
    assert (second.status, second.body, second["x-cache"]) == (200, b"answer", "hit")
    assert second["etag"] == first["etag"]
    assert second["last-modified"] == LAST_MODIFIED
    assert second["cache-control"] == "public, max-age=60, must-revalidate"
    assert len(engine.asked) == 1


async def test_head_is_answered_from_what_get_left_with_its_length(engine: Engine, server: Server) -> None:
    await server.ask(ASK)

    answer = await server.ask(ASK, "HEAD")

    assert (answer.status, answer.body, answer["content-length"]) == (200, b"", "6")
    assert (answer["x-cache"], len(engine.asked)) == ("hit", 1)


async def test_a_new_data_version_is_asked_anew(engine: Engine, server: Server) -> None:
    before = await server.ask(ASK)

    engine.version = "v2"
    after = await server.ask(ASK)

    assert after["x-cache"] == "miss"
    assert after["etag"] != before["etag"]


async def test_an_answer_is_tagged_by_the_data_it_was_evaluated_on_not_by_that_it_was_asked_of(
    engine: Engine, server: Server
) -> None:
    engine.go.clear()
    asked = asyncio.create_task(server.ask(ASK))
    while not engine.asked:
        await asyncio.sleep(0)
    engine.version = "v2"
    engine.go.set()
    old = await asked

    new = await server.ask(ASK)

    assert new["x-cache"] == "miss"
    assert new["etag"] != old["etag"]


async def test_what_changes_by_itself_is_never_kept_and_never_shared(engine: Engine, server: Server) -> None:
    answers = await asyncio.gather(*(server.ask(CHANGING) for _ in range(3)))

    assert len(engine.asked) == 3
    assert {answer["cache-control"] for answer in answers} == {"no-store"}
    assert not any("etag" in answer or "x-cache" in answer for answer in answers)


@pytest.mark.parametrize(("answer", "status"), [(b"answer", 200), (STOPPED, 503)], ids=["answer", "error"])
async def test_many_who_ask_the_same_at_once_share_one_evaluation_and_its_error(
    engine: Engine, server: Server, answer: bytes | Exception, status: int
) -> None:
    engine.answer = answer
    engine.go.clear()
    asked = [asyncio.create_task(server.ask(ASK)) for _ in range(20)]
    await asyncio.sleep(0)
    engine.go.set()

    answers = await asyncio.gather(*asked)

    assert len(engine.asked) == 1
    assert {found.status for found in answers} == {status}
    assert len({found.body for found in answers}) == (1 if status == 200 else 20), (
        "an error has an id for each"
    )


async def test_an_error_is_not_kept(engine: Engine, server: Server) -> None:
    engine.answer = STOPPED
    await server.ask(ASK)
    engine.answer = b"answer"

    assert (await server.ask(ASK)).status == 200


@pytest.fixture
def leaver() -> Protocol:
    """The connection of a client who leaves as soon as it has asked."""
    protocol = Protocol()
    protocol.leave.set()
    return protocol


async def test_a_query_is_cancelled_when_its_client_leaves(
    engine: Engine, server: Server, leaver: Protocol
) -> None:
    engine.go.clear()

    await server.ask_on(leaver, ASK)
    await asyncio.sleep(0)

    assert engine.cancelled == 1
    assert leaver.answer.status == 0


async def test_a_query_goes_on_while_one_of_its_clients_stays(
    engine: Engine, server: Server, leaver: Protocol
) -> None:
    engine.go.clear()
    stays = asyncio.create_task(server.ask(ASK))
    await server.ask_on(leaver, ASK)
    engine.go.set()

    answer = await stays

    assert (answer.status, engine.cancelled, len(engine.asked)) == (200, 0, 1)


async def test_who_comes_after_everybody_left_is_answered(
    engine: Engine, server: Server, leaver: Protocol
) -> None:
    engine.go.clear()
    await server.ask_on(leaver, ASK)
    engine.go.set()

    assert (await server.ask(ASK)).status == 200


@pytest.mark.parametrize("state", ["hit", "miss"])
async def test_a_client_with_a_current_copy_gets_304(engine: Engine, server: Server, state: str) -> None:
    tag = (await server_over(engine).ask(ASK))["etag"]
    if state == "hit":
        await server.ask(ASK)
    engine.asked.clear()

    answer = await server.ask(ASK, if_none_match=f'"other", W/{tag}')

    assert (answer.status, answer.body, answer["etag"]) == (304, b"", tag)
    assert answer["x-cache"] == state
    assert answer["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert answer["cache-control"] == "public, max-age=60, must-revalidate"
    assert "content-type" not in answer
    assert "content-security-policy" not in answer
    assert engine.asked == []


async def test_a_client_with_an_older_copy_gets_the_answer(server: Server) -> None:
    answer = await server.ask(ASK, if_none_match='"older"')

    assert (answer.status, answer.body) == (200, b"answer")


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (LAST_MODIFIED, 304),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 304),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 200),
        ("x", 200),
    ],
    ids=["same", "later", "earlier", "no date"],
)
async def test_the_date_decides_where_no_tag_is_given(server: Server, since: str, status: int) -> None:
    assert (await server.ask(ASK, if_modified_since=since)).status == status
    assert (await server.ask(ASK, if_modified_since=since)).status == status
    assert (await server.ask(ASK, if_modified_since=since, if_none_match='"other"')).status == 200


async def test_each_coding_is_sent_with_its_own_tag_and_evaluated_once(
    engine: Engine, server: Server
) -> None:
    engine.answer = LONG

    plain = await server.ask(ASK)
    coded = {coding: await server.ask(ASK, accept_encoding=coding) for coding in ("gzip", "br", "zstd")}

    assert len(engine.asked) == 1
    assert gzip.decompress(coded["gzip"].body) == plain.body == LONG
    assert len({plain["etag"], *(answer["etag"] for answer in coded.values())}) == 4
    for coding, answer in coded.items():
        assert answer["content-encoding"] == coding
        again = await server.ask(ASK, accept_encoding=coding, if_none_match=answer["etag"])
        assert (again.status, again["etag"]) == (304, answer["etag"])
        assert (await server.ask(ASK, if_none_match=answer["etag"])).status == 200


async def test_the_copy_of_another_coding_is_no_current_copy_even_before_anything_is_kept() -> None:
    tag = (await server_over(Engine(LONG)).ask(ASK, accept_encoding="gzip"))["etag"]

    for coding, status in (("br", 200), ("gzip", 304)):
        fresh = server_over(Engine(LONG))
        assert (await fresh.ask(ASK, accept_encoding=coding, if_none_match=tag)).status == status


async def test_every_answer_says_that_it_varies_by_the_coding(server: Server) -> None:
    for answer in (await server.ask(ASK), await server.ask(ASK), await server.ask("/sparql?query=x")):
        assert answer["vary"] == "Accept, Accept-Language, Accept-Encoding"


async def test_a_client_that_accepts_no_coding_at_all_is_told(server: Server) -> None:
    answer = await server.ask(ASK, accept_encoding="identity;q=0, x-unknown")

    assert answer.status == 406
    assert json.loads(answer.body)["available"] == ["zstd", "br", "gzip", "identity"]


async def test_the_order_in_which_clients_with_different_wishes_come_changes_nothing() -> None:
    wishes: list[dict[str, str]] = [
        {"accept": RESULTS_JSON},
        {"accept": "text/csv"},
        {"accept": "text/csv", "accept_encoding": "gzip"},
        {"accept": "application/sparql-results+xml", "accept_language": "ja"},
        {},
    ]

    async def types(order: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
        server = server_over(Engine(LONG))
        return {
            str(wish): (answer["content-type"], answer["etag"])
            for wish in order
            for answer in [await server.ask(ASK, **wish)]
        }

    assert await types(wishes) == await types(wishes[::-1] + wishes)


async def test_a_query_by_post_is_kept_under_its_body(server: Server) -> None:
    answers = [
        await server.ask("/sparql", "POST", [body], content_type="application/sparql-query")
        for body in (b"ASK {}", b"ASK {}", b"ASK { }")
    ]

    assert [answer["x-cache"] for answer in answers] == ["miss", "hit", "miss"]
    assert not any("etag" in answer for answer in answers)


@pytest.mark.parametrize(
    ("announced", "chunks_read"),
    [({"content_length": "1001"}, 0), ({}, 3)],
    ids=["announced: unread", "chunked: cut at the limit"],
)
async def test_a_body_over_the_limit_is_refused(
    server: Server, announced: dict[str, str], chunks_read: int
) -> None:
    protocol = Protocol([b"x" * 400] * 10)

    await server.ask_on(protocol, "/sparql", "POST", content_type="application/sparql-query", **announced)

    assert (protocol.answer.status, protocol.chunks_read) == (413, chunks_read)
    assert json.loads(protocol.answer.body)["limit_bytes"] == 1000


async def test_a_fault_has_an_id_in_the_answer_and_the_log_and_shows_nothing_else(
    engine: Engine, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    engine.answer = RuntimeError("secret of the machine")

    with caplog.at_level(logging.ERROR, logger="zanryu"):
        answer = await server.ask(ASK)

    assert answer.status == 500
    assert answer["access-control-allow-origin"] == "*"
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body
    assert json.loads(answer.body)["instance"] == f"urn:uuid:{answer['x-request-id']}"
    assert answer["x-request-id"] in caplog.text
    assert "secret of the machine" in caplog.text


async def test_every_answer_has_an_id_of_its_own(server: Server) -> None:
    ids = {(await server.ask(ASK, x_request_id="mine"))["x-request-id"] for _ in range(5)}

    assert len(ids) == 5
    assert "mine" not in ids


@pytest.mark.parametrize("hostile", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0"])
async def test_no_header_can_be_added_through_a_value(engine: Engine, hostile: str) -> None:
    def pages(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Said", hostile)])
        return [b"x"]

    answer = await server_over(engine, pages).ask("/page")

    assert answer.status == 500
    assert "x-evil" not in answer
    assert "x-said" not in answer


async def test_no_request_header_sets_what_only_the_front_may(engine: Engine) -> None:
    seen = {}

    def pages(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    await server_over(engine, pages).ask("/page", **{"zanryu.handover": "x", "x_forwarded_for": "y"})

    assert seen["zanryu.handover"].answer is None
    assert seen["HTTP_X_FORWARDED_FOR"] == "y"
