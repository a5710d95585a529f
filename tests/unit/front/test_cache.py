from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.front.cache import AnswerCache, Key, key_of, may_be_kept
from zanryu.front.headers import Head
from zanryu.web.plain import PlainResponse


def head(method: str = "GET", path: str = "/sparql", query: str = "query=x", **headers: str) -> Head:
    return Head(method, path, query, {name.replace("_", "-"): value for name, value in headers.items()})


def key(number: int = 0, version: str = "v1") -> Key:
    found = key_of(head(query=f"query={number}"), version)
    assert found is not None
    return found


def answer(size: int = 10, status: int = 200, **headers: str) -> PlainResponse:
    named = {"ETag": '"a"', **{name.replace("_", "-"): value for name, value in headers.items()}}
    return PlainResponse(status, tuple(named.items()), b"x" * size)


def cache_of(max_bytes: int) -> AnswerCache:
    cache = AnswerCache(max_bytes)
    cache.turn_to("v1")
    return cache


@pytest.mark.parametrize(
    "other",
    [
        head(path="/other"),
        head(query="query=y"),
        head(accept="text/csv"),
        head(accept_language="ja"),
        head(accept_language="vi, en;q=0.1"),
    ],
    ids=["path", "query", "accept", "language", "weighted language"],
)
def test_whatever_an_answer_depends_on_is_in_the_key(other: Head) -> None:
    assert key_of(head(), "v1") != key_of(other, "v1")


def test_another_state_of_what_is_shown_beside_the_data_is_another_key() -> None:
    assert key_of(head(), "v1", beside="a") != key_of(head(), "v1", beside="b")


def test_another_data_version_is_another_key() -> None:
    assert key_of(head(), "v1") != key_of(head(), "v2")


def test_the_language_is_in_the_key_as_it_is_chosen_not_as_it_is_spelled() -> None:
    assert key_of(head(accept_language="en-GB, fr"), "v1") == key_of(head(accept_language="en"), "v1")


def test_head_is_answered_from_what_get_left() -> None:
    assert key_of(head("HEAD"), "v1") == key_of(head("GET"), "v1")


def test_a_query_by_post_has_its_body_and_its_type_in_the_key() -> None:
    keys = {
        key_of(head("POST", content_type=kind), "v1", body)
        for kind in ("application/sparql-query", "application/x-www-form-urlencoded")
        for body in (b"ASK {}", b"ASK { }")
    }

    assert len(keys) == 4
    assert key_of(head("POST"), "v1") is None


@pytest.mark.parametrize("name", ["authorization", "cookie", "range", "if_match"])
def test_what_is_for_one_client_or_a_part_is_neither_kept_nor_looked_up(name: str) -> None:
    assert key_of(head(**{name: "x"}), "v1") is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_no_other_method_is_kept(method: str) -> None:
    assert key_of(head(method), "v1") is None


@pytest.mark.parametrize(
    ("response", "kept"),
    [
        pytest.param(answer(), True, id="whole"),
        pytest.param(answer(status=404), False, id="not found"),
        pytest.param(answer(status=206), False, id="part"),
        pytest.param(answer(Cache_Control="no-store"), False, id="forbidden"),
        pytest.param(answer(Cache_Control="private, max-age=5"), False, id="private"),
        pytest.param(answer(Set_Cookie="a=b"), False, id="sets a cookie"),
        pytest.param(PlainResponse(200, (), b"x"), False, id="no validator"),
    ],
)
def test_only_a_whole_public_answer_with_a_validator_may_be_kept(response: PlainResponse, kept: bool) -> None:
    assert may_be_kept(key(), response) is kept


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9000)), max_size=60))
def test_the_cache_never_holds_more_bytes_than_it_may(kept: list[tuple[int, int]]) -> None:
    cache = cache_of(20_000)
    for number, size in kept:
        entry = cache.keep(key(number), answer(size))
        cache.add_coding(key(number), entry, "gzip", b"y" * (size // 3))

        assert cache.size_bytes <= 20_000

    entries: Any = cache._entries.values()
    assert cache.size_bytes == sum(entry.size_bytes for entry in entries)
    assert all(
        entry.size_bytes >= len(entry.response.body) + sum(map(len, entry.codings.values()))
        for entry in entries
    )


def test_the_longest_unused_answer_goes_first() -> None:
    cache = cache_of(8_000)
    cache.keep(key(1), answer(400))
    cache.keep(key(2), answer(400))
    cache.find(key(1))
    for number in (3, 4, 5):
        cache.keep(key(number), answer(400))

    assert cache.find(key(1)) is not None
    assert cache.find(key(2)) is None


def test_one_large_answer_does_not_empty_the_cache() -> None:
    cache = cache_of(100_000)
    cache.keep(key(1), answer())

    entry = cache.keep(key(2), answer(90_000))

    assert entry.response.body == b"x" * 90_000
    assert cache.find(key(1)) is not None
    assert cache.find(key(2)) is None


def test_a_new_version_lets_go_of_all_older_answers() -> None:
    cache = cache_of(100_000)
    cache.keep(key(1), answer())

    cache.turn_to("v2")

    assert (len(cache), cache.size_bytes) == (0, 0)


def test_an_answer_from_older_data_that_comes_late_is_not_kept() -> None:
    cache = cache_of(100_000)
    cache.turn_to("v2")

    cache.keep(key(1, "v1"), answer())

    assert len(cache) == 0


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = cache_of(0)

    cache.keep(key(), answer())

    assert len(cache) == 0
