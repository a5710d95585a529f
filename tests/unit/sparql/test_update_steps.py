"""An update, step by step, gives what the engine's own update gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.errors import Refused
from zanryu.sparql.update_steps import read_steps

_PREFIXES = "PREFIX : <http://e/>\nPREFIX g: <http://g/>\n"
_DATA = "INSERT DATA { GRAPH g:1 { :a :p 1, 2 ; :q :b } GRAPH g:2 { :b :p 3 . :c :q :a } }"

if TYPE_CHECKING:
    from zanryu.store.gate.changes import Step, Template

UPDATES = {
    "data": "INSERT DATA { GRAPH g:1 { :x :p 1 } }",
    "data of two graphs": "INSERT DATA { GRAPH g:1 { :x :p 1 } . GRAPH g:2 { :y :p 2 } }",
    "data removed": "DELETE DATA { GRAPH g:1 { :a :p 1 } }",
    "a comment with braces": "INSERT DATA { GRAPH g:1 { :x :p 1 . # } }\n } }",
    "a string with braces": 'INSERT DATA { GRAPH g:1 { :x :p "}" } }',
    "delete where": "DELETE WHERE { GRAPH g:1 { ?s :p ?o } }",
    "modify": "DELETE { GRAPH g:1 { ?s :p ?o } } INSERT { GRAPH g:1 { ?s :r ?o } } "
    "WHERE { GRAPH g:1 { ?s :p ?o } }",
    "insert only": "INSERT { GRAPH g:2 { ?s :seen true } } WHERE { GRAPH g:1 { ?s :p 1 } }",
    "with": "WITH g:1 DELETE { ?s :p ?o } INSERT { ?s :r ?o } WHERE { ?s :p ?o }",
    "with, and another graph": "WITH g:1 INSERT { ?s :r ?o } WHERE { GRAPH g:2 { ?s :p ?o } }",
    "with, another template graph": "WITH g:1 DELETE { ?s :p ?o . GRAPH g:2 { :b :p 3 } } WHERE { ?s :p ?o }",
    "using": "INSERT { GRAPH g:1 { ?s :r ?o } } USING g:2 WHERE { ?s :p ?o }",
    "using named": "INSERT { GRAPH g:1 { ?s :r ?o } } USING NAMED <http://g/2> "
    "WHERE { GRAPH ?g { ?s :p ?o } }",
    "with and using": "WITH g:1 DELETE { ?s :p ?o } USING g:2 WHERE { ?s :p ?o }",
    "two steps": "INSERT DATA { GRAPH g:1 { :x :p 9 } } ; "
    "INSERT { GRAPH g:1 { ?s :r ?o } } WHERE { GRAPH g:1 { ?s :p ?o } } ;",
    "three kinds of quotes": 'INSERT DATA { GRAPH g:1 { :x :p """a } \' " b""" , \'}\' } }',
    "less than": "WITH g:1 DELETE { ?s :p ?o } WHERE { ?s :p ?o FILTER(?o<2) }",
}


def carry_out(store: ox.Store, step: Step) -> None:
    """Do what a step says, by itself."""

    def quads(templates: tuple[Template, ...]) -> list[ox.Quad]:
        found = []
        for template in templates:
            graphs = step.default_graphs
            result = store.query(
                template.construct,
                use_default_graph_as_union=graphs is None,
                default_graph=None if graphs is None else [ox.NamedNode(g) for g in graphs],
                named_graphs=None
                if step.named_graphs is None
                else [ox.NamedNode(g) for g in step.named_graphs],
            )
            graph = ox.NamedNode(template.graph or "")
            found += [ox.Quad(t.subject, t.predicate, t.object, graph) for t in result]  # type: ignore[union-attr]
        return found

    removed, added = quads(step.deletes), quads(step.inserts)
    for quad in removed:
        store.remove(quad)
    store.extend(added)


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES.keys())
def test_the_steps_of_an_update_do_what_the_engine_does(update: str) -> None:
    by_engine, by_steps = ox.Store(), ox.Store()
    for store in (by_engine, by_steps):
        store.update(_PREFIXES + _DATA)
    by_engine.update(_PREFIXES + update)
    for step in read_steps(_PREFIXES + update):
        carry_out(by_steps, step)
    assert set(by_steps) == set(by_engine)


REFUSED = {
    "clear": "CLEAR GRAPH g:1",
    "drop": "DROP ALL",
    "load": "LOAD <http://e/x>",
    "copy": "COPY g:1 TO g:2",
    "a graph by variable": "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "a relative graph": "INSERT DATA { GRAPH <x> { <a:b> <a:c> 1 } }",
}


@pytest.mark.parametrize("update", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_looked_at_first_is_refused_with_its_line(update: str) -> None:
    with pytest.raises(Refused, match=r"\(line 3\)"):
        read_steps(_PREFIXES + update)


def test_triples_without_a_graph_are_left_to_be_placed() -> None:
    [step] = read_steps("INSERT DATA { <a:s> <a:p> 1 . GRAPH <a:g> { <a:s> <a:p> 2 } <a:s> <a:p> 3 }")
    assert [template.graph for template in step.inserts] == [None, "a:g"]
    assert "1 .\n<a:s> <a:p> 3" in step.inserts[0].construct
