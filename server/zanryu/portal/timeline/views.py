"""``/timeline`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from zanryu.portal.drawn.presenting import slug
from zanryu.portal.timeline.asking import MAX_PERSONS, MAX_ROWS, read_asked
from zanryu.portal.timeline.drawing import draw

if TYPE_CHECKING:
    from zanryu.portal.drawn.rows import Rows
    from zanryu.portal.drawn.views import Drawing
    from zanryu.portal.timeline.asking import Asked


@dataclass(frozen=True, slots=True)
class TimelineViews:
    """The timeline over one engine."""

    drawing: Drawing

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("timeline", __name__)
        blueprint.add_url_rule("/timeline", "timeline", self.timeline)
        return blueprint

    def timeline(self) -> Response:
        """Draw the dated claims about everyone, or about who is asked for."""
        asked = read_asked(request.args.getlist)
        self.drawing.require(*asked.chosen)
        return self.drawing.answer("timeline.html", asked.query(), lambda rows: self._page(asked, rows))

    def _page(self, asked: Asked, rows: Rows) -> dict[str, object]:
        presenter = self.drawing.presenter()
        timeline = draw(rows, presenter, asked.span.first, asked.span.last)
        return {
            "asked": asked,
            "chosen": [(thing, presenter.named(thing), slug(thing)) for thing in asked.chosen],
            "timeline": timeline,
            "is_cut": len(rows.rows) >= MAX_ROWS,
            "max_rows": MAX_ROWS,
            "is_best": not asked.chosen and len(timeline.rows) >= MAX_PERSONS,
            "max_persons": MAX_PERSONS,
        }
