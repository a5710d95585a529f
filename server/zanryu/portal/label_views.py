"""``/labels`` in Flask: what things are called, for many at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from zanryu import __version__
from zanryu.errors import MalformedRequest
from zanryu.store.backend import iri as iri_term
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import JSON

if TYPE_CHECKING:
    from zanryu.naming.labels import Labels
    from zanryu.store.backend import Backend

MAX_IRIS: Final = 100
_MAX_IRI_CHARACTERS: Final = 2000


@dataclass(frozen=True, slots=True)
class LabelViews:
    """The labels over one engine."""

    backend: Backend
    labels: Labels

    def blueprint(self) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("labels", __name__)
        blueprint.add_url_rule("/labels", "labels", self.answer)
        return blueprint

    def answer(self) -> Response:
        """Answer the label of each ``?iri=`` that has one, and the address of its page."""
        wanted = list(dict.fromkeys(request.args.getlist("iri")))
        if not wanted:
            raise MalformedRequest("The parameter `iri` is missing.", parameter="iri")
        if len(wanted) > MAX_IRIS or any(len(iri) > _MAX_IRI_CHARACTERS for iri in wanted):
            raise MalformedRequest(
                f"`iri` is given {len(wanted)} times. Ask for at most {MAX_IRIS} at once, "
                f"each of at most {_MAX_IRI_CHARACTERS} characters.",
                parameter="iri",
            )
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        tag = entity_tag(f"{__version__} {self.backend.version}", "labels", language, *wanted)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        document = {iri: label for iri in wanted if (label := self._label(iri, language))}
        body = json.dumps({"language": language, "labels": document}, ensure_ascii=False)
        return Response(body, content_type=JSON.content_type(), headers={"ETag": tag})

    def _label(self, iri: str, language: str) -> dict[str, str | None] | None:
        if not self.labels.of(iri):
            return None
        shown = self.labels.show(iri_term(iri), language)
        return {"text": shown.text, "language": shown.language, "href": shown.href}
