"""The pages of the gap report, over a store that is linked to real items, read or not."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from protocol.asking import BROWSER, SCRIPT, Client
from wikidata.linked_dataset import ADAMS
from wikidata.reference import bare, enveloped, needs_fixtures
from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.store.index_keeping import INDEXES
from zanryu.wikidata.comparison.kinds import GAPS, Kind
from zanryu.wikidata.entities.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

_PAGE = "/wikidata/person/james-ramsden"


def _app(settings: Settings, folder: str) -> Flask:
    return create_app(Settings(store=settings.store, wikidata_folder=settings.store.parent / folder))


@pytest.fixture(scope="module")
def unread(linked_settings: Settings) -> Iterator[Client]:
    """A client of a server that read nothing of Wikidata."""
    app = _app(linked_settings, "unread")
    yield Client(app, {"Accept": BROWSER})
    _close(app)


@pytest.fixture(scope="module")
def cache(linked_settings: Settings) -> Cache:
    return Cache(linked_settings.store.parent / "read")


@pytest.fixture(scope="module")
def client(linked_settings: Settings, cache: Cache) -> Iterator[Client]:
    """A client of a server that read two items."""
    for item in ("Q6141825", "Q42"):
        cache.keep(item, enveloped(bare(item)))
    app = _app(linked_settings, "read")
    yield Client(app, {"Accept": BROWSER})
    _close(app)


def _close(app: Flask) -> None:
    for keeper in app.extensions[INDEXES]:
        keeper.close()


def test_a_linked_thing_whose_item_was_not_read_says_so_in_one_line(unread: Client) -> None:
    for path in (_PAGE, "/page/person/james-ramsden"):
        text = unread.get(path).text
        assert text.count("was not read yet") == 1
        assert "zanryu wikidata fetch Q6141825" in text
        assert '<table class="beside" ' not in text


def test_what_is_claimed_here_is_shown_before_its_item_is_read(unread: Client) -> None:
    text = unread.get(_PAGE).text
    assert "What is claimed here" in text
    for claim in ("james-ramsden-birth-1", "james-ramsden-death-1", "james-ramsden-described-1"):
        assert text.count(f">{claim}<") == 1
    assert "What is claimed here" not in unread.get("/page/person/james-ramsden").text


def test_the_overview_says_how_items_are_read(unread: Client) -> None:
    answer = unread.get("/wikidata")
    assert answer.status_code == 200
    assert "zanryu wikidata fetch --linked" in answer.text
    assert "1 officer without an item" in answer.text
    assert "/wikidata/person/james-ramsden" in answer.text


def test_the_page_of_a_thing_that_is_not_linked_has_no_section(unread: Client) -> None:
    assert 'id="wikidata"' not in unread.get("/page/person/sato-haru").text
    assert 'id="wikidata"' in unread.get("/page/person/james-ramsden").text


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/wikidata/person/sato-haru", "is linked to no item"),
        ("/wikidata/person/nobody", "is not in the graph"),
        ("/wikidata/nothing/x", "Nothing is at"),
        ("/wikidata/person/a..b", "Nothing is at"),
    ],
)
def test_what_cannot_be_compared_is_not_found(path: str, detail: str, unread: Client) -> None:
    answer = unread.get(path, "application/json")
    assert answer.status_code == 404
    assert detail in json.loads(answer.data)["detail"]


@pytest.mark.parametrize(
    "query", ["kind=nothing", "kind=conflict&kind=missing", "page=2", "page=0", "page=x", "format=ttl"]
)
def test_a_parameter_that_cannot_be_is_refused(query: str, unread: Client) -> None:
    assert unread.get(f"/wikidata?{query}").status_code in (400, 406)


@pytest.mark.parametrize("form", ["html", "json", "csv"])
def test_a_kind_that_there_is_not_is_refused_in_every_format(form: str, unread: Client) -> None:
    answer = unread.get(f"/wikidata?kind=nonsense&format={form}", "application/json", If_None_Match="*")

    assert answer.status_code == 400
    problem = json.loads(answer.data)
    assert problem["parameter"] == "kind"
    assert all(kind in problem["detail"] for kind in Kind)


def test_hostile_parameters_are_not_written_into_the_page(unread: Client) -> None:
    assert SCRIPT not in unread.get(f"/wikidata?kind={SCRIPT}").text
    assert SCRIPT not in unread.get(f"/wikidata?lang={SCRIPT}").text


def test_what_refers_to_us_is_no_source_in_any_format(linked_settings: Settings) -> None:
    own = "https://data.example.org"
    folder = linked_settings.store.parent / "circular"
    main = {"snaktype": "value", "property": "P106", "datavalue": {"type": "string", "value": "x"}}
    address = {**main, "property": "P854", "datavalue": {"type": "string", "value": f"{own}/page/x"}}
    statement = {"id": "Q6141825$1", "rank": "normal", "type": "statement", "mainsnak": main}
    reference = {"hash": "h", "snaks": {"P854": [address]}, "snaks-order": ["P854"]}
    claims = {"P106": [{**statement, "references": [reference]}]}
    Cache(folder).keep("Q6141825", enveloped({"id": "Q6141825", "claims": claims}))
    app = create_app(Settings(store=linked_settings.store, wikidata_folder=folder, public_address=own))
    found = json.loads(Client(app, {}).get(f"{_PAGE}.json").data)
    _close(app)

    (theirs,) = [side for c in found["comparisons"] for side in c["theirs"]]
    assert [r["isSource"] for r in theirs["references"]] == [False]


def test_a_spoilt_redirect_takes_no_page_away(linked_settings: Settings) -> None:
    folder = linked_settings.store.parent / "spoilt"
    (folder / "Q6141825").mkdir(parents=True)
    (folder / "Q6141825" / "redirect").write_bytes(b"\xff")
    app = _app(linked_settings, "spoilt")
    client = Client(app, {"Accept": BROWSER})

    for path in (_PAGE, "/page/person/james-ramsden", "/wikidata", "/wikidata/batch?thing=james-ramsden"):
        assert client.get(path).status_code == 200, path
    assert "Q6141825/redirect" in client.get(_PAGE).text
    _close(app)


@needs_fixtures
class TestRead:
    """With what was read of real items."""

    def test_a_page_has_each_claim_and_statement_once(self, client: Client) -> None:
        text = client.get(_PAGE).text
        document = json.loads(client.get(f"{_PAGE}.json").data)
        assert text.count('<tr role="row">') == len(document["comparisons"]) + text.count("<thead")
        assert sum(document["counts"].values()) == len(document["comparisons"])
        for name in ("james-ramsden-birth-1", "james-ramsden-described-1"):
            assert text.count(f'href="/page/claim/{name}"') == 1

    def test_kinds_are_as_the_rules_say(self, client: Client) -> None:
        found = {
            c["claim"].rsplit("/", 1)[-1]: (c["kind"], c["why"])
            for path in (_PAGE, "/wikidata/person/douglas-adams")
            for c in json.loads(client.get(f"{path}.json").data)["comparisons"]
            if c["claim"]
        }
        assert found == {
            "james-ramsden-birth-1": ("agrees", "finer-there"),
            "james-ramsden-birthplace-1": ("without-source", "finer-there-unsourced"),
            "james-ramsden-citizen-1": ("without-source", "same-unsourced"),
            "james-ramsden-death-1": ("conflict", "other-value"),
            "james-ramsden-described-1": ("not-compared", "unsayable"),
            "james-ramsden-fought-1": ("without-source", "same-unsourced"),
            "james-ramsden-residence-1": ("missing", "not-there"),
            "douglas-adams-birth-1": ("reference-missing", "same"),
            "douglas-adams-birthplace-1": ("reference-missing", "same"),
            "douglas-adams-studies-1": ("more-precise", "more-here"),
            "douglas-adams-residence-1": ("not-compared", "denial"),
        }

    def test_the_revision_and_its_day_are_told(self, client: Client) -> None:
        text = client.get(_PAGE).text
        assert "oldid=1001" in text
        assert '<time datetime="2022-11-01T10:00:00Z">2022-11-01</time>' in text
        assert "https://www.wikidata.org/wiki/Q6141825" in text

    def test_the_page_of_the_thing_has_the_gaps_and_leads_to_all(self, client: Client) -> None:
        text = client.get("/page/person/james-ramsden").text
        assert 'href="/wikidata/person/james-ramsden"' in text
        assert 'id="gap-conflict"' in text
        assert 'id="gap-agrees"' not in text
        assert len(re.findall(r' id="([^"]+)"', text)) == len(set(re.findall(r' id="([^"]+)"', text)))

    def test_an_old_version_of_a_thing_has_no_section(self, client: Client) -> None:
        assert 'id="wikidata"' not in client.get("/page/person/james-ramsden?version=0").text

    def test_the_overview_counts_what_the_pages_count(self, client: Client) -> None:
        whole = json.loads(client.get("/wikidata?format=json").data)
        parts = [json.loads(client.get(f"/wikidata/person/{p}.json").data)["counts"]
                 for p in ("james-ramsden", "douglas-adams")]  # fmt: skip
        assert whole["counts"] == {kind: sum(part[kind] for part in parts) for kind in whole["counts"]}
        assert whole["read"] == 2
        assert [day["read"] for day in whole["days"]] == [2]

    def test_the_overview_is_narrowed_down_to_a_kind(self, client: Client) -> None:
        text = client.get("/wikidata?kind=more-precise").text
        assert 'href="/wikidata/person/douglas-adams"' in text
        assert 'href="/wikidata/person/james-ramsden"' not in text
        assert "1 thing<" in text

    def test_the_data_of_the_views_are_tables(self, client: Client) -> None:
        (header, *lines) = csv.reader(io.StringIO(client.get("/wikidata?format=csv").text))
        assert header[4:] == [*GAPS, "agrees", "not-compared"]
        assert ADAMS in {line[0] for line in lines}
        (header, *lines) = csv.reader(io.StringIO(client.get("/wikidata/person/douglas-adams.csv").text))
        assert {line[3] for line in lines} >= {"reference-missing", "more-precise"}

    @pytest.mark.parametrize("path", ["/wikidata", _PAGE, "/page/person/james-ramsden", f"{_PAGE}.csv"])
    def test_a_page_is_fresh_until_something_is_read(self, path: str, client: Client, cache: Cache) -> None:
        tag = client.get(path).headers["ETag"]
        assert client.get(path, If_None_Match=tag).status_code == 304
        cache.keep("Q42", enveloped(bare("Q42")))
        _wait(client, path)
        assert client.get(path, If_None_Match=tag).status_code == 200

    @pytest.mark.parametrize("language", ["ja", "vi"])
    def test_a_page_is_there_in_every_language(self, language: str, client: Client) -> None:
        text = client.get(f"{_PAGE}?lang={language}").text
        assert f'<html lang="{language}">' in text
        assert "Q6141825" in text


def _wait(client: Client, path: str) -> None:
    """Have the overview brought up to date, which happens beside the requests."""
    client.get(path)
    for keeper in client.app.extensions[INDEXES]:
        keeper.begin().join()
