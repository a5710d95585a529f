"""The network as nodes and edges: each relation once, however many claims say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE, term
from zanryu.naming.iris import page_path
from zanryu.portal.network.asking import RELATIONS

if TYPE_CHECKING:
    from zanryu.naming.labels import Shown
    from zanryu.portal.drawn.presenting import Presenter
    from zanryu.portal.drawn.rows import Row, Rows

_ID: Final = f"{BASE}id/"
# Where the second is above the first; elsewhere the first leads the second.
_UPWARD: Final = frozenset(
    term(f"zr:{name}").value for name in ("servedUnder", "servedIn", "subUnitOf", "followed", "influencedBy")
)
_KIND_OF: Final = {what: kind for kind, group in RELATIONS.items() for what in group}


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim behind an edge."""

    claim: str
    href: str
    when: str
    certainty: Shown


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation in words, with the claims that say it; ``kind`` is the group of the relation."""

    one: Shown
    what: Shown
    other: Shown
    kind: str
    proofs: list[Proof] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Node:
    """A thing of the network; ``kind`` is that of its address, ``around`` what the parameter calls it."""

    iri: str
    around: str
    kind: str
    name: Shown
    ties: int


@dataclass(frozen=True, slots=True)
class Network:
    """What the page draws and lists, best connected first."""

    nodes: list[Node]
    edges: list[Edge]

    def as_data(self, centre: str) -> dict[str, object]:
        """Return it for the script of the page; things are numbered in the order of the nodes."""
        place = {node.iri: number for number, node in enumerate(self.nodes)}
        return {
            "nodes": [
                {
                    "name": node.name.text,
                    "kind": node.kind,
                    "href": node.name.href,
                    "ties": node.ties,
                    "isCentre": node.iri == centre,
                }
                for node in self.nodes
            ],
            "edges": [
                {
                    "from": place[edge.one.iri],
                    "to": place[edge.other.iri],
                    "label": edge.what.text,
                    "kind": edge.kind,
                    "isUpward": edge.what.iri in _UPWARD,
                }
                for edge in self.edges
            ],
        }


def draw(found: Rows, presenter: Presenter, centre: str) -> Network:
    """Return the network of the rows; the centre is in it even if nothing is known of it."""
    edges: dict[tuple[str, str, str], Edge] = {}
    ties: dict[str, int] = {centre: 0} if centre else {}
    for row in found.rows:
        key = (row["one"].value, row["what"].value, row["other"].value)
        if row["other"].kind != "iri" or page_path(row["other"].value) is None:
            continue
        if key not in edges:
            one, what, other = (presenter.show(row[name]) for name in ("one", "what", "other"))
            edges[key] = Edge(one, what, other, _KIND_OF[what.iri])
            for iri in (key[0], key[2]):
                ties[iri] = ties.get(iri, 0) + 1
        edges[key].proofs.append(_proof(row, presenter))
    nodes = [_node(iri, count, presenter) for iri, count in ties.items()]
    nodes.sort(key=lambda node: (node.iri != centre, -node.ties, node.name.text, node.iri))
    return Network(nodes, list(edges.values()))


def _node(iri: str, ties: int, presenter: Presenter) -> Node:
    around = iri.removeprefix(_ID)
    return Node(iri, around, around.partition("/")[0], presenter.named(iri), ties)


def _proof(row: Row, presenter: Presenter) -> Proof:
    claim = row["claim"].value.rsplit("/", 1)[-1]
    href = presenter.show(row["claim"]).href or ""
    return Proof(claim, href, presenter.date(row), presenter.show(row["certainty"]))
