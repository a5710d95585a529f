"""The tables in Flask, at addresses that stay: Mix'n'match fetches its catalogue by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request, send_from_directory

from zanryu import __version__
from zanryu.errors import TooBusy
from zanryu.graph.namespaces import BASE
from zanryu.web.conditional import entity_tag
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON, RESULTS
from zanryu.wikidata.comparison.kinds import Kind
from zanryu.wikidata.handover.batch_asking import read_number
from zanryu.wikidata.handover.kits.building import MIXNMATCH, OPENREFINE, SCHEMA
from zanryu.wikidata.handover.kits.mismatches import mismatches_csv, pairs
from zanryu.wikidata.handover.kits.proposal import FORMATTER, PATTERN, proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.wikidata.expression.expressing import Expressed
    from zanryu.wikidata.handover.kits.keeping import KitKeeper
    from zanryu.wikidata.model import Statement
    from zanryu.wikidata.report.gap_keeping import GapKeeper, Overview
    from zanryu.wikidata.report.gaps import Gaps

_CSV: Final = next(media for media in RESULTS if media.format == "csv").content_type()
_THINGS_A_FILE: Final = 100


@dataclass(frozen=True, slots=True)
class KitViews:
    """The tables over one engine and what was read of Wikidata."""

    gaps: Gaps
    overviews: GapKeeper
    keeper: KitKeeper

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("wikidata_kits", __name__)
        for name, view in (
            (MIXNMATCH, self.mixnmatch),
            (OPENREFINE, self.openrefine),
            (SCHEMA, self.schema),
            ("mismatch.csv", self.mismatch),
            ("property", self.property),
        ):
            blueprint.add_url_rule(f"/wikidata/{name}", view.__name__, view)
        return blueprint

    def mixnmatch(self) -> Response:
        """Send the catalogue for Mix'n'match."""
        return self._file(MIXNMATCH, _CSV)

    def openrefine(self) -> Response:
        """Send the table for OpenRefine."""
        return self._file(OPENREFINE, _CSV)

    def schema(self) -> Response:
        """Send the operations for OpenRefine."""
        return self._file(SCHEMA, JSON.content_type())

    def mismatch(self) -> Response:
        """Send what contradicts Wikidata, of so many things at once."""
        page = read_number(request.args.getlist, "page")
        found = self.overviews.index()
        content = mismatches_csv(self._conflicts(found, page))
        tag = entity_tag(f"{__version__} {found.version}", "mismatches", str(page))
        headers = {"ETag": tag} if found.version == self.gaps.version else {"Cache-Control": "no-store"}
        return Response(content, content_type=_CSV, headers=headers)

    def property(self) -> Response:
        """Show the proposal of a property, filled in from the data."""
        language = choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
        found = proposal(self.overviews.index().things, self._officers())
        page = render_template(
            "wikidata_property.html",
            language=language,
            proposal=found,
            pattern=PATTERN,
            formatter=FORMATTER,
            person=f"{BASE}id/person/",
        )
        # Counted beside the requests: what it shows now may be of an older version.
        return Response(page, content_type=HTML.content_type(), headers={"Cache-Control": "no-store"})

    def _officers(self) -> int | None:
        try:
            return self.keeper.index().officers
        except TooBusy:
            return None

    def _file(self, name: str, content_type: str) -> Response:
        found = self.keeper.index()
        response = send_from_directory(found.path, name, conditional=True)
        response.headers["Content-Type"] = content_type
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        if found.version != self.gaps.backend.version:
            response.headers["Cache-Control"] = "no-store"
        return response

    def _conflicts(self, found: Overview, page: int) -> Iterator[tuple[str, Expressed, Statement]]:
        things = [one for one in found.things if one.is_read and one.counts[Kind.CONFLICT]]
        for thing in things[(page - 1) * _THINGS_A_FILE : page * _THINGS_A_FILE]:
            report = self.gaps.report(thing.iri, thing.item)
            if report and report.entity:
                yield from ((report.entity.id, ours, theirs) for ours, theirs in pairs(report))
