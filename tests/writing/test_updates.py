"""SPARQL Update through the gate: by both doors, with every kind of operation, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from attack.server import FORM
from writing.editor import CLAIMS, PROLOGUE, claim, insert, told
from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from writing.editor import Editor

ACCEPTED = f"{BASE}graph/accepted"


def test_a_claim_is_added_with_all_that_follows_from_it(editor: Editor) -> None:
    made = editor.made(insert(claim("added-1", more='zr:when "1946-06"')), message="why")

    assert (made["removed"], made["findings"]) == (0, [])
    assert made["version"].endswith(f"-{made['number']}")
    assert editor.holds(f"GRAPH <{CLAIMS}> {{ cl:added-1 zr:citation <{BASE}id/claim/added-1/c1> }}")
    assert editor.holds('cl:added-1 zr:earliest "1946-06-01"^^xsd:date ; zr:latest "1946-06-30"^^xsd:date')
    assert editor.holds(
        f"GRAPH <{ACCEPTED}> {{ p:ishii-takuo zr:describedAs ?o }} FILTER(REGEX(?o, 'added-1'))"
    )
    history = told(editor.send("GET", f"/history/{made['number']}"))
    assert (history["message"], history["kind"]) == ("why", "write")


def test_an_update_can_come_in_a_form(editor: Editor) -> None:
    body = urlencode({"update": insert(claim("form-1"))}).encode()

    answer = editor.send("POST", "/sparql", body, FORM)

    assert answer.status == 200, answer.text
    assert editor.holds("cl:form-1 a zr:Assertion")


def test_the_answer_names_the_version_and_its_place_in_the_history(editor: Editor) -> None:
    answer = editor.update(insert(claim("answer-1")))

    assert answer.headers["etag"] == f'"{told(answer)["version"]}"'
    assert answer.headers["location"] == f"/history/{told(answer)['number']}"
    assert answer.headers["cache-control"] == "no-store"
    assert editor.version == told(answer)["version"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "one",
            "DELETE DATA { cl:NAME zr:certainty zv:probable } ;\n"
            "INSERT DATA { cl:NAME zr:certainty zv:possible }",
        ),
        (
            "where",
            "DELETE { ?c zr:certainty ?old } INSERT { ?c zr:certainty zv:possible } "
            "WHERE { VALUES ?c { cl:NAME } ?c zr:certainty ?old }",
        ),
        (
            "with",
            f"WITH <{CLAIMS}> DELETE {{ cl:NAME zr:certainty ?old }} "
            "INSERT { cl:NAME zr:certainty zv:possible } "
            "WHERE { cl:NAME zr:certainty ?old }",
        ),
        (
            "graph",
            f"DELETE {{ GRAPH <{CLAIMS}> {{ cl:NAME zr:certainty ?old }} }} "
            f"INSERT {{ GRAPH <{CLAIMS}> {{ cl:NAME zr:certainty zv:possible }} }} "
            "WHERE { cl:NAME zr:certainty ?old }",
        ),
        (
            "using",
            "DELETE { cl:NAME zr:certainty ?old } INSERT { cl:NAME zr:certainty zv:possible } "
            f"USING <{CLAIMS}> WHERE {{ cl:NAME zr:certainty ?old }}",
        ),
    ],
)
def test_each_kind_of_operation_changes_what_it_says(editor: Editor, name: str, change: str) -> None:
    subject = f"kind-{name}-1"
    editor.made(insert(claim(subject)))

    editor.made(PROLOGUE + change.replace("NAME", subject))

    assert editor.holds(f"cl:{subject} zr:certainty zv:possible")
    assert not editor.holds(f"cl:{subject} zr:certainty zv:probable")


def test_a_claim_is_deleted_whole_with_what_followed_from_it(editor: Editor) -> None:
    editor.made(insert(claim("deleted-1", more='zr:when "1946"')))
    before = editor.server.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{ACCEPTED}> {{ ?s ?p ?o }} }}").body

    editor.made(
        f"{PROLOGUE}DELETE {{ cl:deleted-1 ?p ?o . ?c ?q ?v }} "
        "WHERE { cl:deleted-1 ?p ?o OPTIONAL { cl:deleted-1 zr:citation ?c . ?c ?q ?v } }"
    )

    assert not editor.holds("cl:deleted-1 ?p ?o")
    assert not editor.holds(f"<{BASE}id/claim/deleted-1/c1> ?p ?o")
    after = editor.server.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{ACCEPTED}> {{ ?s ?p ?o }} }}").body
    assert before != after


def test_parameters_of_the_protocol_say_where_patterns_match(editor: Editor) -> None:
    editor.made(insert(claim("using-1")))
    change = (
        f"{PROLOGUE}INSERT {{ cl:using-1 zr:note ?text }} "
        "WHERE { cl:using-1 rdf:subject ?s BIND('Seen.'@en AS ?text) }"
    )
    elsewhere = quote(f"{BASE}graph/works", safe="")
    here = quote(CLAIMS, safe="")

    nothing = editor.made(change, parameters=f"using-graph-uri={elsewhere}")
    something = editor.made(change, parameters=f"using-graph-uri={here}")

    assert (nothing["number"], nothing["added"]) == (None, 0)
    assert something["added"] == 1


def test_parameters_and_using_together_are_refused(editor: Editor) -> None:
    text = f"{PROLOGUE}DELETE {{ ?s ?p ?o }} USING <{CLAIMS}> WHERE {{ ?s ?p ?o }}"

    answer = editor.update(text, parameters=f"using-graph-uri={quote(CLAIMS, safe='')}")

    assert answer.status == 400
    assert "USING" in told(answer)["detail"]


def test_a_write_that_changes_nothing_is_no_version(editor: Editor) -> None:
    editor.made(insert(claim("same-1")))
    version = editor.version

    again = editor.made(f"{PROLOGUE}INSERT DATA {{ cl:same-1 zr:status zv:normal }}")
    empty = editor.made("INSERT DATA {}")

    assert (again["number"], empty["number"]) == (None, None)
    assert again["version"] == version == editor.version


def test_of_several_operations_none_is_made_if_the_last_one_fails(editor: Editor) -> None:
    version = editor.version
    first = f"INSERT DATA {{ {claim('several-1')} }}"

    unsourced = editor.update(f"{PROLOGUE}{first} ;\nINSERT DATA {{ {claim('several-2', cited=False)} }}")
    forbidden = editor.update(
        f"{PROLOGUE}{first} ;\nINSERT DATA {{ GRAPH <{ACCEPTED}> {{ p:a rdf:value 1 }} }}"
    )

    assert (unsourced.status, forbidden.status) == (422, 403)
    assert editor.version == version
    assert not editor.holds("cl:several-1 ?p ?o")
    editor.made(insert(claim("several-1")))  # and nothing of it is left in the gate's own database


def test_a_later_operation_sees_what_an_earlier_one_did(editor: Editor) -> None:
    editor.made(
        f"{PROLOGUE}INSERT DATA {{ {claim('steps-1')} }} ;\n"
        "INSERT { ?c zr:note 'Seen.'@en } WHERE { ?c a zr:Assertion FILTER(?c = cl:steps-1) }"
    )

    assert editor.holds("cl:steps-1 zr:note 'Seen.'@en")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"INSERT DATA {{ GRAPH <{ACCEPTED}> {{ p:a rdf:value 1 }} }}", "follows from the claims"),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/reifiers> {{ p:a rdf:value 1 }} }}", "follows from the claims"),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/ontology> {{ zr:x rdfs:label 'x' }} }}", "changes with a build"),
        (f"INSERT DATA {{ GRAPH <{BASE}graph/vocabularies> {{ zv:x zr:y 1 }} }}", "changes with a build"),
        ("INSERT DATA { GRAPH <https://example.org/g> { p:a rdf:value 1 } }", "cannot be written"),
        ("CLEAR ALL", "triple by triple"),
        (f"DROP GRAPH <{CLAIMS}>", "triple by triple"),
        ("LOAD <https://example.org/x>", "LOAD"),
        (f"COPY <{CLAIMS}> TO <https://example.org/g>", "triple by triple"),
        ("INSERT { p:a rdf:value ?v } WHERE { SERVICE <https://example.org/> { ?s ?p ?v } }", "SERVICE"),
    ],
    ids=[
        "accepted", "reifiers", "ontology", "vocabularies", "own", "clear", "drop", "load", "copy", "service",
    ],
)  # fmt: skip
def test_what_may_not_be_written_is_refused_with_the_reason(editor: Editor, text: str, reason: str) -> None:
    version = editor.version

    answer = editor.update(PROLOGUE + text)

    assert answer.status == 403, answer.text
    assert reason in told(answer)["detail"]
    assert editor.version == version


def test_an_update_that_cannot_be_read_names_the_place(editor: Editor) -> None:
    answer = editor.update("INSERT DATA {\n  <a> <b> }")

    assert answer.status == 400
    assert told(answer)["line"] == 2


@pytest.mark.parametrize(
    "message",
    ["message=a&message=b", f"message={'x' * 2001}", "message=a%00b", "message=%1b[2J", "message=%C2%9B"],
    ids=["twice", "long", "NUL", "ESC", "CSI"],
)
def test_a_message_is_sent_once_and_is_short_and_can_be_seen(editor: Editor, message: str) -> None:
    by_url = editor.update(insert(claim("message-1")), parameters=message)
    form = f"{urlencode({'update': insert(claim('message-1'))})}&{message}"
    by_form = editor.send("POST", "/sparql", form.encode(), FORM)

    for answer in (by_url, by_form):
        assert (answer.status, told(answer)["parameter"]) == (400, "message"), answer.text


def test_a_form_may_say_why_and_says_it_in_one_place(editor: Editor) -> None:
    form = urlencode({"update": insert(claim("said-1")), "message": "Seen\tin print.\nTwice."}).encode()

    made = editor.send("POST", "/sparql", form, FORM)
    both = editor.send("POST", "/sparql?message=Other", form, FORM)

    assert (made.status, both.status) == (200, 400), made.text
    assert told(both)["parameter"] == "message"
    kept = told(editor.send("GET", f"/history/{told(made)['number']}"))
    assert kept["message"] == "Seen\tin print.\nTwice."
