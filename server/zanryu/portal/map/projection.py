"""Mercator's projection, as the bundler used it for the base (``server/frontend/map.mjs``)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from math import asinh, radians, tan
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 1000.0
_AREAS: Final = Path(__file__).with_name("areas.json")
_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_POINT: Final = re.compile(rf"\s*POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)\s*\Z", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the earth in degrees, drawn ``WIDTH`` units wide."""

    west: float
    south: float
    east: float
    north: float

    @property
    def height(self) -> float:
        """The height of the drawing in units."""
        return self._scale * (_mercator(self.north) - _mercator(self.south))

    @property
    def _scale(self) -> float:
        return WIDTH / radians(self.east - self.west)

    def at(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """Return a place in percent of width and height, ``None`` outside of the area."""
        if not (self.west <= longitude <= self.east and self.south <= latitude <= self.north):
            return None
        x = self._scale * radians(longitude - self.west)
        y = self._scale * (_mercator(self.north) - _mercator(latitude))
        return round(100 * x / WIDTH, 3), round(100 * y / self.height, 3)


def _mercator(latitude: float) -> float:
    return asinh(tan(radians(latitude)))


def read_point(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a WKT point, ``None`` for text that is none.

    Without a reference system WKT is in OGC CRS84: longitude first (GeoSPARQL 1.1, 8.5.1).
    """
    match = _POINT.match(text)
    if match is None:
        return None
    longitude, latitude = float(match[1]), float(match[2])
    on_earth = abs(longitude) <= 180 and abs(latitude) <= 90
    return (longitude, latitude) if on_earth else None


@cache
def areas() -> Mapping[str, Area]:
    """Return the areas that a map is drawn of."""
    found = json.loads(_AREAS.read_text(encoding="utf-8"))
    return {name: Area(a["west"], a["south"], a["east"], a["north"]) for name, a in found.items()}


@dataclass(frozen=True, slots=True)
class Base:
    """Land and borders of an area as SVG paths, in units; both are empty where nothing is bundled."""

    height: float
    land: str = ""
    borders: str = ""


def read_base(path: Path, name: str) -> Base:
    """Return the base of an area, empty if the front end is not bundled."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))[name]
    except (FileNotFoundError, KeyError):
        return Base(round(areas()[name].height))
    return Base(found["height"], found["land"], found["borders"])
