"""Reports over a graph and what was read of Wikidata."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import pytest

from unit.wikidata.claimed import store_of
from zanryu.config import Settings
from zanryu.naming.labels import Labels
from zanryu.portal.entity.dates import date_in_words
from zanryu.store.wikidata_files import counts_beside
from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.entities.cache import Cache
from zanryu.wikidata.report.beside import BesidePages
from zanryu.wikidata.report.gap_data import COLUMNS, as_csv, as_document, overview_csv, overview_document
from zanryu.wikidata.report.gap_history import Day, read_days, record
from zanryu.wikidata.report.gap_keeping import GapKeeper, overview, with_history
from zanryu.wikidata.report.gaps import Gaps, tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zanryu.store.embedded import EmbeddedStore
    from zanryu.wikidata.report.gaps import Report

_PERSON: Final = "https://w3id.org/zanryu/id/person/linked"
_DATA: Final = """
p:linked a zr:Officer ; skos:prefLabel "Linked"@en ; skos:exactMatch wd:Q1000 .
p:unread a zr:Officer ; skos:prefLabel "Unread"@en ; skos:exactMatch wd:Q1001 .
p:alone a zr:Officer ; skos:prefLabel "Alone"@en .
zv:probable skos:exactMatch wd:Q1003 .
pl:village a zr:Place ; skos:prefLabel "Village"@en ; skos:exactMatch wd:Q2000 ; zr:inPlace pl:province .
pl:province a zr:Place ; skos:prefLabel "Province"@en ; zr:inPlace pl:country .
pl:country a zr:Place ; skos:prefLabel "Country"@en ; skos:exactMatch wd:Q2002 ; zr:inPlace pl:village .
w:book a zr:Book ; dcterms:title "A book"@en ; dcterms:type zv:memoir ; zr:tier zv:primary ;
  skos:exactMatch wd:Q3000 .
cl:birth a zr:Assertion ; rdf:subject p:linked ; rdf:predicate zr:birthDate ;
  rdf:object "1919-03"^^edtf:EDTF-level1 ; zr:certainty zv:probable ; zr:status zv:normal ;
  zr:citation <https://w3id.org/zanryu/id/claim/birth/c1> .
<https://w3id.org/zanryu/id/claim/birth/c1> zr:work w:book ; zr:locator "p. 3" ; zr:stance zv:supports .
cl:birth-place a zr:Assertion ; rdf:subject p:linked ; rdf:predicate zr:birthPlace ; rdf:object pl:village ;
  zr:certainty zv:probable ; zr:status zv:normal ;
  zr:citation <https://w3id.org/zanryu/id/claim/birth-place/c1> .
<https://w3id.org/zanryu/id/claim/birth-place/c1> zr:work w:book ; zr:locator "p. 4" ; zr:stance zv:supports .
cl:taught a zr:Assertion ; rdf:subject p:linked ; rdf:predicate zr:advised ; rdf:object p:alone ;
  zr:certainty zv:probable ; zr:status zv:normal ; zr:citation <https://w3id.org/zanryu/id/claim/taught/c1> .
<https://w3id.org/zanryu/id/claim/taught/c1> zr:work w:book ; zr:locator "p. 5" ; zr:stance zv:supports .
"""


def snak(name: str, kind: str, value: object) -> dict[str, Any]:
    return {"snaktype": "value", "property": name, "datavalue": {"type": kind, "value": value}}


def item(number: str) -> dict[str, str]:
    return {"entity-type": "item", "id": number}


def statement(name: str, main: dict[str, Any], *references: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"Q1000${name}",
        "rank": "normal",
        "type": "statement",
        "mainsnak": main,
        "references": [
            {"hash": "h", "snaks": {r["property"]: [r]}, "snaks-order": [r["property"]]} for r in references
        ],
    }


def year(text: str) -> dict[str, Any]:
    gregorian = "http://www.wikidata.org/entity/Q1985727"
    return {"time": f"+{text}-00-00T00:00:00Z", "precision": 9, "calendarmodel": gregorian}


ENTITY: Final = {
    "type": "item",
    "id": "Q1000",
    "lastrevid": 77,
    "modified": "2026-11-01T08:00:00Z",
    "labels": {"en": {"language": "en", "value": "Linked"}},
    "claims": {
        "P569": [
            statement(
                "P569", snak("P569", "time", year("1919")), snak("P248", "wikibase-entityid", item("Q3001"))
            )
        ],
        "P19": [
            statement(
                "P19",
                snak("P19", "wikibase-entityid", item("Q2002")),
                snak("P143", "wikibase-entityid", item("Q328")),
            )
        ],
        "P18": [statement("P18", snak("P18", "string", "Portrait.jpg"))],
        "P106": [statement("P106", snak("P106", "wikibase-entityid", item("Q4000")))],
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return store_of(tmp_path_factory.mktemp("gaps"), _DATA)


@pytest.fixture
def gaps(store: EmbeddedStore, tmp_path: Path) -> Gaps:
    cache = Cache(tmp_path / "wikidata")
    cache.keep("Q1000", json.dumps({"entities": {"Q1000": ENTITY}}).encode())
    return Gaps(store, cache)


@pytest.fixture
def report(gaps: Gaps) -> Report:
    found = gaps.report(_PERSON)
    assert found
    return found


def test_a_report_says_how_each_claim_and_statement_stands(report: Report) -> None:
    told = {(c.kind, c.why, c.property) for c in report.comparisons}
    assert told == {
        (Kind.MORE_PRECISE, Why.FINER_HERE, "P569"),
        (Kind.MORE_PRECISE, Why.FINER_HERE, "P19"),
        (Kind.WITHOUT_SOURCE, Why.THEIRS_ALONE_UNSOURCED, "P106"),
        (Kind.NOT_COMPARED, Why.UNSAYABLE, ""),
    }
    assert report.outside == 1
    assert report.counts()[Kind.MORE_PRECISE] == 2


def test_a_thing_that_is_not_linked_has_no_report(gaps: Gaps) -> None:
    assert gaps.report("https://w3id.org/zanryu/id/person/alone") is None
    assert gaps.report("https://w3id.org/zanryu/id/person/nobody") is None
    assert gaps.report("https://w3id.org/zanryu/vocab/probable") is None


def test_an_item_that_was_not_read_is_not_compared(gaps: Gaps) -> None:
    found = gaps.report("https://w3id.org/zanryu/id/person/unread")
    assert found
    assert (found.entity, found.comparisons, tally(found).is_read) == (None, (), False)


def test_an_item_whose_file_is_spoilt_says_so(gaps: Gaps) -> None:
    (gaps.cache.folder / "Q1000" / "77.json").write_text("{")
    found = gaps.report(_PERSON)
    assert found
    assert "fetch it again" in found.problem
    assert (
        BesidePages(gaps, Labels(gaps.backend), date_in_words).present(found, "en").problem == found.problem
    )


def test_a_redirect_that_is_spoilt_is_told_and_the_rest_is_compared(
    gaps: Gaps, caplog: pytest.LogCaptureFixture
) -> None:
    (gaps.cache.folder / "Q1001").mkdir()
    (gaps.cache.folder / "Q1001" / "redirect").write_bytes(b"\xe9")

    found = overview(gaps)

    problems = {thing.item: thing.problem for thing in found.things if thing.problem}
    assert problems.keys() == {"Q1001"}
    assert "Q1001/redirect" in problems["Q1001"]
    assert [thing.iri for thing in found.read] == [_PERSON]
    assert [record.getMessage() for record in caplog.records] == list(problems.values())


def test_a_merged_item_is_read_at_its_target(gaps: Gaps) -> None:
    moved = {**ENTITY, "id": "Q1002"}
    gaps.cache.keep("Q1001", json.dumps({"entities": {"Q1002": moved}}).encode())
    found = gaps.report("https://w3id.org/zanryu/id/person/unread")
    assert found
    assert found.entity
    assert (found.item, found.entity.id) == ("Q1001", "Q1002")
    told = BesidePages(gaps, Labels(gaps.backend), date_in_words).of(found.iri, "en")
    assert told
    assert told.target == "Q1002"


def test_what_is_read_changes_the_version_of_the_reports(gaps: Gaps) -> None:
    before = gaps.version
    gaps.cache.keep("Q1000", json.dumps({"entities": {"Q1000": {**ENTITY, "lastrevid": 78}}}).encode())
    assert gaps.version != before


def test_both_sides_are_told_in_words_with_their_references(gaps: Gaps, report: Report) -> None:
    told = BesidePages(gaps, Labels(gaps.backend), date_in_words).present(report, "en")
    lines = {line.number: line for group in told.groups for line in group.lines}
    born = lines["P569"]
    assert born.ours
    assert born.ours.value.text == "March 1919"
    assert born.ours.href == "/page/claim/birth"
    assert [(s.work.text if s.work else "", s.place) for s in born.ours.sources] == [("A book", "p. 3")]
    assert born.theirs[0].value.text == "1919"
    assert born.theirs[0].href == "https://www.wikidata.org/wiki/Q1000#Q1000$P569"
    assert lines["P19"].theirs[0].value.text == "Country"
    assert not lines["P19"].theirs[0].sources[0].is_source
    assert lines[""].property.text == "advised"
    assert told.revision_href.endswith("title=Q1000&oldid=77")


def test_the_data_of_a_report_has_both_sides_of_each_comparison(report: Report) -> None:
    document = json.loads(json.dumps(as_document(report)))
    born = next(c for c in document["comparisons"] if c["property"] == "P569")
    assert born["ours"]["value"] == {
        "type": "time", "text": "+1919-03-00T00:00:00Z", "precision": 10, "calendar": "Q1985727"
    }  # fmt: skip
    assert born["theirs"][0]["references"][0]["isSource"] is True
    (header, *rows) = csv.reader(io.StringIO(as_csv([report])))
    assert tuple(header) == COLUMNS
    assert len(rows) == len(document["comparisons"])
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_the_overview_counts_every_linked_thing_once(gaps: Gaps) -> None:
    found = overview(gaps)
    assert len(found.things) == 5
    assert [thing.iri for thing in found.read] == [_PERSON]
    assert found.counts()[Kind.MORE_PRECISE] == 2
    assert found.unlinked.count == 1
    assert found.unlinked.first == ("https://w3id.org/zanryu/id/person/alone",)
    assert overview_document(found)["read"] == 1
    assert len(overview_csv(found).splitlines()) == 6


def test_of_a_kind_the_data_have_the_things_that_have_it(gaps: Gaps) -> None:
    found = overview(gaps)

    assert [t["thing"] for t in overview_document(found, Kind.MORE_PRECISE)["things"]] == [_PERSON]
    assert overview_document(found, Kind.CONFLICT)["things"] == []
    assert overview_document(found, Kind.CONFLICT)["linked"] == 5
    lines = {kind: len(overview_csv(found, kind).splitlines()) for kind in Kind}
    assert (lines[Kind.MORE_PRECISE], lines[Kind.CONFLICT]) == (2, 1)


def test_of_each_day_the_last_counts_are_kept(gaps: Gaps, tmp_path: Path) -> None:
    cache = tmp_path / "wikidata"
    with_history(overview(gaps), cache)
    kept = with_history(overview(gaps), cache).days
    assert len(kept) == 1
    assert kept[0].count(Kind.MORE_PRECISE) == 2
    path = counts_beside(cache)
    assert read_days(path) == list(kept)
    for number in range(20):
        later = Day("2126-01-02", f"v{number}", 3, 2, {"conflict": number})
        assert record(path, later) == [*kept, later]
    assert read_days(path) == [*kept, later]
    assert len(path.read_text().splitlines()) == 2


def test_lines_of_one_day_that_stand_in_the_file_are_one(tmp_path: Path) -> None:
    path = tmp_path / "gaps.jsonl"
    days = [
        Day(day, version, 1, 1, {})
        for day, version in (("2026-01-02", "b"), ("2026-01-01", "a"), ("2026-01-02", "c"))
    ]
    path.write_text("".join(f"{json.dumps(asdict(day))}\n" for day in days))
    today = Day("2026-01-03", "d", 1, 1, {})

    assert read_days(path) == [days[1], days[2]]
    assert record(path, today) == [days[1], days[2], today] == read_days(path)


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"day": 1, "version": 2, "linked": "x", "read": 0, "counts": {}}', "null"]
)
def test_a_line_of_the_history_that_cannot_be_read_is_passed_over(line: str, tmp_path: Path) -> None:
    path = tmp_path / "gaps.jsonl"
    path.write_text(f"{line}\n")
    assert read_days(path) == []
    assert record(path, Day("2126-01-02", "v", 1, 1, {})) == read_days(path)


def test_counts_that_cannot_be_kept_are_shown_all_the_same(gaps: Gaps, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert len(with_history(overview(gaps), file / "wikidata").days) == 1


class _Counting(Gaps):
    """Counts how often everything is compared."""

    made = 0

    def reports(self) -> Iterator[Report]:
        type(self).made += 1
        return super().reports()


def test_the_overview_is_made_once_for_the_data_and_what_was_read(gaps: Gaps, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    counting = _Counting(gaps.backend, gaps.cache)
    first = GapKeeper(settings, counting).index()
    again = GapKeeper(settings, counting).index()
    assert (first.things, first.unlinked, counting.made) == (again.things, again.unlinked, 1)
    gaps.cache.keep("Q1000", json.dumps({"entities": {"Q1000": {**ENTITY, "lastrevid": 78}}}).encode())
    later = GapKeeper(settings, counting).index()
    assert (later.read[0].revision, counting.made) == (78, 2)


def test_an_overview_whose_file_is_spoilt_is_made_anew(gaps: Gaps, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    GapKeeper(settings, gaps).index()
    (file,) = (tmp_path / "gaps").iterdir()
    file.write_text('{"version": 1}')
    assert len(GapKeeper(settings, gaps).index().things) == 5
