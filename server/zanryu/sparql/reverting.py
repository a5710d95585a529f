"""``/history/N/revert`` in Flask: a version is undone by one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from zanryu.web.request_body import refuse_cross_site
from zanryu.web.version_numbers import add_version_rule

if TYPE_CHECKING:
    from zanryu.sparql.editing import Editing


@dataclass(frozen=True, slots=True)
class RevertingViews:
    """Undoing, for editors. The answers are those of a change."""

    editing: Editing

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("reverting", __name__)
        add_version_rule(blueprint)
        blueprint.add_url_rule("/history/<version:number>/revert", "revert", self.revert, methods=["POST"])
        return blueprint

    def revert(self, number: int) -> Response:
        """Undo a version, if none after it changed the same."""
        refuse_cross_site()
        wanted = self.editing.admit(request.headers, request.query_string)
        plain = self.editing.revert(wanted, number, request.headers.get("Accept"))
        return Response(plain.body, plain.status, dict(plain.headers))
