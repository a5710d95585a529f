"""Changes that depend on what their sender has seen, that are sent again, and that meet."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from attack.server import ROWS, target_of
from protocol.asking import BROWSER
from writing.editor import PATCH, PROLOGUE, Editor, claim, editing, insert, told
from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from attack.server import Answer
    from zanryu.config import Settings

PERSON = "/page/person/ishii-takuo"


def _at_once(*works: tuple[Editor, str]) -> list[Answer]:
    """Send updates at the same moment, each on a connection and a thread of its own."""
    start = threading.Barrier(len(works))

    def send(work: tuple[Editor, str]) -> Answer:
        start.wait()
        return work[0].update(work[1])

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(send, works))


# ---------------------------------------------------------------- If-Match


def test_a_change_that_depends_on_a_version_is_made_on_that_version_alone(editor: Editor) -> None:
    seen = editor.made(insert(claim("seen-1")))["version"]

    first = editor.update(insert(claim("seen-2")), If_Match=f'"{seen}"')
    second = editor.update(insert(claim("seen-3")), If_Match=f'"{seen}"')
    third = editor.update(insert(claim("seen-3")), If_Match=first.headers["etag"])

    assert (first.status, second.status, third.status) == (200, 412, 200)
    assert seen in told(second)["detail"]
    assert told(first)["version"] in told(second)["detail"]


@pytest.mark.parametrize("value", ['W/"{}"', '"a", "b"', '"é"'], ids=["weak", "two others", "not ASCII"])
def test_a_condition_that_names_another_version_does_not_hold(editor: Editor, value: str) -> None:
    version = editor.version

    answer = editor.update(insert(claim("condition-1")), If_Match=value.format(version))

    assert answer.status == (400 if "é" in value else 412)  # see below
    assert editor.version == version


@pytest.mark.parametrize("header", ["If_Match", "If_None_Match"])
@pytest.mark.parametrize("value", ["{}", '"{}', "*, *", "", '"a" "{}"', "W/{}"])
def test_a_condition_that_cannot_be_read_is_refused(editor: Editor, header: str, value: str) -> None:
    version = editor.version

    condition = {header: value.format(version)}

    answers = [
        editor.update(insert(claim("unread-1")), **condition),
        _post(editor, claim("unread-1"), **condition),
    ]

    for answer in answers:
        assert (answer.status, told(answer)["parameter"]) == (400, header.replace("_", "-")), answer.text
    assert editor.version == version


def test_a_list_holds_if_one_of_its_versions_is_the_present_one(editor: Editor) -> None:
    by_update = editor.update(insert(claim("list-1")), If_Match=f'"bogus", "{editor.version}"')
    by_graph = _post(editor, claim("list-2"), If_Match=f'W/"x",, "bogus" ,"{editor.version}"')

    assert (by_update.status, by_graph.status) == (200, 200), by_graph.text


def test_any_version_will_do_for_a_star(editor: Editor) -> None:
    assert editor.update(insert(claim("star-1")), If_Match="*").status == 200


def test_what_is_there_is_not_to_be_there_and_so_nothing_is_changed(editor: Editor) -> None:
    number, version = told(editor.update(insert(claim("none-1"))))["number"], editor.version

    answers = [
        editor.update(insert(claim("none-2")), If_None_Match="*"),
        editor.update(insert(claim("none-2")), If_None_Match=f'"a", W/"{version}"'),
        editor.send("POST", f"/history/{number}/revert", If_None_Match="*"),
    ]
    other = editor.update(insert(claim("none-2")), If_None_Match='"a"')

    assert [answer.status for answer in answers] == [412, 412, 412], answers[0].text
    assert "If-None-Match says" in told(answers[0])["detail"]
    assert other.status == 200, other.text


@pytest.mark.parametrize(
    "header",
    ["Authorization", "Content_Encoding", "Idempotency_Key", "If_Match", "If_None_Match", "Prefer",
     "Sec_Fetch_Site"],
)  # fmt: skip
def test_a_header_that_the_server_below_cannot_read_is_not_passed_over(editor: Editor, header: str) -> None:
    version = editor.version

    answers = [
        editor.update(insert(claim("accent-1")), **{header: '"é"'}),
        _post(editor, claim("accent-1"), **{header: '"é"'}),
        editor.send("POST", "/history/1/revert", b"", "", **{header: '"é"'}),
    ]

    for answer in answers:
        assert (answer.status, told(answer)["parameter"]) == (400, header.replace("_", "-")), answer.text
    assert editor.version == version


def test_no_other_header_has_to_be_ascii(editor: Editor) -> None:
    assert editor.update(insert(claim("accent-2")), User_Agent="Müller").status == 200


# ---------------------------------------------------------------- Idempotency-Key


def test_a_change_that_is_sent_twice_under_one_key_is_made_once(editor: Editor) -> None:
    text = f"{insert(claim('twice-1'))} ;\nINSERT DATA {{ cl:twice-1 zr:note 'Seen.'@en }}"

    first = editor.update(text, Idempotency_Key="twice")
    editor.made(f"{PROLOGUE}DELETE DATA {{ cl:twice-1 zr:note 'Seen.'@en }}")
    again = editor.update(text, Idempotency_Key="twice")

    assert (first.status, again.status) == (200, 200)
    assert told(again) == told(first)
    assert again.headers["etag"] == first.headers["etag"]
    assert not editor.holds("cl:twice-1 zr:note ?any")  # the correction stands


def test_a_key_that_was_given_to_another_change_is_refused(editor: Editor) -> None:
    editor.update(insert(claim("key-1")), Idempotency_Key="reused")

    update = editor.update(insert(claim("key-2")), Idempotency_Key="reused")
    patch = editor.graph("PATCH", _note("key-1"), PATCH, Idempotency_Key="reused")

    for answer in (update, patch):
        assert (answer.status, told(answer)["type"].rpartition("/")[2]) == (422, "key-reused")
        assert "a key of its own" in told(answer)["detail"]
    assert not editor.holds("cl:key-2 ?p ?o")


def test_a_graph_in_turtle_is_the_same_one_when_it_is_sent_again(editor: Editor) -> None:
    turtle = PROLOGUE.replace("PREFIX", "@prefix").replace(">\n", "> .\n") + claim("resent-1")

    answers = [editor.graph("POST", turtle, Idempotency_Key="resent") for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200], answers[1].text
    assert told(answers[0]) == told(answers[1])


def test_a_graph_is_changed_once_under_a_key_also_where_it_depends_on_what_was_before(editor: Editor) -> None:
    before = editor.version
    answers = [
        _post(editor, claim("keyed-1"), Idempotency_Key="once", If_Match=f'"{before}"') for _ in range(2)
    ]

    assert [answer.status for answer in answers] == [200, 200], answers[1].text
    assert told(answers[0]) == told(answers[1])


def test_a_change_that_was_refused_keeps_no_key(editor: Editor) -> None:
    refused = editor.update(insert(claim("mended-1", cited=False)), Idempotency_Key="mended")
    mended = editor.update(insert(claim("mended-1")), Idempotency_Key="mended")

    assert (refused.status, mended.status) == (422, 200)


def test_two_editors_may_use_the_same_key(editor: Editor, written: Settings) -> None:
    from zanryu.access.register import Tokens
    from zanryu.access.tokens import Scope

    other = Editor(editor.server, Tokens(written.tokens).create("Other", Scope.write, "never").secret)

    mine = editor.update(insert(claim("mine-1")), Idempotency_Key="1")
    theirs = other.update(insert(claim("theirs-1")), Idempotency_Key="1")

    assert (mine.status, theirs.status) == (200, 200)
    assert told(mine)["number"] != told(theirs)["number"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b"], ids=["empty", "space", "long", "words"])
def test_a_key_is_a_short_word(editor: Editor, key: str) -> None:
    answer = editor.update(insert(claim("word-1")), Idempotency_Key=key)

    assert (answer.status, told(answer)["parameter"]) == (400, "Idempotency-Key")


def test_a_key_holds_after_a_restart_too(own: Settings, tmp_path: Path) -> None:
    with editing(own, tmp_path) as before:
        first = before.update(insert(claim("restart-1")), Idempotency_Key="restart")
        token = before.token
    with editing(own, tmp_path) as after:
        same = Editor(after.server, token)
        again = same.update(insert(claim("restart-1")), Idempotency_Key="restart")
        other = same.update(insert(claim("restart-2")), Idempotency_Key="restart")

    assert (first.status, again.status, other.status) == (200, 200, 422)
    assert told(again) == told(first)


# ---------------------------------------------------------------- changes that meet


def test_of_two_changes_that_are_wrong_together_exactly_one_is_refused(editor: Editor) -> None:
    for attempt in range(5):
        one, two = f"meet{attempt}-1", f"meet{attempt}-2"
        editor.made(insert(claim(one), claim(two, says="a guard", more=f"zr:conflictsWith cl:{one}")))
        prefer = (
            "DELETE DATA {{ cl:{0} zr:status zv:normal }} ; INSERT DATA {{ cl:{0} zr:status zv:preferred }}"
        )

        answers = _at_once(*((editor, PROLOGUE + prefer.format(name)) for name in (one, two)))

        assert sorted(answer.status for answer in answers) == [200, 422]
        refused = next(answer for answer in answers if answer.status == 422)
        assert "both preferred" in told(refused)["detail"]
        preferred = [name for name in (one, two) if editor.holds(f"cl:{name} zr:status zv:preferred")]
        assert len(preferred) == 1


def test_of_two_changes_that_depend_on_one_version_exactly_one_is_made(editor: Editor) -> None:
    version = editor.version
    start = threading.Barrier(2)

    def send(number: int) -> int:
        start.wait()
        return editor.update(insert(claim(f"race-{number}")), If_Match=f'"{version}"').status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (1, 2))) == [200, 412]


def test_readers_see_a_change_whole_or_not_at_all(editor: Editor) -> None:
    together = 5
    pattern = f"?c a zr:Assertion . FILTER(STRSTARTS(STR(?c), '{BASE}id/claim/whole-'))"
    question = (
        f"{PROLOGUE}SELECT (COUNT(DISTINCT ?c) AS ?claims) (COUNT(DISTINCT ?s) AS ?cited) "
        "(COUNT(?r) AS ?reified) "
        f"{{ {pattern} OPTIONAL {{ ?c zr:citation ?s . ?s zr:work ?w }} OPTIONAL {{ ?c rdf:reifies ?r }} }}"
    )
    written = threading.Event()
    seen: list[tuple[int, ...]] = []

    def read() -> None:
        while not written.is_set():
            (row,) = told(editor.server.query(f"{question} # {len(seen)}"))["results"]["bindings"]
            seen.append(tuple(int(value["value"]) for value in row.values()))

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for batch in range(10):
                editor.made(insert(*(claim(f"whole-{batch * together + n}") for n in range(1, together + 1))))
        finally:
            written.set()
        for reader in readers:
            reader.result()

    assert len(seen) > 5
    for claims, cited, reified in seen:
        assert claims % together == 0
        assert claims == cited == reified


# ---------------------------------------------------------------- what is kept of answers


def test_what_was_kept_of_pages_data_and_queries_is_new_with_the_acknowledgement(
    editor: Editor,
) -> None:
    forms = {
        PERSON: BROWSER,
        "/data/person/ishii-takuo": "text/turtle",
        "/graphs?graph=https%3A%2F%2Fw3id.org%2Fzanryu%2Fgraph%2Fclaims": "application/n-triples",
        target_of(f"{PROLOGUE}SELECT * {{ ?claim zr:note ?note }}"): ROWS,
    }
    for round_number in range(3):
        mark = f"mark{round_number}"
        before = {path: editor.server.get(path, accept) for path, accept in forms.items()}

        editor.made(insert(claim(f"{mark}-1", says=mark, more=f'zr:note "{mark}"@en')))

        for path, accept in forms.items():
            tag = before[path].headers["etag"]
            after = editor.server.ask("GET", path, {"Accept": accept, "If-None-Match": tag})
            assert (after.status, mark in after.text) == (200, True), path
            assert after.headers["etag"] != tag, path
            assert mark not in before[path].text


def _post(editor: Editor, text: str, **headers: str) -> Answer:
    turtle = PROLOGUE.replace("PREFIX", "@prefix").replace(">\n", "> .\n") + text
    return editor.graph("POST", turtle, **headers)


def _note(name: str) -> str:
    return f'A <{BASE}id/claim/{name}> <{BASE}ontology/note> "Seen."@en .\n'
