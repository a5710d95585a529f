"""The history through HTTP, over a copy of the small store with a few versions."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from protocol.asking import BROWSER, SCRIPT, Client
from protocol.test_pages import Outline
from unit.store.history.entries import Clock, delta, entry, quad
from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.graph.namespaces import BASE, RDF_REIFIES, REIFIERS, term
from zanryu.portal.history.listing import PAGE_SIZE
from zanryu.sparql.results import serialise
from zanryu.store.edition import Edition
from zanryu.store.embedded import EmbeddedStore
from zanryu.store.history.journal import Journal
from zanryu.store.history.record import Kind
from zanryu.store.versions import Versions
from zanryu.store.worker import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

CLAIM = f"{BASE}id/claim/sato-haru-rank-1"
PERSON = f"{BASE}id/person/sato-haru"
NEW = f"{BASE}id/person/ghost"
PATCH = "application/rdf-patch"
_ATOM = "{http://www.w3.org/2005/Atom}"


def _json(response: TestResponse) -> Any:
    return json.loads(response.data)


def _derived() -> ox.Quad:
    rank = ox.Triple(ox.NamedNode(PERSON), term("zr:heldRank"), term("zv:ija-major"))
    return ox.Quad(ox.NamedNode(CLAIM), RDF_REIFIES, rank, REIFIERS)


def _fill(journal: Journal) -> None:
    journal.append(
        entry(
            delta(
                {
                    quad(CLAIM, "zr:certainty", "zv:certain"),
                    quad(f"{CLAIM}/c1", "zr:locator", "p. 8"),
                    _derived(),
                },
                {quad(CLAIM, "zr:certainty", "zv:probable")},
            ),
            message="The page was wrong.\nSeen in the second printing.",
        )
    )
    journal.append(
        entry(
            delta({quad(NEW, "skos:prefLabel", f"Ghost {SCRIPT}", "entities")}),
            editor="森 亜矢",
            message=f"{SCRIPT} \x0b]]>",
        )
    )
    journal.append(entry(delta(removed={quad(NEW, "skos:prefLabel", f"Ghost {SCRIPT}", "entities")}),
                         kind=Kind.revert, reverts=2, message=""))  # fmt: skip


@pytest.fixture
def home(small_settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the small store, without a history."""
    shutil.copytree(small_settings.store.parent / "current", tmp_path / "current")
    for name in ("store", "dist"):
        (tmp_path / name).symlink_to(tmp_path / "current" / name)
    return Settings(store=tmp_path / "store")


@pytest.fixture
def journal(home: Settings) -> Journal:
    """Three versions: a correction, a new person, and its revert."""
    journal = Journal(home.history, Clock())
    _fill(journal)
    return journal


@pytest.fixture
def client(home: Settings) -> Client:
    return Client(create_app(home))


@pytest.fixture
def browser(client: Client) -> Client:
    return Client(client.app, {"Accept": BROWSER})


# ---------------------------------------------------------------- the list


@pytest.mark.usefixtures("journal")
def test_the_page_lists_versions_newest_first_with_editor_and_reason(browser: Client) -> None:
    response = browser.get("/history")
    page = Outline(response.text)

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert page.text.index("Version 3") < page.text.index("Version 2") < page.text.index("Version 1")
    assert "森 亜矢" in page.text
    assert "The page was wrong." in page.text
    assert "no reason given" in page.text
    assert [time["datetime"] for time in page.all("time")][-1] == "2026-11-21T12:00:00.123Z"


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
@pytest.mark.parametrize("path", ["/history", "/history/1", "/history/3", f"/history?about={CLAIM}"])
@pytest.mark.usefixtures("journal")
def test_the_pages_speak_every_language_and_hold_no_script(browser: Client, path: str, language: str) -> None:
    response = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    page = Outline(response.text)

    assert response.status_code == 200
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == 1
    assert all(script.get("src", "").startswith("/static/built/") for script in page.all("script"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_without_a_history_every_form_says_so(client: Client, browser: Client) -> None:
    assert "Nothing was changed since the graph was built" in browser.get("/history").text
    assert _json(client.get("/history", "application/json"))["versions"] == []
    feed = ET.fromstring(client.get("/history?format=atom").data)  # noqa: S314 - our own
    assert feed.findall(f"{_ATOM}entry") == []
    missing = client.get("/history/1", "application/json")
    assert (missing.status_code, _json(missing)["detail"]) == (
        404,
        "There is no version 1. Nothing was changed yet.",
    )


@pytest.mark.usefixtures("journal")
def test_a_program_gets_the_list_as_json(client: Client) -> None:
    document = _json(client.get("/history", "application/json"))

    assert document["head"] == 3
    assert [version["number"] for version in document["versions"]] == [3, 2, 1]
    assert document["versions"][0] | {"digest": "", "previous": ""} == {
        "number": 3,
        "iri": f"{BASE}history/3",
        "digest": "",
        "previous": "",
        "time": "2026-11-21T12:00:02.123Z",
        "editor": "Mori Aya",
        "message": "",
        "base": "0123456789abcdef",
        "kind": "revert",
        "reverts": 2,
        "addedCount": 0,
        "removedCount": 1,
    }


@pytest.mark.usefixtures("journal")
def test_a_follower_gets_what_came_after_ascending(client: Client) -> None:
    document = _json(client.get("/history?since=1&format=json"))

    assert [version["number"] for version in document["versions"]] == [2, 3]
    assert document["next"] is None


def test_a_long_history_is_walked_by_its_links(client: Client, home: Settings) -> None:
    journal = Journal(home.history)
    for _ in range(PAGE_SIZE + 2):
        journal.append(entry())
    found: list[int] = []
    path = "/history?since=0&format=json"
    while path:
        document = _json(client.get(path))
        found += [version["number"] for version in document["versions"]]
        path = document["next"]

    assert found == list(range(1, PAGE_SIZE + 3))


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("form", ["json", "atom", "html", "ttl"])
def test_who_is_ahead_of_the_newest_version_is_told_so(client: Client, form: str) -> None:
    newest = client.get(f"/history?since=3&format={form}")
    ahead = client.get(f"/history?since=4&format={form}")

    assert (newest.status_code, ahead.status_code) == (200, 404)
    assert (_json(ahead)["newest"], _json(ahead)["parameter"]) == (3, "since")
    assert "the newest is 3" in _json(ahead)["detail"]


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("number", ["01", "１", "+1", "1.0", "1" * 13])
def test_a_version_has_one_address(client: Client, number: str) -> None:
    assert client.get("/history/1").status_code == 200
    assert client.get(f"/history/{number}").status_code == 404
    assert client.get(f"/history?{urlencode({'since': number})}").status_code == 400


@pytest.mark.parametrize("query", ["since=x", "since=1&since=2", "since=1&before=2", "format=csv"])
@pytest.mark.usefixtures("journal")
def test_an_ambiguous_or_unknown_request_is_refused(client: Client, query: str) -> None:
    response = client.get(f"/history?{query}")

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/history", "/history/1"])
@pytest.mark.usefixtures("journal")
def test_a_form_that_there_is_not_is_not_acceptable(client: Client, path: str) -> None:
    response = client.get(path, "image/png")

    assert response.status_code == 406
    assert "text/html" in _json(response)["available"]


@pytest.mark.usefixtures("journal")
def test_what_was_changed_about_a_thing_can_be_asked(client: Client) -> None:
    def numbers(iri: str) -> list[int]:
        versions = _json(client.get(f"/history?format=json&about={iri}"))["versions"]
        return [version["number"] for version in versions]

    assert numbers(CLAIM) == [1]
    assert numbers(PERSON) == [1]  # the claim is about him, which only the graph says
    assert numbers(NEW) == [3, 2]
    assert numbers("urn:nothing") == []


# ---------------------------------------------------------------- the feed


@pytest.mark.usefixtures("journal")
def test_the_feed_keeps_to_rfc_4287(client: Client) -> None:
    response = client.get("/history", "application/atom+xml")
    feed = ET.fromstring(response.data)  # noqa: S314 - our own

    assert response.content_type == "application/atom+xml"
    assert feed.tag == f"{_ATOM}feed"
    for element in (feed, *feed.findall(f"{_ATOM}entry")):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{_ATOM}{name}")
            assert one.text
        updated = element.findtext(f"{_ATOM}updated") or ""
        assert datetime.fromisoformat(updated).tzinfo
        relations = [link.get("rel") for link in element.findall(f"{_ATOM}link")]
        assert relations.count("alternate") == 1
    entries = feed.findall(f"{_ATOM}entry")
    assert len({e.findtext(f"{_ATOM}id") for e in entries}) == 3
    assert all(e.findtext(f"{_ATOM}author/{_ATOM}name") for e in entries)
    assert feed.findtext(f"{_ATOM}updated") == "2026-11-21T12:00:02.123Z"
    assert [link.get("href") for link in feed.findall(f"{_ATOM}link") if link.get("rel") == "self"] == [
        "/history?format=atom"
    ]


@pytest.mark.usefixtures("journal")
def test_a_message_that_xml_cannot_hold_does_not_break_the_feed(client: Client) -> None:
    feed = ET.fromstring(client.get("/history?format=atom").data)  # noqa: S314 - our own
    titles = [entry.findtext(f"{_ATOM}title") for entry in feed.findall(f"{_ATOM}entry")]

    assert titles == ["3: revert", f"2: {SCRIPT} \N{REPLACEMENT CHARACTER}]]>", "1: The page was wrong."]


# ---------------------------------------------------------------- one version


@pytest.mark.usefixtures("journal")
def test_a_version_shows_claims_by_name_and_says_what_was_added_and_removed(browser: Client) -> None:
    response = browser.get("/history/1")
    page = Outline(response.text)

    assert "Satō Haru · " in page.text
    assert "− removed" in " ".join(page.text.split())
    assert "+ added" in " ".join(page.text.split())
    assert {"/page/claim/sato-haru-rank-1", "/history/2"} <= {a.get("href") for a in page.all("a")}
    assert len(page.all("del")) == 1
    assert len([e for e in page.all("details") if e.get("class") != "menu"]) == 1
    assert "Seen in the second printing." in page.text


@pytest.mark.usefixtures("journal")
def test_what_is_gone_from_the_graph_is_shown_by_the_name_that_it_had(browser: Client) -> None:
    page = Outline(browser.get("/history/3").text)

    assert f"Ghost {SCRIPT}" in page.text
    assert "/page/person/ghost" not in {a.get("href") for a in page.all("a")}
    assert "/history/2" in {a.get("href") for a in page.all("a")}


def test_a_page_shows_only_so_much_of_a_large_version_and_says_so(browser: Client, home: Settings) -> None:
    Journal(home.history).append(entry(delta({quad(CLAIM, "zr:note", f"note {n}") for n in range(1001)})))
    page = Outline(browser.get("/history/1").text)

    assert "Only the first 1000 of 1001 triples" in page.text
    assert len(page.all("ins")) == 1000


def test_the_patch_is_the_file_itself(client: Client, journal: Journal) -> None:
    response = client.get("/history/2", PATCH)

    assert response.content_type == PATCH
    assert response.data == journal.read_file(2)
    assert sha256(response.data).hexdigest() == journal.heading(3).previous


def test_a_version_as_json_has_its_quads_in_n_quads(client: Client, journal: Journal) -> None:
    document = _json(client.get("/history/1?format=json"))
    record = journal.read(1)

    for name in ("added", "removed"):
        quads = frozenset(ox.parse("\n".join(document[name]), ox.RdfFormat.N_QUADS))
        assert quads == getattr(record.delta, name)
    assert document["digest"] == record.digest


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json"])
@pytest.mark.usefixtures("journal")
def test_the_provenance_of_a_version_can_be_asked(client: Client, accept: str) -> None:
    response = client.get("/history/1", accept)
    syntax = ox.RdfFormat.from_media_type(accept)

    assert response.content_type.partition(";")[0] == accept
    assert syntax
    triples = {quad.triple for quad in ox.parse(response.data, syntax)}
    influenced = {t.subject for t in triples if t.predicate == term("prov:wasInfluencedBy")}
    assert influenced == {ox.NamedNode(CLAIM)}


@pytest.mark.parametrize("path", ["/history/0", "/history/4", "/history/x", "/history/-1"])
@pytest.mark.usefixtures("journal")
def test_a_version_that_there_is_not_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


# ---------------------------------------------------------------- freshness


@pytest.mark.parametrize("path", ["/history", "/history/3", "/history?format=atom", "/page/person/sato-haru"])
def test_a_copy_is_fresh_until_something_is_appended(browser: Client, journal: Journal, path: str) -> None:
    first = browser.get(path)
    again = browser.get(path, If_None_Match=first.headers["ETag"])
    journal.append(entry(delta({quad(CLAIM, "zr:note", "x")})))
    after = browser.get(path, If_None_Match=first.headers["ETag"])

    assert again.status_code == 304
    assert after.status_code == 200
    assert after.headers["ETag"] != first.headers["ETag"]


@pytest.mark.usefixtures("journal")
def test_an_answer_is_as_old_as_its_version_and_asked_for_each_time(client: Client) -> None:
    response = client.get("/history/1", PATCH)

    assert response.headers["Last-Modified"] == "Sat, 21 Nov 2026 12:00:00 GMT"
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_pages_of_things_link_to_their_history_once_there_is_one(browser: Client, home: Settings) -> None:
    paths = ("/page/person/sato-haru", "/page/claim/sato-haru-rank-1")
    before = [browser.get(path).text for path in paths]
    _fill(Journal(home.history))
    after = [browser.get(path).text for path in paths]

    assert not any("History (" in text for text in before)
    assert all("History (1)" in text for text in after)
    links = [a["href"] for a in Outline(after[0]).all("a") if "about=" in a.get("href", "")]
    assert browser.get(links[0]).status_code == 200


def test_a_broken_history_is_an_error_of_its_own_pages_only(
    client: Client, browser: Client, journal: Journal
) -> None:
    path = journal.folder / "0000003.rdfp"
    path.write_bytes(path.read_bytes()[:-9])
    response = client.get("/history", "application/json")

    assert response.status_code == 500
    assert _json(response)["type"].endswith("/broken-history")
    assert "0000003.rdfp" in _json(response)["detail"]
    assert browser.get("/page/person/sato-haru").status_code == 200


def test_a_broken_history_leaves_what_is_unknown_unknown(home: Settings, journal: Journal) -> None:
    record = json.loads((home.store.parent / "current" / "build.json").read_text(encoding="utf-8"))
    store = EmbeddedStore(home.store, record["version"], serialise)
    versions = Versions(home, lambda: Snapshot(home.store, record["version"]))
    path = journal.folder / "0000003.rdfp"
    whole = path.read_bytes()
    client = Client(create_app(home, backend=Edition(store, store, versions)))

    known = client.get("/page/person/ghost", "application/json")
    path.write_bytes(whole[:-9])
    unknown = client.get("/page/person/ghost", "application/json")

    assert (known.status_code, _json(known)["first"]) == (404, "/page/person/ghost?version=2")
    assert (unknown.status_code, _json(unknown)["detail"]) == (404, f"The graph says nothing about <{NEW}>.")


def test_the_home_page_leads_to_the_history(browser: Client) -> None:
    assert "/history" in {a.get("href") for a in Outline(browser.get("/").text).all("a")}
