"""The timeline as shapes in percent: rows of lanes, each claim a mark that leads to its proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.portal.drawn.presenting import EDTF, is_true
from zanryu.portal.timeline.geometry import Axis, fit, read_span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.naming.labels import Shown
    from zanryu.portal.drawn.presenting import ClaimLine, Presenter
    from zanryu.portal.drawn.rows import Row, Rows
    from zanryu.portal.timeline.geometry import Span

# Marks are at least so wide, in percent, for the pointer: 24 pixels of the narrowest drawing.
TARGET: Final = 3.3
_DETAILED_UP_TO: Final = 3
# The share of the claims that the axis holds, if it would be too long with all of them.
_MOST: Final = 0.75
_MOST_DETAILED: Final = 0.93


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a mark, in percent. ``kind`` is ``core``, ``fade-in`` or ``fade-out``."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim on the axis. ``x`` and ``width`` are its target; ``name`` says all that the shape shows.

    ``left`` and ``right`` are the places of what goes on there: ``open``, ``unknown`` or ``beyond`` the axis.
    """

    href: str
    name: str
    x: float
    width: float
    bars: list[Bar]
    left: str
    right: str
    is_moment: bool
    is_hatched: bool
    is_accepted: bool
    is_disputed: bool

    @property
    def middle(self) -> float:
        """Where a sign on the mark stands."""
        return round(self.x + self.width / 2, 3)

    @property
    def begin(self) -> float:
        """Where the shape begins."""
        return self.bars[0].x

    @property
    def end(self) -> float:
        """Where the shape ends."""
        return round(self.bars[-1].x + self.bars[-1].width, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """A claim in words, with all that its mark shows; without one where it is not on the axis."""

    said: ClaimLine
    states: list[str]
    mark: Mark | None


@dataclass(slots=True)
class Lanes:
    """The marks of a row, in lanes so that none lies on another; a label for each lane, or none."""

    thing: Shown
    lines: list[Line] = field(default_factory=list)
    lanes: list[list[Mark]] = field(default_factory=list)

    def place(self, mark: Mark) -> None:
        """Put a mark into the first lane where it is free."""
        for lane in self.lanes:
            if all(mark.x >= other.x + other.width or other.x >= mark.x + mark.width for other in lane):
                lane.append(mark)
                return
        self.lanes.append([mark])


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the page draws. ``outside`` counts the claims that lie beyond the axis, which the table has."""

    axis: Axis
    rows: list[Lanes]
    is_detailed: bool
    outside: int

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the axis."""
        ticks = [year for _, year in self.axis.ticks(most=10_000)]
        return (ticks[0], ticks[-1]) if ticks else (0, 0)


def draw(found: Rows, presenter: Presenter, first: str = "", last: str = "") -> Timeline:
    """Return the drawing of the rows; up to three things are shown claim by claim, more in packed lanes."""
    spans = [_span(row) for row in found.rows]
    things = found.iris("row")
    is_detailed = len(things) <= _DETAILED_UP_TO
    axis = fit(spans, first, last, most=_MOST_DETAILED if is_detailed else _MOST)
    rows = {thing: Lanes(presenter.named(thing)) for thing in things}
    for row, span in zip(found.rows, spans, strict=True):
        line = _line(row, span, axis, presenter)
        lanes = rows[row["row"].value]
        lanes.lines.append(line)
        if line.mark and not is_detailed:
            lanes.place(line.mark)
    outside = sum(line.mark is None for lanes in rows.values() for line in lanes.lines)
    return Timeline(axis, list(rows.values()), is_detailed, outside)


def _span(row: Row) -> Span:
    return read_span(_edtf(row), *(row[n].value if n in row else "" for n in ("earliest", "latest")))


def _edtf(row: Row) -> str:
    if "when" in row:
        return row["when"].value
    return row["value"].value if row["value"].datatype == EDTF else ""


def _line(row: Row, span: Span, axis: Axis, presenter: Presenter) -> Line:
    said = presenter.line(row)
    states = [*said.states, *_marked(span, presenter)]
    # An accessible name is a sentence of its own: it is read without what stands around it.
    parts = [said.subject.text, said.what.text, said.value.text, said.when, *states]
    name = ", ".join(part for part in parts if part)
    return Line(said, states, _mark(row, span, axis, said.href, name) if axis.meets(span) else None)


def _marked(span: Span, presenter: Presenter) -> Iterable[str]:
    """Yield in words what the hatching shows."""
    if span.is_approximate:
        yield presenter.words.gettext("approximate date")
    if span.is_uncertain:
        yield presenter.words.gettext("uncertain date")


def _mark(row: Row, span: Span, axis: Axis, href: str, name: str) -> Mark:
    bars = list(_bars(span, axis))
    x, end = bars[0].x, bars[-1].x + bars[-1].width
    width = max(end - x, TARGET)
    x = min(max(0.0, (x + end - width) / 2), 100.0 - width)
    return Mark(
        href,
        name,
        round(x, 3),
        round(width, 3),
        bars,
        left=_beyond(span.start, span.begins, is_beyond=span.start is not None and span.start < axis.first),
        right=_beyond(span.end, span.ends, is_beyond=span.end is not None and span.end > axis.last),
        is_moment=span.is_moment,
        is_hatched=span.is_approximate or span.is_uncertain,
        is_accepted=is_true(row, "accepted"),
        is_disputed=is_true(row, "disputed"),
    )


def _beyond(bound: float | None, why: str, *, is_beyond: bool) -> str:
    if is_beyond:
        return "beyond"
    return why if bound is None else ""


def _bars(span: Span, axis: Axis) -> Iterable[Bar]:
    """Yield the pieces of a shape. One that is open begins or ends with what is known of that side."""
    known = [d for d in (span.start, span.inner_start, span.inner_end, span.end) if d is not None]
    start = span.start if span.start is not None else min(known)
    end = span.end if span.end is not None else max(known)
    if span.has_core or span.begins or span.ends:
        begun = span.inner_start if span.inner_start is not None else start
        lasting = span.inner_end if span.inner_end is not None else end
        pieces = ((start, begun, "fade-in"), (begun, lasting, "core"), (lasting, end, "fade-out"))
    else:
        middle = (start + end) / 2
        pieces = ((start, middle, "fade-in"), (middle, middle, "core"), (middle, end, "fade-out"))
    drawn = [(axis.at(a), axis.at(b), kind) for a, b, kind in pieces]
    bars = [Bar(a, round(b - a, 3), kind) for a, b, kind in drawn if b > a]
    return bars or [Bar(drawn[0][0], 0.0, "core")]
