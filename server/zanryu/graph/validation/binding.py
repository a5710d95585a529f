"""Selects with ``$this`` bound to some focus nodes, in the form that Oxigraph plans well.

VALUES beside the patterns of a select name the focus nodes, but the engine knows nothing of them inside
OPTIONAL, and reads all that could match there: with 1.2 million triples that takes a second. So the patterns
are evaluated for one focus node after the other, by LATERAL (SEP-0006), as SHACL has it (section 5.3.1).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.graph.validation.patterns import Term

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*'
    r"|(?P<open>\{)|(?P<close>\})"
)
_AT_ONCE = 500


def bound(select: str, nodes: Iterable[Term]) -> Iterator[str]:
    """Yield the select with ``$this`` bound to IRIs and literals, in as many queries as it takes."""
    (start, end), terms = _group(select), [str(node) for node in nodes]
    for first in range(0, len(terms), _AT_ONCE):
        values = " ".join(terms[first : first + _AT_ONCE])
        group = f"{{ VALUES $this {{ {values} }} LATERAL {select[start:end]} }}"
        yield f"{select[:start]}{group}{select[end:]}"


@lru_cache(maxsize=256)
def _group(select: str) -> tuple[int, int]:
    """Return where the outermost group begins and ends, braces included."""
    start, depth = 0, 0
    for token in _TOKEN.finditer(select):
        match token.lastgroup:
            case "open":
                start = start if depth else token.start()
                depth += 1
            case "close":
                depth -= 1
                if not depth:
                    return start, token.end()
    raise ValueError(f"no group in {select}")
