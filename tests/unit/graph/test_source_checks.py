from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zanryu.graph.checking import check

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset

_CLAIMS = "claims/sato-haru.ttl"


def _rules(dataset: Dataset) -> set[tuple[str, str]]:
    return {(found.finding.constraint_id, found.finding.message()) for found in check(dataset)}


def _edit(dataset: Dataset, file: str, old: str, new: str) -> None:
    path = dataset.data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "named"),
    [
        pytest.param(
            _CLAIMS,
            "zr:status zv:normal",
            "zr:statsu zv:normal",
            "S54",
            "ontology/statsu",
            id="unknown property",
        ),
        pytest.param(
            _CLAIMS, "zv:ija-colonel", "zv:ija-kernel", "S54", "vocab/ija-kernel", id="unknown concept"
        ),
        pytest.param("persons.ttl", "zr:Officer", "zr:Oficer", "S54", "ontology/Oficer", id="unknown class"),
        pytest.param(
            "persons.ttl",
            "skos:prefLabel",
            "skos:preferredLabel",
            "S54",
            "core#preferredLabel",
            id="foreign property",
        ),
        pytest.param(
            _CLAIMS, "p:tran-van-an", "p:tran-van-ann", "S55", "person/tran-van-ann", id="unknown person"
        ),
        pytest.param(
            _CLAIMS, "zr:work w:memoir", "zr:work w:memoirs", "S55", "work/memoirs", id="unknown work"
        ),
        pytest.param(
            _CLAIMS, '"1946-05-01" .', '"1946-06-31" .', "S07", "1946-06-31", id="date outside the calendar"
        ),
        pytest.param(
            _CLAIMS, '"1946-05-01"^^', '"1946-06-31"^^', "S07", "1946-06-31", id="value outside the calendar"
        ),
        pytest.param(
            _CLAIMS, "1946-06~/1946-11", "1947/1946", "S07", "ends before it begins", id="backwards"
        ),
        pytest.param(
            _CLAIMS,
            'zr:cue "reportedly"',
            'zr:cue "supposedly"',
            "S46",
            "supposedly",
            id="words not in the text",
        ),
        pytest.param(
            "works.ttl",
            '"web-page.txt"',
            '"other-page.txt"',
            "S46",
            "other-page.txt",
            id="text without a fingerprint",
        ),
    ],
)
def test_what_shapes_cannot_see_is_found(
    small_dataset: Dataset, file: str, old: str, new: str, rule: str, named: str
) -> None:
    _edit(small_dataset, file, old, new)

    assert [message for found, message in _rules(small_dataset) if found == rule and named in message]


def test_a_cue_of_a_work_that_was_not_archived_is_taken_on_trust(small_dataset: Dataset) -> None:
    _edit(small_dataset, "works.ttl", 'zr:archivedAs "web-page.txt"', 'dcterms:identifier "x"')
    _edit(small_dataset, _CLAIMS, 'zr:cue "reportedly"', 'zr:cue "supposedly"')

    assert _rules(small_dataset) == set()


def test_without_a_context_a_foreign_property_is_known_and_still_asks_for_a_claim(
    small_dataset: Dataset,
) -> None:
    (small_dataset.root / "ontology" / "context.jsonld").unlink()
    _edit(small_dataset, "places.ttl", "skos:prefLabel", "<https://example.org/odd> 1 ; skos:prefLabel")

    assert {rule for rule, _ in _rules(small_dataset)} == {"S35"}


def test_a_finding_of_these_checks_has_the_severity_and_messages_of_its_shape(small_dataset: Dataset) -> None:
    _edit(small_dataset, _CLAIMS, 'zr:cue "reportedly"', 'zr:cue "supposedly"')

    (found,) = check(small_dataset)

    assert found.finding.level == "violation"
    assert all("supposedly" in found.finding.message(language) for language in ("en", "ja", "vi"))


def test_the_words_about_the_dataset_itself_may_be_of_any_vocabulary(small_dataset: Dataset) -> None:
    (small_dataset.data / "catalog.ttl").write_text(
        "@prefix void: <http://rdfs.org/ns/void#> .\n"
        "<https://w3id.org/zanryu/> void:vocabulary <https://w3id.org/zanryu/ontology/> .\n",
        encoding="utf-8",
    )

    assert _rules(small_dataset) == set()
