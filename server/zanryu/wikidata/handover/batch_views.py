"""``/wikidata/batch`` in Flask: what may be handed over, to be looked through; nothing is sent from here."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.errors import MalformedRequest, NotFound
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.headers import policy_for_forms_to
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, RESULTS
from zanryu.web.words import Words
from zanryu.wikidata.handover.batch_asking import KINDS, MAX_THINGS, read_asked, read_number
from zanryu.wikidata.handover.gathering import handover_of
from zanryu.wikidata.handover.handover_files import batch_name, held_csv
from zanryu.wikidata.handover.handover_in_words import Presenter
from zanryu.wikidata.handover.hindrances import INCLUDABLE, name_of

if TYPE_CHECKING:
    from zanryu.wikidata.handover.batch_asking import Asked
    from zanryu.wikidata.handover.batches import Handover
    from zanryu.wikidata.handover.handover_in_words import Tools
    from zanryu.wikidata.report.beside import BesidePages
    from zanryu.wikidata.report.gap_keeping import GapKeeper

_TSV: Final = next(media for media in RESULTS if media.format == "tsv")
_CSV: Final = next(media for media in RESULTS if media.format == "csv")
# Of a thing with thousands of claims, the rest is in the files.
_MOST_BATCHES: Final = 10
_MOST_HELD: Final = 500


@dataclass(frozen=True, slots=True)
class _Found:
    """The batches of the things on one of so many pages, and how many ``things`` there are in all."""

    handover: Handover
    things: int
    pages: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class BatchViews:
    """The batches over one engine and what was read of Wikidata, for the ``tools`` that take them."""

    beside: BesidePages
    keeper: GapKeeper
    tools: Tools

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("wikidata_batch", __name__)
        blueprint.add_url_rule("/wikidata/batch", "page", self.page)
        blueprint.add_url_rule("/wikidata/batch.tsv", "file", self.file)
        blueprint.add_url_rule("/wikidata/batch.csv", "held", self.held)
        return blueprint

    def page(self) -> Response:
        """Show the batches, and what is held back."""
        asked, tag = read_asked(request.args.getlist), self._tag()
        if is_fresh(request.headers.get("If-None-Match"), tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        words = Words(_language())
        found = self._found(asked)
        shown = found.handover if found else None
        presenter = Presenter(self.beside.values(words.language), self.tools)
        page = render_template(
            "wikidata_batch.html",
            language=words.language,
            asked=asked,
            found=found,
            batches=presenter.offered(shown.batches[:_MOST_BATCHES], v3=asked.wanted.v3) if shown else [],
            held=presenter.held(shown.held[:_MOST_HELD]) if shown else [],
            unread=[one for one in shown.things if one.item and not one.there] if shown else [],
            kinds=KINDS,
            includable=[(reason.value, name_of(reason, words)) for reason in INCLUDABLE],
            tools=self.tools,
        )
        policy = policy_for_forms_to(self.tools.second)
        headers = {"Content-Security-Policy": policy, **self._validity(found)}
        return Response(page, content_type=HTML.content_type(), headers=headers)

    def file(self) -> Response:
        """Send one batch as a file."""
        asked, number = read_asked(request.args.getlist), read_number(request.args.getlist, "batch")
        found = self._required(asked)
        batches = found.handover.batches
        if number > len(batches):
            raise NotFound(f"There are {len(batches)} batches of this; there is none number {number}.")
        headers = _attached(batch_name(found.handover, number)) | self._validity(found)
        text = batches[number - 1].text
        return Response(text.encode(), content_type=_TSV.content_type(), headers=headers)

    def held(self) -> Response:
        """Send what is held back as a table."""
        found = self._required(read_asked(request.args.getlist))
        content = held_csv(found.handover.held, Words(_language()))
        headers = _attached(f"held-{found.handover.version}.csv") | self._validity(found)
        return Response(content, content_type=_CSV.content_type(), headers=headers)

    def _validity(self, found: _Found | None) -> dict[str, str]:
        """Return the tag of an answer, which one from an old list of all things has not."""
        return {"ETag": self._tag()} if not found or found.is_new else {"Cache-Control": "no-store"}

    def _required(self, asked: Asked) -> _Found:
        found = self._found(asked)
        if found is None:
            raise MalformedRequest("Say of which `thing`, or of which `kind`.", parameter="thing")
        return found

    def _found(self, asked: Asked) -> _Found | None:
        """Return what there is of what is asked for, ``None`` where nothing is."""
        if asked.things:
            return _Found(handover_of(self.beside.gaps, asked.things, asked.wanted), len(asked.things), 1)
        if not asked.kind:
            return None
        listed = self.keeper.index()
        chosen = asked.chosen(listed.things)
        pages = max(1, -(-len(chosen) // MAX_THINGS))
        if asked.page > pages:
            raise MalformedRequest(f"`page` has to be from 1 to {pages}.", parameter="page")
        part = chosen[(asked.page - 1) * MAX_THINGS : asked.page * MAX_THINGS]
        iris = [thing.iri for thing in part]
        found = handover_of(self.beside.gaps, iris, asked.wanted)
        return _Found(found, len(chosen), pages, is_new=listed.version == self.beside.gaps.version)

    def _tag(self) -> str:
        told = f"{__version__} {self.beside.gaps.version} {self.tools}"
        return entity_tag(told, "wikidata batch", request.full_path, _language())


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
