"""``/reconcile`` in Flask: version 0.2 of the Reconciliation Service API, which is what OpenRefine speaks.

Each route is there once more below ``/reconcile/en``, ``/ja`` and ``/vi``: OpenRefine's server sends no
Accept-Language, so its users choose the language by the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from zanryu.errors import MalformedRequest
from zanryu.reconciliation.answering import feature_names
from zanryu.reconciliation.batches import read_batch, read_single
from zanryu.reconciliation.exchange_views import (
    PREFIXES,
    RECONCILE,
    Exchange,
    json_body,
    language,
    parameters,
    private,
    take_language,
    words,
)
from zanryu.reconciliation.extending import QUALIFIERS, read_extension
from zanryu.store.index_keeping import INDEXES
from zanryu.web.media_types import HTML

if TYPE_CHECKING:
    from zanryu.reconciliation.matching import Kind
    from zanryu.reconciliation.service import Service

_ASKS = ("queries", "query", "extend")


@dataclass(frozen=True, slots=True)
class ReconciliationViews:
    """Version 0.2 over what both versions answer from."""

    exchange: Exchange

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("reconciliation", __name__)
        blueprint.url_value_preprocessor(take_language)
        keeper = self.exchange.keeper
        blueprint.record(lambda state: state.app.extensions.setdefault(INDEXES, []).append(keeper))
        for prefix, suffix in zip(PREFIXES, ("", "_in"), strict=True):
            for rule, view in (
                ("", self.endpoint),
                ("/suggest/<any(entity, property, type):kind>", self.suggest),
                ("/propose", self.propose),
                ("/preview", self.preview),
                ("/about", self.about),
            ):
                methods = ["GET", "POST"] if rule == "" else ["GET"]
                blueprint.add_url_rule(prefix + rule, view.__name__ + suffix, view, methods=methods)
        return blueprint

    def endpoint(self) -> Response:
        """Answer the manifest, a batch of queries, a single one, or values of properties."""
        given = parameters()
        if given.get("callback"):
            raise MalformedRequest(
                "JSONP is not served: any page may read the answers (CORS). Leave out `callback`.",
                parameter="callback",
            )
        asked = [name for name in _ASKS if name in given]
        if len(asked) > 1:
            raise MalformedRequest(
                f"`{asked[0]}` and `{asked[1]}` are both given. Send one.", parameter=asked[1]
            )
        if asked:
            return self._answer(asked[0], given[asked[0]])
        if request.method == "POST":
            raise MalformedRequest(
                "The form has none of `queries`, `query` and `extend`.", parameter="queries"
            )
        service = self.exchange.service()
        return private(json_body(self.exchange.manifests(service).published()))

    def _answer(self, name: str, text: str) -> Response:
        most = self.exchange.settings.reconciliation_batch

        def make(service: Service) -> Response:
            if name == "extend":
                return json_body(service.extend(read_extension(text, name, most), is_draft=False))
            if name == "query":
                single = read_single(text, most, service.language)
                return json_body({"result": service.answers().results([single])[0]})
            asked = read_batch(text, most, service.language)
            results = service.answers().results(asked)
            return json_body({one.key: {"result": found} for one, found in zip(asked, results, strict=True)})

        if request.method == "GET":
            return self.exchange.tied(make)
        return make(self.exchange.service())

    def suggest(self, kind: Kind) -> Response:
        """Answer what somebody may be typing."""
        return self.exchange.suggest(kind, "cursor", is_draft=False)

    def propose(self) -> Response:
        """Answer the properties that a table of things of a type may be extended by."""
        return self.exchange.propose(is_draft=False)

    def preview(self) -> Response:
        """Show a thing in a few lines."""
        return self.exchange.preview()

    def about(self) -> Response:
        """Show people how to use the service, with the types, properties and features that it knows."""
        service = self.exchange.service()
        body = render_template(
            "reconcile.html",
            language=language(),
            address=f"{self.exchange.address()}{RECONCILE}",
            types=service.terms.listed_types(),
            properties=[(name, service.terms.property_name(name)) for name in service.terms.properties()],
            features=feature_names(words()),
            qualifiers=QUALIFIERS,
            batch_size=self.exchange.settings.reconciliation_batch,
        )
        return private(Response(body, content_type=HTML.content_type()))
