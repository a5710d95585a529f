from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from zanryu.access.tokens import Scope, Token, digest_of, new_secret, read_expiry, read_name
from zanryu.errors import InvalidSetting

TODAY = date(2026, 11, 21)


def token(expires: date | None = None, revoked: datetime | None = None) -> Token:
    made = datetime(2026, 11, 1, tzinfo=UTC)
    return Token(1, "Nguyễn Văn A", Scope.write, digest_of("x"), made, expires, revoked)


def test_a_token_has_256_random_bits_behind_what_scanners_look_for() -> None:
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"zan_[A-Za-z0-9_-]{43}", secret) for secret in made)


def test_anything_that_is_sent_has_a_digest() -> None:
    assert len({digest_of(text) for text in ("", "a", "é", "\udc80", "\ud800", "a" * 100_000)}) == 6


def test_an_admin_may_do_what_a_writer_may_and_not_the_other_way_round() -> None:
    assert Scope.admin.includes(Scope.write)
    assert Scope.admin.includes(Scope.admin)
    assert Scope.write.includes(Scope.write)
    assert not Scope.write.includes(Scope.admin)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(token(), "active", id="for ever"),
        pytest.param(token(TODAY), "active", id="its last day"),
        pytest.param(token(date(2026, 11, 20)), "expired on 2026-11-20", id="the day after"),
        pytest.param(
            token(revoked=datetime(2026, 11, 21, 5, tzinfo=UTC)), "revoked on 2026-11-21", id="revoked"
        ),
        pytest.param(
            token(date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC)), "revoked on 2026-11-02", id="both"
        ),
    ],
)
def test_a_token_is_active_until_its_last_day_is_over_or_it_is_revoked(found: Token, state: str) -> None:
    assert found.state(TODAY) == state
    assert found.is_active(TODAY) is (state == "active")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("90d", date(2027, 2, 19)),
        ("0d", TODAY),
        ("36500d", date(2126, 10, 28)),
        ("2027-01-31", date(2027, 1, 31)),
        ("2026-11-21", TODAY),
        ("never", None),
    ],
)
def test_the_last_day_is_read_from_days_a_date_or_never(text: str, day: date | None) -> None:
    assert read_expiry(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "d",
        "-1d",
        "1.5d",
        "90 d",
        "36501d",
        "99999d",
        "20270131",
        "2027-02-29",
        "2027-W05-1",
        "soon",
        "٩d",
    ],
)
def test_an_expiry_that_is_none_is_refused_with_the_three_ways_to_write_one(text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"give days \(90d.*a date \(2027-01-31\) or never"):
        read_expiry(text, TODAY)


def test_a_day_that_is_past_is_refused() -> None:
    with pytest.raises(InvalidSetting, match=r"2026-11-20, which is past; today is 2026-11-21 \(UTC\)"):
        read_expiry("2026-11-20", TODAY)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("  Nguyen \t Van  A ", "Nguyen Van A", id="spaces"),
        pytest.param("加茂\u3000徳治", "加茂 徳治", id="ideographic space"),
        pytest.param("Nguye\u0302\u0303n", "Nguyễn", id="composed"),
        pytest.param("O'Brien, K. <k@example.org>", "O'Brien, K. <k@example.org>", id="signs"),
    ],
)
def test_a_name_is_composed_and_has_single_spaces(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "a" * 101, "a\u202eb", "a\u200bb", "a\x1b[2Jb", "a\x00b", "a\ufeffb", "a\udc80"],
    ids=["empty", "spaces", "long", "direction", "zero width", "escape", "null", "mark", "surrogate"],
)
def test_a_name_that_shows_nothing_or_something_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="the name that the history shall show"):
        read_name(text)


def test_names_are_compared_as_people_read_them() -> None:
    assert token().is_named("NGUYỄN VĂN A")
    assert token().is_named("Ｎｇｕｙễｎ Văn Ａ")
    assert not token().is_named("Nguyen Van A")
