"""What a page shows, in which order and under which headings, read from the shapes.

A node shape with ``sh:targetClass`` lists property shapes; each has ``sh:path``, ``sh:group``, ``sh:order``
and ``sh:name`` by language (SHACL 1.0, 2.3.2). Only paths that are one property have a place on a page.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from zanryu.graph.namespaces import RDF_TYPE, term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_GROUP: Final = term("sh:PropertyGroup")
Document = dict[str, Any]


def read_display(shape_files: Iterable[Path]) -> Document:
    """Return the order of pages as plain values.

    ``groups``: IRI → ``names`` by language and ``order``; ``properties``: property → ``names``, ``group``,
    ``order``; ``pages``: class → properties, in the order of their groups and their own.
    """
    said: dict[Any, dict[NamedNode, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for path in shape_files:
        for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            said[quad.subject][quad.predicate].append(quad.object)
    groups = {
        node.value: {"names": _texts(facts[term("rdfs:label")]), "order": _order(facts)}
        for node, facts in said.items()
        if isinstance(node, NamedNode) and _GROUP in facts[RDF_TYPE]
    }
    shown = {node: _shown(facts) for node, facts in list(said.items())}
    pages: dict[str, list[str]] = {}
    properties: Document = {}
    for facts in list(said.values()):
        listed = [s for s in (shown.get(p) for p in facts.get(term("sh:property"), [])) if s]
        listed = [entry for entry in listed if entry["group"] in groups]
        listed.sort(key=lambda entry: (groups[entry["group"]]["order"], entry["order"], entry["path"]))
        for target in facts.get(term("sh:targetClass"), []) if listed else []:
            before = pages.setdefault(target.value, [])
            before.extend(entry["path"] for entry in listed if entry["path"] not in before)
        properties |= {entry["path"]: {k: entry[k] for k in ("names", "group", "order")} for entry in listed}
    return {"groups": groups, "properties": properties, "pages": pages}


def _shown(facts: dict[NamedNode, list[Any]]) -> Document | None:
    """Return what a property shape says for pages, ``None`` for what says nothing for them."""
    path = next(iter(facts.get(term("sh:path"), [])), None)
    group = next(iter(facts.get(term("sh:group"), [])), None)
    if not (isinstance(path, NamedNode) and isinstance(group, NamedNode)):
        return None
    names = _texts(facts.get(term("sh:name"), []))
    return {"path": path.value, "group": group.value, "order": _order(facts), "names": names}


def _order(facts: dict[NamedNode, list[Any]]) -> float:
    return min(
        (float(o.value) for o in facts.get(term("sh:order"), []) if isinstance(o, Literal)), default=0.0
    )


def _texts(values: Iterable[Any]) -> dict[str, str]:
    return {v.language or "": v.value for v in values if isinstance(v, Literal)}
