"""A place lies on the map where the bundler's projection puts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zanryu.portal.map.projection import WIDTH, areas, read_base, read_point

if TYPE_CHECKING:
    from pathlib import Path

# As d3-geo 3.1.2 gives them: geoMercator().scale(s).center([west, north]).translate([0, 0]), in units.
HANOI = (105.84117, 21.0245), (595.798, 214.477)
TOKYO = (139.69171, 35.6895), (736.963, 232.238)


@pytest.mark.parametrize(
    ("name", "place"), [("indochina", HANOI), ("asia", TOKYO)], ids=["indochina", "asia"]
)
def test_a_place_lies_where_d3_puts_it(
    name: str, place: tuple[tuple[float, float], tuple[float, float]]
) -> None:
    area = areas()[name]
    where = area.at(*place[0])
    assert where
    assert where[0] * WIDTH / 100 == pytest.approx(place[1][0], abs=0.1)
    assert where[1] * area.height / 100 == pytest.approx(place[1][1], abs=0.1)


def test_what_is_outside_is_not_drawn() -> None:
    assert areas()["indochina"].at(139.69, 35.68) is None


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("POINT(105.84117 21.0245)", (105.84117, 21.0245)),
        ("  Point ( -1 +2.5e0 ) ", (-1.0, 2.5)),
        ("POINT(21 105)", None),
        ("POINT(105.8, 21)", None),
        ("POINT(nan nan)", None),
        ("POINT(1e999 0)", None),
        ("POLYGON((0 0,1 1,0 1,0 0))", None),
        ("<script>", None),
        ("", None),
    ],
)
def test_longitude_comes_first_and_what_is_no_point_on_earth_is_none(
    text: str, point: tuple[float, float] | None
) -> None:
    assert read_point(text) == point


@given(st.text(max_size=40))
def test_any_text_is_a_point_on_earth_or_none(text: str) -> None:
    point = read_point(text)
    assert point is None or (abs(point[0]) <= 180 and abs(point[1]) <= 90)


def test_without_the_bundled_base_the_places_are_still_drawn(tmp_path: Path) -> None:
    base = read_base(tmp_path / "none.json", "indochina")
    assert base.land == ""
    assert base.height == round(areas()["indochina"].height)
    (tmp_path / "some.json").write_text(json.dumps({"asia": {"height": 7, "land": "M0", "borders": ""}}))
    assert read_base(tmp_path / "some.json", "asia").land == "M0"
