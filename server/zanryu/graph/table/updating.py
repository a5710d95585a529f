"""The changes of a table as one SPARQL update, for a server that holds the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.graph.namespaces import GRAPHS, term
from zanryu.graph.table.claims import CITED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.table.claims import Claim
    from zanryu.graph.table.importing import Change

_WHEN = term("zr:when")


def update_of(changes: Iterable[Change]) -> str:
    """Return the update that makes the changes, exact for the claims that they were read against.

    What a claim goes on to say is left alone: of a link that holds both ways, the other claim may be the one
    that states it. Citations have no names that last, so all of a claim's are put anew if one changes.
    """
    changes = list(changes)
    removals = [removal for change in changes if change.old for removal in _removals(change.old, change.new)]
    added = [quad for change in changes for quad in _added(change)]
    rows = "\n".join(f"    {quad.subject} {quad.predicate} {quad.object} ." for quad in added)
    insertion = f"INSERT DATA {{ GRAPH {GRAPHS['claims']} {{\n{rows}\n}} }}"
    return " ;\n".join([*removals, insertion] if added else removals)


def _removals(old: Claim, new: Claim) -> Iterator[str]:
    graph = GRAPHS["claims"]
    if old.citations != new.citations:
        cited = f"GRAPH {graph} {{ {old.name} {CITED_BY} ?citation . ?citation ?property ?value }}"
        yield f"DELETE WHERE {{ {cited} }}"
    for predicate, value in sorted(old.said - new.said, key=str):
        if predicate == _WHEN:  # the server gives dates a datatype
            yield f"DELETE WHERE {{ {_in(graph, f'{old.name} {predicate} ?date')} }}"
        else:
            yield f"DELETE DATA {{ {_in(graph, f'{old.name} {predicate} {value}')} }}"


def _added(change: Change) -> Iterator[Quad]:
    old, new = change.old, change.new
    for quad in new.quads():
        is_own = quad.subject == new.name and quad.predicate != CITED_BY
        if old is None or ((quad.predicate, quad.object) not in old.said if is_own else _recites(old, new)):
            yield quad


def _recites(old: Claim, new: Claim) -> bool:
    return old.citations != new.citations


def _in(graph: NamedNode, pattern: str) -> str:
    return f"GRAPH {graph} {{ {pattern} }}"
