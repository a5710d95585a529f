"""Quads as the statements of hand-edited files: triples with their brackets, by what they say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad

from zanryu.errors import Refused
from zanryu.graph.asserted import plain_date, stored_form
from zanryu.graph.materialise import content, describe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zanryu.graph.materialise import Node

# Graph, subject, predicate, object; brackets by what they say.
Key: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple with everything that stands in its brackets."""

    key: Key
    quads: tuple[Quad, ...]

    @property
    def subject(self) -> Node:
        """What it is about."""
        return self.quads[0].subject

    @property
    def has_brackets(self) -> bool:
        """Whether its object is a blank node."""
        return len(self.quads) > 1 or isinstance(self.quads[0].object, BlankNode)


def statements_of(quads: list[Quad]) -> list[Statement]:
    """Return the quads in statements, whose keys are the same whatever form the engine gives a literal."""
    normal = [plain_date(q) for q in stored_form(quads)]
    index = describe(normal)
    below: dict[Node, list[Quad]] = defaultdict(list)
    for quad in quads:
        below[quad.subject].append(quad)
    inner = {q.object for q in quads if isinstance(q.object, BlankNode)}
    return [
        Statement(
            (str(n.graph_name), content(n.subject, index), str(n.predicate), content(n.object, index)),
            (quad, *_inside(quad, below)),
        )
        for quad, n in zip(quads, normal, strict=True)
        if quad.subject not in inner
    ]


def merged(
    held: list[Statement], said: list[Statement], built: list[Statement], touched: Collection[str]
) -> list[Statement]:
    """Return what a store holds, with the edits by which files differ from what was built of them.

    :raises Refused: for an edit of a thing that was touched in the store meanwhile: nobody knows which holds.
    """
    in_store, in_files, in_build = ({s.key for s in part} for part in (held, said, built))
    added = [s for s in said if s.key not in in_build and s.key not in in_store]
    removed = [s for s in held if s.key in in_build and s.key not in in_files]
    for statement, edit in (*((s, "added") for s in added), *((s, "removed") for s in removed)):
        subject, quad = statement.subject, statement.quads[0]
        if isinstance(subject, NamedNode) and subject.value in touched:
            raise Refused(
                f"{subject} was changed in the store and in a file since the build, and a hand has to bring "
                f"them together. The file has {edit}: {quad.predicate} {quad.object}. Nothing was written. "
                "Keep your edit elsewhere, such as in git, and give --overwrite to have what the store holds."
            )
    gone = {statement.key for statement in removed}
    return [*(s for s in held if s.key not in gone), *added]


def _inside(quad: Quad, below: dict[Node, list[Quad]]) -> Iterator[Quad]:
    if isinstance(quad.object, BlankNode):
        for inner in below[quad.object]:
            yield inner
            yield from _inside(inner, below)
