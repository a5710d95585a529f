"""What search engines are told is what is accepted, and it cannot leave its element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zanryu.graph.namespaces import BASE
from zanryu.portal.citing.facts import facts_of
from zanryu.portal.citing.schema_org import document
from zanryu.portal.citing.signposting import page_links

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from zanryu.portal.citing.references import References
    from zanryu.store.embedded import EmbeddedStore


def _document(references: References, iri: str, files: tuple[tuple[str, str], ...] = ()) -> Any:
    facts = facts_of(references.backend, iri)
    return document(references.backend, references.of(iri), facts, lambda: files)


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ("person/ishii-takuo", "Person"),
        ("academy/quang-ngai", "EducationalOrganization"),
        ("unit/2nd-division", "Organization"),
        ("place/indochina", "Place"),
        ("work/spector-2007", "Book"),
        ("work/goscha-2001", "ScholarlyArticle"),
        ("claim/ishii-takuo-advised-1", "Claim"),
    ],
)  # fmt: skip
def test_a_thing_is_what_schema_org_calls_it(references: References, thing: str, kind: str) -> None:
    found = _document(references, f"{BASE}id/{thing}")
    assert found["@type"] == kind
    assert found["name"]


def test_a_claim_appears_in_its_sources_and_is_never_reviewed(references: References) -> None:
    found = _document(references, f"{BASE}id/claim/ishii-takuo-advised-1")
    assert [work["@id"].rpartition("/")[2] for work in found["appearance"]] == [
        "answer",
        "jawiki-ishii-takuo",
    ]
    assert "ClaimReview" not in str(found)


def test_the_dataset_has_its_licence_its_version_and_its_files(references: References) -> None:
    found = _document(references, BASE, (("/dumps/zanryu.ttl", "text/turtle"),))
    assert found["@type"] == "Dataset"
    assert found["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert found["distribution"][0]["contentUrl"] == "/dumps/zanryu.ttl"
    assert "0123abcd-3" in found["version"]


PEOPLE = """
p:sure a zr:Person ; skos:prefLabel "Sure"@en ; zr:birthDate "1919-12-03" ; zr:deathDate "1950?" .
p:torn a zr:Person ; skos:prefLabel "Torn"@en ; zr:birthDate "1919", "1920" ;
  owl:sameAs <javascript:alert(1)>, wd:Q1 .
g:some a zr:Group ; skos:prefLabel "Some"@en .
"""


def test_a_date_in_doubt_or_in_dispute_is_not_told(
    make: Callable[[str], EmbeddedStore], references: References
) -> None:
    graph = make(PEOPLE)
    here = type(references)(graph, references.labels, references.edition)
    sure = _document(here, f"{BASE}id/person/sure")
    torn = _document(here, f"{BASE}id/person/torn")
    assert sure["birthDate"] == "1919-12-03"
    assert "deathDate" not in sure
    assert "birthDate" not in torn
    assert torn["sameAs"] == ["http://www.wikidata.org/entity/Q1"]
    assert _document(here, f"{BASE}id/group/some") is None


def test_a_link_header_cannot_be_broken_out_of(make: Callable[[str], EmbeddedStore]) -> None:
    graph = make(
        '<https://w3id.org/zanryu/> dcterms:creator <https://a.example/%3E%0D%0A"x> .'.replace('"', "")
    )
    links = page_links(graph, f"{BASE}id/person/x")
    assert all("\n" not in link and link.count("<") == link.count(">") == 1 for link in links)
