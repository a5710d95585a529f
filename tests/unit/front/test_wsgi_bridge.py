from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from wsgiref.validate import validator

import pytest

from unit.front.doubles import Engine, Headers, Protocol, Scope, server_over
from zanryu.front.headers import read_head
from zanryu.front.wsgi_bridge import FileWrapper, Made, Stream, WsgiBridge, environ_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BIG = 3_000_000


def environ(
    method: str = "GET", path: str = "/", query: str = "", body: bytes = b"", **headers: str
) -> dict[str, Any]:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    scope: Any = Scope(method, path, query, Headers(pairs))
    return environ_of(scope, read_head(scope), body)


def call(application: Callable[..., Iterable[bytes]], asked: dict[str, Any] | None = None) -> Made | Stream:
    async def main() -> Made | Stream:
        bridge = WsgiBridge(application, 1)
        try:
            return await bridge.call(asked if asked is not None else environ(), Protocol())
        finally:
            bridge.close()

    return asyncio.run(main())


def made(application: Callable[..., Iterable[bytes]], asked: dict[str, Any] | None = None) -> Made:
    return cast("Made", call(application, asked))


class Closing:
    """A result that remembers whether it was closed."""

    def __init__(self, chunks: list[bytes], error: Exception | None = None) -> None:
        self.is_closed = False
        self._chunks, self._error = chunks, error

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._error:
            raise self._error

    def close(self) -> None:
        self.is_closed = True


def test_an_application_that_checks_its_server_finds_nothing_wrong() -> None:
    def application(asked: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        said = asked["wsgi.input"].read(int(asked["CONTENT_LENGTH"] or 0))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [said]

    found = made(
        validator(cast("Any", application)), environ("POST", body=b"hello", content_type="text/plain")
    )

    assert found.response.body == b"hello"


def test_the_environment_is_what_the_specification_says() -> None:
    asked = environ(
        "HEAD", "/a b/\u65e5", "x=%20\u65e5", host="h:1", accept="a", content_length="99",
        transfer_encoding="chunked", proxy="http://evil",
    )  # fmt: skip

    assert asked["PATH_INFO"] == "/a b/\u65e5".encode().decode("latin-1")
    assert asked["QUERY_STRING"] == "x=%20\u65e5".encode().decode("latin-1")
    assert (asked["REQUEST_METHOD"], asked["CONTENT_LENGTH"]) == ("GET", "0")
    assert (asked["HTTP_HOST"], asked["HTTP_ACCEPT"], asked["REMOTE_ADDR"]) == ("h:1", "a", "127.0.0.1")
    assert not {"HTTP_PROXY", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"} & set(asked)


def test_a_header_sent_twice_is_one_list() -> None:
    scope: Any = Scope(
        "GET", "/", "", Headers([("accept", "a"), ("accept", "b"), ("cookie", "c=1"), ("cookie", "d=2")])
    )

    asked = environ_of(scope, read_head(scope), b"")

    assert asked["HTTP_ACCEPT"] == "a, b"
    assert asked["HTTP_COOKIE"] == "c=1; d=2"


def test_a_name_with_an_underscore_is_not_taken_for_one_with_a_hyphen() -> None:
    scope: Any = Scope("GET", "/", "", Headers([("x_forwarded_for", "evil")]))

    assert "HTTP_X_FORWARDED_FOR" not in environ_of(scope, read_head(scope), b"")


@pytest.mark.parametrize("error", [None, RuntimeError("broken")], ids=["whole", "broken"])
def test_the_result_is_closed_whatever_happens(error: Exception | None) -> None:
    result = Closing([b"a", b"b"], error)

    def application(asked: dict[str, Any], start_response: Callable[..., object]) -> Closing:
        start_response("200 OK", [])
        return result

    if error:
        with pytest.raises(RuntimeError, match="broken"):
            call(application)
    else:
        assert made(application).response.body == b"ab"
    assert result.is_closed


def test_what_is_written_comes_before_what_is_returned() -> None:
    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])(b"first ")
        return [b"second"]

    assert made(application).response.body == b"first second"


def test_a_generator_may_begin_its_answer_late() -> None:
    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("201 Created", [("Location", "/x")])
        yield b""
        yield b"made"

    found = made(application).response

    assert (found.status, found.header("Location"), found.body) == (201, "/x", b"made")


def test_an_answer_may_be_taken_back_for_an_error_and_not_without_one() -> None:
    def replaced(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        try:
            raise ValueError("x")
        except ValueError as error:
            start_response("500 Oops", [], (ValueError, error, None))
        return [b"e"]

    def twice(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    assert made(replaced).response.status == 500
    with pytest.raises(RuntimeError, match="twice"):
        call(twice)


def test_an_application_that_says_nothing_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="did not call"):
        call(lambda asked, start_response: [])


def test_a_body_that_is_not_as_long_as_announced_is_an_error() -> None:
    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "9")])
        return [b"short"]

    with pytest.raises(RuntimeError, match="5 bytes given, 9 announced"):
        call(application)


def _file(asked: dict[str, Any], start_response: Callable[..., Any]) -> FileWrapper:
    start_response("200 OK", [("Content-Length", str(BIG)), ("ETag", '"f"'), ("Content-Type", "text/turtle")])
    wrapper: FileWrapper = asked["wsgi.file_wrapper"](BytesIO(b"x" * BIG))
    return wrapper


def test_a_large_file_is_sent_while_it_is_read_and_closed_after() -> None:
    async def main() -> None:
        server = server_over(Engine(), _file)

        answer = await server.ask("/dumps/x", accept_encoding="gzip")
        head = await server.ask("/dumps/x", "HEAD")

        assert (len(answer.body), answer["content-length"]) == (BIG, str(BIG))
        assert "content-encoding" not in answer
        assert "x-cache" not in answer
        assert (head.body, head["content-length"]) == (b"", str(BIG))

    asyncio.run(main())


def test_a_small_file_is_compressed_and_not_kept() -> None:
    contents = [b"a" * 2000, b"b" * 2000]

    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> FileWrapper:
        start_response("200 OK", [("Content-Length", "2000"), ("ETag", '"f"'), ("Content-Type", "text/css")])
        wrapper: FileWrapper = asked["wsgi.file_wrapper"](BytesIO(contents.pop(0)))
        return wrapper

    async def main() -> None:
        server = server_over(Engine(), application)

        first, second = [await server.ask("/static/x", accept_encoding="gzip") for _ in range(2)]

        assert first["content-encoding"] == "gzip"
        assert first["etag"] == '"f-gzip"'
        assert first.body != second.body

    asyncio.run(main())


def test_pages_with_a_tag_are_kept_and_those_without_are_not() -> None:
    calls = []

    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        calls.append(asked["PATH_INFO"])
        start_response("200 OK", [("ETag", '"p"')] if asked["PATH_INFO"] == "/tagged" else [])
        return [b"page"]

    async def main() -> None:
        server = server_over(Engine(), application)
        for path in ("/tagged", "/tagged", "/other", "/other"):
            await server.ask(path)

    asyncio.run(main())

    assert calls == ["/tagged", "/other", "/other"]


def test_a_page_asked_for_by_many_at_once_is_made_once() -> None:
    calls = []

    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        calls.append(asked["PATH_INFO"])
        start_response("200 OK", [("ETag", '"p"')])
        return [b"page"]

    async def main() -> None:
        server = server_over(Engine(), application)
        answers = await asyncio.gather(*(server.ask("/page") for _ in range(8)))
        assert {answer.body for answer in answers} == {b"page"}

    asyncio.run(main())

    assert len(calls) == 1


def test_what_may_not_be_kept_is_not_shared() -> None:
    calls = []

    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        calls.append(1)
        start_response("200 OK", [("ETag", '"p"'), ("Cache-Control", "no-store")])
        return [str(len(calls)).encode()]

    async def main() -> None:
        server = server_over(Engine(), application)
        answers = await asyncio.gather(*(server.ask("/page") for _ in range(4)))
        assert len({answer.body for answer in answers}) == 4

    asyncio.run(main())


def test_the_application_reads_the_condition_without_the_coding() -> None:
    seen = []

    def application(asked: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(asked.get("HTTP_IF_NONE_MATCH"))
        start_response("304 Not Modified", [("ETag", '"p"')])
        return []

    async def main() -> None:
        answer = await server_over(Engine(), application).ask(
            "/x", accept_encoding="gzip", if_none_match='"p-gzip"'
        )
        assert (answer.status, answer["etag"]) == (304, '"p-gzip"')

    asyncio.run(main())

    assert seen == ['"p"']
