"""The Graph Store Protocol through the gate: one graph is added to, replaced, patched or emptied."""

from __future__ import annotations

import gzip
from codecs import BOM_UTF8
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from attack.server import FORM, UPDATE
from writing.editor import CLAIMS, PATCH, PROLOGUE, TURTLE, Editor, claim, editing, insert, told
from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings

NT = "application/n-triples"
LINKS = f"{BASE}graph/links"
DIRECT = "/graphs/claims"


def _note(name: str, text: str = "Seen.") -> str:
    return f'<{BASE}id/claim/{name}> <{BASE}ontology/note> "{text}"@en .'


def _turtle(*claims: str) -> str:
    return PROLOGUE.replace("PREFIX", "@prefix").replace(">\n", "> .\n") + "\n".join(claims)


def test_posting_adds_to_a_graph_named_indirectly(editor: Editor) -> None:
    answer = editor.graph("POST", _turtle(claim("posted-1")))

    assert answer.status == 200, answer.text
    assert editor.holds(f"GRAPH <{CLAIMS}> {{ cl:posted-1 zr:citation <{BASE}id/claim/posted-1/c1> }}")


def test_posting_adds_to_a_graph_named_by_its_address(editor: Editor) -> None:
    answer = editor.send("POST", DIRECT, _turtle(claim("direct-1")).encode(), TURTLE)

    assert answer.status == 200, answer.text
    assert editor.holds(f"GRAPH <{CLAIMS}> {{ cl:direct-1 a zr:Assertion }}")


def test_putting_back_what_was_got_changes_nothing(editor: Editor) -> None:
    for accept in (TURTLE, NT):
        got = editor.server.get(f"/graphs?graph={quote(CLAIMS, safe='')}", accept)

        answer = editor.graph("PUT", got.text, accept)

        assert answer.status == 200, answer.text
        assert told(answer)["number"] is None, told(answer)


def test_putting_replaces_the_whole_graph(editor: Editor) -> None:
    editor.made(insert(claim("put-1")))
    got = editor.server.get(f"/graphs?graph={quote(CLAIMS, safe='')}", NT).text
    without = "\n".join(line for line in got.splitlines() if "claim/put-1" not in line)
    assert without != got

    answer = editor.graph("PUT", f"{without}\n", NT)

    assert answer.status == 200, answer.text
    assert not editor.holds("cl:put-1 ?p ?o")


def test_a_graph_is_emptied_by_delete_and_comes_back_by_revert(own: Settings, tmp_path: Path) -> None:
    with editing(own, tmp_path) as editor:
        address = f"/graphs?graph={quote(LINKS, safe='')}"
        before = sorted(editor.server.get(address, NT).text.splitlines())

        deleted = editor.graph("DELETE", graph=LINKS)
        empty = editor.holds(f"GRAPH <{LINKS}> {{ ?s ?p ?o }}")
        again = editor.graph("DELETE", graph=LINKS)
        reverted = editor.send("POST", f"/history/{told(deleted)['number']}/revert")
        after = sorted(editor.server.get(address, NT).text.splitlines())

    assert (deleted.status, empty, reverted.status) == (200, False, 200), deleted.text
    assert after == before
    assert again.status == 404, again.text


def test_deleting_what_others_need_is_refused(editor: Editor) -> None:
    answer = editor.graph("DELETE", graph=f"{BASE}graph/works")

    assert answer.status == 422
    assert {finding["constraint"] for finding in told(answer)["findings"]} & {"S05", "S55"}


def test_a_patch_removes_and_adds(editor: Editor) -> None:
    editor.made(insert(claim("patched-1", more='zr:note "Read."@en')))

    answer = editor.graph(
        "PATCH",
        'H id <urn:uuid:x> .\nTX .\nPA "ex" <urn:x> .\nPD "old" .\n'
        f"D {_note('patched-1', 'Read.')}\nA {_note('patched-1')}\nTC .\n",
        PATCH,
    )

    assert (answer.status, told(answer)["added"], told(answer)["removed"]) == (200, 1, 1)
    assert editor.holds("cl:patched-1 zr:note 'Seen.'@en")


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (f"D {_note('absent-1')}", "removes what is not there"),
        ("A <a> <b>", "Line 1"),
        ("X nonsense", "Line 1"),
        (f'A <{BASE}id/claim/x-1> <{BASE}ontology/note> "x"@en <{LINKS}> .', "is about"),
        (f"A {_note('both-1')}\nD {_note('both-1')}", "adds and removes"),
        ("TX .\nA <urn:a> <urn:b> <urn:c> .\nTA .", "Line 3 of the patch, TA, aborts its transaction"),
        ("PATCH .", "Line 1"),
    ],
    ids=["absent", "syntax", "no row", "another graph", "both", "aborted", "word"],
)
def test_a_patch_that_does_not_fit_is_refused_in_words(editor: Editor, patch: str, reason: str) -> None:
    version = editor.version

    answer = editor.graph("PATCH", patch, PATCH)

    assert (answer.status, reason in told(answer)["detail"]) == (400, True), answer.text
    assert editor.version == version


def test_a_patch_is_of_the_media_type_of_patches(editor: Editor) -> None:
    answer = editor.graph("PATCH", _note("x-1"), NT)

    options = editor.server.ask("OPTIONS", "/graphs")

    assert (answer.status, told(answer)["accepted"]) == (415, [PATCH, "text/rdf-patch"])
    for told_by in (answer, options):
        assert told_by.headers["accept-patch"] == f"{PATCH}, text/rdf-patch"
    assert "PATCH" in options.headers["allow"]
    assert "PATCH" not in options.headers["access-control-allow-methods"]


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_byte_order_mark_at_the_beginning_is_not_part_of_what_is_sent(editor: Editor, coding: str) -> None:
    name, more = f"marked-{coding or 'plain'}", {"Content_Encoding": coding} if coding else {}
    packed = gzip.compress if coding else bytes
    sent = {
        ("POST", DIRECT, TURTLE): _turtle(claim(f"{name}-1")),
        ("PATCH", DIRECT, PATCH): f"A {_note(f'{name}-1')}",
        ("POST", "/sparql", UPDATE): insert(claim(f"{name}-2")),
        ("POST", "/sparql", "application/sparql-query"): "ASK {}",
        ("POST", "/sparql", FORM): urlencode({"update": f"\ufeff{insert(claim(f'{name}-3'))}"}),
    }

    for (method, target, media_type), text in sent.items():
        marked = text.encode() if media_type == FORM else BOM_UTF8 + text.encode()
        answer = editor.send(method, target, packed(marked), media_type, **more)
        assert answer.status == 200, answer.text

    twice = editor.send(
        "POST", DIRECT, packed(BOM_UTF8 * 2 + sent["POST", DIRECT, TURTLE].encode()), TURTLE, **more
    )
    assert twice.status == 400
    assert all(editor.holds(f"cl:{name}-{n} a zr:Assertion") for n in (1, 2, 3))


@pytest.mark.parametrize("name", ["accepted", "reifiers", "ontology", "vocabularies"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_a_graph_that_follows_or_is_built_is_refused_with_the_reason(
    editor: Editor, method: str, name: str
) -> None:
    version = editor.version
    body = "" if method == "DELETE" else f"{'A ' if method == 'PATCH' else ''}{_note('x-1')}\n"

    answer = editor.graph(method, body, PATCH if method == "PATCH" else NT, f"{BASE}graph/{name}")

    assert answer.status == 403, answer.text
    reason = "follows from the claims" if name in ("accepted", "reifiers") else "changes with a build"
    assert reason in told(answer)["detail"]
    assert editor.version == version


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
@pytest.mark.parametrize("iri", [f"{BASE}graph/accepted", "http://example.org/x"], ids=["derived", "unknown"])
def test_a_graph_that_cannot_be_written_is_not_written_with_nothing(
    editor: Editor, method: str, iri: str
) -> None:
    answer = editor.graph(method, "\n", PATCH if method == "PATCH" else NT, iri)

    assert answer.status == 403, answer.text


def test_a_graph_that_is_not_there_is_not_deleted(editor: Editor) -> None:
    answer = editor.graph("DELETE", graph="http://example.org/x")

    assert (answer.status, told(answer)["graph"]) == (404, "http://example.org/x")


def test_who_names_no_graph_is_told_which_can_be_written(editor: Editor) -> None:
    answer = editor.send("POST", "/graphs", _turtle(claim("nameless-1")).encode(), TURTLE)

    assert answer.status == 400
    assert "none is created here. Add ?graph=IRI" in told(answer)["detail"]
    assert told(answer)["graphs"] == [
        f"{BASE}graph/{name}" for name in ("entities", "works", "claims", "links")
    ]


def test_the_default_graph_is_no_graph_to_write_to(editor: Editor) -> None:
    answer = editor.send("POST", "/graphs?default", _turtle(claim("default-1")).encode(), TURTLE)

    assert answer.status == 403
    assert "Name the graph" in told(answer)["detail"]


def test_a_change_of_a_graph_honours_the_tag_that_its_reader_got(editor: Editor) -> None:
    target = f"/graphs?graph={quote(CLAIMS, safe='')}"
    tag = editor.server.get(target, TURTLE).headers["etag"]

    first = editor.graph("POST", _turtle(claim("tagged-1")), If_Match=tag)
    second = editor.graph("POST", _turtle(claim("tagged-2")), If_Match=tag)

    assert (first.status, second.status) == (200, 412), second.text
    assert not editor.holds("cl:tagged-2 ?p ?o")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_that_is_not_to_be_there_yet_is_not_changed(editor: Editor, method: str) -> None:
    version = editor.version
    tag = editor.server.get(f"/graphs?graph={quote(CLAIMS, safe='')}", TURTLE).headers["etag"]

    answers = [
        editor.graph(method, _turtle(claim("new-1")), If_None_Match=value, **more)
        for value, more in (("*", {}), (tag, {}), ("*", {"If_Match": f'"{version}"'}))
    ]
    other = editor.graph("POST", _turtle(claim(f"other-{method.lower()}-1")), If_None_Match='"other"')

    assert [answer.status for answer in answers] == [412, 412, 412], answers[0].text
    assert "is there, and If-None-Match" in told(answers[0])["detail"]
    assert not editor.holds("cl:new-1 ?p ?o")
    assert other.status == 200, other.text


def test_a_star_asks_that_the_graph_is_there_and_it_is(editor: Editor) -> None:
    answer = editor.graph("POST", _turtle(claim("there-1")), If_Match="*")

    assert answer.status == 200, answer.text
