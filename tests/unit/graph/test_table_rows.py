from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal

from claim_tables import as_csv, as_xlsx, row
from zanryu.graph.namespaces import RDF_OBJECT, RDF_TYPE, term
from zanryu.graph.sources import read
from zanryu.graph.table.claims import claims_of, names_taken
from zanryu.graph.table.files import read_table
from zanryu.graph.table.rows import Reading, read_rows
from zanryu.graph.table.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.claims import Claim


@pytest.fixture(scope="module")
def state(small: Dataset) -> list[Quad]:
    return read(small.files())


def _read(data: bytes, state: Iterable[Quad]) -> Reading:
    return read_rows(read_table(data), Values.of(state), names_taken(*claims_of(state)))


def _problems(found: Reading) -> list[str]:
    return [str(problem) for problem in found.problems]


def _only(found: Reading) -> Claim:
    assert _problems(found) == []
    (claim,) = found.claims.values()
    return claim


def _value(claim: Claim, curie: str) -> object:
    return next(iter(claim.values(term(curie))), None)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"subject": "佐藤春"}, id="another script"),
        pytest.param({"subject": "  SATŌ   haru "}, id="case and white space"),
        pytest.param({"subject": "Sato\u0304 Haru"}, id="decomposed"),
        pytest.param({"subject": "p:sato-haru"}, id="prefixed"),
        pytest.param({"subject": "https://w3id.org/zanryu/id/person/sato-haru"}, id="IRI"),
        pytest.param({"subject": "<https://w3id.org/zanryu/id/person/sato-haru>"}, id="IRI in brackets"),
        pytest.param({"property": "に助言した"}, id="property in Japanese"),
        pytest.param({"property": "cố vấn cho"}, id="property in Vietnamese"),
        pytest.param({"property": "zr:advised"}, id="property prefixed"),
        pytest.param({"certainty": "ほぼ確実", "status": "zv:normal"}, id="concepts"),
        pytest.param({"source": "memoir of an invented officer"}, id="title of a work"),
    ],
)
def test_a_name_matches_in_any_script_and_form(state: list[Quad], cells: dict[str, object]) -> None:
    claim = _only(_read(as_csv(row(**cells)), state))

    assert claim.name.value.endswith("/claim/sato-haru-advised-2")
    assert claim.subject == term("p:sato-haru")
    assert _value(claim, "rdf:predicate") == term("zr:advised")
    assert _value(claim, "zr:certainty") == term("zv:probable")


def test_an_unknown_name_is_listed_with_candidates_and_not_guessed(state: list[Quad]) -> None:
    found = _read(as_csv(row(subject="Sato Haru", source="w:memoirs")), state)

    assert _problems(found) == [
        "row 2, column B (subject): Nothing is called “Sato Haru”. Perhaps: p:sato-haru (Satō Haru).",
        "row 2, column H (source): Nothing is known as “w:memoirs”. "
        "Perhaps: w:memoir (Memoir of an invented officer).",
    ]
    assert not found.claims


def test_an_ambiguous_name_is_listed_with_everything_it_may_mean(small_dataset: Dataset) -> None:
    persons = small_dataset.data / "persons.ttl"
    persons.write_text(
        persons.read_text(encoding="utf-8")
        + '\np:sato-other a zr:Person ; skos:prefLabel "Satō Haru"@en ; zr:nationality zv:japanese .\n',
        encoding="utf-8",
    )

    found = _read(as_csv(row()), read(small_dataset.files()))

    assert _problems(found) == [
        "row 2, column B (subject): Several things are called “Satō Haru”. "
        "Write one of: p:sato-haru (Satō Haru), p:sato-other (Satō Haru)."
    ]


def test_the_property_tells_which_of_two_namesakes_may_stand_there(small_dataset: Dataset) -> None:
    places = small_dataset.data / "places.ttl"
    text = places.read_text(encoding="utf-8").replace('"Hilltown"@en', '"Hill School"@en')
    places.write_text(text, encoding="utf-8")

    found = _read(as_csv(row(property="presentAt", value="Hill School")), read(small_dataset.files()))

    assert _value(_only(found), "rdf:object") == term("pl:hilltown")


def test_a_name_that_a_claim_gives_counts_unless_the_claim_denies_it(small_dataset: Dataset) -> None:
    claims = small_dataset.data / "claims" / "sato-haru.ttl"
    text = claims.read_text(encoding="utf-8").replace('"佐藤春"@ja-Hani', '"加藤春"@ja-Hani')
    claims.write_text(text, encoding="utf-8")
    table = as_csv(row(subject="加藤春"))

    assert not _read(table, read(small_dataset.files())).problems

    claims.write_text(
        text.replace('"加藤春"@ja-Hani ;', '"加藤春"@ja-Hani ;\n    zr:polarity zv:negative ;'),
        encoding="utf-8",
    )
    assert "Nothing is called “加藤春”" in _problems(_read(table, read(small_dataset.files())))[0]


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        pytest.param(
            {"property": "nativeName", "value": "佐藤 春@ja-Hani"},
            Literal("佐藤 春", language="ja-Hani"),
            id="text with its language",
        ),
        pytest.param(
            {"property": "birth date", "value": "1919-11", "when": "1919-11"},
            Literal("1919-11", datatype=term("edtf:EDTF-level1")),
            id="date",
        ),
        pytest.param(
            {"property": "age", "value": "27"}, Literal("27", datatype=term("xsd:integer")), id="number"
        ),
        pytest.param(
            {"subject": "pl:hilltown", "property": "coordinates", "value": "POINT(107.5 16.4)"},
            Literal("POINT(107.5 16.4)", datatype=term("geo:wktLiteral")),
            id="point",
        ),
        pytest.param({"property": "age", "value": "some value"}, term("zr:someValue"), id="unknown number"),
        pytest.param(
            {"property": "birthplace", "value": "値はあるが不明"}, term("zr:someValue"), id="unknown place"
        ),
        pytest.param({"property": "held rank", "value": "少佐"}, term("zv:ija-major"), id="concept"),
    ],
)
def test_the_property_says_how_a_value_is_read(
    state: list[Quad], cells: dict[str, object], value: object
) -> None:
    found = _read(as_csv(row(**cells)), state)

    assert [claim.values(RDF_OBJECT) for claim in found.claims.values()] == [[value]]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        pytest.param(
            {"when": "1945-13"}, r"column E \(when\): “1945-13” is not in the calendar", id="month 13"
        ),
        pytest.param({"when": "15/8/1945"}, "A spreadsheet may have changed it", id="a date reshaped"),
        pytest.param({"when": "Aug-45"}, "A spreadsheet may have changed it", id="a month reshaped"),
        pytest.param(
            {"property": "nativeName", "value": "Sato"}, "Say the language of “Sato”", id="language"
        ),
        pytest.param({"property": "age", "value": "about 27"}, "not a whole number", id="number"),
        pytest.param({"place": "Hilltown | "}, r"Something is missing beside \|", id="empty part"),
        pytest.param({"conflicts with": "cl:no-such-1"}, "No claim is called “cl:no-such-1”", id="no claim"),
        pytest.param({"conflicts with": "p:sato-haru"}, "not the name of a claim", id="not a claim"),
        pytest.param(
            {"subject": ""}, r"column B \(subject\): The subject of this claim is missing", id="subject"
        ),
        pytest.param({"claim": "p:sato-haru"}, "not the name of a claim", id="name of no claim"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_place(
    state: list[Quad], cells: dict[str, object], message: str
) -> None:
    found = _read(as_csv({**row(), **cells}), state)

    assert any(re.search(message, problem) for problem in _problems(found)), _problems(found)
    assert not found.claims


def test_a_date_cell_is_read_and_said_so(state: list[Quad]) -> None:
    found = _read(as_xlsx(row(when=date(1946, 3, 1)), E2="yyyy-mm-dd"), state)

    assert [str(notice) for notice in found.notices] == [
        "sheet claims, row 2, column E (when): This date cell was read as 1946-03-01."
    ]
    assert _value(_only(found), "zr:when") == Literal("1946-03-01")


def test_a_number_cell_is_a_year_where_it_can_be_one(state: list[Quad]) -> None:
    assert _value(_only(_read(as_xlsx(row(when=1946)), state)), "zr:when") == Literal("1946")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        pytest.param({"when": 16694}, "16694 is a number and no year", id="serial number of a day"),
        pytest.param({"locator": date(2026, 4, 3)}, "has made the date 2026-04-03 of this", id="pages 4-3"),
        pytest.param({"locator": 3.1}, "has made the number 3.1 of this", id="section 3.10"),
        pytest.param({"locator": "=A1"}, "A formula stands here", id="formula"),
    ],
)
def test_what_a_spreadsheet_made_of_a_text_is_refused(
    state: list[Quad], cells: dict[str, object], message: str
) -> None:
    assert message in _problems(_read(as_xlsx(row(**cells)), state))[0]


# ---------------------------------------------------------------- rows of one claim


def test_rows_with_the_same_word_are_one_claim_with_a_citation_each(state: list[Quad]) -> None:
    second = {"claim": "A ", "source": "w:web-page", "locator": "paragraph 3", "stance": "mentions only"}

    other = row(subject="p:tran-van-an", value="p:sato-haru")

    found = _read(as_csv(row(claim="a"), other, second), state)

    assert _problems(found) == []
    assert [len(claim.citations) for claim in found.claims.values()] == [2, 1]


def test_rows_of_one_claim_that_disagree_are_told(state: list[Quad]) -> None:
    found = _read(as_csv(row(claim="a"), row(claim="a", when="1947")), state)

    assert _problems(found) == ["row 3, column E (when): Row 2 says something else of the same claim."]


def test_a_claim_may_refer_to_another_of_the_table_by_its_word(state: list[Quad]) -> None:
    rows = row(claim="one"), row(claim="two", property="met", **{"conflicts with": "one"})

    found = _read(as_csv(*rows), state)

    one, two = found.claims.values()
    assert two.values(term("zr:conflictsWith")) == [one.name]


def test_new_names_have_the_words_of_the_data_and_the_next_free_number(state: list[Quad]) -> None:
    rows = (
        row(property="held rank", value="zv:ija-captain", when="1944"),
        row(property="held rank", value="zv:ija-first-lieutenant", when="1943"),
        row(property="met"),
        row(claim="cl:sato-haru-met-7", property="met", when="1947"),
    )

    found = _read(as_csv(*rows), state)

    names = [name.value.rsplit("/", 1)[-1] for name in found.claims]
    assert names == ["sato-haru-rank-3", "sato-haru-rank-4", "sato-haru-met-8", "sato-haru-met-7"]


def test_a_count_becomes_a_count_claim(state: list[Quad]) -> None:
    cells = row(
        subject="g:teachers-at-hill-school", property="member count", value="5", count_precision="zv:exactly"
    )

    found = _read(as_csv(cells), state)

    assert (RDF_TYPE, term("zr:CountClaim")) in _only(found).said


# ---------------------------------------------------------------- mistakes


def test_a_claim_that_refers_to_one_with_a_mistake_is_not_blamed_for_it(state: list[Quad]) -> None:
    rows = row(claim="one", when="x"), row(claim="two", property="met", **{"conflicts with": "one"})

    assert [p.place.row for p in _read(as_csv(*rows), state).problems if p.place] == [2]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"subject,property\n", "There is no column “value”.", id="missing"),
        pytest.param(
            as_csv({**row(), "wen": ""}), "“wen” is no heading of this table. Perhaps: when.", id="unknown"
        ),
        pytest.param(b"subject,property,value,when,When\n", "“When” stands here twice", id="twice"),
        pytest.param(b"subject,property,value,\na,b,c,d\n", "“d” stands under no heading", id="no heading"),
        pytest.param(b"", "There is no column “subject”.", id="empty"),
    ],
)
def test_headings_are_checked(state: list[Quad], data: bytes, message: str) -> None:
    assert any(message in problem for problem in _problems(_read(data, state)))


def test_headings_may_be_written_with_capitals_and_underscores(state: list[Quad]) -> None:
    cells = {name.replace(" ", "_").title(): text for name, text in row(**{"date basis": ""}).items()}

    assert not _read(as_csv(cells), state).problems


def test_a_thousand_unknown_names_do_not_take_a_thousand_searches(state: list[Quad]) -> None:
    rows = [row(subject=f"Nobody {n}") for n in range(1000)]

    found = _read(as_csv(*rows), state)

    assert len(found.problems) == 1000
