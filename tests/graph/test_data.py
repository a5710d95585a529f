"""What the data must hold beyond the shapes: coverage, sources, conflicts, links, who is described."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from zanryu.graph.namespaces import PREFIXES, compact
from zanryu.graph.sources import Dataset, read

if TYPE_CHECKING:
    from zanryu.graph.materialise import Materialised

FACTS = [f"F{number:04}" for number in range(1, 619)]
CARRIED = 0.9
_GEONAMES = r"https://sws\.geonames\.org/[1-9]\d*/"

# Who and what the research behind the dataset named; a group of nameless people counts as one.
PERSONS = """
    g:an-phu-two p:akihito p:aoyama-hiroshi p:dam-minh-vien p:do-ca-son p:fujita-isamu
    p:fujita-matsukichi p:hashimoto-shigeyuki p:hayashi-yaichiro p:ho-chi-minh p:hoang-dao-thuy
    p:hoang-thi-thanh-hoai p:hoang-van-thai p:hong-nhat-quang p:huynh-trung-phong p:ichiki-tatsuo
    p:igari-kazumasa p:igawa-sei p:imamura-hosaku p:inoue-tanaka p:ishii-takuo p:iwai-koshiro
    p:kamo-tokuji p:kanetoshi-toshihide p:komaya-toshio p:komoto-daisaku p:le-quang-minh
    p:le-van-thu p:minegishi-teii p:miura-saburo p:miyahara-eiji p:miyazaki-isao p:motoyama-kyuzou
    p:mukaiyama p:nakahara-mitsunobu p:nakano-yaichiro p:nakauchi-tsuzuki p:nguyen-giac-ngo
    p:nguyen-huu-hoanh p:nguyen-ngoc-thanh p:nguyen-son p:nguyen-thi-xuan p:nguyen-tu
    p:nguyen-van-khoan p:ochiai p:onishi p:ono-shigeru p:onoda-hiroo p:phan-phac p:saito-hiroo
    p:sakurai-reiichi p:shimizu p:spector-ronald p:sugihara-takeshi p:sukarno p:sumita-raishiro
    p:ta-quang-buu p:tanaka-kiyoaki p:tanimoto-kikuo p:tran-tu-binh p:tsuji-masanobu p:umeda-kunio
    p:vo-nguyen-giap p:vuong-thua-vu p:yaginuma-ridenji p:yamada-nakano p:yamakawa-yoshio
    p:yamane-yoshito p:yamaoka-michitake p:yokoi-shoichi p:yoshizumi-tomegoro
"""
BODIES = """
    ac:bac-son ac:dien-khanh-anti-tank-class ac:northeast-aviation-school ac:quang-ngai
    ac:quang-ngai-politico-military ac:tran-quoc-tuan ac:tuy-hoa ev:first-indochina-war
    g:akihito-meeting g:descendants g:descendants-2017 g:foreigners-in-pavn g:holdouts-china
    g:holdouts-indonesia g:holdouts-malaya g:holdouts-other g:holdouts-shanxi g:instructors-trungbo
    g:japanese-at-dbp g:japanese-deserters g:japanese-deserters-north g:japanese-deserters-south
    g:japanese-in-allied-service g:japanese-in-indochina-1945 g:japanese-in-north-1945
    g:japanese-in-north-1946 g:japanese-in-viet-minh g:japanese-in-vietnam-1945
    g:kempeitai-in-viet-minh g:repat-1950s g:repat-1954 g:repat-all g:repat-allied g:returnees
    g:southeast-asia-zanryu g:taiwanese-agronomists g:war-crimes-suspects g:zanryu-total
    o:ministry-of-national-defence-drv o:pavn o:saigon-military-tribunal o:viet-minh
    u:144th-infantry-regiment u:29th-infantry-regiment u:2nd-division u:34th-imb u:38th-army
    u:55th-cavalry-regiment u:55th-division u:an-unit w:aonuma-2006 w:asahi-2015 w:cho-book
    w:companion-2002 w:episode-278 w:goscha-2001 w:goscha-2002 w:goscha-2003
    w:goscha-dictionary-2011 w:hayashi-ono-book w:hoang-hong-conference-paper w:hoang-pham
    w:ikawa-2005 w:ikawa-2006 w:ikeya-book w:kamo-2008 w:luong-thi-hong-2022 w:maki-book
    w:mitchell-1995 w:nguyen-vu-ky-2019 w:spector-2007
"""


@pytest.fixture(scope="module")
def hand(dataset: Dataset) -> Store:
    """The files under data/ as people wrote them, with the terms of the ontology, nothing derived."""
    store = Store()
    store.extend(read(dataset.files()))
    return store


@pytest.fixture(scope="module")
def derived(quads: Materialised) -> Store:
    """The dataset with everything derived, in which conflicts are symmetric."""
    store = Store()
    store.extend(quads.plain)
    return store


@pytest.fixture(scope="module")
def coverage(dataset: Dataset) -> list[dict[str, str]]:
    with (dataset.data / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(store: Store, query: str) -> list[list[str]]:
    """Run a SELECT over the union of all graphs; unbound variables come back empty."""
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [[getattr(value, "value", str(value or "")) for value in row] for row in found]


def claims_of(row: dict[str, str]) -> list[str]:
    return row["claims"].split()


def test_coverage_lists_every_fact_once_and_in_order(coverage: list[dict[str, str]]) -> None:
    assert [row["fact"] for row in coverage] == FACTS


def test_coverage_gives_claims_or_a_reason_but_not_both(coverage: list[dict[str, str]]) -> None:
    assert [row["fact"] for row in coverage if bool(claims_of(row)) == bool(row["reason"].strip())] == []


def test_coverage_names_only_claims_that_exist(coverage: list[dict[str, str]], hand: Store) -> None:
    known = {f"cl:{iri.rsplit('/', 1)[1]}" for (iri,) in rows(hand, "SELECT ?c { ?c a zr:Assertion }")}
    assert sorted({claim for row in coverage for claim in claims_of(row)} - known) == []


def test_coverage_carries_nine_facts_in_ten(coverage: list[dict[str, str]]) -> None:
    assert sum(bool(claims_of(row)) for row in coverage) >= CARRIED * len(FACTS)


def test_every_claim_is_cited(hand: Store) -> None:
    uncited = "SELECT ?c { ?c a zr:Assertion FILTER NOT EXISTS { ?c zr:citation ?x } }"
    assert rows(hand, uncited) == []


def test_every_citation_has_a_described_work_and_a_locator(hand: Store) -> None:
    loose = """SELECT ?c ?w ?l {
      ?c zr:citation ?x
      OPTIONAL { ?x zr:work ?w . ?w dcterms:title ?title }
      OPTIONAL { ?x zr:locator ?l }
      FILTER(!BOUND(?title) || !BOUND(?l) || !REGEX(?l, "\\\\S"))
    }"""
    assert rows(hand, loose) == []


def test_no_claim_is_cited_to_a_work_that_was_not_read(hand: Store) -> None:
    unread = """SELECT DISTINCT ?c ?w {
      ?c zr:citation/zr:work ?w . ?w skos:editorialNote ?note FILTER(REGEX(?note, "not read\\\\b", "i"))
    }"""
    assert rows(hand, unread) == []


def test_every_conflict_between_two_claims_is_discussed(derived: Store) -> None:
    silent = """SELECT ?a ?b {
      ?a zr:conflictsWith ?b FILTER(STR(?a) < STR(?b))
      FILTER NOT EXISTS { ?x a zr:Conflict ; zr:concerns ?a, ?b }
    }"""
    assert rows(derived, silent) == []


def test_every_discussed_conflict_names_existing_claims_and_a_reason(hand: Store) -> None:
    broken = """SELECT ?x ?c {
      ?x a zr:Conflict OPTIONAL { ?x zr:concerns ?c }
      FILTER(
        !BOUND(?c) || NOT EXISTS { ?c a zr:Assertion }
        || NOT EXISTS { ?x zr:concerns ?other FILTER(?other != ?c) }
        || NOT EXISTS { ?x zr:rationale ?r FILTER(REGEX(?r, "\\\\S")) }
      )
    }"""
    assert rows(hand, broken) == []


def test_counts_that_we_reckoned_say_so_cautiously(hand: Store) -> None:
    bold = """SELECT ?c ?note {
      ?c a zr:CountClaim ; zr:note ?note ; zr:certainty/zr:level ?level ; zr:countPrecision ?precision
      FILTER(REGEX(?note, "our (halving|reckoning)|division is ours|reckoned by us", "i"))
      FILTER(?level > 2 || ?precision = zv:exactly)
    }"""
    assert rows(hand, bold) == []


@pytest.mark.parametrize(
    ("elsewhere", "form"),
    [("wikidata.org", r"http://www\.wikidata\.org/entity/Q[1-9]\d*"), ("geonames.org", _GEONAMES)],
    ids=["wikidata", "geonames"],
)
def test_links_join_a_described_entity_to_one_item(
    elsewhere: str, form: str, dataset: Dataset, hand: Store
) -> None:
    links = read([s for s in dataset.files() if s.path.name == "links.ttl"])
    assert {quad.predicate.value for quad in links} == {f"{PREFIXES['skos']}exactMatch"}
    found = [quad for quad in links if elsewhere in str(quad.object)]
    assert found
    for quad in found:
        assert isinstance(quad.object, NamedNode)
        assert re.fullmatch(form, quad.object.value), quad
    subjects = [str(quad.subject) for quad in found]
    assert len(set(subjects)) == len(subjects) == len({str(quad.object) for quad in found})
    labelled = {f"<{iri}>" for (iri,) in rows(hand, "SELECT DISTINCT ?e { ?e skos:prefLabel ?l }")}
    assert sorted(set(subjects) - labelled) == []


def test_links_lead_nowhere_but_to_wikidata_and_geonames(dataset: Dataset) -> None:
    links = read([s for s in dataset.files() if s.path.name == "links.ttl"])
    others = [q for q in links if "wikidata.org" not in str(q.object) and "geonames.org" not in str(q.object)]
    assert others == []


def test_a_link_to_geonames_is_the_record_that_the_coordinates_come_from(hand: Store) -> None:
    linked = """SELECT ?place ?feature ?locator {
      ?place skos:exactMatch ?feature FILTER(CONTAINS(STR(?feature), "geonames.org"))
      OPTIONAL { ?c rdf:subject ?place ; rdf:predicate zr:coordinates ; zr:citation/zr:locator ?locator }
    }"""
    found = rows(hand, linked)
    assert found
    assert [row for row in found if row[2] != f"record {row[1].rstrip('/').rsplit('/', 1)[1]}"] == []


def test_a_place_has_one_point(hand: Store) -> None:
    several = """SELECT ?a ?b {
      ?a rdf:subject ?place ; rdf:predicate/rdfs:subPropertyOf* zr:coordinates .
      ?b rdf:subject ?place ; rdf:predicate/rdfs:subPropertyOf* zr:coordinates FILTER(STR(?a) < STR(?b))
    }"""
    assert rows(hand, several) == []


def test_everybody_and_every_body_is_described(hand: Store) -> None:
    described = {compact(iri) for (iri,) in rows(hand, "SELECT ?e { ?e skos:prefLabel|dcterms:title ?l }")}
    assert sorted({*PERSONS.split(), *BODIES.split()} - described) == []


def test_a_claim_is_made_by_or_about_everybody_and_every_body(hand: Store) -> None:
    mentioned = """SELECT ?e {
      ?c a zr:Assertion ; rdf:subject|rdf:object|zr:postIn|zr:companion|(zr:citation/zr:work) ?e
    }"""
    spoken_of = {compact(iri) for (iri,) in rows(hand, mentioned)}
    assert sorted({*PERSONS.split(), *BODIES.split()} - spoken_of) == []


def test_no_label_or_title_is_empty(hand: Store) -> None:
    empty = """SELECT ?e ?l {
      ?e skos:prefLabel|skos:altLabel|dcterms:title|rdfs:label ?l FILTER(!REGEX(STR(?l), "\\\\S"))
    }"""
    assert rows(hand, empty) == []


def test_no_derived_triple_is_written_by_hand(dataset: Dataset, hand: Store) -> None:
    asserted = {iri for (iri,) in rows(hand, "SELECT ?p { ?p a zr:ClaimProperty }")}
    assert asserted
    forbidden = asserted | {PREFIXES["zr"] + name for name in ("earliest", "latest")}
    forbidden.add(f"{PREFIXES['rdf']}reifies")
    written = [s for s in dataset.files() if s.path.is_relative_to(dataset.data)]
    assert [str(quad) for quad in read(written) if quad.predicate.value in forbidden] == []
