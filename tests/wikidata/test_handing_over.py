"""Handing over through a real server: what a page shows is what its forms, links and files hold."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pytest

from attack.server import serving
from protocol.asking import BROWSER, Client
from protocol.test_pages import Outline
from wikidata.parsed_batches import parse
from wikidata.reference import enveloped
from zanryu.app import create_app
from zanryu.cli import main
from zanryu.wikidata.entities.cache import Cache
from zanryu.wikidata.handover.kits import mixnmatch, openrefine
from zanryu.wikidata.handover.kits.proposal import PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attack.server import Server
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

# Linked in data/links.ttl; what "Wikidata" says of it here is invented, for this test alone.
_ITEM: Final = "Q5974373"
_THING: Final = "/wikidata/batch{}?thing=nguyen-son&retrieved=2026-11-21"
_NEW: Final = "/wikidata/batch{}?thing=kamo-tokuji&create=1&retrieved=2026-11-21"
TOOL: Final = "https://quickstatements.example.org"
TOOL3: Final = "https://three.example.org"


def _time(property_id: str, year: str) -> dict[str, Any]:
    value = {
        "time": f"+{year}-00-00T00:00:00Z",
        "precision": 9,
        "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        "timezone": 0,
        "before": 0,
        "after": 0,
    }
    snak = {
        "snaktype": "value",
        "property": property_id,
        "datatype": "time",
        "datavalue": {"type": "time", "value": value},
    }
    return {"mainsnak": snak, "type": "statement", "id": f"{_ITEM}${property_id}", "rank": "normal"}


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("handing-over")
    claims = {"P569": [_time("P569", "1909")], "P570": [_time("P570", "1956")]}
    labels = {"vi": {"language": "vi", "value": "Nguyễn Sơn"}}
    entity = {"id": _ITEM, "type": "item", "labels": labels, "claims": claims}
    Cache(folder / "wikidata").keep(_ITEM, enveloped(entity))
    with serving(
        built.store,
        folder,
        access_log="none",
        wikidata_folder=str(folder / "wikidata"),
        quickstatements_origin=TOOL,
        quickstatements3_origin=TOOL3,
    ) as started:
        yield started


def lines_shown(page: str) -> list[str]:
    return [
        line
        for text in re.findall(r'<pre id="commands-\d+"[^>]*>(.*?)</pre>', page, re.DOTALL)
        for line in unescape(text).splitlines()
    ]


def test_what_the_item_lacks_goes_and_what_contradicts_it_stays(server: Server) -> None:
    page = server.get(_THING.format(""), BROWSER)
    assert page.status == 200, page.text
    parsed = parse("\n".join(lines_shown(page.text)))
    said = {statement.property for statement in parsed.statements[_ITEM]}
    assert {"P570", "P742"} <= said
    assert "P569" not in said  # they say 1909, our source 1908
    held = list(csv.DictReader(io.StringIO(server.get(_THING.format(".csv")).text)))
    (birth,) = (row for row in held if row["property"] == "P569")
    assert birth["reasons"] == "other-value"
    included = server.get(_THING.format("") + "&include=conflict", BROWSER)
    assert "\tP569\t+1908-00-00T00:00:00Z/9\t" in "\n".join(lines_shown(included.text))


def test_a_page_leads_to_both_sides_of_what_was_compared(server: Server) -> None:
    links = {one.get("href") for one in Outline(server.get(_THING.format(""), BROWSER).text).all("a")}
    assert "/wikidata/person/nguyen-son" in links
    assert server.get("/wikidata/person/nguyen-son", BROWSER).status == 200


def test_a_label_that_is_there_is_not_replaced(server: Server) -> None:
    terms = parse("\n".join(lines_shown(server.get(_THING.format(""), BROWSER).text))).terms
    assert "Lvi" not in {term for _, term, _ in terms}


@pytest.mark.parametrize("path", [_THING, _NEW], ids=["item", "new"])
def test_file_form_and_links_hold_the_commands_that_are_shown(server: Server, path: str) -> None:
    page = server.get(path.format(""), BROWSER).text
    shown = lines_shown(page)
    assert shown
    assert server.get(path.format(".tsv") + "&batch=1").text.splitlines() == shown
    (data,) = re.findall(r'<textarea name="data" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert unescape(data).splitlines() == shown
    for start in (f"{TOOL}/#/v1=", f"{TOOL3}/batch/new/?v1="):
        (link,) = re.findall(rf'href="{re.escape(start)}([^"]+)"', page)
        assert [line.replace("|", "\t") for line in unquote(unescape(link)).split("||")] == shown


def test_the_form_sends_what_the_tool_reads_and_no_secret(server: Server) -> None:
    page = Outline(server.get(_THING.format(""), BROWSER).text)
    (form,) = (one for one in page.all("form") if one.get("method") == "post")
    assert form["action"] == f"{TOOL}/api.php"
    sent = {one["name"]: one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert sent == {"action": "import", "temporary": "1", "openpage": "1", "format": "v1", "compress": "1"}


def test_only_this_page_may_send_a_form_to_another_site(server: Server) -> None:
    def allowed(path: str) -> str:
        policy = server.get(path, BROWSER).headers["content-security-policy"]
        (found,) = re.findall(r"form-action ([^;]+)", policy)
        return str(found)

    assert allowed("/wikidata/batch") == f"'self' {TOOL}"
    assert {allowed("/officers"), allowed("/wikidata/property"), allowed("/wikidata")} == {"'self'"}


def test_a_new_item_begins_with_its_class_and_has_no_unknown_value(server: Server) -> None:
    page = server.get(_NEW.format(""), BROWSER)
    shown = lines_shown(page.text)
    assert shown[0] == "CREATE"
    assert "somevalue" not in "\n".join(shown)
    assert "Q5" in {statement.value.id for statement in parse("\n".join(shown)).statements["LAST 1"][:1]}  # type: ignore[union-attr]
    assert "Look for each on Wikidata first" in page.text


def test_all_of_a_kind_is_what_was_read(server: Server) -> None:
    page = server.get("/wikidata/batch?kind=person&retrieved=2026-11-21", BROWSER)
    assert {line.split("\t")[0] for line in lines_shown(page.text)} == {_ITEM}
    unread = server.get("/wikidata/batch?thing=ho-chi-minh", BROWSER)
    assert "zanryu wikidata fetch Q36014" in unread.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wikidata/batch?thing=nobody-at-all", 404),
        ("/wikidata/batch?thing=%3Cscript%3E", 400),
        ("/wikidata/batch?kind=persons", 400),
        ("/wikidata/batch?kind=person&page=2", 400),
        ("/wikidata/batch?kind=person&page=0", 400),
        ("/wikidata/batch?kind=person&kind=unit", 400),
        ("/wikidata/batch?thing=nguyen-son&include=denied", 400),
        ("/wikidata/batch?thing=nguyen-son&retrieved=21.11.2026", 400),
        ("/wikidata/batch?thing=nguyen-son&retrieved=2999-01-01", 400),
        ("/wikidata/batch?" + "&".join(f"thing=x{n}" for n in range(21)), 400),
        ("/wikidata/batch.tsv", 400),
        (_THING.format(".tsv") + "&batch=9", 404),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(server: Server, path: str, status: int) -> None:
    answer = server.get(path)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert json.loads(answer.body)["detail"].endswith(".")


def test_the_catalogue_is_as_the_importer_of_mixnmatch_reads_it(server: Server) -> None:
    answer = server.get("/wikidata/mixnmatch.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == mixnmatch.COLUMNS
    assert all(re.fullmatch(r"id|name|desc|url|q|type|born|died|[AD][a-z]+|P\d+", name) for name in rows[0])
    for row in rows:
        assert row["name"]
        assert re.fullmatch(PATTERN, row["id"])
        assert row["url"].endswith(f"/{row['id']}")
        assert re.fullmatch(r"(Q\d+)?", row["q"])
        for name in ("born", "died"):
            assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", row[name])
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_operations_for_openrefine_use_columns_of_the_table(server: Server) -> None:
    header = next(csv.reader(io.StringIO(server.get("/wikidata/openrefine.csv").text)))
    assert tuple(header) == openrefine.COLUMNS
    operations = json.loads(server.get("/wikidata/openrefine.json").body)
    assert set(re.findall(r'"columnName": "([^"]+)"', json.dumps(operations))) <= set(header)
    *identified, saved = operations
    reconciled = {one["columnName"] for one in identified}
    variables = re.findall(r'"type": "wbitemvariable", "columnName": "([^"]+)"', json.dumps(saved))
    assert set(variables) == reconciled
    properties = {group["property"]["pid"] for group in saved["schema"]["entityEdits"][0]["statementGroups"]}
    assert properties == {"P569", "P570"}


def test_contradictions_are_as_mismatch_finder_reads_them(server: Server) -> None:
    rows = list(csv.DictReader(io.StringIO(server.get("/wikidata/mismatch.csv").text)))
    (row,) = rows
    assert (row["item_id"], row["statement_guid"]) == (_ITEM, f"{_ITEM}$P569")
    assert (row["wikidata_value"], row["external_value"]) == ("1909", "1908")
    assert row["external_url"].startswith("https://w3id.org/zanryu/id/claim/nguyen-son-")


def test_the_proposal_has_examples_and_leaves_the_subject_open(server: Server) -> None:
    page = unescape(server.get("/wikidata/property", BROWSER).text)
    assert f"|allowed values = {PATTERN}" in page
    assert "|formatter URL  = https://w3id.org/zanryu/id/person/$1" in page
    assert len(re.findall(r"\|example \d = \{\{Q\|Q\d+\}\} → ", page)) == 3
    assert re.search(r"\|subject item   = <!--[^>]+-->\n", page)


def test_without_a_tool_nothing_is_offered_but_the_file(
    built: Settings, dataset: Dataset, server: Server
) -> None:
    settings = replace(built, quickstatements_origin="", quickstatements3_origin="")
    answer = Client(create_app(settings, dataset.root)).get(_NEW.format(""), BROWSER)
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert "api.php" not in answer.text
    assert "#/v1=" not in answer.text
    assert lines_shown(answer.text) == lines_shown(server.get(_NEW.format(""), BROWSER).text)


def _run(monkeypatch: pytest.MonkeyPatch, built: Settings, server: Server, *arguments: str) -> int:
    monkeypatch.setenv("ZANRYU_WIKIDATA_FOLDER", str(server.output.parent / "wikidata"))
    monkeypatch.setattr(sys, "argv", ["zanryu", "wikidata", "batch", *arguments, "--store", str(built.store)])
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def test_the_command_prints_what_the_page_shows(
    server: Server,
    built: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run(monkeypatch, built, server, "nguyen-son", "--retrieved", "2026-11-21") == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == lines_shown(server.get(_THING.format(""), BROWSER).text)
    assert "held back cl:nguyen-son-birth-1: other-value: " in err


def test_the_command_writes_a_file_for_each_batch_and_one_of_the_rest(
    server: Server,
    built: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    wanted = ("--all", "--include", "not-read", "--retrieved", "2026-11-21", "--out", str(tmp_path / "out"))
    assert _run(monkeypatch, built, server, *wanted) == 0
    *files, summary = capsys.readouterr().out.splitlines()
    assert sorted(files) == sorted(str(path) for path in (tmp_path / "out").iterdir())
    assert [path.name.partition("-")[0] for path in sorted((tmp_path / "out").iterdir())] == ["batch", "held"]
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "out").glob("*.tsv"))).decode()
    assert parse(written).statements
    assert summary.startswith(f"{len(written.splitlines())} commands in 1 batch, ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "or --all"),
        (("nguyen-son", "--all"), "or --all"),
        (("nguyen-son", "--include", "denied"), "'denied' cannot be included. Use some of: uncertain,"),
        (("Nguyễn Sơn",), "is no thing of the graph; give one like person/ishii-takuo."),
        (("nobody-at-all",), "Nothing is known of"),
        (("nguyen-son", "--retrieved", "soon"), "is no day of the past"),
    ],
)
def test_the_command_says_what_it_needs(
    server: Server,
    built: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    assert _run(monkeypatch, built, server, *arguments) == 2
    assert told in capsys.readouterr().err
