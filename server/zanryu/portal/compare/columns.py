"""The table of a comparison: a row for each property, a column for each thing, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Final

from zanryu.graph.edtf import Bounds, InvalidEDTF, bounds
from zanryu.graph.namespaces import term
from zanryu.portal.drawn.presenting import EDTF, is_true

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from zanryu.naming.labels import Shown
    from zanryu.portal.drawn.presenting import Presenter
    from zanryu.portal.drawn.rows import Row, Rows
    from zanryu.store.backend import Term

    Rank = Callable[[str], tuple[float, float, str]]
    Rivals = Mapping[str, Collection[str]]

_DEPRECATED: Final = term("zv:deprecated").value
_NEGATIVE: Final = term("zv:negative").value
_DISPUTES: Final = term("zv:disputes").value


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are ordered, and which claims contradict which, by the last parts of their IRIs."""

    rank: Rank
    rivals: Rivals


@dataclass(frozen=True, slots=True)
class Witness:
    """A source of a claim, and whether it disputes it."""

    work: Shown
    locator: str
    disputes: bool


@dataclass(slots=True)
class Said:
    """A claim in a cell. Two with the same ``key`` say the same: it is their value, and their date."""

    key: tuple[str, str]
    value: Shown
    when: str
    certainty: Shown
    states: list[str]
    claim: str
    href: str
    is_withdrawn: bool
    is_denied: bool
    is_disputed: bool
    span: Bounds | None
    witnesses: list[Witness] = field(default_factory=list)

    @property
    def disputes(self) -> bool:
        """Whether all who are cited here dispute it."""
        return bool(self.witnesses) and all(witness.disputes for witness in self.witnesses)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: ``subject`` only where sources are compared. ``verdict`` is one of :func:`.views.verdicts`."""

    subject: Shown | None
    what: Shown
    cells: list[list[Said]]
    verdict: str


def lines_of_things(found: Rows, iris: list[str], presenter: Presenter, order: Order) -> list[Line]:
    """Return a row for each property, in the order of the shapes, with what is claimed of each thing."""
    cells: dict[str, dict[str, dict[str, Said]]] = {}
    for row in found.rows:
        column = cells.setdefault(row["what"].value, {}).setdefault(row["subject"].value, {})
        _add(column, row, presenter)
    named = [(what, presenter.named(what), columns) for what, columns in cells.items()]
    named.sort(key=lambda one: (order.rank(one[0])[:2], one[1].text))
    return [_line(None, what, [columns.get(i, {}) for i in iris], order.rivals) for _, what, columns in named]


def lines_of_works(found: Rows, iris: list[str], presenter: Presenter, order: Order) -> list[Line]:
    """Return a row for each subject and property; what several sources speak of comes first."""
    cells: dict[tuple[str, str], dict[str, dict[str, Said]]] = {}
    for row in found.rows:
        key = row["subject"].value, row["what"].value
        _add(cells.setdefault(key, {}).setdefault(row["work"].value, {}), row, presenter)
    named = [
        (presenter.named(subject), presenter.named(what), what, columns)
        for (subject, what), columns in cells.items()
    ]
    named.sort(key=lambda one: (-len(one[3]), one[0].text, one[0].iri, order.rank(one[2])[:2], one[1].text))
    return [_line(subject, what, [c.get(i, {}) for i in iris], order.rivals) for subject, what, _, c in named]


def _add(cell: dict[str, Said], row: Row, presenter: Presenter) -> None:
    claim = row["claim"].value
    if claim not in cell:
        cell[claim] = _said(row, presenter)
    locator = row["locator"].value if "locator" in row else ""
    witness = Witness(presenter.show(row["work"]), locator, _has(row, "stance", _DISPUTES))
    if witness not in cell[claim].witnesses:
        cell[claim].witnesses.append(witness)


def _said(row: Row, presenter: Presenter) -> Said:
    gettext = presenter.words.gettext
    is_withdrawn, is_denied = _has(row, "status", _DEPRECATED), _has(row, "polarity", _NEGATIVE)
    states = presenter.states(row)
    if is_withdrawn:
        # translators: of a claim that the editors no longer hold
        states = [gettext("withdrawn"), *states[1:]]
    if is_denied:
        # translators: the source says that it is not so
        states = [gettext("denied"), *states[1:]]
    value = row["value"]
    return Said(
        (
            f"{value.kind} {value.value} {value.language} {is_denied}",
            row["when"].value if "when" in row else "",
        ),
        presenter.show(value),
        presenter.date(row),
        presenter.show(row["certainty"]),
        states,
        row["claim"].value.rsplit("/", 1)[-1],
        presenter.show(row["claim"]).href or "",
        is_withdrawn,
        is_denied,
        is_true(row, "disputed"),
        _bounds(value),
    )


def _has(row: Row, name: str, iri: str) -> bool:
    return name in row and row[name].value == iri


def _line(subject: Shown | None, what: Shown, columns: Iterable[dict[str, Said]], rivals: Rivals) -> Line:
    cells = [list(column.values()) for column in columns]
    return Line(subject, what, cells, verdict(cells, rivals))


def verdict(cells: list[list[Said]], rivals: Rivals) -> str:
    """Return how the columns stand: ``alone``, ``same``, ``contradict``, ``partly`` or ``different``.

    What is withdrawn does not count. Claims contradict each other where the graph says so; names in two
    scripts are different, and no contradiction. Dates that overlap, and values without their dates, are the
    same in part.
    """
    held = [[said for said in cell if not said.is_withdrawn and not said.disputes] for cell in cells]
    told = [cell for cell in held if cell]
    if len(told) < 2:
        return "alone"
    if any(_contradict(one, other, rivals) for one, other in combinations(told, 2)):
        return "contradict"
    if all({said.key for said in cell} == {said.key for said in told[0]} for cell in told):
        return "same"
    return "partly" if all(_meet(one, other) for one, other in combinations(told, 2)) else "different"


def _contradict(one: list[Said], other: list[Said], rivals: Rivals) -> bool:
    return any(b.claim in rivals.get(a.claim, ()) for a in one for b in other)


def _meet(one: list[Said], other: list[Said]) -> bool:
    return any(a.key[0] == b.key[0] or _overlap(a.span, b.span) for a in one for b in other)


def _overlap(one: Bounds | None, other: Bounds | None) -> bool:
    if one is None or other is None:
        return False
    begins = max(b.earliest or date.min for b in (one, other))
    return begins <= min(b.latest or date.max for b in (one, other))


def _bounds(value: Term) -> Bounds | None:
    try:
        return bounds(value.value) if value.datatype == EDTF else None
    except InvalidEDTF:
        return None
