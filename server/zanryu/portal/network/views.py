"""``/network`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from zanryu.portal.drawn.views import here
from zanryu.portal.network.asking import MANY_HUBS, MAX_ROWS, RELATIONS, read_asked
from zanryu.portal.network.drawing import draw

if TYPE_CHECKING:
    from zanryu.portal.drawn.rows import Rows
    from zanryu.portal.drawn.views import Drawing
    from zanryu.portal.network.asking import Asked
    from zanryu.web.words import Words


@dataclass(frozen=True, slots=True)
class NetworkViews:
    """The network over one engine."""

    drawing: Drawing

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("network", __name__)
        blueprint.add_url_rule("/network", "network", self.network)
        return blueprint

    def network(self) -> Response:
        """Draw the accepted relations around somebody, or among the best connected."""
        asked = read_asked(request.args.getlist)
        self.drawing.require(*([asked.around] if asked.around else []))
        return self.drawing.answer("network.html", asked.query(), lambda rows: self._page(asked, rows))

    def _page(self, asked: Asked, rows: Rows) -> dict[str, object]:
        presenter = self.drawing.presenter()
        network = draw(rows, presenter, asked.around)
        return {
            "asked": asked,
            "network": network,
            "network_data": network.as_data(asked.around),
            "centre": presenter.named(asked.around) if asked.around else None,
            "relations": RELATIONS,
            "relation_names": relation_names(presenter.words),
            "kind_names": kind_names(presenter.words),
            "is_cut": len(rows.rows) >= MAX_ROWS,
            "max_rows": MAX_ROWS,
            "many_hubs": MANY_HUBS,
            "here": here,
        }


def relation_names(words: Words) -> dict[str, str]:
    """Return what the groups of relations are called."""
    gettext = words.gettext
    return {
        # translators: who served in which unit, and under whom
        "command": gettext("Service and command"),
        # translators: who followed, advised, recruited or met whom
        "company": gettext("Company and advice"),
        "teaching": gettext("Teaching and training"),
    }


def kind_names(words: Words) -> dict[str, str]:
    """Return what the things of the network are called."""
    gettext = words.gettext
    return {
        "person": gettext("Person"),
        "unit": gettext("Military unit"),
        "academy": gettext("Academy"),
        "organization": gettext("Organisation"),
        "group": gettext("Group"),
        "place": gettext("Place"),
        "event": gettext("Event"),
    }
