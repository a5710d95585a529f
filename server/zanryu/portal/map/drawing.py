"""The places of the map: where each lies, how large its sign is, and which names find room."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term
from zanryu.portal.drawn.presenting import slug
from zanryu.portal.map.projection import WIDTH, read_point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.naming.labels import Shown
    from zanryu.portal.drawn.presenting import Presenter
    from zanryu.portal.drawn.rows import Rows
    from zanryu.portal.map.projection import Area

_SEAT: Final = term("zr:seatCoordinates").value
# Sizes are in pixels of a drawing that is 640 pixels wide.
_DRAWN: Final = 640
_LETTER, _LINE, _SMALLEST, _LARGEST = 7.0, 16.0, 5.0, 16.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place with what happened there. ``kinds`` are properties with the number of their claims.

    ``x`` and ``y`` are percent of the drawing; without, the place lies elsewhere. ``label`` is the side of
    the sign on which there is room for the name, if there is any.
    """

    iri: str
    slug: str
    name: Shown
    longitude: float
    latitude: float
    is_seat: bool
    kinds: list[tuple[Shown, int]]
    x: float | None
    y: float | None
    label: str = ""

    @property
    def claims(self) -> int:
        """How many claims are about it."""
        return sum(count for _, count in self.kinds)

    @property
    def radius(self) -> float:
        """The size of the sign, by its area."""
        return round(min(_SMALLEST + 2.2 * sqrt(self.claims - 1), _LARGEST), 1)


def places(found: Rows, area: Area, presenter: Presenter) -> list[Place]:
    """Return the places of the rows, the ones with most claims first."""
    points: dict[tuple[str, str, str], list[tuple[Shown, int]]] = {}
    for row in found.rows:
        key = (row["place"].value, row["point"].value, row["pointOf"].value)
        points.setdefault(key, []).append((presenter.show(row["what"]), int(row["claims"].value)))
    drawn = []
    for (iri, point, point_of), kinds in points.items():
        where = read_point(point)
        if where:
            x, y = area.at(*where) or (None, None)
            kinds.sort(key=lambda kind: (-kind[1], kind[0].text))
            name = presenter.named(iri)
            drawn.append(Place(iri, slug(iri), name, *where, point_of == _SEAT, kinds, x, y))
    drawn.sort(key=lambda place: (-place.claims, place.name.text, place.iri))
    return _labelled(drawn, area)


def _labelled(drawn: list[Place], area: Area) -> list[Place]:
    """Give names to as many signs as have room, those with most claims first."""
    height = _DRAWN * area.height / WIDTH
    signs = [_box(place, height) for place in drawn if place.x is not None]
    taken: list[_Box] = []
    found = []
    for place in drawn:
        side = ""
        if place.x is not None:
            own = _box(place, height)
            for side in ("right", "left", "below", ""):
                name = own.beside(side, _width(place.name.text))
                if side == "" or name.is_free([*taken, *(s for s in signs if s != own)]):
                    break
            if side:
                taken.append(name)
        found.append(replace(place, label=side))
    return found


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def beside(self, side: str, width: float) -> _Box:
        middle = (self.top + self.bottom) / 2
        if side == "below":
            centre = (self.left + self.right) / 2
            return _Box(centre - width / 2, self.bottom, centre + width / 2, self.bottom + _LINE)
        left = self.right + 3 if side == "right" else self.left - 3 - width
        return _Box(left, middle - _LINE / 2, left + width, middle + _LINE / 2)

    def is_free(self, others: Iterable[_Box]) -> bool:
        """Whether nothing else is there, and nothing sticks out."""
        inside = self.left >= 0 and self.right <= _DRAWN
        return inside and not any(
            self.left < o.right and o.left < self.right and self.top < o.bottom and o.top < self.bottom
            for o in others
        )


def _box(place: Place, height: float) -> _Box:
    x, y = (place.x or 0) * _DRAWN / 100, (place.y or 0) * height / 100
    return _Box(x - place.radius, y - place.radius, x + place.radius, y + place.radius)


def _width(text: str) -> float:
    """Return about how wide a name is written: characters of East Asia take twice the room."""
    return sum(_LETTER * (1.9 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)
