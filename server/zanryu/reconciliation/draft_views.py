"""``/reconcile/v1`` in Flask: the draft of version 1.0 of the Reconciliation Service API.

The draft changes until it is published: <https://reconciliation-api.github.io/specs/draft/>.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from zanryu.errors import UnsupportedMediaType
from zanryu.reconciliation.batches import read_draft_batch
from zanryu.reconciliation.exchange_views import RECONCILE, Exchange, json_body, language, private
from zanryu.reconciliation.extending import read_extension
from zanryu.web.languages import LANGUAGES
from zanryu.web.media_types import JSON
from zanryu.web.request_body import read_bounded_body

if TYPE_CHECKING:
    from zanryu.reconciliation.matching import Kind

DRAFT: Final = f"{RECONCILE}/v1"
MATCH: Final = f"{DRAFT}/match"
EXTEND: Final = f"{DRAFT}/extend"
# Where whole batches are posted, of either version: they take their time.
POSTED: Final = (RECONCILE, *(f"{RECONCILE}/{tag}" for tag in LANGUAGES), MATCH, EXTEND)


@dataclass(frozen=True, slots=True)
class DraftViews:
    """The draft of 1.0 over what both versions answer from."""

    exchange: Exchange

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("reconciliation_draft", __name__)
        for rule, view, method in (
            (DRAFT, self.manifest, "GET"),
            (MATCH, self.match, "POST"),
            (EXTEND, self.extend, "POST"),
            (f"{EXTEND}/propose", self.propose, "GET"),
            (f"{DRAFT}/suggest/<any(entity, property, type):kind>", self.suggest, "GET"),
            (f"{DRAFT}/preview", self.preview, "GET"),
        ):
            blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
        blueprint.after_request(_say_language)
        return blueprint

    def manifest(self) -> Response:
        """Answer the manifest."""
        service = self.exchange.service()
        return private(json_body(self.exchange.manifests(service).draft()))

    def match(self) -> Response:
        """Answer a batch of queries, in its order."""
        service = self.exchange.service()
        asked = read_draft_batch(_read_body(), self.exchange.settings.reconciliation_batch, service.language)
        results = service.answers(is_draft=True).results(asked)
        return json_body({"results": [{"candidates": found} for found in results]})

    def extend(self) -> Response:
        """Answer values of properties."""
        asked = read_extension(_read_body(), "", self.exchange.settings.reconciliation_batch)
        return json_body(self.exchange.service().extend(asked, is_draft=True))

    def propose(self) -> Response:
        """Answer the properties that a table of things of a type may be extended by."""
        return self.exchange.propose(is_draft=True)

    def suggest(self, kind: Kind) -> Response:
        """Answer what somebody may be typing."""
        return self.exchange.suggest(kind, "offset", is_draft=True)

    def preview(self) -> Response:
        """Show a thing in a few lines."""
        return self.exchange.preview()


def _read_body() -> bytes:
    if request.mimetype != JSON.name:
        raise UnsupportedMediaType(f"Send the body as {JSON.name}.", accepted=[JSON.name])
    return read_bounded_body(request.max_content_length or 0)


def _say_language(response: Response) -> Response:
    response.headers["Content-Language"] = language()
    return response
