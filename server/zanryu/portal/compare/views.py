"""``/compare`` in Flask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu.graph.namespaces import term
from zanryu.portal.compare.asking import KINDS, MAX_COLUMNS, MAX_ROWS, read_asked
from zanryu.portal.compare.columns import Order, lines_of_things, lines_of_works
from zanryu.portal.drawn.presenting import is_true
from zanryu.portal.drawn.views import here, language
from zanryu.web.media_types import HTML

if TYPE_CHECKING:
    from zanryu.portal.compare.asking import Asked
    from zanryu.portal.compare.columns import Rank
    from zanryu.portal.drawn.rows import Rows
    from zanryu.portal.drawn.views import Drawing
    from zanryu.web.words import Words

_CONFLICTS: Final = term("zr:conflictsWith").value


@dataclass(frozen=True, slots=True)
class CompareViews:
    """The comparison over one engine; ``rank`` orders properties as the pages of things do."""

    drawing: Drawing
    rank: Rank

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("compare", __name__)
        blueprint.add_url_rule("/compare", "compare", self.compare)
        return blueprint

    def compare(self) -> Response:
        """Show things or sources beside one another; without any, ask which."""
        asked = read_asked(request.args.getlist)
        self.drawing.require(*asked.iris)
        if not asked.iris:
            body = render_template("compare.html", language=language(), asked=asked, kinds=KINDS, columns=[])
            return Response(body, content_type=HTML.content_type())
        return self.drawing.answer("compare.html", asked.query(), lambda rows: self._page(asked, rows))

    def _page(self, asked: Asked, rows: Rows) -> dict[str, object]:
        presenter = self.drawing.presenter()
        lines = lines_of_works if asked.are_works else lines_of_things
        return {
            "asked": asked,
            "kinds": ("work",) if asked.are_works else tuple(kind for kind in KINDS if kind != "work"),
            "columns": [
                (iri, presenter.named(iri), here(iri=[other for other in asked.iris if other != iri]))
                for iri in asked.iris
            ],
            "can_add": len(asked.iris) < MAX_COLUMNS,
            "lines": lines(rows, asked.iris, presenter, Order(self.rank, self._rivals(rows))),
            "verdicts": verdicts(presenter.words, are_works=asked.are_works),
            "is_cut": len(rows.rows) >= MAX_ROWS,
            "max_rows": MAX_ROWS,
        }

    def _rivals(self, rows: Rows) -> dict[str, set[str]]:
        """Return which of the claims contradict which."""
        disputed = dict.fromkeys(row["claim"].value for row in rows.rows if is_true(row, "disputed"))
        found: dict[str, set[str]] = {}
        for statement in self.drawing.backend.describe(*disputed) if disputed else ():
            if statement.predicate == _CONFLICTS:
                found.setdefault(_name(statement.subject.value), set()).add(_name(statement.object.value))
        return found


def _name(claim: str) -> str:
    return claim.rsplit("/", 1)[-1]


def verdicts(words: Words, *, are_works: bool) -> dict[str, str]:
    """Return in words how the columns of a row stand."""
    gettext = words.gettext
    if are_works:
        return {
            "alone": gettext("only one speaks of it"),
            "same": gettext("they agree"),
            "partly": gettext("they agree in part"),
            "contradict": gettext("they contradict each other"),
            "different": gettext("they say different things"),
        }
    return {
        "alone": gettext("known of one alone"),
        "same": gettext("the same"),
        "partly": gettext("the same in part"),
        "contradict": gettext("they contradict each other"),
        "different": gettext("different"),
    }
