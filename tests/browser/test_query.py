"""The query page in a browser: by keyboard, with errors at their places, inert whatever is in the data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from attack.server import UPDATE, playing
from browser import accessibility
from browser.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Locator, Page, Route

    from attack.server import Server
    from browser.conftest import Photograph

TAUGHT: Final = "cq02-who-taught-at-quang-ngai"
COUNTED: Final = "cq08-how-many-remained"
PLACES: Final = "cq41-where-it-happened"
_MAX_TABS: Final = 80
_ANSWER: Final = re.compile(r"/sparql\?query=")


def asking(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Query", exact=True)


def write(page: Page, text: str) -> None:
    """Replace what is in the editor; pasted, so that nothing is completed or indented."""
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def let_be_seen(page: Page) -> None:
    """Wait until the editor takes keys for its list: what only just appeared may not swallow an Enter."""
    since = page.evaluate("performance.now()")
    page.wait_for_function("(since) => performance.now() - since > 150", arg=since)


def run(page: Page, question: str) -> None:
    """Open a question of the library and run it."""
    page.goto(f"/sparql?question={question}")
    editor(page).press("Control+Enter")
    expect(page.get_by_role("tab", name="Table")).to_be_visible()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(_MAX_TABS):
        page.keyboard.press("Tab")
        if wanted.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"no Tab leads to {wanted}")


def test_a_question_is_found_run_and_explained_by_keyboard_alone(
    page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    page.goto("/sparql")
    tab_to(page, page.get_by_label("Filter the questions"))
    page.keyboard.type("quang ngai taught")
    expect(page.get_by_role("status").get_by_text("1 question")).to_be_visible()
    link = page.get_by_role("link", name="Who taught at the Quảng Ngãi academy, and who says so?")
    expect(link.locator("xpath=..").locator(".count")).to_have_text(re.compile(r"^\d+ rows$"))
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text(re.compile(r"^\d+ rows · [\d.]+ s"))).to_be_visible()
    assert "query=" in page.url

    tab_to(page, page.get_by_role("button", name="Why is row 1 there?"))
    page.keyboard.press("Enter")
    behind = page.get_by_role("region", name="What stands behind row 1")
    expect(behind.get_by_role("list", name="Sources").first).to_contain_text("source")
    expect(behind).to_contain_text("certainty:")
    axe()
    photograph("query-why")
    tab_to(page, behind.get_by_role("button", name="Close"))
    page.keyboard.press("Enter")
    expect(behind).to_be_hidden()
    expect(page.get_by_role("button", name="Why is row 1 there?")).to_be_focused()


def test_things_have_names_in_the_language_of_the_page(page: Page) -> None:
    page.goto(f"/sparql?question={TAUGHT}&lang=ja")
    page.get_by_role("textbox").last.press("Control+Enter")
    expect(page.locator(".rows tbody a[lang=ja]").first).to_be_visible()
    assert "lang=ja" in page.url


@pytest.fixture
def refused(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A page that is refused an answer, which the browser notes as an error; no other may be."""
    page = context.new_page()
    watch = Watch(page, server.origin)
    yield page
    others = [finding for finding in watch.findings if "Failed to load resource" not in finding]
    assert not others, "\n".join(others)


def test_an_error_is_shown_at_its_place(refused: Page) -> None:
    page = refused
    page.goto("/sparql")
    write(page, "SELECT ?s WHERE {\n  ?s ?p ?o\n  FILTER(?o >> 3)\n}")
    with page.expect_response(_ANSWER) as answer:
        page.keyboard.press("Control+Enter")
    told = answer.value.json()
    expect(page.get_by_role("alert")).to_contain_text(f"Line {told['line']}, column {told['column']}:")
    expect(page.locator(".cm-lintRange-error, .cm-lintPoint-error").first).to_be_attached()
    line = page.locator(".cm-line").nth(told["line"] - 1)
    expect(line.locator(".cm-lintRange-error, .cm-lintPoint-error").first).to_be_attached()
    assert accessibility.findings(page) == []
    page.get_by_role("button", name="Go to the place").focus()
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer")).to_have_text("Yes")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_query_that_runs_is_cancelled_by_keyboard(page: Page, server: Server) -> None:
    page.goto("/sparql")
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }")
    page.keyboard.press("Control+Enter")
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    expect(page.locator(".clock")).to_have_text(re.compile(r"[\d.]+ s"))
    tab_to(page, cancel)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("The query was cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    assert server.query("ASK {}").status == 200


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (429, {"Retry-After": "1"}, "Try again in 1 second."),
        (503, {"Retry-After": "90"}, "Try again in 90 seconds."),
        (503, {"Retry-After": "600"}, "Try again in 10 minutes."),
    ],
)
def test_having_to_wait_is_told_in_words(
    refused: Page, status: int, headers: dict[str, str], words: str
) -> None:
    page = refused
    problem = json.dumps({"title": "Too busy", "detail": "Many ask.", "status": status})

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers=headers, body=problem, content_type="application/problem+json")

    page.goto("/sparql")
    page.route(_ANSWER, answer)
    editor(page).press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"Many ask. {words}")


def test_rows_are_sorted_by_keyboard(page: Page) -> None:
    query = "SELECT ?n ?t { VALUES (?n ?t) { (10 'b') (9 'a') (100 'c') (UNDEF 'd') } }"
    page.goto(asking(query))
    head = page.get_by_role("columnheader", name="Sort by n")
    expect(head).to_have_attribute("aria-sort", "none")
    tab_to(page, head.get_by_role("button"))
    for order, numbers in (("ascending", "9 10 100 –"), ("descending", "100 10 9 –")):
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", order)
        cells = page.locator(".rows tbody td.number").all_inner_texts()
        assert " ".join(text.split()[-1] for text in cells) == numbers
        assert head.get_by_role("button").evaluate("(b) => b === document.activeElement")


def test_ten_thousand_rows_are_shown_a_page_at_a_time(page: Page) -> None:
    digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    values = " ".join(digits.format(name) for name in "abcd")
    page.goto("/sparql")
    write(page, f"SELECT ?n {{ {values} BIND(?a + 10 * ?b + 100 * ?c + 1000 * ?d AS ?n) }}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Rows 1 to 100 of 10,000")).to_be_visible()
    assert page.locator(".rows tbody tr").count() == 100
    page.get_by_role("button", name="Later rows").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rows 101 to 200 of 10,000")).to_be_visible()
    expect(page.get_by_role("button", name="Later rows")).to_be_focused()


def test_the_views_are_tabs_and_open_by_arrow_keys(
    page: Page, axe: Callable[[], None], photograph: Photograph
) -> None:
    run(page, PLACES)
    tabs = page.get_by_role("tab").all_inner_texts()
    assert tabs == ["Table", "Chart", "Timeline", "Map", "Network", "As sent"]
    page.get_by_role("tab", name="Table").focus()
    for name in tabs[1:-1]:
        page.keyboard.press("ArrowRight")
        drawing = page.get_by_role("tabpanel", name=name).locator("svg").first
        expect(drawing).to_be_visible()
        axe()
    photograph("query-network")
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="As sent")).to_contain_text('"bindings"')
    page.keyboard.press("Home")
    expect(page.get_by_role("table").first).to_be_visible()


def test_rival_numbers_are_drawn_side_by_side_and_not_added_up(page: Page, photograph: Photograph) -> None:
    run(page, COUNTED)
    page.get_by_role("tab", name="Chart").click()
    page.get_by_label("Value").select_option("number")
    dots = page.locator("svg.plot circle")
    expect(dots.first).to_be_attached()
    assert dots.count() > 20
    photograph("query-chart")


def test_a_view_is_offered_only_where_the_columns_fit(page: Page) -> None:
    page.goto(asking("SELECT ?t { VALUES ?t { 'a' 'b' } }"))
    expect(page.get_by_role("tab")).to_have_text(["Table", "Chart", "As sent"])


def test_a_name_is_completed_and_its_prefix_declared(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT * {\n  ?s ")
    page.keyboard.type("zr:instructedA")
    expect(page.get_by_role("option").first).to_contain_text("zr:instructedAt")
    let_be_seen(page)
    page.keyboard.press("Enter")
    page.keyboard.type(" ac:quang")
    option = page.get_by_role("option").get_by_text("ac:quang-ngai", exact=True)
    expect(option).to_be_visible()
    let_be_seen(page)
    while not page.locator("[aria-selected=true]").get_by_text("ac:quang-ngai", exact=True).count():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    written = page.locator("#query").input_value()
    assert "PREFIX zr: <https://w3id.org/zanryu/ontology/>\n" in written
    assert "PREFIX ac: <https://w3id.org/zanryu/id/academy/>\n" in written
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").get_by_text("rows ·")).to_be_visible()


def test_pointing_at_a_name_shows_its_label(page: Page) -> None:
    page.goto(f"/sparql?question={TAUGHT}")
    name = page.locator(".cm-line span").get_by_text("zr:instructedAt").first
    name.hover()
    expect(page.locator(".cm-tooltip .label strong")).to_have_text(
        re.compile("instruct|taught", re.IGNORECASE)
    )


def test_tab_leaves_the_editor(page: Page) -> None:
    page.goto("/sparql")
    editor(page).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editor(page)).to_be_focused()


@pytest.mark.parametrize("program", ["Python (SPARQLWrapper)", "Python (rdflib)", "curl"])
@pytest.mark.parametrize("form", ["rows", "graph"])
def test_the_query_runs_in_a_program(page: Page, program: str, form: str) -> None:
    pattern = r"""{ BIND('''it's "q" \\ $x `y` ${z}''' AS ?t) }"""
    query = f"SELECT ?t {pattern}" if form == "rows" else f"CONSTRUCT {{ <urn:s> <urn:p> ?t }} {pattern}"
    page.goto(asking(query))
    page.get_by_text("Use this query in a program").click()
    page.get_by_label("Language or program").select_option(program)
    code = page.get_by_role("group", name="Code").inner_text()
    command = ["sh", "-c", code] if program == "curl" else [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "`y` ${z}" in ended.stdout


def test_a_link_is_copied_and_leads_to_the_answer(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(page, TAUGHT)
    page.get_by_role("button", name="Copy a link to this query").click()
    expect(page.get_by_role("status").get_by_text("Copied.")).to_be_visible()
    page.goto(str(page.evaluate("navigator.clipboard.readText()")))
    expect(page.get_by_role("tab", name="Table")).to_be_visible()


def test_a_query_too_long_for_a_link_is_saved_as_a_file_and_its_answer_downloaded(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?x { VALUES ?x { 1 } }\n#" + "x" * 9000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("tab", name="Table")).to_be_visible()
    page.get_by_role("button", name="Copy a link to this query").click()
    expect(page.get_by_role("status").get_by_text("too long for a link")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the query as a file").click()
    assert saved.value.suggested_filename == "query.rq"


def test_an_old_version_stays_old(page: Page) -> None:
    page.goto("/sparql?version=1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "query=" in request.url else None)
    editor(page).press("Control+Enter")
    expect(page.get_by_role("tab", name="Table")).to_be_visible()
    assert all("version=1" in url for url in asked)
    assert "version=1" in page.url
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile("version=1"))
    expect(page.get_by_role("button", name="Why")).to_have_count(0)


def test_without_scripts_the_page_is_a_form_a_table_and_downloads(
    context: BrowserContext, server: Server
) -> None:
    assert context.browser
    bare = context.browser.new_context(java_script_enabled=False, base_url=server.origin)
    page = bare.new_page()
    page.goto(f"/sparql?question={TAUGHT}")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("table").first).to_contain_text("paragraph")
    expect(page.get_by_role("link", name="CSV")).to_be_visible()
    bare.close()


@pytest.mark.parametrize("width", [320, 360])
def test_a_narrow_page_does_not_scroll_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    run(page, COUNTED)
    page.get_by_role("button", name="Why is row 1 there?").click()
    expect(page.locator(".explanation .claim").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


_HOSTILE: Final = r"""
INSERT DATA {
  <urn:s> <urn:script> "<script>alert(1)</script><img src=x onerror=alert(1)>" ;
    <urn:link> <javascript:alert(1)>, <data:text/html,%3Cscript%3Ealert(1)%3C/script%3E>, <vbscript:x> ;
    <urn:quote> "\" onmouseover=\"alert(1)"@en-x-quote ;
    <urn:turned> "\u202Egnp.exe\u2066" ;
    <urn:zalgo> "Z\u0336\u0310\u0317a\u0334\u0310\u0317lgo" ;
    <urn:nul> "{{ 7*7 }} ${7*7} </script>" .
  <https://example.org/%22%3E%3Cscript%3E> <urn:p> <urn:o> .
}
"""


def test_hostile_results_are_text_and_nothing_else(
    context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with playing(tmp_path_factory.mktemp("hostile"), access_log="none") as playground:
        assert playground.post(_HOSTILE.encode(), UPDATE).status == 204
        long = "INSERT DATA { <urn:s> <urn:long> '" + "<b>x</b>" * 12_500 + "' }"
        assert playground.post(long.encode(), UPDATE).status == 204
        page = context.new_page()
        watch = Watch(page, playground.origin)
        page.on("dialog", lambda dialog: watch.findings.append(f"dialog: {dialog.message}"))
        for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
            page.goto(f"{playground.origin}{asking(query)}")
            expect(page.get_by_role("heading", name="Result")).to_be_visible()
        page.goto(f"{playground.origin}{asking('SELECT * { ?s ?p ?o } ORDER BY ?p')}")
        expect(page.get_by_role("tab", name="Table")).to_be_visible()
        expect(page.get_by_text("<script>alert(1)</script><img").first).to_be_visible()
        links = page.locator("#answer tbody a").evaluate_all("(all) => all.map((a) => a.protocol)")
        assert {*links} <= {"https:", "http:"}
        assert page.locator("#answer img, #answer script, #answer b").count() == 0
        page.get_by_role("button", name="Show all 100,000 characters").click()
        for name in ("Chart", "Network", "As sent"):
            page.get_by_role("tab", name=name).click()
            expect(page.get_by_role("tabpanel", name=name).locator("svg, pre").first).to_be_visible()
        assert page.locator("#answer a[href^=javascript], #answer a[href^=data]").count() == 0
        assert not watch.findings, "\n".join(watch.findings)


@pytest.mark.parametrize("question", [TAUGHT, PLACES])
def test_a_result_is_photographed(page: Page, photograph: Photograph, question: str) -> None:
    run(page, question)
    expect(page.locator(".rows tbody a[dir=auto][title]").first).to_be_visible()
    photograph(f"query-{question[:4]}")
