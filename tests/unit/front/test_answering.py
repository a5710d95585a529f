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

ASK = "/sparql?query=" + quote("ASK { ?s ?p ?o }")
CHANGING = "/sparql?query=" + quote("SELECT (NOW() AS ?now) {}")
LONG = b'{"x": "' + b"long " * 1000 + b'"}'


def test_an_answer_is_evaluated_once_and_then_kept() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)

        first, second = await server.ask(ASK), await server.ask(ASK)

        assert (first.status, first.body, first["x-cache"]) == (200, b"answer", "miss")
        assert (second.status, second.body, second["x-cache"]) == (200, b"answer", "hit")
        assert second["etag"] == first["etag"]
        assert second["last-modified"] == LAST_MODIFIED
        assert second["cache-control"] == "public, max-age=60, must-revalidate"
        assert len(engine.asked) == 1

    asyncio.run(main())


def test_head_is_answered_from_what_get_left_with_its_length() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        await server.ask(ASK)

        answer = await server.ask(ASK, "HEAD")

        assert (answer.status, answer.body, answer["content-length"]) == (200, b"", "6")
        assert (answer["x-cache"], len(engine.asked)) == ("hit", 1)

    asyncio.run(main())


def test_a_new_data_version_is_asked_anew() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        before = await server.ask(ASK)

        engine.version = "v2"
        after = await server.ask(ASK)

        assert after["x-cache"] == "miss"
        assert after["etag"] != before["etag"]

    asyncio.run(main())


def test_an_answer_is_tagged_by_the_data_it_was_evaluated_on_not_by_that_it_was_asked_of() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
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

    asyncio.run(main())


def test_what_changes_by_itself_is_never_kept_and_never_shared() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)

        answers = await asyncio.gather(*(server.ask(CHANGING) for _ in range(3)))

        assert len(engine.asked) == 3
        assert {answer["cache-control"] for answer in answers} == {"no-store"}
        assert not any("etag" in answer or "x-cache" in answer for answer in answers)

    asyncio.run(main())


def test_many_who_ask_the_same_at_once_share_one_evaluation() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        engine.go.clear()
        asked = [asyncio.create_task(server.ask(ASK)) for _ in range(20)]
        await asyncio.sleep(0)
        engine.go.set()

        answers = await asyncio.gather(*asked)

        assert len(engine.asked) == 1
        assert {(answer.status, answer.body) for answer in answers} == {(200, b"answer")}

    asyncio.run(main())


def test_many_who_ask_the_same_at_once_share_its_error() -> None:
    async def main() -> None:
        engine = Engine(QueryTimeout("The query was stopped after 30 seconds."))
        server = server_over(engine)

        answers = await asyncio.gather(*(server.ask(ASK) for _ in range(5)))

        assert len(engine.asked) == 1
        assert {answer.status for answer in answers} == {503}

    asyncio.run(main())


def test_an_error_is_not_kept() -> None:
    async def main() -> None:
        engine = Engine(QueryTimeout("The query was stopped after 30 seconds."))
        server = server_over(engine)
        await server.ask(ASK)
        engine.answer = b"answer"

        assert (await server.ask(ASK)).status == 200

    asyncio.run(main())


def test_a_query_is_cancelled_when_its_client_leaves() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        engine.go.clear()
        protocol = Protocol()
        protocol.leave.set()

        await server.ask_on(protocol, ASK)
        await asyncio.sleep(0)

        assert engine.cancelled == 1
        assert protocol.answer.status == 0

    asyncio.run(main())


def test_a_query_goes_on_while_one_of_its_clients_stays() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        engine.go.clear()
        leaver = Protocol()
        leaver.leave.set()
        stays = asyncio.create_task(server.ask(ASK))
        await server.ask_on(leaver, ASK)
        engine.go.set()

        answer = await stays

        assert (answer.status, engine.cancelled, len(engine.asked)) == (200, 0, 1)

    asyncio.run(main())


def test_who_comes_after_everybody_left_is_answered() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)
        engine.go.clear()
        leaver = Protocol()
        leaver.leave.set()
        await server.ask_on(leaver, ASK)
        engine.go.set()

        assert (await server.ask(ASK)).status == 200

    asyncio.run(main())


@pytest.mark.parametrize("state", ["hit", "miss"])
def test_a_client_with_a_current_copy_gets_304(state: str) -> None:
    async def main() -> None:
        engine = Engine()
        tag = (await server_over(engine).ask(ASK))["etag"]
        server = server_over(engine)
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

    asyncio.run(main())


def test_a_client_with_an_older_copy_gets_the_answer() -> None:
    async def main() -> None:
        answer = await server_over(Engine()).ask(ASK, if_none_match='"older"')

        assert (answer.status, answer.body) == (200, b"answer")

    asyncio.run(main())


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
def test_the_date_decides_where_no_tag_is_given(since: str, status: int) -> None:
    async def main() -> None:
        server = server_over(Engine())

        assert (await server.ask(ASK, if_modified_since=since)).status == status
        assert (await server.ask(ASK, if_modified_since=since)).status == status
        assert (await server.ask(ASK, if_modified_since=since, if_none_match='"other"')).status == 200

    asyncio.run(main())


def test_each_coding_is_sent_with_its_own_tag_and_evaluated_once() -> None:
    async def main() -> None:
        engine = Engine(LONG)
        server = server_over(engine)

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

    asyncio.run(main())


def test_the_copy_of_another_coding_is_no_current_copy_even_before_anything_is_kept() -> None:
    async def main() -> None:
        tag = (await server_over(Engine(LONG)).ask(ASK, accept_encoding="gzip"))["etag"]

        assert (
            await server_over(Engine(LONG)).ask(ASK, accept_encoding="br", if_none_match=tag)
        ).status == 200
        assert (
            await server_over(Engine(LONG)).ask(ASK, accept_encoding="gzip", if_none_match=tag)
        ).status == 304

    asyncio.run(main())


def test_every_answer_says_that_it_varies_by_the_coding() -> None:
    async def main() -> None:
        server = server_over(Engine())

        for answer in (await server.ask(ASK), await server.ask(ASK), await server.ask("/sparql?query=x")):
            assert answer["vary"] == "Accept, Accept-Language, Accept-Encoding"

    asyncio.run(main())


def test_a_client_that_accepts_no_coding_at_all_is_told() -> None:
    async def main() -> None:
        answer = await server_over(Engine()).ask(ASK, accept_encoding="identity;q=0, x-unknown")

        assert answer.status == 406
        assert json.loads(answer.body)["available"] == ["zstd", "br", "gzip", "identity"]

    asyncio.run(main())


def test_the_order_in_which_clients_with_different_wishes_come_changes_nothing() -> None:
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

    assert asyncio.run(types(wishes)) == asyncio.run(types(wishes[::-1] + wishes))


def test_a_query_by_post_is_kept_under_its_body() -> None:
    async def main() -> None:
        engine = Engine()
        server = server_over(engine)

        answers = [
            await server.ask("/sparql", "POST", [body], content_type="application/sparql-query")
            for body in (b"ASK {}", b"ASK {}", b"ASK { }")
        ]

        assert [answer["x-cache"] for answer in answers] == ["miss", "hit", "miss"]
        assert not any("etag" in answer for answer in answers)

    asyncio.run(main())


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    async def main() -> None:
        server, protocol = server_over(Engine()), Protocol([b"x"])

        await server.ask_on(protocol, "/sparql", "POST", content_length="1001", content_type="text/plain")

        assert (protocol.answer.status, protocol.chunks_read) == (413, 0)
        assert json.loads(protocol.answer.body)["limit_bytes"] == 1000

    asyncio.run(main())


def test_a_chunked_body_is_cut_at_the_limit() -> None:
    async def main() -> None:
        server, protocol = server_over(Engine()), Protocol([b"x" * 400] * 10)

        await server.ask_on(protocol, "/sparql", "POST", content_type="application/sparql-query")

        assert (protocol.answer.status, protocol.chunks_read) == (413, 3)

    asyncio.run(main())


def test_a_fault_has_an_id_in_the_answer_and_the_log_and_shows_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> Any:
        return await server_over(Engine(RuntimeError("secret of the machine"))).ask(ASK)

    with caplog.at_level(logging.ERROR, logger="zanryu"):
        answer = asyncio.run(main())

    assert answer.status == 500
    assert answer["access-control-allow-origin"] == "*"
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body
    assert json.loads(answer.body)["instance"] == f"urn:uuid:{answer['x-request-id']}"
    assert answer["x-request-id"] in caplog.text
    assert "secret of the machine" in caplog.text


def test_every_answer_has_an_id_of_its_own() -> None:
    async def main() -> None:
        server = server_over(Engine())

        ids = {(await server.ask(ASK, x_request_id="mine"))["x-request-id"] for _ in range(5)}

        assert len(ids) == 5
        assert "mine" not in ids

    asyncio.run(main())


@pytest.mark.parametrize("hostile", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0"])
def test_no_header_can_be_added_through_a_value(hostile: str, caplog: pytest.LogCaptureFixture) -> None:
    def pages(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Said", hostile)])
        return [b"x"]

    async def main() -> Any:
        return await server_over(Engine(), pages).ask("/page")

    answer = asyncio.run(main())

    assert answer.status == 500
    assert "x-evil" not in answer
    assert "x-said" not in answer


def test_no_request_header_sets_what_only_the_front_may() -> None:
    seen = {}

    def pages(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    async def main() -> None:
        await server_over(Engine(), pages).ask("/page", **{"zanryu.handover": "x", "x_forwarded_for": "y"})

    asyncio.run(main())

    assert seen["zanryu.handover"].answer is None
    assert seen["HTTP_X_FORWARDED_FOR"] == "y"
