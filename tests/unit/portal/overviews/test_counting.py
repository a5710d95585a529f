"""Claims about numbers of people, as they are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from zanryu.graph.namespaces import RDF_OBJECT, RDF_SUBJECT, term
from zanryu.naming.labels import Labels
from zanryu.portal.overviews.counting import populations
from zanryu.portal.overviews.presenting import Presenter
from zanryu.store.backend import Statement, Term, iri
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.portal.overviews.tree import Node

_EXACTLY = iri(term("zv:exactly").value)
_ABOUT = iri(term("zv:approximately").value)


@dataclass
class Told:
    """An engine that knows a few statements."""

    statements: list[Statement] = field(default_factory=list)
    version: str = "v"

    def describe(self, *iris: str) -> list[Statement]:
        return [statement for statement in self.statements if statement.subject.value in iris]

    def tell(self, subject: str, predicate: str, value: Term | int | str) -> None:
        if isinstance(value, int):
            value = Term("literal", str(value), datatype=term("xsd:integer").value)
        self.statements.append(
            Statement(iri(subject), predicate, iri(value) if isinstance(value, str) else value)
        )

    def count(self, claim: str, group: str, value: int | str, **more: int | Term) -> str:
        self.tell(claim, RDF_SUBJECT.value, group)
        self.tell(claim, RDF_OBJECT.value, value)
        for name, said in more.items():
            self.tell(claim, term(f"zr:{name}").value, said)
        return claim


def read(told: Told, *claims: str) -> list[Node]:  # type: ignore[type-arg]
    presenter = Presenter(Labels(told), Words("en"), lambda words, edtf: edtf)  # type: ignore[arg-type]
    return populations(told, presenter, claims)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "more", "said"),
    [
        (186, {"countPrecision": _EXACTLY}, "186"),
        (1500, {"countPrecision": _ABOUT}, "about 1,500"),
        (600, {"countMin": 550, "countMax": 649, "countPrecision": _ABOUT}, "about 600"),
        (1000, {"countMin": 1000, "countMax": 2000, "countPrecision": _ABOUT}, "1,000 to 2,000"),
        (3000, {"countMin": 0, "countMax": 3000, "countPrecision": _ABOUT}, "up to 3,000"),
        (30, {"countMin": 30, "countPrecision": _ABOUT}, "30 or more"),
        (term("zr:someValue").value, {}, "some, without a number"),
    ],
)
def test_a_number_is_told_as_surely_as_it_is_given(
    number: int | str, more: dict[str, int | Term], said: str
) -> None:
    told = Told()
    [node] = read(told, told.count("urn:c", "urn:g", number, **more))
    assert [count.said for count in node.thing.counts] == [said]


def test_a_vague_word_with_bounds_is_drawn_and_one_without_is_not() -> None:
    told = Told()
    told.tell("urn:few", term("skos:prefLabel").value, Term("literal", "a few thousand", "en"))
    drawn = told.count("urn:c1", "urn:g", "urn:few", countMin=2000, countMax=9999)
    [node] = read(told, drawn, told.count("urn:c2", "urn:g", "urn:few"))
    assert [(c.said, c.mark is None) for c in node.thing.counts] == [
        ("a few thousand", False),
        ("a few thousand", True),
    ]


def test_a_population_stands_below_its_whole_even_if_nobody_counted_that() -> None:
    told = Told()
    told.tell("urn:part", term("zr:subPopulationOf").value, "urn:whole")
    told.tell("urn:whole", term("zr:subPopulationOf").value, "urn:all")
    small, large = told.count("urn:c1", "urn:part", 5), told.count("urn:c2", "urn:other", 900)
    other, everyone = read(told, small, large)
    assert other.thing.iri == "urn:other"
    [whole] = everyone.below
    [part] = whole.below
    assert [everyone.thing.iri, whole.thing.iri, part.thing.iri] == ["urn:all", "urn:whole", "urn:part"]
    assert (whole.thing.counts, len(part.thing.counts)) == ([], 1)


def test_a_number_that_is_denied_or_set_aside_says_so() -> None:
    told = Told()
    aside = told.count("urn:c1", "urn:g", 200, status=iri(term("zv:deprecated").value))
    denied = told.count("urn:c2", "urn:g", 100, polarity=iri(term("zv:negative").value))
    [node] = read(told, aside, denied)
    assert [(c.is_set_aside, c.is_denied) for c in node.thing.counts] == [(True, False), (False, True)]
