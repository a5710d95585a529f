"""RFC 9110, 12.5.1: weights, wildcards and specificity."""

from __future__ import annotations

import pytest

from zanryu.errors import MalformedRequest, NotAcceptable
from zanryu.web.media_types import GRAPHS, HTML, RESULTS
from zanryu.web.negotiation import choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
OFFERS = (*GRAPHS, HTML)

CHOICES = {
    "nothing asked": (None, "text/turtle"),
    "an empty header": ("", "text/turtle"),
    "anything": ("*/*", "text/turtle"),
    "a browser": (BROWSER, "text/html"),
    "one name": ("application/n-triples", "application/n-triples"),
    "a name in another case": ("Application/N-Triples", "application/n-triples"),
    "the higher weight": ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
    "equal weights go by our preference": ("application/ld+json, text/turtle", "text/turtle"),
    "a wildcard of a type": ("text/*", "text/turtle"),
    "the more specific range decides": ("text/*, text/turtle;q=0.1, text/html;q=0.2", "text/html"),
    "refused by zero": ("text/turtle;q=0, */*", "application/n-triples"),
    "parameters besides the weight": ('application/ld+json;profile="a,b";q=0.7', "application/ld+json"),
    "malformed ranges are ignored": (
        "text, /, ;q=1, text/turtle;q=x, application/trig;q=0.1",
        "application/trig",
    ),
    "weights above one are malformed": (
        "application/trig;q=7, application/n-quads;q=0.1",
        "application/n-quads",
    ),
    "white space": (" text/html ; q=0.2 ,\tapplication/trig ; q=0.3 ", "application/trig"),
}


@pytest.mark.parametrize(("accept", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_the_best_accepted_offer_is_chosen(accept: str | None, expected: str) -> None:
    assert choose(accept, OFFERS).media_type.name == expected


def test_a_client_that_asks_by_an_alias_gets_that_name_back() -> None:
    choice = choose("application/json", RESULTS)

    assert choice.media_type.format == "json"
    assert choice.content_type == "application/json"


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0"])
def test_nothing_acceptable_is_406_with_the_list(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        choose(accept, GRAPHS[:1])

    assert refused.value.status == 406
    assert refused.value.members["available"] == ["text/turtle"]


@pytest.mark.parametrize("name", ["csv", "CSV", "text/csv"])
def test_format_goes_before_the_header(name: str) -> None:
    assert choose("application/json", RESULTS, name).media_type.name == "text/csv"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(MalformedRequest, match="json, xml, csv, tsv"):
        choose(None, RESULTS, "exe")
