"""EDTF dates in words."""

from __future__ import annotations

import pytest

from zanryu.portal.entity.dates import Dates
from zanryu.web.words import Words

EN = Dates(Words("en"))


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1946", "1946"),
        ("1945-10", "October 1945"),
        ("1945-10-01", "1 October 1945"),
        ("1946~", "about 1946"),
        ("1946-06?", "perhaps June 1946"),
        ("1946-06-01%", "perhaps about 1 June 1946"),
        ("192X", "the 1920s"),
        ("19XX", "some year from 1900 to 1999"),
        ("1945-XX", "1945, month unknown"),
        ("1945-XX-XX", "1945, month and day unknown"),
        ("1945-08-XX", "August 1945, day unknown"),
        ("1945-10/1946", "from October 1945 to 1946"),
        ("1946~/1948", "from about 1946 to 1948"),
        ("1945-10/..", "from October 1945, end open"),
        ("1945-10/", "from October 1945, end unknown"),
        ("../1954", "until 1954, beginning open"),
        ("/1954", "until 1954, beginning unknown"),
        ("[1946,1947]", "1946 or 1947"),
        ("[1946,1947~,1950]", "1946 or about 1947 or 1950"),
    ],
)
def test_a_date_of_a_state_is_written_as_people_write_it(edtf: str, words: str) -> None:
    assert EN.in_words(edtf) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1946", "1946"),
        ("1946/1947", "between 1946 and 1947"),
        ("1945-10/..", "October 1945 at the earliest"),
        ("1945-10/", "October 1945 at the earliest, latest date unknown"),
        ("../1950", "1950 at the latest"),
        ("/1950-01", "January 1950 at the latest, earliest date unknown"),
    ],
)
def test_an_interval_of_an_event_is_the_span_in_which_it_lies(edtf: str, words: str) -> None:
    assert EN.in_words(edtf, is_event=True) == words


@pytest.mark.parametrize(
    "text", ["", "soon", "1946-13", "1947/1946", "[]", "[1946,]", "[x]", "[1946/1947]", "1/2/3"]
)
def test_what_cannot_be_read_is_shown_as_it_stands(text: str) -> None:
    assert EN.in_words(text) == text


@pytest.mark.parametrize(
    ("edtf", "datetime"),
    [("1946", "1946"), ("1946-06", "1946-06"), ("1946-06-01", "1946-06-01"), ("1946~", ""), ("194X", ""),
     ("1946?", ""), ("1946/1947", ""), ("1946-13", ""), ("[1946,1947]", "")],
)  # fmt: skip
def test_only_an_exact_date_is_given_to_machines(edtf: str, datetime: str) -> None:
    shown = EN.show(edtf)

    assert (shown.datetime, shown.edtf) == (datetime, edtf)


def test_a_date_is_written_in_the_order_of_the_language() -> None:
    assert Dates(Words("ja")).in_words("1945-10-01") == "1945年10月1日"
    assert Dates(Words("vi")).in_words("1945-10-01") == "ngày 1 tháng 10 năm 1945"
    assert Dates(Words("vi")).in_words("1945-10") == "tháng 10 năm 1945"
