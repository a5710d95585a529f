from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from unit.front.doubles import Protocol
from zanryu.errors import BodyTooLarge, MalformedRequest
from zanryu.front.body import BodyTooSlow, read_body
from zanryu.front.headers import sendable


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\rb", "\0", "\x7f", "\u2028"])
def test_a_value_that_could_end_its_line_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        sendable([("X-A", value)])


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\n", "\u00e9"])
def test_a_name_that_is_no_token_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        sendable([(name, "x")])


def test_a_header_may_be_there_twice_and_the_length_is_left_to_the_server() -> None:
    assert sendable([("Link", "<a>"), ("Content-Length", "5"), ("Link", "<b>")]) == [
        ("link", "<a>"),
        ("link", "<b>"),
    ]


def read(protocol: Any, headers: dict[str, str], max_seconds: float = 5.0) -> bytes:
    return asyncio.run(read_body(protocol, headers, 10, max_seconds))


def test_a_body_at_the_limit_is_read() -> None:
    assert read(Protocol([b"12345", b"67890"]), {"content-length": "10"}) == b"1234567890"


@pytest.mark.parametrize("announced", ["11", "9" * 5000])
def test_an_announced_length_over_the_limit_is_refused(announced: str) -> None:
    with pytest.raises(BodyTooLarge):
        read(Protocol([b"x"]), {"content-length": announced})


def test_a_body_that_does_not_come_is_given_up() -> None:
    class Slow(Protocol):
        async def __aiter__(self) -> Any:
            await asyncio.Event().wait()
            yield b""

    with pytest.raises(BodyTooSlow):
        read(cast("Any", Slow()), {}, max_seconds=0.01)


def test_a_body_that_ends_by_an_empty_chunk_is_whole() -> None:
    assert read(Protocol([b"12345", b"67890", b""]), {}) == b"1234567890"
    assert read(Protocol([b""]), {}) == b""


@pytest.mark.parametrize("chunks", [[b"12", b"", b""], [b"", b""], [b"12", b"", b"34", b""]])
def test_an_empty_chunk_before_the_end_is_an_error_that_granian_hides(chunks: list[bytes]) -> None:
    with pytest.raises(MalformedRequest, match="cut off or broken"):
        read(Protocol(chunks), {})
