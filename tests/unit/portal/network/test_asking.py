"""The query of the network: around somebody, it costs what is known of them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from zanryu.graph.namespaces import BASE, GRAPHS, term
from zanryu.portal.network.asking import read_asked


def person(slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}id/person/{slug}")


@pytest.fixture
def chain() -> ox.Store:
    """A was under B, B under C, C under D; D met E, but no source says it well enough."""
    store = ox.Store()
    for one, other in ("ab", "bc", "cd", "de"):
        claim = ox.NamedNode(f"{BASE}id/claim/{one}{other}")
        what = term("zr:met") if one == "d" else term("zr:servedUnder")
        triple = (person(one), what, person(other))
        for name, value in zip(("subject", "predicate", "object"), triple, strict=True):
            store.add(ox.Quad(claim, term(f"rdf:{name}"), value, GRAPHS["claims"]))
        store.add(ox.Quad(claim, term("zr:certainty"), term("zv:probable"), GRAPHS["claims"]))
        if one != "d":
            store.add(ox.Quad(*triple, GRAPHS["accepted"]))
    return store


@pytest.mark.parametrize(
    ("parameters", "claims"),
    [
        ({"around": ["a"]}, ["ab"]),
        ({"around": ["b"]}, ["ab", "bc"]),
        ({"around": ["a"], "depth": ["2"]}, ["ab", "bc"]),
        ({"around": ["d"], "depth": ["2"]}, ["bc", "cd"]),
        ({}, ["ab", "bc", "cd"]),
        ({"kind": ["company"]}, []),
        ({"around": ["e"]}, []),
    ],
    ids=lambda value: str(value),
)
def test_so_many_steps_are_gone_and_no_more(
    chain: ox.Store, parameters: dict[str, list[str]], claims: list[str]
) -> None:
    query = read_asked(lambda name: parameters.get(name, [])).query()
    found = chain.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    assert [str(row["claim"].value).rsplit("/", 1)[-1] for row in found] == claims


def test_where_nobody_is_chosen_the_few_best_connected_are_drawn_and_many_if_asked() -> None:
    few = read_asked(lambda name: [])
    many = read_asked(lambda name: ["50"] if name == "most" else [])

    assert few.hubs < many.hubs == 50
    assert f"LIMIT {few.hubs}\n" in few.query()
    assert "LIMIT 50\n" in many.query()
