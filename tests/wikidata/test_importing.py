"""Statements of real items as claims, in a small dataset that is linked to them."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
from pyoxigraph import Literal, NamedNode

from wikidata.reference import bare, enveloped, needs_fixtures
from zanryu.cli import main
from zanryu.errors import InputNotFound
from zanryu.graph.checking import check
from zanryu.graph.materialise import materialise
from zanryu.graph.namespaces import GRAPHS, RDF_OBJECT, RDF_PREDICATE, compact, term
from zanryu.graph.sources import Dataset, SourceFile, read
from zanryu.graph.turtle import format_turtle
from zanryu.wikidata.entities.cache import Cache
from zanryu.wikidata.entities.entity_json import read_entity
from zanryu.wikidata.imports.importing import Imported, import_entity
from zanryu.wikidata.imports.known import Known
from zanryu.wikidata.imports.revision_work import turtle_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zanryu.graph.table.claims import Claim

_PREFIXES = """
@prefix zr: <https://w3id.org/zanryu/ontology/> . @prefix zv: <https://w3id.org/zanryu/vocab/> .
@prefix p: <https://w3id.org/zanryu/id/person/> . @prefix pl: <https://w3id.org/zanryu/id/place/> .
@prefix ac: <https://w3id.org/zanryu/id/academy/> . @prefix w: <https://w3id.org/zanryu/id/work/> .
@prefix o: <https://w3id.org/zanryu/id/organization/> . @prefix u: <https://w3id.org/zanryu/id/unit/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix wd: <http://www.wikidata.org/entity/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
_PEOPLE = """
p:adams a zr:Person ; skos:prefLabel "Adams"@en ; zr:nationality zv:american ; skos:exactMatch wd:Q42 .
p:father a zr:Person ; skos:prefLabel "Father"@en ; zr:nationality zv:american ;
  skos:exactMatch wd:Q14623675 .
p:bosch a zr:Person ; skos:prefLabel "Bosch"@en ; zr:nationality zv:american ; skos:exactMatch wd:Q130531 .
p:ramsden a zr:Person ; skos:prefLabel "Ramsden"@en ; zr:nationality zv:american ;
  skos:exactMatch wd:Q1918901 .
p:james a zr:Person ; skos:prefLabel "James"@en ; zr:nationality zv:american ; skos:exactMatch wd:Q6141825 .
ac:college a zr:Academy ; skos:prefLabel "College"@en ; skos:exactMatch wd:Q691283 .
o:mint a zr:Organization ; skos:prefLabel "Mint"@en ; skos:exactMatch wd:Q22965737 .
o:constituency a zr:Organization ; skos:prefLabel "Constituency"@en ; skos:exactMatch wd:Q27990982 .
"""
_PLACES = """
pl:cambridge a zr:Place ; skos:prefLabel "Cambridge"@en ; skos:exactMatch wd:Q350 .
pl:london a zr:Place ; skos:prefLabel "London"@en ; skos:exactMatch wd:Q84 .
pl:islington a zr:Place ; skos:prefLabel "Islington"@en ; skos:exactMatch wd:Q909993 .
pl:santa-barbara a zr:Place ; skos:prefLabel "Santa Barbara"@en ; skos:exactMatch wd:Q159288 .
"""
_WORKS = """
w:catalogue a zr:Book ; dcterms:title "A catalogue"@en ; zr:tier zv:tertiary ; skos:exactMatch wd:Q36578 .
"""


@pytest.fixture(scope="module")
def linked(dataset: Dataset, small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small dataset with the whole ontology, and with things that are linked to the items at hand."""
    root = tmp_path_factory.mktemp("linked") / "linked"
    shutil.copytree(small.root, root)
    shutil.copytree(dataset.root / "ontology", root / "ontology", dirs_exist_ok=True)
    for name, text in (("people", _PEOPLE), ("more-places", _PLACES)):
        (root / "data" / f"{name}.ttl").write_text(_PREFIXES + text, encoding="utf-8")
    with (root / "data" / "works.ttl").open("a", encoding="utf-8") as works:
        works.write(_PREFIXES + _WORKS)
    return Dataset(root)


@pytest.fixture(scope="module")
def known(linked: Dataset) -> Known:
    return Known.of(read(linked.files()))


def _import(
    known: Known, entity: dict[str, Any], revision: int = 1001, own: tuple[str, ...] = ()
) -> Imported:
    return import_entity(read_entity(enveloped(entity, revision), entity["id"]), known, own)


@pytest.fixture(scope="module")
def adams(known: Known) -> Imported:
    return _import(known, bare("Q42"))


def _said(claim: Claim) -> dict[str, str]:
    return {compact(p.value): getattr(o, "value", str(o)) for p, o in claim.said}


def _about(imported: Imported, predicate: str) -> list[Claim]:
    return [claim for claim in imported.claims if claim.values(RDF_PREDICATE) == [term(predicate)]]


def _statement(property_id: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    snak = {"property": property_id, "snaktype": "value", "datavalue": value}
    return {"mainsnak": snak, "id": f"Q42$0000000{property_id[-1]}-1", "rank": "normal", **more}


def _item(entity_id: str) -> dict[str, Any]:
    return {"type": "wikibase-entityid", "value": {"id": entity_id}}


def _snak(property_id: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"property": property_id, "snaktype": "value", "datavalue": value}


def _reference(**parts: dict[str, Any]) -> dict[str, Any]:
    return {"hash": "x", "snaks": {name: [_snak(name, value)] for name, value in parts.items()}}


def _url(address: str) -> dict[str, Any]:
    return {"type": "string", "value": address}


def _name(text: str, language: str) -> dict[str, Any]:
    return {"type": "monolingualtext", "value": {"text": text, "language": language}}


def _time(text: str) -> dict[str, Any]:
    calendar = "http://www.wikidata.org/entity/Q1985727"
    return {"type": "time", "value": {"time": text, "precision": 11, "calendarmodel": calendar}}


def _born_in_cambridge(**more: Any) -> dict[str, Any]:
    return {"id": "Q42", "claims": {"P19": [_statement("P19", _item("Q350"), **more)]}}


@needs_fixtures
def test_each_claim_is_cited_to_the_revision_with_the_guid_as_the_place(adams: Imported) -> None:
    (born,) = _about(adams, "zr:birthDate")

    (citation,) = born.citations
    assert {compact(p.value): getattr(o, "value", "") for p, o in citation} == {
        "zr:work": "https://w3id.org/zanryu/id/work/wikidata-q42-1001",
        "zr:locator": "q42$D8404CDA-25E4-4334-AF13-A3290BCD9C0F",
        "zr:stance": term("zv:supports").value,
        "zr:via": "https://w3id.org/zanryu/id/work/catalogue",
    }


@needs_fixtures
def test_the_work_says_that_it_is_a_revision_of_wikidata_and_where_it_is(adams: Imported) -> None:
    said = {compact(p.value): getattr(o, "value", "") for _, p, o in adams.work}

    assert said["dcterms:type"] == term("zv:wikidata-revision").value
    assert said["zr:tier"] == term("zv:tertiary").value
    assert said["foaf:page"] == "https://www.wikidata.org/wiki/Special:EntityData/Q42.json?revision=1001"
    assert said["dcterms:title"] == "Douglas Adams (Q42), revision 1001"


@needs_fixtures
def test_values_dates_and_texts_are_in_our_terms(adams: Imported) -> None:
    facts = [_said(claim) for claim in adams.claims]
    said = {tuple(f[name].rpartition("/")[2] for name in ("rdf:predicate", "rdf:object")): f for f in facts}

    assert said[("birthDate", "1952-03-11")]["zr:when"] == "1952-03-11"
    assert said[("birthPlace", "cambridge")]
    assert said[("father", "father")]
    assert said[("educatedAt", "college")]["zr:when"] == "1971/1974"
    assert said[("residence", "islington")]["zr:when"] == "1957/.."
    assert said[("birthName", "Douglas Noël Adams")]


@needs_fixtures
def test_what_is_not_taken_over_stands_in_the_note(adams: Imported) -> None:
    (educated,), (_, preferred) = _about(adams, "zr:educatedAt"), _about(adams, "zr:residence")

    assert _said(educated)["zr:note"] == (
        "Wikidata refers to Q5375741, http://www.nndb.com/people/731/000023662/. "
        "Qualifiers that are not taken over: P812, P512."
    )
    assert _said(preferred)["zr:note"] == "Wikidata gives no reference. It is preferred there."


@needs_fixtures
def test_what_is_left_out_is_told_with_the_reason(adams: Imported) -> None:
    told = {left.property: str(left) for left in adams.left_out}

    assert told["P26"].endswith("nothing of ours is linked to Q14623681")
    assert told["P551"].endswith("only references are “imported from” a Wikimedia project, or pages of ours")
    statements = len(adams.entity.statements)
    assert len(adams.claims) + len(adams.left_out) + adams.unaligned.total() == statements == 235


@needs_fixtures
@pytest.mark.parametrize(
    ("item", "predicate", "value"),
    [
        pytest.param("Q1918901", "zr:birthDate", "1944", id="a year that is written as 1 January"),
        pytest.param("Q130531", "zr:birthDate", "1450~", id="about a year"),
        pytest.param("Q22965737", "zr:foundingDate", "120X", id="a decade that its limits contradict"),
        pytest.param(
            "Q27990982", "zr:foundingDate", term("zr:someValue").value, id="a value that nobody knows"
        ),
        pytest.param("Q27990982", "zr:dissolutionDate", "1707", id="a year"),
    ],
)
def test_an_uncertain_date_is_as_uncertain_here(known: Known, item: str, predicate: str, value: str) -> None:
    (claim,) = _about(_import(known, bare(item)), predicate)

    assert _said(claim)["rdf:object"] == value


@needs_fixtures
def test_limits_that_contradict_the_date_stand_in_the_note(known: Known) -> None:
    (claim,) = _about(_import(known, bare("Q22965737")), "zr:foundingDate")

    assert _said(claim)["zr:note"].endswith("Qualifiers that are not taken over: P1319, P1326.")


@needs_fixtures
def test_a_month_of_the_julian_calendar_is_left_out(known: Known) -> None:
    told = {left.property: left.why for left in _import(known, bare("Q130531")).left_out}

    assert "EDTF cannot say the date" in told["P570"]


@needs_fixtures
def test_statements_that_were_imported_from_wikipedia_alone_are_left_out(known: Known) -> None:
    told = {left.property: left.why for left in _import(known, bare("Q6141825")).left_out}

    assert "imported from" in told["P19"]
    assert "imported from" in told["P1559"]


def test_a_page_of_ours_is_no_reference_for_us(known: Known) -> None:
    ours = "https://zanryu.example.org/page/person/adams"
    entity = _born_in_cambridge(references=[_reference(P854=_url(ours))])

    assert len(_import(known, entity).claims) == 1
    assert _import(known, entity, own=("https://zanryu.example.org",)).claims == []
    here = _born_in_cambridge(references=[_reference(P854=_url("https://w3id.org/zanryu/id/person/adams"))])
    assert _import(known, here).claims == []


def test_what_wikidata_deprecates_is_deprecated_here_for_its_reason(known: Known) -> None:
    entity = _born_in_cambridge(rank="deprecated", qualifiers={"P2241": [_snak("P2241", _item("Q41755623"))]})

    (claim,) = _import(known, entity).claims
    assert _said(claim)["zr:status"] == term("zv:deprecated").value
    assert _said(claim)["zr:deprecationReason"] == "Deprecated on Wikidata, for the reason Q41755623."
    assert _said(claim)["zr:deprecationKind"] == term("zv:deprecated-as-incorrect").value


def test_a_reason_that_we_have_no_kind_for_stands_in_words_alone(known: Known) -> None:
    entity = _born_in_cambridge(rank="deprecated", qualifiers={"P2241": [_snak("P2241", _item("Q84"))]})

    (claim,) = _import(known, entity).claims
    assert "zr:deprecationKind" not in _said(claim)
    assert _said(claim)["zr:deprecationReason"] == "Deprecated on Wikidata, for the reason Q84."


def test_what_cannot_be_printed_does_not_get_into_the_words_of_ours(known: Known) -> None:
    entity = _born_in_cambridge(references=[_reference(P854=_url("https://example.org/\x07"))])
    imported = _import(known, {**entity, "labels": {"en": {"language": "en", "value": "A\x00"}}})

    assert _said(imported.claims[0])["zr:note"] == "Wikidata refers to https://example.org/."
    assert "\x00" not in turtle_of([imported])


def test_what_wikidata_prefers_is_not_preferred_by_our_editors(known: Known) -> None:
    (claim,) = _import(known, _born_in_cambridge(rank="preferred")).claims

    assert _said(claim)["zr:status"] == term("zv:normal").value


def test_a_place_among_the_qualifiers_is_the_place_of_the_claim(known: Known) -> None:
    qualifiers = {"P276": [_snak("P276", _item("Q84"))]}
    statement = _statement("P22", _item("Q14623675"), qualifiers=qualifiers)

    (claim,) = _import(known, {"id": "Q42", "claims": {"P22": [statement]}}).claims
    assert _said(claim)["zr:place"].endswith("/place/london")


@pytest.mark.parametrize(
    ("property_id", "value", "why"),
    [
        pytest.param("P19", _item("Q691283"), "ac:college, linked to Q691283, is no zr:Place", id="no place"),
        pytest.param("P22", _item("Q42"), "relates the thing to itself", id="itself"),
        pytest.param("P742", _url("DNA"), "a text whose language is not said", id="a text without language"),
        pytest.param(
            "P571", _item("Q1"), "no property of ours says it of such a thing", id="not of a person"
        ),
    ],
)
def test_what_no_claim_of_ours_can_say_is_left_out(
    known: Known, property_id: str, value: dict[str, Any], why: str
) -> None:
    imported = _import(known, {"id": "Q42", "claims": {property_id: [_statement(property_id, value)]}})

    assert imported.claims == []
    assert why in imported.left_out[0].why


def test_of_several_properties_of_ours_the_one_that_says_least_is_taken(known: Known) -> None:
    taken = {name: compact(properties[0].iri.value) for name, properties in known.properties.items()}

    assert taken["P410"] == "zr:heldRank"
    assert taken["P463"] == "zr:memberOf"
    assert taken["P361"] == "zr:partOf"
    assert taken["P108"] == "zr:employedBy"


def test_an_item_that_nothing_is_linked_to_is_refused(known: Known) -> None:
    with pytest.raises(InputNotFound, match="Q77: nothing in the dataset is linked to it"):
        _import(known, {"id": "Q77"})


def test_an_item_without_a_revision_is_refused(known: Known) -> None:
    with pytest.raises(InputNotFound, match="does not say its revision"):
        _import(known, {"id": "Q42"}, revision=0)


def test_an_item_that_says_nothing_that_we_know_leaves_no_work_behind(known: Known) -> None:
    imported = _import(known, {"id": "Q42", "claims": {"P9999": [_statement("P9999", _item("Q1"))]}})

    assert (imported.claims, imported.work, imported.unaligned) == ([], [], {"P9999": 1})


@needs_fixtures
def test_every_claim_is_held_for_possible_and_none_is_accepted(linked: Dataset, adams: Imported) -> None:
    quads = [*read(linked.files()), *(quad for claim in adams.claims for quad in claim.quads())]
    before = {q for q in materialise(read(linked.files())).plain if q.graph_name == GRAPHS["accepted"]}

    assert {_said(claim)["zr:certainty"] for claim in adams.claims} == {term("zv:possible").value}
    assert {q for q in materialise(quads).plain if q.graph_name == GRAPHS["accepted"]} == before


@needs_fixtures
def test_what_is_written_is_in_house_style_and_passes_every_check(
    linked: Dataset, known: Known, tmp_path: Path
) -> None:
    items = ("Q42", "Q130531", "Q1918901", "Q6141825", "Q22965737", "Q27990982")
    text = turtle_of([_import(known, bare(item)) for item in items])
    path = tmp_path / "wikidata.ttl"
    path.write_text(text, encoding="utf-8")

    assert format_turtle(text, "wikidata.ttl") == text
    assert check(linked, [path]) == []


@needs_fixtures
def test_a_second_import_adds_nothing(linked: Dataset, adams: Imported, tmp_path: Path) -> None:
    path = tmp_path / "wikidata.ttl"
    path.write_text(turtle_of([adams]), encoding="utf-8")
    now = Known.of(read([*linked.files(), SourceFile(path, GRAPHS["claims"])]))

    again = _import(now, bare("Q42"), revision=1002)

    assert again.claims == []
    assert sum("is there already, as cl:adams-wikidata-" in left.why for left in again.left_out) == len(
        adams.claims
    )


def test_a_statement_that_says_something_else_now_is_a_new_claim(
    linked: Dataset, known: Known, tmp_path: Path
) -> None:
    path = tmp_path / "wikidata.ttl"
    path.write_text(turtle_of([_import(known, _born_in_cambridge())]), encoding="utf-8")
    now = Known.of(read([*linked.files(), SourceFile(path, GRAPHS["claims"])]))
    moved = {"id": "Q42", "claims": {"P19": [_statement("P19", _item("Q84"))]}}

    (claim,) = _import(now, moved, revision=1002).claims
    assert compact(claim.name.value) == "cl:adams-wikidata-00000009-2"
    assert claim.values(RDF_OBJECT) == [NamedNode("https://w3id.org/zanryu/id/place/london")]


def test_a_link_to_a_number_that_was_merged_is_followed(linked: Dataset, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep("Q350", enveloped({"id": "Q351"}))
    known = Known.of(read(linked.files()), cache.target)

    (claim,) = _import(known, {"id": "Q42", "claims": {"P19": [_statement("P19", _item("Q351"))]}}).claims
    assert claim.values(RDF_OBJECT) == [NamedNode("https://w3id.org/zanryu/id/place/cambridge")]


def test_the_note_is_one_in_english(known: Known) -> None:
    (claim,) = _import(known, _born_in_cambridge()).claims

    assert claim.values(term("zr:note")) == [Literal("Wikidata gives no reference.", language="en")]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Outcome: ...


@pytest.fixture
def run(
    linked: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run `zanryu wikidata import` in this process; one item was read."""
    Cache(tmp_path / "wikidata").keep("Q42", enveloped(_born_in_cambridge()))

    def _run(*arguments: object) -> Outcome:
        options = ["--store", tmp_path / "store", "--data", linked.root]
        told = ["zanryu", "wikidata", "import", *map(str, [*arguments, *options])]
        monkeypatch.setattr(sys, "argv", told)
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        return Outcome(int(ended.value.code or 0), *capfd.readouterr())

    return _run


def test_the_command_prints_turtle_and_tells_beside_it_what_was_left_out(run: Run) -> None:
    done = run("Q42")

    assert done.code == 0
    assert format_turtle(done.out, "out") == done.out
    assert done.err == "Q42, revision 1001, has 1 statements: 1 are claims now, 0 are left out.\n"


def test_the_command_writes_a_new_file_and_replaces_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "new.ttl"

    assert run("--linked", "--out", path).code == 0
    assert "cl:adams-wikidata-00000009-1" in path.read_text("utf-8")
    again = run("Q42", "--out", path)
    assert (again.code, again.err) == (2, f"zanryu: {path}: give the name of a new .ttl file.\n")


def test_the_dataset_is_read_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[object] = []

    def counted(files: Iterable[SourceFile]) -> object:
        reads.append(files)
        return read(files)

    monkeypatch.setattr("zanryu.graph.sources.read", counted)

    assert run("--linked").code == 0
    assert len(reads) == 1


def test_an_item_that_was_not_read_is_told_with_what_to_do(run: Run) -> None:
    assert "run `zanryu wikidata fetch Q84` first" in run("Q84").err
    assert "run `zanryu wikidata fetch Q42@7` first" in run("Q42@7").err
