"""The gap report in Flask: ``/wikidata`` and ``/wikidata/KIND/SLUG``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotFound
from zanryu.naming.iris import entity_iri
from zanryu.store.backend import iri as iri_term
from zanryu.store.index_keeping import INDEXES
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON, RESULTS
from zanryu.web.negotiation import by_format, choose
from zanryu.web.words import Words
from zanryu.wikidata.comparison import kinds
from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.report.gap_data import as_csv, as_document, overview_csv, overview_document
from zanryu.wikidata.report.item_names import SITE, shortened

if TYPE_CHECKING:
    from zanryu.naming.labels import Shown
    from zanryu.web.negotiation import Choice
    from zanryu.wikidata.report.beside import BesidePages
    from zanryu.wikidata.report.gap_keeping import GapKeeper, Overview
    from zanryu.wikidata.report.gaps import Tally

CSV: Final = next(media for media in RESULTS if media.format == "csv")
_FORMS: Final = (HTML, JSON, CSV)
_NUMBER: Final = re.compile(r"[1-9]\d{0,8}\Z", re.ASCII)
PAGE_SIZE: Final = 100
_DAYS_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class GapViews:
    """The gap report over one engine and what was read of Wikidata."""

    beside: BesidePages
    keeper: GapKeeper

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("wikidata", __name__)
        blueprint.record(lambda state: state.app.extensions.setdefault(INDEXES, []).append(self.keeper))
        blueprint.add_url_rule("/wikidata", "overview", self.overview)
        blueprint.add_url_rule("/wikidata/<kind>/<path:slug>", "thing", self.thing)
        return blueprint

    def overview(self) -> Response:
        """Show how all linked things stand to Wikidata, in numbers."""
        choice = choose(request.headers.get("Accept"), _FORMS, request.args.get("format"))
        kind, found = _kind(request.args.getlist("kind")), self.keeper.index()
        tag = self._tag(found.version, choice)
        is_new = found.version == self.beside.gaps.version
        if is_new and is_fresh(request.headers.get("If-None-Match"), tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        if choice.media_type == JSON:
            body = json.dumps(overview_document(found, kind), ensure_ascii=False)
        elif choice.media_type == CSV:
            body = overview_csv(found, kind)
        else:
            body = self._overview_page(found, kind, is_old=not is_new)
        response = Response(body, content_type=choice.content_type)
        response.headers.set(*(("ETag", tag) if is_new else ("Cache-Control", "no-store")))
        return response

    def _overview_page(self, found: Overview, kind: Kind | None, *, is_old: bool) -> str:
        words = Words(_language())
        chosen = sorted(found.having(kind) if kind else found.read, key=_most_gaps_first)
        number, last = _page(request.args.getlist("page"), len(chosen))
        listed = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        unread = [thing for thing in found.things if not thing.is_read]
        return render_template(
            "wikidata.html",
            language=words.language,
            found=found,
            counts=found.counts(),
            kinds={one: (kinds.name(one, words), kinds.meaning(one, words)) for one in Kind},
            gaps=kinds.GAPS,
            kind=kind,
            listed=[(thing, self._name(thing.iri)) for thing in listed],
            total=len(chosen),
            page=number,
            last=last,
            unread=[(thing, self._name(thing.iri)) for thing in unread[:PAGE_SIZE]],
            unread_total=len(unread),
            unlinked=[self._name(iri) for iri in found.unlinked.first],
            days=found.days[-_DAYS_SHOWN:][::-1],
            site=SITE,
            is_old=is_old,
        )

    def _name(self, iri: str) -> Shown:
        return shortened(self.beside.labels.show(iri_term(iri), _language()))

    def thing(self, kind: str, slug: str) -> Response:
        """Show a thing and its item side by side, claim by claim."""
        iri, choice = _thing_and_form(kind, slug)
        tag = self._tag(self.beside.gaps.version, choice)
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        return Response(self._thing(iri, choice), content_type=choice.content_type, headers={"ETag": tag})

    def _thing(self, iri: str, choice: Choice) -> str:
        report = self.beside.gaps.report(iri)
        if report is None:
            known = self.beside.gaps.backend.describe(iri)
            why = "is linked to no item of Wikidata" if known else "is not in the graph"
            raise NotFound(f"<{iri}> {why}. /wikidata lists what is linked.", iri=iri)
        if choice.media_type == CSV:
            return as_csv([report])
        if choice.media_type == JSON:
            gaps = self.beside.gaps
            document = {"dataVersion": gaps.backend.version, **as_document(report, gaps.own)}
            return json.dumps(document, ensure_ascii=False)
        return render_template(
            "wikidata_thing.html",
            language=_language(),
            name=self._name(iri),
            wikidata=self.beside.present(report, _language()),
            own=() if report.entity else self.beside.own_side(iri, _language()),
        )

    def _tag(self, version: str, choice: Choice) -> str:
        return entity_tag(
            f"{__version__} {version}", "wikidata", request.full_path, _language(), choice.content_type
        )


def _thing_and_form(kind: str, slug: str) -> tuple[str, Choice]:
    """Split ``/wikidata/person/x.csv``; without an extension the header decides."""
    stem, dot, extension = slug.rpartition(".")
    if dot and (iri := entity_iri(kind, stem)) and extension in ("json", "csv"):
        return iri, by_format(extension, _FORMS)
    found = entity_iri(kind, slug)
    if found is None:
        raise NotFound(f"Nothing is at {request.path}.")
    return found, choose(request.headers.get("Accept"), _FORMS, request.args.get("format"))


def _most_gaps_first(thing: Tally) -> tuple[Any, ...]:
    return (*(-thing.counts[kind] for kind in kinds.GAPS), thing.iri)


def _kind(values: list[str]) -> Kind | None:
    """Return the kind that is asked for.

    :raises MalformedRequest: for one that there is not, or two.
    """
    if not values:
        return None
    if len(values) > 1 or values[0] not in set(Kind):
        names = ", ".join(Kind)
        raise MalformedRequest(f"`kind` has to be given once and to be one of {names}.", parameter="kind")
    return Kind(values[0])


def _page(values: list[str], total: int) -> tuple[int, int]:
    """Return the number of the page that is asked for, and that of the last.

    :raises MalformedRequest: for a page that there is not.
    """
    last = max(1, -(-total // PAGE_SIZE))
    if len(values) > 1 or (values and not (_NUMBER.match(values[0]) and int(values[0]) <= last)):
        raise MalformedRequest(f"`page` has to be given once and to be from 1 to {last}.", parameter="page")
    return (int(values[0]) if values else 1), last


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
