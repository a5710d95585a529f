"""Selects with ``$this`` bound to some focus nodes, in the form that Oxigraph plans well.

VALUES at the start of the group makes the engine begin there. But it knows nothing of them inside OPTIONAL,
and reads all that could match there: with 1.2 million triples that takes a second. So they are repeated in
each OPTIONAL of the outermost group that mentions ``$this``, where they change no solution: ``$this`` is
bound outside. Where an OPTIONAL does not mention it, the engine begins with the solutions that it has only if
there is one focus node: then they are asked one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.graph.validation.patterns import Term

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*'
    r"|(?P<optional>\bOPTIONAL\b)|(?P<this>[?$]this\b)|(?P<open>\{)|(?P<close>\})",
    re.IGNORECASE,
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Plan:
    """``pieces`` of a select, between which the focus nodes are named."""

    pieces: tuple[str, ...]
    one_by_one: bool


def bound(select: str, nodes: Iterable[Term]) -> Iterator[str]:
    """Yield the select with ``$this`` bound to IRIs and literals, in as many queries as it takes."""
    plan, terms = _plan(select), [str(node) for node in nodes]
    size = 1 if plan.one_by_one else _AT_ONCE
    for first in range(0, len(terms), size):
        values = f" VALUES $this {{ {' '.join(terms[first : first + size])} }} "
        yield values.join(plan.pieces)


@lru_cache(maxsize=256)
def _plan(select: str) -> _Plan:
    places: list[int] = []
    opened: list[tuple[int, bool]] = []
    optional, mentioned, one_by_one = False, False, False
    for token in _TOKEN.finditer(select):
        match token.lastgroup:
            case "optional":
                optional = True
            case "this":
                mentioned = mentioned or len(opened) == 2
            case "open":
                opened.append((token.end(), optional))
                optional, mentioned = False, mentioned and len(opened) > 2
            case "close":
                start, was_optional = opened.pop()
                if not opened:
                    break
                if len(opened) == 1 and was_optional:
                    places += [start] * mentioned
                    one_by_one = one_by_one or not mentioned
    root = select.index("{") + 1
    ends = [root, *places]
    return _Plan(
        tuple(select[a:b] for a, b in zip([0, *ends], [*ends, len(select)], strict=True)), one_by_one
    )
