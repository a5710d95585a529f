"""``/map`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from zanryu.portal.drawn.presenting import slug
from zanryu.portal.drawn.views import here
from zanryu.portal.map.asking import MAX_CLAIMS, MAX_ROWS, Asked, read_asked
from zanryu.portal.map.drawing import places
from zanryu.portal.map.projection import areas, read_base

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.portal.drawn.rows import Rows
    from zanryu.portal.drawn.views import Drawing

MAP_BASE: Final = "map-base.json"


@dataclass(frozen=True, slots=True)
class MapViews:
    """The map over one engine; ``base`` is the file of land and borders that the bundler made."""

    drawing: Drawing
    base: Path

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("map", __name__)
        blueprint.add_url_rule("/map", "map", self.map)
        return blueprint

    def map(self) -> Response:
        """Draw the places; list what happened at the one that is chosen."""
        asked = read_asked(request.args.getlist, areas())
        self.drawing.require(*([asked.place] if asked.place else []))
        query = asked.claims() if asked.place else asked.places()
        described = "claim" if asked.place else "place"
        return self.drawing.answer("map.html", query, lambda rows: self._page(asked, rows), described)

    def _page(self, asked: Asked, rows: Rows) -> dict[str, object]:
        presenter, keeper = self.drawing.presenter(), self.drawing.keeper
        area = areas()[asked.area]
        counted = keeper.rows(asked.places()) if asked.place else rows
        every = keeper.rows(Asked(asked.area, "", asked.span).places())
        kinds = [presenter.named(iri) for iri in every.iris("what")]
        found = places(counted, area, presenter)
        return {
            "asked": asked,
            "base": read_base(self.base, asked.area),
            "places": found,
            "outside": sum(place.x is None for place in found),
            "kinds": sorted(((slug_of(k.iri), k) for k in kinds), key=lambda pair: pair[1].text),
            "chosen": presenter.named(asked.place) if asked.place else None,
            "chosen_slug": slug(asked.place) if asked.place else "",
            "lines": [presenter.line(row) for row in rows.rows] if asked.place else [],
            "is_cut": len(rows.rows) >= (MAX_CLAIMS if asked.place else MAX_ROWS),
            "max_claims": MAX_CLAIMS,
            "here": here,
        }


def slug_of(iri: str) -> str:
    """Return the name of a term of the ontology, as the parameter has it."""
    return iri.rsplit("/", 1)[-1]
