"""What a server that takes writes tells of them, and that everything it shows is the newest."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest
from prometheus_client.parser import text_string_to_metric_families

from attack.server import wait_until
from writing.crashing import gate_of
from writing.editor import PROLOGUE, claim, editing, insert, told
from writing.test_revert import run
from zanryu.graph.namespaces import BASE, DATASET_IRI, term
from zanryu.store.history.journal import Journal
from zanryu.store.snapshots import SNAPSHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack.server import Server
    from writing.editor import Editor
    from zanryu.config import Settings

SECONDS: Final = 60.0
_KINDS: Final = {"claims": "Assertion", "military units": "MilitaryUnit", "conflicts": "Conflict"}


@pytest.fixture
def alone(own: Settings, tmp_path: Path) -> Iterator[Editor]:
    """An editor at a server that nobody else writes to."""
    with editing(own, tmp_path) as found:
        yield found


def figures(server: Server) -> dict[tuple[str, ...], float]:
    """Return the figures by name and the values of their labels."""
    families = text_string_to_metric_families(server.get("/metrics").text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def health(server: Server) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(server.get("/health").body)
    return document


# ---------------------------------------------------------------- figures


def test_writes_are_counted_by_what_became_of_them_with_their_times(alone: Editor) -> None:
    version = alone.version
    made = [
        alone.update(insert(claim(f"counted-{n}")), Idempotency_Key="k" if n == 1 else f"k{n}")
        for n in (1, 2)
    ]
    again = alone.update(insert(claim("counted-1")), Idempotency_Key="k")
    nothing = alone.update(f"{PROLOGUE}DELETE DATA {{ cl:nobody a zr:Assertion }}")
    unsourced = alone.update(insert(claim("counted-3", cited=False)))
    late = alone.update(insert(claim("counted-4")), If_Match=f'"{version}"')
    found = figures(alone.server)

    assert [answer.status for answer in (*made, again, nothing, unsourced, late)] == [200] * 4 + [422, 412]
    expected = {
        ("zanryu_gate_up",): 1,
        ("zanryu_gate_head_version",): 2,
        ("zanryu_gate_queue_length",): 0,
        ("zanryu_writes_accepted_total", "made"): 2,
        ("zanryu_writes_accepted_total", "repeated"): 1,
        ("zanryu_writes_accepted_total", "unchanged"): 1,
        ("zanryu_writes_refused_total", "invalid-change"): 1,
        ("zanryu_writes_refused_total", "precondition-failed"): 1,
        ("zanryu_write_duration_seconds_count",): 6,
        ("zanryu_write_duration_seconds_bucket", "+Inf"): 6,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert 0 < found["zanryu_write_duration_seconds_sum",] < SECONDS
    assert health(alone.server)["gate"] == {
        "alive": True,
        "version": 2,
        "queue": {"length": 0, "limit": 4},
        "restarts": 0,
    }


def test_a_gate_that_was_lost_is_told_of_and_so_is_its_restart(alone: Editor) -> None:
    alone.made(insert(claim("before-1")))
    process = gate_of(alone.server)
    assert process is not None

    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not health(alone.server)["gate"]["alive"], SECONDS, "the loss is told")
    down = figures(alone.server)
    alone.made(insert(claim("after-1")))
    up = figures(alone.server)

    assert down["zanryu_gate_up",] == 0
    assert (up["zanryu_gate_up",], up["zanryu_gate_head_version",]) == (1, 2)
    assert up["zanryu_gate_restarts_total", "lost"] == 1
    assert health(alone.server)["gate"]["restarts"] == 1


@pytest.fixture
def judging(own: Settings, tmp_path: Path) -> Iterator[Server]:
    """A server that validates."""
    # The time of a validation is counted from its request: where much runs, the process is not there yet.
    with editing(own, tmp_path, validation_workers="1", validation_timeout_seconds="60") as found:
        yield found.server


def test_validations_are_counted_with_their_times(judging: Server) -> None:
    server = judging
    document = b"<https://w3id.org/zanryu/id/person/x> a <https://w3id.org/zanryu/ontology/Person> ."

    answers = [
        server.post(text, "text/turtle", "/validate", Accept="application/json") for text in (document, b"<")
    ]
    found, told_of = figures(server), health(server)["validation"]

    assert [answer.status for answer in answers] == [200, 400]
    assert found["zanryu_validation_runs_total",] == 2
    assert found["zanryu_validation_duration_seconds_count",] == 2
    assert found["zanryu_validation_duration_seconds_sum",] > 0
    assert found["zanryu_validation_workers", "idle"] == 1
    assert found["zanryu_validation_workers_started_total",] == 1
    assert told_of == {
        "alive": True,
        "workers": {"count": 1, "busy": 0},
        "queue": {"length": 0, "limit": 8},
    }


# ---------------------------------------------------------------- what is shown is the newest


def _shown(editor: Editor) -> dict[str, int]:
    page = editor.server.get("/", "text/html").text
    rows = re.findall(r"<dt>(?:<a [^>]*>)?([^<]*)(?:</a>)?</dt><dd>([0-9,]*)</dd>", page)
    rows += [("triples", count) for count in re.findall(r"([0-9,]+) triples", page)]
    return {name: int(count.replace(",", "")) for name, count in rows}


def _counted(editor: Editor) -> dict[str, int]:
    """Count what is in the data, from nothing."""
    wanted = " ".join(f"zr:{name}" for name in _KINDS.values())
    pattern = f"VALUES ?c {{ {wanted} }} ?s a ?c"
    text = f"{PROLOGUE}SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ {pattern} }} GROUP BY ?c"
    rows = told(editor.server.query(text))["results"]["bindings"]
    by_class = {row["c"]["value"].rpartition("/")[2]: int(row["n"]["value"]) for row in rows}
    return {kind: by_class[name] for kind, name in _KINDS.items()}


def test_the_counts_on_the_first_page_are_those_of_the_newest_version(
    whole: Settings, tmp_path: Path
) -> None:
    with editing(whole, tmp_path) as editor:
        _count_through_changes(editor)


def _count_through_changes(alone: Editor) -> None:
    there = f"<{BASE}id/unit/2nd-engineer-regiment> a zr:MilitaryUnit"
    unit = f"<{BASE}id/unit/ghost> a zr:MilitaryUnit ; zr:echelon zv:echelon-regiment"
    changes = [
        insert(claim("count-1"), claim("count-2")),
        # A class that it has already, in another graph: it is no second unit.
        f"{insert()[:-1]} GRAPH <{BASE}graph/links> {{ {there} }} }}",
        f"{insert()[:-1]} {unit} ; skos:prefLabel 'Ghost'@en }}",
        insert().replace(
            "INSERT DATA { }", f"DELETE WHERE {{ GRAPH <{BASE}graph/links> {{ ?s a zr:MilitaryUnit }} }}"
        ),
    ]
    seen = []
    for change in changes:
        alone.made(change)
        seen.append(_shown(alone))
        counted = _counted(alone)
        assert {name: seen[-1][name] for name in counted} == counted
        assert seen[-1]["triples"] == health(alone.server)["triples"]
    alone.send("POST", "/history/1/revert")

    assert seen[1]["military units"] + 1 == seen[2]["military units"]
    assert _shown(alone)["claims"] == seen[0]["claims"] - 2
    counted = _counted(alone)
    assert {name: _shown(alone)[name] for name in counted} == counted


def test_the_downloads_say_which_build_they_are_of_and_where_the_newest_is(alone: Editor) -> None:
    build = alone.version
    before = alone.server.get("/dumps/", "text/html").text
    void = alone.server.get("/.well-known/void").body

    newest = alone.made(insert(claim("dumped-1")))["version"]
    page = alone.server.get("/dumps/", "text/html").text
    listed = told(alone.server.get("/dumps/", "application/json"))
    described = alone.server.get("/.well-known/void").body
    graph = alone.server.get(listed["graphs"]["claims"]).text

    assert "changed since then" not in before
    assert f"of version {newest};" in page
    assert f"<code>{build}</code>" in page
    assert (listed["version"], listed["data_version"]) == (build, newest)
    assert "claim/dumped-1" in graph or "cl:dumped-1" in graph
    assert described.startswith(void)
    triples = set(ox.parse(described, ox.RdfFormat.TURTLE))
    said = {
        t.object.value
        for t in triples
        if t.subject == ox.NamedNode(DATASET_IRI) and t.predicate == term("dcterms:description")
        if isinstance(t.object, ox.Literal)
    }
    assert any(build in text and newest in text for text in said)
    assert alone.server.get("/dumps/void.ttl").body == void


def test_a_query_from_the_command_line_sees_what_was_accepted_whether_a_server_runs_or_not(
    own: Settings, tmp_path: Path
) -> None:
    def ask(name: str) -> tuple[int, str, str]:
        text = f"ASK {{ <{BASE}id/claim/{name}> a <{BASE}ontology/Assertion> }}"
        ended = run("query", "-", folder=tmp_path, store=str(own.store), typed=text)
        return ended.returncode, ended.stdout.strip(), ended.stderr

    before = ask("asked-1")
    with editing(own, tmp_path) as editor:
        editor.made(insert(claim("asked-1")))
        beside = ask("asked-1")
        editor.made(insert(claim("asked-2")))
    after = ask("asked-2")
    # As if the server had been lost between the record of the last change and its snapshot.
    newest = max((own.live / SNAPSHOTS).iterdir(), key=lambda folder: int(folder.name.rpartition("-")[2]))
    assert newest.name.endswith(f"-{len(Journal(own.history))}")
    shutil.rmtree(newest)
    without = ask("asked-2")
    shutil.rmtree(own.live / SNAPSHOTS)
    from_build = (ask("asked-1"), ask("asked-2"))

    assert before == (0, "no", "")
    assert [beside, after, without, *from_build] == [(0, "yes", "")] * 5
