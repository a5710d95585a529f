"""A claim is cited with what it rests on, and with the data in which it was read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from zanryu.errors import NotFound
from zanryu.graph.namespaces import BASE
from zanryu.naming.labels import Labels
from zanryu.portal.citing.dates import csl_date
from zanryu.portal.citing.editions import Edition, Editions
from zanryu.portal.citing.formats import as_text, in_text
from zanryu.portal.citing.names import in_order, inverted, split_name
from zanryu.portal.citing.references import References
from zanryu.portal.citing.styles import AUTHOR_DATE, NOTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from zanryu.store.embedded import EmbeddedStore

CLAIM = f"{BASE}id/claim/ishii-takuo-advised-2"
DATA = "version 0.1.0 (version 3 of the history, data 0123abcd-3), November 20, 2026"


def test_a_claim_names_its_source_what_that_repeats_and_the_data(references: References) -> None:
    said = in_text(references.of(CLAIM), NOTES).text
    source, _, ours = said.partition("; as recorded in ")
    assert source == (
        "InnocentTailor, “comment in a discussion thread, quoting a digest of Goscha,” rl.huuu.biz, 2021, quotation, "
        "https://rl.huuu.biz/r/worldnews/comments/rfbcgw/china_marks_84th_anniversary_of_nanking_massacre/hoezha7, "
        "citing Christopher E. Goscha, “Belated Asian Allies: The Technical and Military Contributions of "
        "Japanese Deserters (1945-50),” in A Companion to the Vietnam War (Blackwell, 2002)"
    )
    assert ours == (
        "Editors of Zanryū, “Ishii Takuo – advised – guerrillas in southern Vietnam (claim "
        "ishii-takuo-advised-2),” Zanryū: Japanese officers with the Việt Minh after August 1945, "
        f"{DATA}, accessed November 21, 2026, {CLAIM}?version=3."
    )


def test_a_claim_in_parentheses_is_recorded_in_the_graph(references: References) -> None:
    said = in_text(references.of(CLAIM), AUTHOR_DATE).text
    assert said == (
        "(InnocentTailor 2021, quotation, citing Goscha 2002, as recorded in Editors of Zanryū 2026)"
    )


def test_the_entries_of_a_claim_hold_every_work_that_it_names(references: References) -> None:
    entries = as_text(references.of(CLAIM), AUTHOR_DATE).split("\n\n")[1:]
    assert [entry.partition(".")[0] for entry in entries] == [
        "Editors of Zanryū",
        "Goscha, Christopher E",
        "InnocentTailor",
    ]


def test_a_page_is_cited_with_the_day_of_access_only_where_there_is_one(references: References) -> None:
    undated = References(references.backend, references.labels, Edition("0123abcd"))
    said = in_text(undated.of(f"{BASE}id/person/ishii-takuo"), NOTES).text
    assert said == (
        "Editors of Zanryū, “Ishii Takuo,” Zanryū: Japanese officers with the Việt Minh after August 1945, "
        f"version 0.1.0 (data 0123abcd), {BASE}id/person/ishii-takuo."
    )


def test_the_bibliography_of_a_person_holds_each_source_once(references: References) -> None:
    works = [work.iri for work in references.bibliography(f"{BASE}id/person/ishii-takuo")]
    assert len(works) == len(set(works)) > 5
    assert f"{BASE}id/work/goscha-2002" in works  # cited only through another
    assert all(work.startswith(f"{BASE}id/work/") for work in works)


def test_what_the_graph_does_not_know_is_not_cited(references: References) -> None:
    for ask in (references.of, references.bibliography):
        with pytest.raises(NotFound, match="says nothing"):
            ask(f"{BASE}id/person/nobody")


def test_the_result_of_a_query_is_cited_by_its_address(references: References) -> None:
    cited = references.of_query("Who taught\nat Quảng Ngãi?", f"{BASE}sparql?query=SELECT")
    assert in_text(cited, AUTHOR_DATE).text == "(Editors of Zanryū 2026)"
    assert cited.main.item["title"] == "Who taught at Quảng Ngãi?"
    assert cited.main.item["URL"] == f"{BASE}sparql?query=SELECT"


def test_a_claim_without_a_label_is_cited_by_its_parts(make: Callable[[str], EmbeddedStore]) -> None:
    long = "x" * 100_000
    graph = make(f'cl:a a zr:Assertion ; rdf:subject p:q ; rdf:predicate zr:nickname ; rdf:object "{long}" .')
    title = References(graph, Labels(graph), Edition("v")).of(f"{BASE}id/claim/a").main.item["title"]
    assert title.startswith("p:q – ")
    assert title.endswith("… (claim a)")
    assert len(title) < 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1946", {"date-parts": [[1946]]}),
        ("2017-02-28", {"date-parts": [[2017, 2, 28]]}),
        ("1945-XX", {"date-parts": [[1945]]}),
        ("1946?", {"date-parts": [[1946]], "circa": True}),
        ("1945-09~", {"date-parts": [[1945, 9]], "circa": True}),
        ("1945-09/1950-05-20", {"date-parts": [[1945, 9], [1950, 5, 20]]}),
        ("194X", {"literal": "1940s"}),
        ("1945/..", {"literal": "1945 or later"}),
        ("/1950", {"literal": "1950 or earlier"}),
        ("summer", None),
        ("1946-13", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_date_keeps_its_doubt(text: str, found: dict[str, Any] | None) -> None:
    assert csl_date(text) == found


@pytest.mark.parametrize(
    ("text", "turned", "running"),
    [
        ("Goscha, Christopher E.", "Goscha, Christopher E.", "Christopher E. Goscha"),
        ("Christopher E. Goscha", "Christopher E. Goscha", "Christopher E. Goscha"),
        ("井川一久", "井川一久", "井川一久"),
        ("Hoàng Hồng", "Hoàng Hồng", "Hoàng Hồng"),
        ("Acme, Inc.", "Acme, Inc.", "Acme, Inc."),
        ("Army, Navy, and Air Force", "Army, Navy, and Air Force", "Army, Navy, and Air Force"),
        (", x", ", x", ", x"),
    ],
)  # fmt: skip
def test_only_a_comma_tells_a_family_name(text: str, turned: str, running: str) -> None:
    name = split_name(text)
    assert (inverted(name), in_order(name)) == (turned, running)


def test_a_build_without_a_history_is_cited_by_its_day(tmp_path: Path, references: References) -> None:
    current = tmp_path / "current"
    assert Editions(current).of(references.backend) == Edition("v")
    current.touch()
    today = datetime.fromtimestamp(current.stat().st_mtime, UTC).date()
    found = Editions(current).of(references.backend)
    assert found == Edition("v", 0, today)
    assert found.permalink("https://w3id.org/x") == "https://w3id.org/x"
    assert (
        Edition("v-2", 2, date(2026, 1, 1)).permalink("https://w3id.org/x") == "https://w3id.org/x?version=2"
    )
