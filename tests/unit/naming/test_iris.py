"""Only own IRIs become paths of this server, and only safe addresses become links."""

from __future__ import annotations

import pytest

from zanryu.graph.namespaces import BASE
from zanryu.naming.iris import data_path, entity_iri, link, page_path, term_iri

PATHS = {
    f"{BASE}id/person/sato-haru": "/page/person/sato-haru",
    f"{BASE}id/claim/sato-haru-rank-1/c1": "/page/claim/sato-haru-rank-1/c1",
    f"{BASE}ontology/heldRank": "/ontology/heldRank",
    f"{BASE}vocab/ija-major": "/vocab/ija-major",
    f"{BASE}ontology": "/ontology",
    BASE: "/",
}
FOREIGN = [
    "http://www.wikidata.org/entity/Q1",
    f"{BASE}graph/claims",
    f"{BASE}id/spaceship/x",
    f"{BASE}id/person/",
    f"{BASE}id/person/../../etc",
    f"{BASE}id/person/a//b",
    f"{BASE}id/person/%2e%2e",
    "https://w3id.org.evil/zanryu/id/person/x",
    "javascript:alert(1)",
]


@pytest.mark.parametrize(("iri", "path"), PATHS.items())
def test_an_own_iri_has_a_page_here(iri: str, path: str) -> None:
    assert page_path(iri) == path


@pytest.mark.parametrize("iri", FOREIGN)
def test_any_other_iri_has_none(iri: str) -> None:
    assert page_path(iri) is None


def test_an_entity_has_a_data_document_and_a_term_only_its_own_address() -> None:
    assert data_path(f"{BASE}id/person/x") == "/data/person/x"
    assert data_path(f"{BASE}vocab/x") == "/vocab/x"
    assert data_path("http://h/") is None


@pytest.mark.parametrize(("kind", "slug"), [("person", "sato-haru"), ("claim", "a-1/c1"), ("work", "W3.2")])
def test_a_path_names_an_entity(kind: str, slug: str) -> None:
    assert entity_iri(kind, slug) == f"{BASE}id/{kind}/{slug}"


@pytest.mark.parametrize(
    ("kind", "slug"),
    [("people", "x"), ("person", ""), ("person", ".."), ("person", "a/../b"), ("person", "a b"),
     ("person", "a>"),
     ("person", "/evil"), ("person", "x\n")],
)  # fmt: skip
def test_a_path_that_can_name_none_is_none(kind: str, slug: str) -> None:
    assert entity_iri(kind, slug) is None


def test_a_term_is_named_by_its_part_and_name() -> None:
    assert term_iri("vocab", "ija-major") == f"{BASE}vocab/ija-major"
    assert term_iri("vocab", "a b") is None


@pytest.mark.parametrize(
    "iri",
    ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "mailto:a@b", "urn:x", "http://h/'onclick=x"],
)
def test_what_is_neither_own_nor_http_is_never_a_link(iri: str) -> None:
    assert link(iri) is None


def test_an_http_address_is_a_link() -> None:
    assert link("https://example.org/a") == "https://example.org/a"
