from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, Graph

from zanryu.errors import DataSyntaxError, InputNotFound
from zanryu.graph.checking import Located, check
from zanryu.graph.reporting import as_json, as_sarif, as_text, as_turtle

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset

_RANK = "https://w3id.org/zanryu/id/claim/sato-haru-rank-1"


@pytest.fixture
def claims(small_dataset: Dataset) -> Path:
    return small_dataset.data / "claims" / "sato-haru.ttl"


@pytest.fixture
def spoiled(small_dataset: Dataset, claims: Path) -> Dataset:
    """The locator of a citation is missing, and a person has no nationality (a warning)."""
    text = claims.read_text(encoding="utf-8").replace(' ; zr:locator "p. 12"', "")
    claims.write_text(text, encoding="utf-8")
    persons = small_dataset.data / "persons.ttl"
    text = persons.read_text(encoding="utf-8").replace(" ;\n    zr:nationality zv:vietnamese", "")
    persons.write_text(text, encoding="utf-8")
    return small_dataset


def _line(path: Path, start: str) -> int:
    return next(
        n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text.startswith(start)
    )


def test_a_clean_dataset_has_no_findings(small_dataset: Dataset) -> None:
    assert check(small_dataset) == []


def test_a_finding_about_a_citation_has_the_file_and_line_of_its_claim(
    spoiled: Dataset, claims: Path
) -> None:
    found = next(f for f in check(spoiled) if f.finding.constraint_id == "S05")

    assert str(found.finding.focus).startswith(f"{_RANK}/c")
    assert (found.claim, found.about) == (_RANK, "Satō Haru")
    assert (found.path, found.line) == (claims, _line(claims, "cl:sato-haru-rank-1"))


def test_a_finding_about_a_person_has_the_file_and_line_of_the_person(spoiled: Dataset) -> None:
    found = next(f for f in check(spoiled) if f.finding.constraint_id == "S12")

    persons = spoiled.data / "persons.ttl"
    assert (found.about, found.path, found.line) == ("Trần Văn An", persons, _line(persons, "p:tran-van-an"))


def test_a_character_that_xml_cannot_write_is_found_with_its_file_and_line(
    small_dataset: Dataset, claims: Path
) -> None:
    text = claims.read_text(encoding="utf-8").replace('"p. 12"', '"p. 12\\u0001"', 1)
    claims.write_text(text, encoding="utf-8")

    (found,) = check(small_dataset)

    assert (found.finding.constraint_id, found.finding.level) == ("S57", "violation")
    assert "U+0001" in found.finding.message()
    assert (found.path, found.line) == (claims, _line(claims, "cl:sato-haru-rank-1"))


def test_findings_are_sorted_by_whom_they_are_about(spoiled: Dataset) -> None:
    assert [f.about for f in check(spoiled)] == ["Satō Haru", "Trần Văn An"]


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        pytest.param("data/claims/sato-haru.ttl", ["S05"], id="a file"),
        pytest.param("data/claims", ["S05"], id="a folder"),
        pytest.param("data/works.ttl", [], id="a file without findings"),
        pytest.param("data", ["S05", "S12"], id="the whole data"),
    ],
)
def test_only_what_concerns_the_given_files_is_reported(
    spoiled: Dataset, path: str, rules: list[str]
) -> None:
    assert [f.finding.constraint_id for f in check(spoiled, [spoiled.root / path])] == rules


def test_a_file_outside_the_dataset_is_read_in_its_context(small_dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "new.ttl"
    head = (small_dataset.data / "claims" / "sato-haru.ttl").read_text(encoding="utf-8").partition("\n\n")[0]
    path.write_text(
        f"{head}\n\ncl:sato-haru-rank-3\n    a zr:Assertion ;\n    rdf:subject p:sato-haru .\n",
        encoding="utf-8",
    )

    found = check(small_dataset, [path])

    assert {f.claim for f in found} == {"https://w3id.org/zanryu/id/claim/sato-haru-rank-3"}
    assert {f.about for f in found} == {"Satō Haru"}


def test_a_file_that_spells_out_what_is_derived_is_not_derived_from(
    small_dataset: Dataset, claims: Path
) -> None:
    text = claims.read_text(encoding="utf-8").replace(
        'zr:when "1919-12"', 'zr:earliest "1900-01-01" ; zr:when "1919-12"'
    )
    claims.write_text(f"# derived: by hand\n{text}", encoding="utf-8")

    rules = {f.finding.constraint_id for f in check(small_dataset, [claims])}

    assert "S28" in rules or "S08" in rules
    assert "S07" in rules, "the date was typed as EDTF, so something was derived"


def test_a_path_that_does_not_exist_is_an_input_error(small_dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="absent.ttl: no such file or folder"):
        check(small_dataset, [tmp_path / "absent.ttl"])


def test_a_syntax_error_stops_the_check(small_dataset: Dataset, claims: Path) -> None:
    claims.write_text("cl:a", encoding="utf-8")

    with pytest.raises(DataSyntaxError, match=r"sato-haru\.ttl:1:"):
        check(small_dataset)


def test_each_step_is_announced_as_it_begins(small_dataset: Dataset) -> None:
    steps: list[str] = []

    check(small_dataset, progress=steps.append)

    assert steps[0] == "Reading"
    assert len(steps) == len(set(steps)) > 1


# ---------------------------------------------------------------- forms


@pytest.fixture
def located(spoiled: Dataset, monkeypatch: pytest.MonkeyPatch) -> list[Located]:
    monkeypatch.chdir(spoiled.root)
    return check(spoiled)


def test_the_text_groups_findings_by_person_and_claim_and_counts_them(
    located: list[Located], claims: Path
) -> None:
    lines = as_text(located).splitlines()

    assert lines[:2] == [
        "Satō Haru",
        f"  cl:sato-haru-rank-1  data/claims/sato-haru.ttl:{_line(claims, 'cl:sato-haru-rank-1')}",
    ]
    assert lines[2].startswith("    violation S05: A citation says where in the work.")
    assert lines[2].endswith("(zr:locator)")
    assert lines[-1] == "1 violation, 1 warning, 0 info"


def test_no_findings_are_counted_too() -> None:
    assert as_text([]) == "0 violations, 0 warnings, 0 info"


@pytest.mark.parametrize(("language", "word"), [("ja", "典拠"), ("vi", "Trích dẫn")])
def test_the_text_is_written_in_the_language_asked_for(
    located: list[Located], language: str, word: str
) -> None:
    assert word in as_text(located, language)


def test_the_json_says_everything_about_each_finding(located: list[Located], claims: Path) -> None:
    first, second = json.loads(as_json(located))

    assert set(first["message"]) == {"en", "ja", "vi"}
    del first["message"]
    focus = first.pop("focusNode")
    assert focus.startswith(f"{_RANK}/c")
    assert first == {
        "constraint": "S05",
        "severity": "violation",
        "about": "Satō Haru",
        "node": _RANK,
        "path": "https://w3id.org/zanryu/ontology/locator",
        "value": None,
        "file": "data/claims/sato-haru.ttl",
        "line": _line(claims, "cl:sato-haru-rank-1"),
    }
    assert second["severity"] == "warning"


def test_the_turtle_is_a_shacl_report(located: list[Located]) -> None:
    report = Graph().parse(data=as_turtle(located), format="turtle")

    assert len(list(report.subjects(RDF.type, SH.ValidationResult))) == 2
    assert len(list(report.objects(None, SH.result))) == 2


def test_the_sarif_log_has_what_the_standard_requires(located: list[Located], claims: Path) -> None:
    log = json.loads(as_sarif(located))

    (run,) = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert (log["version"], run["tool"]["driver"]["name"], rules) == ("2.1.0", "zanryu check", {"S05", "S12"})
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert place["region"]["startLine"] >= 1
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == _line(
        claims, "cl:sato-haru-rank-1"
    )


def test_a_finding_without_a_file_has_no_place_in_any_form(spoiled: Dataset) -> None:
    nowhere = [Located(found.finding, found.about, found.claim, None, None) for found in check(spoiled)]

    assert all("locations" not in result for result in json.loads(as_sarif(nowhere))["runs"][0]["results"])
    assert all(record["file"] is None for record in json.loads(as_json(nowhere)))
    assert "  cl:sato-haru-rank-1\n" in as_text(nowhere)
