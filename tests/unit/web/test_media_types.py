"""The table of media types holds no name twice."""

from __future__ import annotations

import pytest

from zanryu.web.media_types import GRAPHS, HTML, RESULTS, MediaType


@pytest.mark.parametrize("offer", [(*RESULTS, HTML), (*GRAPHS, HTML)], ids=["results", "graphs"])
def test_no_two_media_types_of_an_offer_share_a_name(offer: tuple[MediaType, ...]) -> None:
    names = [name for media_type in offer for name in (*media_type.names, *media_type.formats)]

    assert len(names) == len(set(names))


def test_text_has_a_charset_and_other_types_have_none() -> None:
    assert GRAPHS[0].content_type() == "text/turtle; charset=utf-8"
    assert RESULTS[0].content_type() == "application/sparql-results+json"
    assert GRAPHS[1].content_type("text/plain") == "text/plain; charset=utf-8"
