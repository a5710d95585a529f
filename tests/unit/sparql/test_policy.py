"""What each policy lets clients do, and that no request has a say in it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from zanryu.config import Settings
from zanryu.errors import InvalidSetting
from zanryu.playground import is_loopback, policy_for
from zanryu.sparql.policy import PUBLISHED, SCRATCH
from zanryu.store.backend import UNION, QueryDataset


def test_what_is_published_is_the_union_and_cannot_be_written() -> None:
    assert not PUBLISHED.writes
    assert PUBLISHED.dataset(UNION).is_union
    assert PUBLISHED.base_iri == ""
    assert PUBLISHED.endpoint == "https://w3id.org/zanryu/sparql"


def test_the_playground_is_written_and_has_a_default_graph_of_its_own() -> None:
    assert SCRATCH.writes
    assert not SCRATCH.dataset(UNION).is_union
    assert SCRATCH.base_iri == SCRATCH.endpoint == "http://127.0.0.1:8000/sparql"
    assert SCRATCH.graph_names == "http://127.0.0.1:8000/graphs/"


@pytest.mark.parametrize("policy", [PUBLISHED, SCRATCH], ids=["published", "scratch"])
def test_a_dataset_that_a_request_names_stays_as_it_is(policy: object) -> None:
    assert policy in (PUBLISHED, SCRATCH)
    named = QueryDataset(("http://e/a",), ("http://e/b",))
    for one in (PUBLISHED, SCRATCH):
        found = one.dataset(named)
        assert (found.default_graphs, found.named_graphs) == (("http://e/a",), ("http://e/b",))
        assert not found.is_union


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PUBLISHED.writes = True  # type: ignore[misc]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_the_playground_may_listen_to_this_machine(host: str) -> None:
    policy = policy_for(replace(Settings(), host=host, port=1234))

    assert policy.endpoint == f"http://{f'[{host}]' if ':' in host else host}:1234/sparql"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example", "", "127.0.0.1.example"])  # noqa: S104
def test_the_playground_may_listen_to_nothing_else(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(InvalidSetting, match="this machine alone"):
        policy_for(replace(Settings(), host=host))
