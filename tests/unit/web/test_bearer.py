from __future__ import annotations

import pytest

from zanryu.web.bearer import (
    InsufficientScope,
    InvalidToken,
    MalformedAuthorization,
    TokenMissing,
    read_token,
    refuse_token_in,
)

TOKEN = "zan_AbC-_9"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    "header",
    [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER {TOKEN}", f"Bearer   {TOKEN}", f" Bearer {TOKEN}\t"],
    ids=["as usual", "lower case", "upper case", "several spaces", "space around"],
)
def test_the_token_is_read_whatever_the_case_of_the_scheme(header: str) -> None:
    assert read_token(header) == TOKEN


@pytest.mark.parametrize("token", ["a", "mF_9.B5f-4.1JqM", "a+/~==", "=".join(["a", ""])])
def test_every_b64token_is_read(token: str) -> None:
    assert read_token(f"Bearer {token}") == token


@pytest.mark.parametrize(
    "header", [None, "", " ", "Basic dTpw", "Digest a=b, c=d", "Bearerx y", "Token Bearer", "bear er", ","]
)
def test_another_scheme_or_none_is_told_how_to_come_in_without_an_error_code(header: str | None) -> None:
    with pytest.raises(TokenMissing) as refused:
        read_token(header)

    assert refused.value.status == 401
    assert refused.value.headers == {"WWW-Authenticate": 'Bearer realm="zanryu"'}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Bearer", "no token that can be read"),
        ("Bearer ", "no token that can be read"),
        ("Bearer\tabc", "no token that can be read"),
        ("Bearer a b", "no token that can be read"),
        ("Bearer a=b", "no token that can be read"),
        ("Bearer =", "no token that can be read"),
        ('Bearer "a"', "no token that can be read"),
        ("Bearer token=a", "no token that can be read"),
        ("Bearer é", "no token that can be read"),
        ("Bearer \u212a", "no token that can be read"),
        ("Bearer a\n", "no token that can be read"),
        ("Bearer a\r\nX-Evil: b", "no token that can be read"),
        (f"Bearer {TOKEN}, Bearer {TOKEN}", "more than one authorization"),
        (f"Bearer {TOKEN}, Basic dTpw", "more than one authorization"),
        (f"Bearer,{TOKEN}", "more than one authorization"),
    ],
)
def test_what_is_not_one_token_is_refused_and_not_repeated(header: str, said: str) -> None:
    with pytest.raises(MalformedAuthorization, match=said) as refused:
        read_token(header)

    assert refused.value.status == 400
    assert refused.value.headers == {
        "WWW-Authenticate": 'Bearer realm="zanryu", error="invalid_request"',
    }
    assert TOKEN not in refused.value.detail


def test_a_token_that_is_not_good_and_one_that_is_good_for_less_have_their_challenges() -> None:
    assert InvalidToken.status == 401
    assert InvalidToken().headers == {"WWW-Authenticate": 'Bearer realm="zanryu", error="invalid_token"'}
    assert InsufficientScope.status == 403
    assert InsufficientScope("write").headers == {
        "WWW-Authenticate": 'Bearer realm="zanryu", error="insufficient_scope", scope="write"',
    }


@pytest.mark.parametrize("place", ["URL", "body"])
def test_a_token_among_the_parameters_is_refused_with_what_to_do(place: str) -> None:
    refuse_token_in(["query", "token", "Access_Token"], place)

    with pytest.raises(MalformedAuthorization, match=f"`access_token` is in the {place}.*revoked"):
        refuse_token_in(["query", "access_token"], place)
