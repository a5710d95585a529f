from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from unit.store.history.entries import CLAIM, CORRECTION, NOON, PERSON, delta, entry, quad
from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.store.history import patch
from zanryu.store.history.touched import Touched, is_claim, owner

if TYPE_CHECKING:
    from zanryu.graph.delta import Delta

OTHER = f"{BASE}id/claim/sato-haru-rank-2"


def _file(change: Delta) -> bytes:
    return patch.write(entry(change), 1, "", NOON)[1]


def _index(*changes: Delta) -> Touched:
    index = Touched()
    for change in changes:
        index.take_up(_file(change))
    return index


@pytest.mark.parametrize(
    ("iri", "whose"),
    [
        (CLAIM, CLAIM),
        (f"{CLAIM}/c1", CLAIM),
        (f"{CLAIM}/c1/via1", CLAIM),
        (PERSON, PERSON),
        ("urn:x", "urn:x"),
    ],
)
def test_a_citation_counts_to_its_claim(iri: str, whose: str) -> None:
    assert owner(iri) == whose
    assert is_claim(iri) is (iri == CLAIM)


def test_a_change_of_a_citation_alone_is_one_of_the_claim() -> None:
    index = _index(
        CORRECTION, delta({quad(f"{CLAIM}/c2", "zr:locator", "p. 9")}), delta({quad(OTHER, "zr:note", "x")})
    )

    assert index.by(CLAIM) == [1, 2]
    assert index.by(f"{CLAIM}/c1") == [1, 2]
    assert index.by(OTHER) == [3]


def test_a_change_of_a_claim_is_one_of_the_entity_that_it_is_about() -> None:
    index = _index(CORRECTION)

    assert index.by(PERSON) == []
    assert index.by(PERSON, claims=[CLAIM]) == [1]


def test_a_claim_that_was_removed_stays_one_about_its_entity() -> None:
    about = quad(CLAIM, "rdf:subject", PERSON)
    index = _index(delta({about}), CORRECTION, delta(removed={about}))

    assert index.by(PERSON) == [1, 2, 3]


def test_what_is_only_mentioned_is_not_changed() -> None:
    rank = quad(CLAIM, "rdf:object", PERSON)
    quoted = ox.Quad(
        ox.NamedNode(OTHER), term("zr:note"), ox.Literal(f"\nA <{PERSON}> <x:p> <x:o>"), GRAPHS["claims"]
    )

    assert _index(delta({rank, quoted})).by(PERSON) == []


def test_a_blank_node_is_nothing_that_can_be_asked_for() -> None:
    blank = ox.Quad(ox.BlankNode("b"), term("zr:note"), ox.Literal("x"), GRAPHS["claims"])

    assert _index(delta({blank})).by("_:b") == []
