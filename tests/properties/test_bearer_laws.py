"""Whatever stands in the header Authorization: it is one token, or it is refused in words."""

from __future__ import annotations

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.web.bearer import MalformedAuthorization, TokenMissing, read_token

SIGNS = string.ascii_letters + string.digits + "-._~+/"
TOKENS = st.builds(str.__add__, st.text(SIGNS, min_size=1), st.text("=", max_size=3))
SCHEMES = st.tuples(*(st.sampled_from((sign, sign.upper())) for sign in "bearer")).map("".join)
PIECES = st.sampled_from(
    ["Bearer", "bearer", "Basic", " ", "  ", "\t", ",", "=", "a", "zan_x", "é", "\n", '"', "\ud800"]
)
HEADERS = st.one_of(st.none(), st.text(), st.lists(PIECES, max_size=8).map("".join))


@given(HEADERS)
def test_any_header_is_one_token_or_refused(header: str | None) -> None:
    with suppress(TokenMissing, MalformedAuthorization):
        token = read_token(header)

        assert header is not None
        assert token.rstrip("=")
        assert set(token.rstrip("=")) <= set(SIGNS)
        assert header.split()[0].lower() == "bearer"
        assert header.split()[1:] == [token]


@given(SCHEMES, st.integers(1, 5), TOKENS)
def test_a_token_comes_out_as_it_was_sent(scheme: str, spaces: int, token: str) -> None:
    assert read_token(f"{scheme}{' ' * spaces}{token}") == token


@given(SCHEMES, TOKENS, st.one_of(TOKENS.map("Bearer {}".format), st.text(min_size=0)))
def test_two_headers_are_never_one_token(scheme: str, token: str, other: str) -> None:
    with pytest.raises(MalformedAuthorization):
        read_token(f"{scheme} {token}, {other}")


@given(TOKENS, st.text(min_size=1).filter(lambda text: set(text) - set(SIGNS + "= \t")))
def test_no_other_sign_gets_into_a_token(token: str, other: str) -> None:
    with pytest.raises(MalformedAuthorization):
        read_token(f"Bearer {token}{other}{token}")


@given(HEADERS)
def test_a_refusal_repeats_nothing_of_the_header(header: str | None) -> None:
    try:
        read_token(header)
    except (TokenMissing, MalformedAuthorization) as refused:
        said = {refused.detail, *refused.headers.values()}
    else:
        return
    assert said <= _EVERYTHING_SAID


def _said(header: str) -> set[str]:
    try:
        read_token(header)
    except (TokenMissing, MalformedAuthorization) as refused:
        return {refused.detail, *refused.headers.values()}
    return set()


_EVERYTHING_SAID = _said("") | _said("Bearer") | _said("Bearer a, b")
