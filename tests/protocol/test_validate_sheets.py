"""Tables of claims at `/validate` on the real server: what a historian is told, and what is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b64decode
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import openpyxl
import pyoxigraph as ox
import pytest

from attack.server import serving
from claim_tables import as_csv, as_xlsx, row
from zanryu.graph.namespaces import BASE, term
from zanryu.graph.sources import read
from zanryu.graph.table.columns import COLUMNS
from zanryu.graph.table.exporting import export_claims
from zanryu.graph.table.files import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attack.server import Answer, Server
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
SHEET_XML = "xl/worksheets/sheet1.xml"
WORKSHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SOUND = row(
    subject="Igawa Sei",
    property="described as",
    value="quiet in the mountains@en",
    source="w:answer",
    locator="bullet 4",
    cue="supposedly",
    hedge="supposedly",
    certainty="possible",
)
UNSOURCED = {**SOUND, "source": "", "locator": "", "stance": "", "cue": "", "hedge": ""}


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose validating process has started."""
    folder = tmp_path_factory.mktemp("sheets")
    with serving(built.store, folder, access_log="none", validation_timeout_seconds="60") as started:
        assert send(started, as_csv(SOUND)).status == 200
        yield started


def send(
    server: Server, body: bytes, content_type: str = CSV, accept: str = JSON, **parameters: str
) -> Answer:
    target = "/validate" + ("?" + urlencode(parameters) if parameters else "")
    headers = {"Content-Type": content_type, "Accept": accept}
    return server.ask("POST", target, headers, body, timeout_seconds=90)


def upload(server: Server, name: str, body: bytes, accept: str = "text/html", **fields: str) -> Answer:
    """Send a file as the page does; without the field `syntax` it is the form for tables."""
    parts = [f'form-data; name="{field}"\r\n\r\n{value}'.encode() for field, value in fields.items()]
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + body)
    form = b"".join(b"--b\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return send(server, form, "multipart/form-data; boundary=b", accept)


def report(server: Server, body: bytes, content_type: str = CSV, **parameters: str) -> dict[str, Any]:
    answer = send(server, body, content_type, **parameters)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.body)
    return found


def detail(answer: Answer) -> str:
    return str(json.loads(answer.body)["detail"])


def workbook_with(**parts: bytes | str) -> bytes:
    """A workbook with other parts, or more, under their paths."""
    old, new = zipfile.ZipFile(io.BytesIO(as_xlsx(SOUND))), io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in {*old.namelist(), *parts}:
            archive.writestr(name, parts[name] if name in parts else old.read(name))
    return new.getvalue()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(as_csv(SOUND), CSV, id="csv"),
        pytest.param(as_csv(SOUND, encoding="utf-8-sig"), f"{CSV}; charset=utf-8", id="byte order mark"),
        pytest.param(as_csv(SOUND, delimiter=";", encoding="utf-8-sig"), CSV, id="semicolons"),
        pytest.param(as_csv(SOUND, delimiter="\t"), CSV, id="tabs"),
        pytest.param(as_xlsx(SOUND), XLSX, id="xlsx"),
    ],
)
def test_a_sound_table_gives_its_claims_as_turtle(server: Server, body: bytes, content_type: str) -> None:
    found = report(server, body, content_type)

    triples = {quad.triple for quad in ox.parse(found["turtle"], ox.RdfFormat.TURTLE)}
    assert (found["conforms"], found["findings"]) == (True, [])
    assert found["claims"] == {"read": 1, "new": 1, "changed": 0, "unchanged": 0, "unread": 0}
    assert term("p:igawa-sei") in {t.object for t in triples if t.predicate == term("rdf:subject")}


def test_the_turtle_is_judged_as_the_table_was(server: Server) -> None:
    turtle = report(server, as_csv(SOUND))["turtle"].encode()

    again = report(server, turtle, "text/turtle", context="graph")

    assert again["accepted"] is True


def test_what_was_exported_is_unchanged_and_only_what_differs_is_new(
    server: Server, dataset: Dataset
) -> None:
    quads = read(dataset.files())
    rows = export_claims(quads, "ja", term("p:igawa-sei")).rows
    other = [str(SOUND.get(column.heading, "")) for column in COLUMNS]

    found = report(server, write_csv([*rows, other]))

    claims = len({line[-1] for line in rows})
    assert found["claims"] == {
        "read": claims + 1,
        "new": 1,
        "changed": 0,
        "unchanged": claims,
        "unread": 0,
    }
    assert found["turtle"].count("zr:Assertion") == 1


def test_a_changed_claim_goes_in_the_place_of_the_old_one(server: Server, dataset: Dataset) -> None:
    rows = export_claims(read(dataset.files()), "en", term("p:igawa-sei")).rows
    alone = next(line for line in rows if sum(other[-1] == line[-1] for other in rows) == 1)
    note = next(position for position, column in enumerate(COLUMNS) if column.heading == "note")
    changed = [*alone[:note], "Seen anew.", *alone[note + 1 :]]

    found = report(server, write_csv([changed]))

    assert found["claims"]["changed"] == 1
    assert "Seen anew." in found["turtle"]
    assert [f for f in found["findings"] if f["constraint"] == "S47"] == []


def test_an_unknown_name_is_told_with_its_cell_and_candidates(server: Server) -> None:
    [finding] = report(server, as_csv(SOUND, {**SOUND, "subject": "Igawa"}))["findings"]

    assert finding["place"] == {
        "sheet": None,
        "row": 3,
        "column": 2,
        "cell": "B3",
        "heading": "subject",
        "content": "Igawa",
    }
    assert (finding["fault"], finding["severity"]) == ("Nothing is called “Igawa”.", "violation")
    assert {
        "name": "p:igawa-sei",
        "label": "Igawa Sei",
        "iri": f"{BASE}id/person/igawa-sei",
    } in finding["candidates"]


def test_an_ambiguous_name_is_told_with_all_that_bear_it(server: Server) -> None:
    found = report(server, as_xlsx({**SOUND, "subject": "井川省"}), XLSX)

    [finding] = found["findings"]
    assert finding["fault"] == "Several things are called “井川省”."
    assert {"p:igawa-sei", "w:jawiki-igawa-sei"} <= {c["name"] for c in finding["candidates"]}
    assert finding["place"]["sheet"] == "claims"
    assert (found["claims"]["unread"], found["turtle"]) == (1, "")


def test_candidates_are_found_for_the_next_table_too(server: Server) -> None:
    many = as_csv(*({**SOUND, "subject": f"Nobody {n}"} for n in range(250)))

    report(server, many)

    [finding] = report(server, as_csv({**SOUND, "subject": "Igawa"}))["findings"]
    assert finding["candidates"]


@pytest.mark.parametrize(
    ("language", "fault", "fix"),
    [
        ("ja", "“many” は整数ではありません。", "300 のように数字だけを書いてください。"),
        ("vi", "“many” không phải là số nguyên.", "Chỉ ghi chữ số, như 300."),
    ],
    ids=["ja", "vi"],
)
def test_a_mistake_in_a_cell_is_told_in_the_language_of_the_page(
    server: Server, language: str, fault: str, fix: str
) -> None:
    told = as_csv({**SOUND, "count min": "many"})

    (finding,) = [f for f in report(server, told, lang=language)["findings"] if not f["constraint"]]
    page = send(server, told, accept="text/html", lang=language).text

    assert (finding["fault"], finding["fix"]) == (fault, fix)
    assert fault in page
    assert fix in page


def test_a_row_without_a_source_is_a_finding_of_the_rules_in_its_row(server: Server) -> None:
    table = as_csv({**SOUND, "value": "another@en"}, {**UNSOURCED, "source": ""})

    [finding] = report(server, table, lang="ja")["findings"]

    assert (finding["constraint"], finding["place"]["row"]) == ("S04", 3)
    assert (finding["place"]["heading"], finding["place"]["content"]) == ("source", "")
    assert "典拠" in finding["fault"]


def test_a_table_that_is_sent_again_after_it_was_added_is_refused(server: Server) -> None:
    known = {**SOUND, "property": "conceived", "value": "ac:quang-ngai", "when": "../1946-06"}

    found = report(server, as_csv(known))

    assert (found["accepted"], found["turtle"]) == (False, "")
    assert [f["severity"] for f in found["findings"] if f["constraint"] == "S47"] == ["violation"]


def test_a_wrong_heading_is_told_in_the_first_row(server: Server) -> None:
    cells = {("soruce" if name == "source" else name): text for name, text in SOUND.items()}

    first = report(server, as_csv(cells))["findings"][0]

    assert (first["place"]["row"], first["place"]["content"]) == (1, "soruce")
    assert "Perhaps: source" in first["message"]


def test_a_table_is_judged_in_the_graph_whatever_is_asked(server: Server) -> None:
    assert report(server, as_csv(SOUND), context="none")["context"] == "graph"


def test_nothing_is_kept_of_a_table(server: Server) -> None:
    first = report(server, as_csv(SOUND))

    assert report(server, as_csv(SOUND)) == first


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)],
)
def test_a_report_in_rdf_names_cells_and_rows(server: Server, accept: str, syntax: ox.RdfFormat) -> None:
    graph = ox.Store()
    graph.load(send(server, as_csv({**SOUND, "subject": "Igawa"}, UNSOURCED), accept=accept).body, syntax)

    assert graph.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX dcterms: <http://purl.org/dc/terms/> ASK {"
        ' ?report sh:conforms false ; sh:result ?cell, ?claim . ?cell sh:value "Igawa" ;'
        " sh:focusNode <urn:x-zanryu:sheet#cell=2,2> ; sh:resultSeverity sh:Violation ;"
        " sh:resultMessage ?en, ?ja, ?vi ."
        " FILTER(LANG(?en) = 'en' && LANG(?ja) = 'ja' && LANG(?vi) = 'vi')"
        f" ?claim dcterms:source <urn:x-zanryu:sheet#cell=3,8> ; sh:sourceShape <{BASE}shapes/S04> }}"
    )


# ---------------------------------------------------------------- the page


def test_the_page_tells_row_cell_and_candidates(server: Server) -> None:
    answer = upload(server, "claims.xlsx", as_xlsx({**SOUND, "subject": "Igawa"}), lang="en")

    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))
    assert answer.status == 200
    assert "Row 2" in text
    assert "B2 (subject)" in text
    assert "p:igawa-sei Igawa Sei" in text
    assert 'href="/page/person/igawa-sei"' in answer.text
    assert "Not readable: 1." in text


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_the_page_of_a_sound_table_has_the_turtle_to_take_along(server: Server, language: str) -> None:
    page = upload(server, "claims.csv", as_csv(SOUND), lang=language).text

    found = re.search(r'href="data:text/turtle;charset=utf-8;base64,([^"]+)" download="claims.ttl"', page)
    assert found
    assert "quiet in the mountains" in b64decode(unescape(found[1])).decode()
    assert "quiet in the mountains" in page.partition("<pre")[2].partition("</pre>")[0]


def test_what_stands_in_a_cell_comes_back_as_text(server: Server) -> None:
    hostile = {**SOUND, "subject": "</td><script>alert(1)</script>", "value": "<script>x</script>@en"}

    assert "<script>" not in upload(server, "claims.xlsx", as_xlsx(hostile)).text


def test_a_file_that_is_no_table_is_refused_on_the_page(server: Server) -> None:
    answer = upload(server, "claims.xlsx", b"hello")

    assert answer.status == 400
    assert "This is no .xlsx workbook." in answer.text


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_the_page_offers_the_empty_table_and_a_field_for_it(server: Server, language: str) -> None:
    page = server.get(f"/validate?lang={language}", "text/html").text

    assert f'href="/validate/template.xlsx?lang={language}"' in page
    assert f'href="/validate/template.csv?lang={language}"' in page
    assert '<label for="sheet">' in page


# ---------------------------------------------------------------- the empty table


def test_the_empty_table_has_the_names_of_the_data_and_is_read_back(server: Server) -> None:
    answer = server.get("/validate/template.xlsx?lang=ja")

    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    names = {str(cell) for line in book["lists"].iter_rows(values_only=True) for cell in line if cell}
    assert answer.media_type == XLSX
    assert 'filename="claims.xlsx"' in answer.headers["content-disposition"]
    assert {"井川省", "記述"} <= names
    assert report(server, answer.body, XLSX)["claims"]["read"] == 0


def test_the_empty_table_is_not_sent_again_while_the_data_is_the_same(server: Server) -> None:
    first = server.get("/validate/template.csv")
    again = server.ask("GET", "/validate/template.csv", {"If-None-Match": first.headers["etag"]})

    assert first.media_type == CSV
    assert first.body.decode("utf-8-sig").startswith("subject,property,value,when")
    assert again.status == 304


# ---------------------------------------------------------------- what is refused

_LAUGHS = (
    "<!DOCTYPE l [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9))
    + f"]>{WORKSHEET}<sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>&j;</t></is></c></row></sheetData>"
    + "</worksheet>"
)
_MILLION = f"{WORKSHEET}<sheetData>{'<row><c><v>1</v></c></row>' * 1_000_000}</sheetData></worksheet>"
_FAR = f"{WORKSHEET}<sheetData><row r='2'><c r='XFD2'><v>1</v></c></row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        pytest.param(
            lambda: workbook_with(**{"xl/media/a.bin": b"\0" * 100_000_000}), XLSX, 413, "unpacks to more",
            id="zip bomb",
        ),
        pytest.param(lambda: workbook_with(**{SHEET_XML: _LAUGHS}), XLSX, 400, "document type", id="laughs"),
        pytest.param(
            lambda: workbook_with(**{SHEET_XML: _MILLION}), XLSX, 413, "too many cells", id="a million rows"
        ),
        pytest.param(lambda: workbook_with(**{SHEET_XML: _FAR}), XLSX, 413, "XFD2", id="far column"),
        pytest.param(lambda: b"subject\n" + b"a\n" * 30_000, CSV, 413, "20,000 rows", id="many rows"),
        pytest.param(lambda: b"a,b\n" * 150_000, CSV, 413, "zanryu import --dry-run", id="many bytes"),
        pytest.param(
            lambda: workbook_with(**{"xl/vbaProject.bin": b"x"}), XLSX, 400, "holds macros", id="macros"
        ),
        pytest.param(lambda: b"hello", XLSX, 400, "no .xlsx workbook", id="no zip"),
        pytest.param(lambda: b"PK\x03\x04hello", XLSX, 400, "cannot be read", id="broken zip"),
        pytest.param(lambda: "subject,é".encode("latin-1"), CSV, 400, "not UTF-8", id="latin-1"),
        pytest.param(lambda: b"x", f"{CSV}; charset=shift_jis", 415, "Send UTF-8", id="charset"),
        pytest.param(
            lambda: b"x", "application/vnd.ms-excel.sheet.macroEnabled.12", 415, "with macros", id="xlsm"
        ),
        pytest.param(
            lambda: b"x", "application/vnd.oasis.opendocument.spreadsheet", 415, ".ods file", id="ods"
        ),
        pytest.param(lambda: b"", CSV, 400, "empty", id="empty"),
    ],
)  # fmt: skip
def test_what_is_no_table_or_too_large_is_refused_with_what_to_do(
    server: Server, body: Any, content_type: str, status: int, said: str
) -> None:
    answer = send(server, body(), content_type)

    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert said in detail(answer)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This is no .xlsx workbook. Save it anew as .xlsx, or as “CSV UTF-8”."),
        ("ja", ".xlsx 形式のブックではありません。.xlsx または「CSV UTF-8」で保存し直してください。"),
        ("vi", "Đây không phải là sổ tính .xlsx. Hãy lưu lại thành .xlsx hoặc “CSV UTF-8”."),
    ],
)
def test_what_is_no_table_is_refused_in_the_language_that_is_asked_for(
    server: Server, language: str, said: str
) -> None:
    asked = json.loads(send(server, b"hello", XLSX, lang=language).body)
    negotiated = server.ask(
        "POST", "/validate", {"Content-Type": XLSX, "Accept": JSON, "Accept-Language": language}, b"hello"
    )
    page = upload(server, "claims.xlsx", b"hello", lang=language)

    assert (asked["detail"], asked["language"]) == (said, language)
    assert (negotiated.media_type, detail(negotiated)) == ("application/problem+json", said)
    assert (page.status, f"<strong>{said}</strong>" in page.text) == (400, True)


def test_a_table_with_too_many_rows_is_refused_in_the_language_that_is_asked_for(server: Server) -> None:
    answer = send(server, b"subject\n" + b"a\n" * 30_000, CSV, lang="vi")

    assert (answer.status, detail(answer)) == (413, "Có hơn 20,000 dòng. Hãy chia nhỏ bảng.")


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("claims.xls", b"x", 415, ".xls ファイルはここでは読み込めません。"),
        ("claims.xlsm", b"x", 415, ".xlsm ファイル（マクロ入りのブック）はここでは読み込めません。"),
        ("claims.csv", b"a,b\n" * 150_000, 413, "表が 524,288 バイトを超えています。"),
    ],
    ids=["xls", "xlsm", "many bytes"],
)
def test_a_file_that_is_not_looked_into_is_refused_in_the_language_of_the_form(
    server: Server, name: str, body: bytes, status: int, said: str
) -> None:
    page = upload(server, name, body, lang="ja")
    told = json.loads(upload(server, name, body, JSON, lang="ja").body)

    assert (page.status, told["status"], told["language"]) == (status, status, "ja")
    assert told["detail"].startswith(said)
    assert f'<p class="detail" lang="ja">{said}' in page.text
    assert '<html lang="ja"' in page.text


@pytest.mark.parametrize("name", ["claims.xls", "claims.xlsm", "claims.ods"])
def test_a_file_of_another_kind_of_table_is_refused_by_its_name(server: Server, name: str) -> None:
    answer = upload(server, name, as_xlsx(SOUND), JSON)

    assert answer.status == 415
    assert "Save the table as .xlsx" in detail(answer)


def test_a_formula_is_told_at_its_cell_and_never_run(server: Server) -> None:
    formulas = {**SOUND, "subject": '=HYPERLINK("http://127.0.0.1:1/")', "value": "='[other.xlsx]A'!A1"}

    found = report(server, as_xlsx(formulas), XLSX)

    assert [finding["place"]["cell"] for finding in found["findings"]] == ["B2", "D2"]
    assert all("A formula stands here." in finding["message"] for finding in found["findings"])
