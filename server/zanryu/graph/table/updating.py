"""The changes of a table for a store that holds the claims with all that was derived from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from zanryu.graph.asserted import about, plain_date
from zanryu.graph.delta import Delta
from zanryu.graph.namespaces import GRAPHS, PREFIXES, compact, term
from zanryu.graph.table.claims import CITED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox
    from pyoxigraph import Quad

    from zanryu.graph.materialise import Term
    from zanryu.graph.table.claims import Change, Claim

_WHEN = term("zr:when")
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_PROLOGUE = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in PREFIXES.items())


def update_of(changes: Iterable[Change]) -> str:
    """Return the update that makes the changes, exact for the claims that they were read against.

    What a claim goes on to say is left alone: of a link that holds both ways, the other claim may be the one
    that states it. Citations have no names that last, so all of a claim's are put anew if one changes.
    """
    changes = list(changes)
    removals = [removal for change in changes if change.old for removal in _removals(change.old, change.new)]
    added = [quad for change in changes for quad in _added(change)]
    rows = "\n".join(f"{_short(q.subject)} {_short(q.predicate)} {_short(q.object)} ." for q in added)
    insertion = f"INSERT DATA {{ GRAPH {GRAPHS['claims']} {{\n{rows}\n}} }}"
    return _PROLOGUE + " ;\n".join([*removals, insertion] if added else removals)


def delta_in(store: ox.Store, changes: Iterable[Change]) -> Delta:
    """Return what :func:`update_of` would do to a store, before anything is derived from it."""
    changes = list(changes)
    removed = frozenset(quad for c in changes if c.old for quad in _held(store, c.old, c.new))
    added = frozenset(quad for c in changes for quad in _added(c) if quad not in store)
    return Delta(added, removed)


def _held(store: ox.Store, old: Claim, new: Claim) -> Iterator[Quad]:
    """Yield what the store says for ``old`` and not for ``new``."""
    gone = old.said - new.said
    for quad in about(store, [old.name]):
        plain = plain_date(quad)
        is_own = quad.subject == old.name and quad.predicate != CITED_BY
        if (plain.predicate, plain.object) in gone if is_own else _recites(old, new):
            yield quad


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


def _short(term: Term) -> str:
    """Return a term as SPARQL writes it, a plain name of ours with its prefix: a third of the characters."""
    if isinstance(term, NamedNode):
        prefix, _, local = compact(term.value).partition(":")
        if prefix in PREFIXES and _PLAIN.fullmatch(local):
            return f"{prefix}:{local}"
    return str(term)


def _recites(old: Claim, new: Claim) -> bool:
    return old.citations != new.citations


def _in(graph: NamedNode, pattern: str) -> str:
    return f"GRAPH {graph} {{ {pattern} }}"
