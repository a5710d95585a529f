"""What a table says beside what is known: claims that are new, changed, or there as it says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.namespaces import compact
from zanryu.graph.table.cells import Problem
from zanryu.graph.table.claims import Change, Claim, claims_of, names_taken
from zanryu.graph.table.rows import read_rows
from zanryu.graph.table.values import Values
from zanryu.graph.wording import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import NamedNode, Quad

    from zanryu.graph.table.cells import Sheet
    from zanryu.graph.table.rows import Reading


@dataclass(frozen=True, slots=True)
class Known:
    """What a table is read against: all names, the claims, and why some claims fit no table (``odd``)."""

    values: Values
    claims: dict[NamedNode, Claim]
    odd: dict[NamedNode, Message]

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Known:
        """Take it from asserted quads, ontology and vocabularies included."""
        quads = list(quads)
        return cls(Values.of(quads), *claims_of(quads))


@dataclass(frozen=True, slots=True)
class Compared:
    """A table that was read, and how many of its claims are known as it says them.

    ``problems`` are those of its cells; nothing is judged by the shapes yet.
    """

    reading: Reading
    changed: dict[NamedNode, Claim]
    changes: list[Change]
    problems: list[Problem]
    unchanged: int


def compare(sheet: Sheet, known: Known) -> Compared:
    """Read a sheet beside what is known. A claim that cannot be read is a problem, and left out."""
    values = known.values.for_another_table()
    reading = read_rows(sheet, values, names_taken(known.claims, known.odd))
    odd = known.odd.keys() & reading.claims.keys()
    changed = {n: c for n, c in reading.claims.items() if n not in odd and c != known.claims.get(n)}
    problems = [*reading.problems, *reading.notices]
    problems += [_untouchable(name, known.odd[name], reading) for name in odd]
    changes = [Change(claim, known.claims.get(name)) for name, claim in changed.items()]
    return Compared(reading, changed, changes, problems, len(reading.claims) - len(changes) - len(odd))


def _untouchable(name: NamedNode, reason: Message, reading: Reading) -> Problem:
    fault = Message(
        "%(claim)s cannot be changed by a table. %(reason)s", claim=compact(name.value), reason=reason
    )
    return Problem(reading.place(name), fault, advice=Message("Edit its file."))
