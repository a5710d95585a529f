"""A SELECT taken apart: so that it can be asked again for one row, with everything that its pattern binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.why.cursor import Cursor, unreadable
from zanryu.sparql.why.groups import Groups
from zanryu.sparql.why.patterns import Gap, Patterns
from zanryu.sparql.why.rows import values_of

if TYPE_CHECKING:
    from zanryu.sparql.why.patterns import Pattern
    from zanryu.sparql.why.rows import Row

_AGGREGATES: Final = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_MODIFIERS: Final = {"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@dataclass(frozen=True, slots=True)
class Computed:
    """``(expression AS ?variable)``."""

    expression: str
    variable: str

    @property
    def is_aggregate(self) -> bool:
        """Whether it is computed of many solutions, not of one."""
        cursor = Cursor(self.expression)
        while cursor.peek():
            if cursor.next().text.upper() in _AGGREGATES and cursor.word() == "(":
                return True
        return False


@dataclass(frozen=True, slots=True)
class Reading:
    """A SELECT in parts, each as it is spelled. ``where`` has its braces; ``values`` follows everything else.

    ``projected`` are the variables of its rows that single solutions bind, ``None`` for ``*``; ``aggregates``
    are the others. ``computed`` is what SELECT and GROUP BY compute of single solutions, ``patterns`` what
    ``where`` matches, and ``gaps`` what of a row no triple answers for.
    """

    prologue: str
    dataset: str
    where: str
    values: str
    projected: tuple[str, ...] | None
    aggregates: tuple[str, ...]
    computed: tuple[Computed, ...]
    patterns: tuple[Pattern, ...]
    gaps: tuple[Gap, ...]

    def solutions_of(self, row: Row, limit: int) -> str:
        """Return the query for the solutions behind a row."""
        binds = " ".join(f"BIND({c.expression} AS ?{c.variable})" for c in self.computed)
        unbound = [name for name in self.projected or () if name not in row]
        filters = " ".join(f"FILTER(!BOUND(?{name}))" for name in unbound)
        values = values_of(row, self.aggregates)
        return (
            f"{self.prologue}\nSELECT * {self.dataset}\n"
            f"WHERE {{ {self.where}\n{self.values} {binds} {values} {filters} }}\nLIMIT {limit}"
        )

    def gives(self, row: Row, solution: Row) -> bool:
        """Return whether a solution is one of a row: ``VALUES`` has no blank nodes, for one."""
        names = row.keys() | solution.keys() if self.projected is None else self.projected
        return all(solution.get(name) == row.get(name) for name in names)


def read_select(text: str) -> Reading:
    """Take a SELECT apart.

    :raises Refused: if it is another form, or cannot be followed.
    """
    cursor = Cursor(text)
    while cursor.word() not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        cursor.next()
    if cursor.word() != "SELECT":
        raise Refused("Only a row of a SELECT can be explained.")
    prologue = text[: cursor.start]
    cursor.next()
    computed, variables = _projection(cursor)
    start = cursor.start
    while cursor.take("FROM"):
        cursor.take("NAMED")
        cursor.next()
    dataset = text[start : cursor.start]
    cursor.take("WHERE")
    start = cursor.start
    patterns = Patterns(cursor)
    Groups(cursor, patterns).group()
    where = text[start : cursor.end]
    grouped = _grouping(cursor)
    values = _trailing_values(cursor)
    aggregates = [c for c in computed if c.is_aggregate]
    gaps = [Gap("calculated", f"({c.expression} AS ?{c.variable})") for c in aggregates]
    single = [c for c in computed if c not in aggregates]
    return Reading(
        prologue,
        dataset,
        where,
        values,
        (*variables, *(c.variable for c in single)) if variables or computed else None,
        tuple(c.variable for c in aggregates),
        (*grouped, *single),
        tuple(patterns.found),
        (*patterns.gaps, *gaps),
    )


def _projection(cursor: Cursor) -> tuple[list[Computed], list[str]]:
    """Take what is between SELECT and the dataset or pattern: what is computed, and plain variables."""
    computed, variables = [], []
    while cursor.word() not in ("FROM", "WHERE", "{"):
        if cursor.word() == "(":
            computed.append(_computed(cursor.bracket()))
        elif (token := cursor.next()).kind == "variable":
            variables.append(token.text[1:])
    return computed, variables


def _computed(bracket: str) -> Computed:
    """Read ``( expression AS ?variable )``; the last AS is the one."""
    inner = Cursor(bracket[1:-1])
    last = None
    while token := inner.peek():
        if inner.word() == "AS":
            last = token
        inner.next()
    if last is None:
        raise unreadable(f"`{bracket}`")
    return Computed(inner.text[: last.start].strip(), inner.text[last.end :].strip()[1:])


def _grouping(cursor: Cursor) -> tuple[Computed, ...]:
    """Take GROUP BY (rule 20), and return what it names by AS."""
    if not cursor.take("GROUP"):
        return ()
    cursor.expect("BY")
    found = []
    while cursor.peek() and cursor.word() not in _MODIFIERS:
        if cursor.word() != "(":
            cursor.next()
            continue
        bracket = cursor.bracket()
        if _names(bracket):
            found.append(_computed(bracket))
    return tuple(found)


def _names(bracket: str) -> bool:
    inner, depth = Cursor(bracket[1:-1]), 0
    while inner.peek():
        depth += (inner.word() == "(") - (inner.word() == ")")
        if inner.word() == "AS" and not depth:
            return True
        inner.next()
    return False


def _trailing_values(cursor: Cursor) -> str:
    """Take the solution modifiers, and return the VALUES after them."""
    while cursor.peek():
        if cursor.word() == "VALUES":
            return cursor.text[cursor.start :] + "\n"
        cursor.next()
    return ""
