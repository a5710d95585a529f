"""What breaks the rules is refused whole, and told in the form that its sender reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from protocol.asking import BROWSER
from writing.editor import PROLOGUE, Editor, claim, insert, told, words

if TYPE_CHECKING:
    from attack.server import Answer

_SH = "http://www.w3.org/ns/shacl#"


def _unsourced(editor: Editor, name: str, **headers: str) -> Answer:
    return editor.update(insert(claim(name, cited=False)), **headers)


def test_a_claim_without_a_source_is_refused(editor: Editor) -> None:
    version = editor.version

    answer = _unsourced(editor, "bare-1")

    document = told(answer)
    (finding,) = [found for found in document["findings"] if found["constraint"] == "S04"]
    assert (answer.status, answer.media_type) == (422, "application/problem+json")
    assert document["type"].endswith("/problems/invalid-change")
    assert finding["focusNode"].endswith("/id/claim/bare-1")
    assert finding["message"].keys() == {"en", "ja", "vi"}
    assert finding["message"]["en"] in document["detail"]
    assert editor.version == version
    assert not editor.holds("cl:bare-1 ?p ?o")


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)],
    ids=["turtle", "json-ld"],
)
def test_the_refusal_is_a_shacl_report_for_who_asks_for_one(
    editor: Editor, accept: str, syntax: ox.RdfFormat
) -> None:
    answer = _unsourced(editor, "bare-2", Accept=accept)

    report = list(ox.parse(answer.body, syntax))
    results = {quad.object for quad in report if quad.predicate.value == f"{_SH}resultSeverity"}
    conforms = {quad.object.value for quad in report if quad.predicate.value == f"{_SH}conforms"}
    assert (answer.status, answer.media_type) == (422, accept)
    assert ox.NamedNode(f"{_SH}Violation") in results
    assert conforms == {"false"}


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json"])
def test_what_is_accepted_has_a_report_that_conforms(editor: Editor, accept: str) -> None:
    answer = editor.update(insert(claim(f"report-{len(accept)}")), Accept=accept)

    assert (answer.status, answer.media_type) == (200, accept)
    assert "location" in answer.headers
    assert b"conforms" in answer.body


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "This claim has no source"), ("ja", "典拠"), ("vi", "nguồn")],
)
def test_a_browser_gets_a_page_with_the_findings_in_the_language_of_its_reader(
    editor: Editor, language: str, says: str
) -> None:
    answer = _unsourced(editor, "bare-3", Accept=BROWSER, Accept_Language=language)

    said = next(
        f["message"] for f in told(_unsourced(editor, "bare-3"))["findings"] if f["constraint"] == "S04"
    )
    assert (answer.status, answer.media_type) == (422, "text/html")
    assert says in said[language]
    assert said[language] in words(answer)
    assert "cl:bare-3" in words(answer)


def test_nothing_in_a_finding_runs_on_the_page(editor: Editor) -> None:
    hostile = claim("script-1", cited=False).replace("an instructor", "<script>alert(1)</script>")

    answer = editor.update(
        insert(hostile, "cl:script-1 zr:when '<script>alert(2)</script>' ."), Accept=BROWSER
    )

    assert answer.status == 422
    assert "<script>alert" not in answer.text


def test_a_warning_is_accepted_and_returned(editor: Editor) -> None:
    text = insert(claim("warned-1").replace("zv:probable", "zv:certain"))

    answer = editor.update(text)

    findings = told(answer)["findings"]
    assert answer.status == 200
    assert {finding["severity"] for finding in findings} == {"warning"}
    assert "preference-applied" not in answer.headers
    assert editor.holds("cl:warned-1 a zr:Assertion")


def test_who_prefers_strictness_has_warnings_block(editor: Editor) -> None:
    text = insert(claim("warned-2").replace("zv:probable", "zv:certain"))

    strict = editor.update(text, Prefer="respond-async, handling=strict")
    turtle = editor.update(text, Prefer="handling=strict", Accept="text/turtle")
    clean = editor.update(insert(claim("strict-1")), Prefer="handling=strict")
    lenient = editor.update(text, Prefer="handling=lenient")

    assert (strict.status, turtle.status, clean.status, lenient.status) == (422, 422, 200, 200)
    assert "rated certain" in told(strict)["detail"]
    for answer in (strict, turtle, clean):
        assert answer.headers["preference-applied"] == "handling=strict"
    assert "preference-applied" not in lenient.headers


def test_a_refusal_names_every_fault_and_counts_them_in_one_sentence(editor: Editor) -> None:
    answer = editor.update(insert(claim("faults-1", cited=False), claim("faults-2", cited=False)))

    violations = [found for found in told(answer)["findings"] if found["severity"] == "violation"]
    assert len(violations) >= 2
    assert f"And {len(violations) - 1} more" in told(answer)["detail"]


def test_taking_the_source_from_a_claim_is_refused_too(editor: Editor) -> None:
    editor.made(insert(claim("robbed-1")))

    answer = editor.update(f"{PROLOGUE}DELETE WHERE {{ cl:robbed-1 zr:citation ?c . ?c ?p ?o }}")

    assert (answer.status, "S04" in told(answer)["detail"]) == (422, True), answer.text
    assert editor.holds("cl:robbed-1 zr:citation ?c")
