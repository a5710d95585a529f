"""A date in words never says more than the date that was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.graph.edtf import InvalidEDTF, bounds
from zanryu.portal.entity.dates import Dates
from zanryu.web.words import Words

LANGUAGES = ("en", "ja", "vi")
_YEAR = st.integers(1000, 9999).map(str)
_MONTH = st.integers(1, 12).map("{:02}".format)
_DAY = st.integers(1, 28).map("{:02}".format)
PLAIN = st.one_of(_YEAR, st.tuples(_YEAR, _MONTH).map("-".join), st.tuples(_YEAR, _MONTH, _DAY).map("-".join))
UNSPECIFIED = st.one_of(
    _YEAR.map(lambda year: f"{year[:3]}X"), _YEAR.map(lambda year: f"{year[:2]}XX"),
    _YEAR.map(lambda year: f"{year}-XX"), _YEAR.map(lambda year: f"{year}-XX-XX"),
    st.tuples(_YEAR, _MONTH).map(lambda pair: f"{pair[0]}-{pair[1]}-XX"),
)  # fmt: skip
SIDE = st.one_of(PLAIN, UNSPECIFIED, st.tuples(PLAIN, st.sampled_from("?~%")).map("".join))
OPEN = st.sampled_from(["", ".."])
INTERVAL = st.one_of(st.tuples(SIDE, SIDE), st.tuples(OPEN, SIDE), st.tuples(SIDE, OPEN)).map("/".join)
DATE = st.one_of(SIDE, INTERVAL)


def _is_readable(edtf: str) -> bool:
    try:
        bounds(edtf)
    except InvalidEDTF:
        return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    text=st.one_of(DATE, st.text(max_size=30), st.text("0123456789-/.X?~%[],", max_size=24)),
    is_event=st.booleans(),
)
def test_no_text_whatever_breaks_a_page(language: str, text: str, is_event: bool) -> None:
    shown = Dates(Words(language)).show(text, is_event=is_event)

    assert shown.edtf == text
    assert bool(shown.text) == bool(text)


@given(edtf=DATE.filter(_is_readable), is_event=st.booleans())
def test_dates_that_differ_are_never_told_alike(edtf: str, is_event: bool) -> None:
    dates = Dates(Words("en"))
    bare = edtf.translate(str.maketrans("", "", "?~%"))
    others = {bare, edtf.replace("..", ""), *edtf.split("/")} - {edtf, ""}

    assert dates.in_words(edtf, is_event=is_event) not in {
        dates.in_words(other, is_event=is_event) for other in others
    }


@given(edtf=DATE.filter(_is_readable))
def test_every_known_year_of_a_date_is_in_its_words(edtf: str) -> None:
    shown = Dates(Words("en")).in_words(edtf)

    assert all(side[:4].replace("XX", "00").replace("X", "0") in shown for side in edtf.split("/")
               if side not in ("", ".."))  # fmt: skip


@given(edtf=DATE)
def test_a_date_for_machines_has_nothing_that_qualifies_it(edtf: str) -> None:
    exact = Dates(Words("en")).show(edtf).datetime

    assert exact in ("", edtf)
    assert not set(exact) & set("?~%X/.")
