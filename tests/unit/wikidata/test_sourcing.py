"""Which references of Wikidata are sources."""

from __future__ import annotations

from typing import Final

import pytest

from zanryu.wikidata.comparison.agreement import Ground
from zanryu.wikidata.comparison.sourcing import are_one_source, is_source
from zanryu.wikidata.model import Item, Reference, Snak, Text, Time, Value

_OWN: Final = ("https://officers.example/",)


def reference(*snaks: tuple[str, Value]) -> Reference:
    return Reference(tuple(Snak(name, value) for name, value in snaks))


@pytest.mark.parametrize(
    "snaks",
    [
        [("P248", Item("Q5375741"))],
        [("P248", Item("Q5375741")), ("P854", Text("https://w3id.org/zanryu/id/claim/x"))],
        [("P143", Item("Q328")), ("P248", Item("Q5375741"))],
        [("P854", Text("https://example.org/page"))],
        [("P854", Text("https://notwikipedia.org/"))],
        [("P1476", Text("A title"))],
        [("P214", Text("113230702"))],
        [("P854", Text("http://[")), ("P813", Time("+2026-11-20T00:00:00Z", 11))],
    ],
    ids=[
        "item",
        "item-and-our-page",
        "imported-with-item",
        "address",
        "like-wikipedia",
        "title",
        "id",
        "broken",
    ],
)
def test_a_reference_that_names_somebody_is_a_source(snaks: list[tuple[str, Value]]) -> None:
    assert is_source(reference(*snaks), _OWN)


@pytest.mark.parametrize(
    "snaks",
    [
        [],
        [("P143", Item("Q328"))],
        [("P143", Item("Q328")), ("P813", Time("+2014-01-01T00:00:00Z", 11))],
        [("P4656", Text("https://en.wikipedia.org/wiki/X?oldid=1"))],
        [("P854", Text("https://ja.wikipedia.org/wiki/X")), ("P1476", Text("X"))],
        [("P854", Text("https://w3id.org/zanryu/id/person/x"))],
        [("P854", Text("https://officers.example/page/person/x"))],
        [("P887", Item("Q5"))],
    ],
    ids=["empty", "imported", "imported-on", "import-address", "wikipedia", "base", "own-site", "inferred"],
)
def test_a_reference_that_leads_back_is_no_source(snaks: list[tuple[str, Value]]) -> None:
    assert not is_source(reference(*snaks), _OWN)


def test_two_references_to_one_item_are_one_source_after_a_merge() -> None:
    first, second = reference(("P248", Item("Q1"))), reference(("P248", Item("Q2")), ("P304", Text("12")))
    assert are_one_source(first, second, Ground({"Q1": "Q2"}))
    assert not are_one_source(first, second, Ground())


def test_one_address_is_one_source_however_it_is_written() -> None:
    first = reference(("P854", Text("http://example.org/a/#part")))
    assert are_one_source(first, reference(("P854", Text("https://example.org/a"))), Ground())
    assert not are_one_source(first, reference(("P854", Text("https://example.org/b"))), Ground())


def test_two_references_that_name_nothing_are_not_one_source() -> None:
    assert not are_one_source(reference(), reference(), Ground())
