"""The history as a Linked Data Event Stream, followed through HTTP from page to page."""

from __future__ import annotations

import json
import operator
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, XSD, Graph, Literal, Namespace, URIRef

from protocol.asking import Client
from unit.store.history.entries import Clock, entry
from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.graph.namespaces import BASE
from zanryu.portal.history import listing
from zanryu.portal.history.listing import PAGE_SIZE
from zanryu.store.history.journal import Journal
from zanryu.web.conditional import FOR_GOOD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.test import TestResponse

LDES, TREE = Namespace("https://w3id.org/ldes#"), Namespace("https://w3id.org/tree#")
STREAM: Final = URIRef(f"{BASE}history")
HOST: Final = "https://data.example.org"
COUNT: Final = 2 * PAGE_SIZE + 3
TURTLE: Final = "text/turtle"
SYNTAXES: Final = {
    TURTLE: "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-quads": "nt",  # a page is one graph, and so these are those
    "application/trig": "turtle",
}


COMPARISONS: Final[dict[Any, Callable[[Any, Any], bool]]] = {
    TREE.GreaterThanRelation: operator.gt,
    TREE.GreaterThanOrEqualToRelation: operator.ge,
}


def _copy(small_settings: Settings, home: Path) -> Settings:
    """Return the small store in a place of its own, without a history."""
    shutil.copytree(small_settings.store.parent / "current", home / "current")
    for name in ("store", "dist"):
        (home / name).symlink_to(home / "current" / name)
    return Settings(store=home / "store", public_address=HOST)


@pytest.fixture(scope="module")
def home(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A history of three pages, the last with three versions."""
    home = _copy(small_settings, tmp_path_factory.mktemp("stream"))
    journal = Journal(home.history, Clock())
    for number in range(1, COUNT + 1):
        journal.append(entry(editor=f"Editor {number % 3}", message="" if number % 2 else "森 <a>\n\"'"))
    return home


@pytest.fixture(scope="module")
def client(home: Settings) -> Client:
    return Client(create_app(home))


def _graph(response: TestResponse) -> Graph:
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.data, format=SYNTAXES[response.content_type.partition(";")[0]])


def _members(graph: Graph) -> list[int]:
    members = [str(member) for member in graph.objects(STREAM, TREE.member)]
    return sorted(int(member.removeprefix(f"{STREAM}/").removesuffix("#state")) for member in members)


def _relation(graph: Graph, page: str) -> tuple[str, Callable[[Any], bool]] | None:
    """Return where the only relation of a page leads, and what all times behind it have to fulfil."""
    relations = list(graph.objects(URIRef(page), TREE.relation))
    if not relations:
        return None
    (relation,) = relations
    value = graph.value(relation, TREE.value)
    assert graph.value(relation, TREE.path) == graph.value(STREAM, LDES.timestampPath)
    comparison = COMPARISONS[graph.value(relation, RDF.type)]
    return str(graph.value(relation, TREE.node)), lambda time: comparison(time, value)


@dataclass
class Follower:
    """A client as the specification has it: a page that is immutable is never asked for again."""

    client: Client
    page: str
    accept: str = TURTLE
    seen: list[int] = field(default_factory=list)
    seen_here: list[int] = field(default_factory=list)
    is_promised: Callable[[Any], bool] = lambda time: True
    kept: dict[str, TestResponse] = field(default_factory=dict)
    graph: Graph = field(default_factory=Graph)

    def step(self) -> bool:
        """Read the page that is next, and tell whether another follows."""
        response = self.client.get(self.page.removeprefix(HOST), self.accept)
        page = _graph(response)
        assert page.value(STREAM, TREE.view) == URIRef(self.page)
        self.graph += page
        assert all(map(self.is_promised, page.objects(None, PROV.generatedAtTime)))
        members, relation = _members(page), _relation(page, self.page)
        self.seen += [number for number in members if number not in self.seen_here]
        is_immutable = page.value(URIRef(self.page), LDES.immutable) == Literal(True)
        assert is_immutable is (relation is not None)
        if relation is None:
            self.seen_here = members
            return False
        self.kept[self.page], self.seen_here = response, []
        self.page, self.is_promised = relation
        return True


# ---------------------------------------------------------------- following


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # by rdflib
@pytest.mark.parametrize("accept", SYNTAXES)
def test_whoever_follows_the_relations_gets_what_the_json_says(client: Client, accept: str) -> None:
    follower = Follower(client, f"{HOST}/history", accept)
    while follower.step():
        pass
    graph, said = follower.graph, _whole_history(client)

    assert follower.seen == list(range(1, COUNT + 1)) == [version["number"] for version in said]
    for version in said:
        state = URIRef(f"{version['iri']}#state")
        editor = graph.value(state, PROV.wasAttributedTo)
        time = Literal(version["time"], datatype=XSD.dateTime)
        assert graph.value(state, PROV.generatedAtTime) == time
        assert graph.value(state, DCTERMS.identifier) == Literal(version["digest"])
        assert graph.value(editor, FOAF.name) == Literal(version["editor"])


def _whole_history(client: Client) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = []
    path = "/history?since=0&format=json"
    while path:
        document = json.loads(client.get(path).data)
        versions += document["versions"]
        path = document["next"]
    return versions


def test_a_client_that_asked_for_a_format_stays_in_it(client: Client) -> None:
    follower = Follower(client, f"{HOST}/history?format=nt", accept="")
    while follower.step():
        pass

    assert follower.seen == list(range(1, COUNT + 1))
    assert follower.page == f"{HOST}/history?since={2 * PAGE_SIZE}&format=nt"


def test_a_follower_may_begin_at_any_version(client: Client) -> None:
    follower = Follower(client, f"{HOST}/history?since=42")
    while follower.step():
        pass

    assert follower.seen == list(range(43, COUNT + 1))


def test_behind_the_newest_version_there_is_an_empty_page(client: Client) -> None:
    page = _graph(client.get(f"/history?since={COUNT}", TURTLE))

    assert _members(page) == []
    assert (STREAM, RDF.type, LDES.EventStream) in page


@pytest.fixture(scope="module")
def growing(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Client, Journal]:
    """A server and a history whose clock was put back: every version has the time of the first."""
    home = _copy(small_settings, tmp_path_factory.mktemp("growing"))
    return Client(create_app(home)), Journal(home.history, Clock(step=timedelta(seconds=-1)))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.integers(0, 8),
    between=st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=6),
)
def test_a_follower_gets_every_version_once_while_others_are_added(
    growing: tuple[Client, Journal],
    monkeypatch: pytest.MonkeyPatch,
    before: int,
    between: list[tuple[int, bool]],
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    client, journal = growing
    begin = len(journal)
    _append(journal, before)
    follower = Follower(client, f"{HOST}/history?since={begin}")
    for count, goes_to_the_end in between:
        _append(journal, count)
        while follower.step() and goes_to_the_end:
            pass
    while follower.step():
        pass

    assert follower.seen == list(range(begin + 1, len(journal) + 1))
    for page, first in follower.kept.items():
        again = client.get(page.removeprefix(HOST), TURTLE)
        assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])


def _append(journal: Journal, count: int) -> None:
    for _ in range(count):
        journal.append(entry())


# ---------------------------------------------------------------- what a page says


def test_the_stream_says_how_its_members_are_ordered_and_what_they_are_versions_of(client: Client) -> None:
    page = _graph(client.get("/history", TURTLE))
    (relation,) = page.objects(URIRef(f"{HOST}/history"), TREE.relation)
    last = URIRef(f"{BASE}history/{PAGE_SIZE}#state")

    for triple in (
        (STREAM, RDF.type, LDES.EventStream),
        (STREAM, LDES.timestampPath, PROV.generatedAtTime),
        (STREAM, LDES.sequencePath, OWL.versionInfo),
        (STREAM, LDES.versionOfPath, PROV.specializationOf),
        (relation, TREE.value, page.value(last, PROV.generatedAtTime)),
    ):
        assert triple in page, triple
    for member in page.objects(STREAM, TREE.member):
        assert page.value(member, PROV.specializationOf) == URIRef(BASE)
        sequence = page.value(member, OWL.versionInfo)
        assert isinstance(sequence, Literal)
        assert sequence.datatype == XSD.integer


def test_a_member_is_described_as_at_its_own_address(client: Client) -> None:
    page = _graph(client.get("/history?since=6", TURTLE))
    own = _graph(client.get("/history/7", TURTLE))

    for name in ("state", "activity"):
        subject = URIRef(f"{BASE}history/7#{name}")
        assert set(page.predicate_objects(subject)) == set(own.predicate_objects(subject)) != set()


def test_a_page_takes_no_look_at_what_its_versions_changed(small_settings: Settings, tmp_path: Path) -> None:
    home = _copy(small_settings, tmp_path)
    journal = Journal(home.history, Clock())
    _append(journal, 3)
    client = Client(create_app(home))
    before = client.get("/history", TURTLE)
    (journal.folder / "0000002.rdfp").write_bytes(b"")

    assert client.get("/history", TURTLE).data == before.data
    assert client.get("/history/2", TURTLE).status_code == 500


# ---------------------------------------------------------------- as an answer


def test_a_full_page_is_for_good_and_the_last_is_asked_for_each_time(client: Client) -> None:
    full, last = (client.get(f"/history?since={number}", TURTLE) for number in (0, 2 * PAGE_SIZE))

    assert full.headers["Cache-Control"] == FOR_GOOD
    assert last.headers["Cache-Control"] == "no-cache"
    assert "Accept" in full.headers["Vary"].split(", ")


def test_where_a_follower_enters_nothing_is_for_good(client: Client) -> None:
    assert client.get("/history", TURTLE).headers["Cache-Control"] == "no-cache"


def test_a_page_that_is_full_but_the_last_is_not_yet_for_good(client: Client) -> None:
    newest = client.get(f"/history?since={COUNT - PAGE_SIZE}", TURTLE)

    assert len(_members(_graph(newest))) == PAGE_SIZE
    assert newest.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("query", ["", "?since=101", "?format=jsonld"])
def test_a_copy_is_fresh_and_is_one_of_a_syntax(client: Client, query: str) -> None:
    first = client.get(f"/history{query}", TURTLE)

    assert client.get(f"/history{query}", TURTLE, If_None_Match=first.headers["ETag"]).status_code == 304
    other = client.get("/history", "application/n-triples", If_None_Match=first.headers["ETag"])
    assert other.status_code == 200


def test_a_page_has_another_tag_with_every_version_until_others_follow(
    growing: tuple[Client, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    client, journal = growing
    page = f"/history?since={len(journal)}"
    tags = []
    for _ in range(6):
        tags.append(client.get(page, TURTLE).headers["ETag"])
        _append(journal, 1)

    assert len(set(tags[:5])) == 5
    assert tags[4] == tags[5]


def test_addresses_are_public_whatever_host_was_asked(client: Client) -> None:
    assert "evil" not in client.get("/history", TURTLE, Host="evil.example").text


def test_without_a_public_address_a_page_names_the_host_and_is_for_who_asked(home: Settings) -> None:
    nameless = Client(create_app(replace(home, public_address="")))
    full = nameless.get("/history?since=0", TURTLE, Host="data.example:8000")
    last = nameless.get(f"/history?since={COUNT}", TURTLE)

    assert _relation(_graph(full), "http://data.example:8000/history?since=0")
    assert full.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert last.headers["Cache-Control"] == "private, no-cache"
    assert nameless.get("/history", TURTLE, Host="a b").status_code == 400


@pytest.mark.parametrize("query", ["since=x", "since=1&since=2", "since=1&before=2", "since=-1"])
def test_what_is_no_version_is_refused_as_in_json(client: Client, query: str) -> None:
    answers = [client.get(f"/history?{query}", accept) for accept in (TURTLE, "application/json")]

    assert [answer.status_code for answer in answers] == [400, 400]
    details = [json.loads(answer.data)["detail"] for answer in answers]
    assert details[0] == details[1]


@pytest.mark.parametrize("query", ["before=9", f"about={BASE}id/person/sato-haru"])
def test_a_part_of_the_history_is_no_stream(client: Client, query: str) -> None:
    refused = client.get(f"/history?{query}", TURTLE)

    assert refused.status_code == 406
    assert "application/json" in json.loads(refused.data)["available"]
    assert client.get(f"/history?{query}&format=ttl").status_code == 400


def test_programs_that_ask_for_json_or_a_feed_still_get_them(client: Client) -> None:
    for accept in ("application/json", "application/atom+xml"):
        assert client.get("/history", accept).content_type == accept
    assert client.get("/history?format=json").content_type == "application/json"
