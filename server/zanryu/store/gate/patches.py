"""A patch that a client sends for one graph, in RDF Patch (https://afs.github.io/rdf-patch/).

Rows are ``A`` (add) and ``D`` (delete), each with a triple in N-Triples, or a quad of that graph, and a dot.
Headers, prefixes (``PA``, ``PD``: no row uses them) and the words of a transaction are passed over; a
transaction that is aborted is refused.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.errors import MalformedRequest
from zanryu.graph.delta import Delta

if TYPE_CHECKING:
    from collections.abc import Iterator

PATCH_TYPES: Final = ("application/rdf-patch", "text/rdf-patch")
_ROW: Final = re.compile(r"(?P<code>[AD])\s+(?P<statement>.+)", re.DOTALL)
_PASSED_OVER: Final = re.compile(r"(?:(?:H|PA|PD)\s.*|TX\s*\.?|TC\s*\.?|#.*)?\Z")
_ABORTED: Final = re.compile(r"TA\s*\.?\Z")


def read_patch(text: str, graph: ox.NamedNode) -> Delta:
    """Return what a patch adds to a graph and removes from it.

    :raises MalformedRequest: naming the line.
    """
    added: set[ox.Quad] = set()
    removed: set[ox.Quad] = set()
    # Only CR and LF end a row (N-Triples, grammar): a literal may hold U+0085 or U+2028 as it is.
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        for code, quad in _read_row(line.strip(), number, graph):
            (added if code == "A" else removed).add(quad)
    if both := added & removed:
        raise MalformedRequest(f"The patch adds and removes the same: {min(map(str, both))}.")
    return Delta(frozenset(added), frozenset(removed))


def _read_row(line: str, number: int, graph: ox.NamedNode) -> Iterator[tuple[str, ox.Quad]]:
    if _PASSED_OVER.match(line):
        return
    if _ABORTED.match(line):
        raise MalformedRequest(
            f"Line {number} of the patch, TA, aborts its transaction. Send what is to be changed without it.",
            line=number,
        )
    row = _ROW.match(line)
    if row is None:
        raise MalformedRequest(
            f"Line {number} of the patch is no row `A … .` or `D … .` with a triple in N-Triples.",
            line=number,
        )
    try:
        quads = list(ox.parse(row["statement"], ox.RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or error
        raise MalformedRequest(f"Line {number} of the patch cannot be read: {reason}.", line=number) from None
    for quad in quads:
        if quad.graph_name not in (graph, ox.DefaultGraph()):
            raise MalformedRequest(
                f"Line {number} of the patch is about {quad.graph_name}, and the request about {graph}.",
                line=number,
            )
        yield row["code"], ox.Quad(quad.subject, quad.predicate, quad.object, graph)
