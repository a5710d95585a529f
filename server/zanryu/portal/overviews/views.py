"""The overviews in Flask: officers, units, academies, sources, conflicts, and how many they were."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from zanryu import __version__
from zanryu.portal.overviews import listings
from zanryu.portal.overviews.asking import FILE_SIZE, PAGE_SIZE, Asked, check_page, pages_around, read_asked
from zanryu.portal.overviews.counting import populations
from zanryu.portal.overviews.presenting import Presenter, as_csv
from zanryu.portal.overviews.queries import page_query, query_path
from zanryu.portal.overviews.scale import scale_for
from zanryu.portal.overviews.sides import conflicts
from zanryu.portal.overviews.tree import Forest
from zanryu.store.index_keeping import INDEXES
from zanryu.web.conditional import entity_tag, is_fresh
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, RESULTS
from zanryu.web.negotiation import choose
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from zanryu.naming.labels import Labels
    from zanryu.portal.overviews.counting import Population
    from zanryu.portal.overviews.index import Index, Member
    from zanryu.portal.overviews.keeping import Keeper
    from zanryu.portal.overviews.listings import Listing
    from zanryu.portal.overviews.tree import Node
    from zanryu.store.backend import Backend

CSV: Final = next(media for media in RESULTS if media.format == "csv")
MOST_UNITS: Final = 2000
MOST_COUNTS: Final = 500


@dataclass(frozen=True, slots=True)
class OverviewViews:
    """The overviews of one engine, by the index that ``keeper`` has at hand.

    ``in_words`` says an EDTF date as people write it.
    """

    backend: Backend
    labels: Labels
    keeper: Keeper
    in_words: Callable[[Words, str], str]

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("overviews", __name__)
        for listing, details in (
            (listings.OFFICERS, self._entries),
            (listings.UNITS, self._units),
            (listings.ACADEMIES, self._entries),
            (listings.SOURCES, self._entries),
            (listings.CONFLICTS, self._conflicts),
        ):
            size = MOST_UNITS if listing is listings.UNITS else PAGE_SIZE
            view = partial(self._listing, listing, details, f"{listing.name}.html", size)
            blueprint.add_url_rule(f"/{listing.name}", listing.name, view)
        numbers = partial(self._listing, listings.COUNTS, self._counts, "how_many.html", MOST_COUNTS)
        blueprint.add_url_rule("/how-many", "counts", numbers)
        blueprint.record(lambda state: state.app.extensions.setdefault(INDEXES, []).append(self.keeper))
        return blueprint

    def _listing(
        self,
        listing: Listing,
        details: Callable[[Asked, Sequence[Member]], Mapping[str, object]],
        template: str,
        size: int,
    ) -> Response:
        """Answer a page of a listing, or its rows; ``details`` are what its template has of its own."""
        asked = read_asked(listing, request.args.getlist)
        choice = choose(request.headers.get("Accept"), (HTML, CSV), request.args.get("format"))
        index = self.keeper.index()
        tag = entity_tag(
            f"{__version__} {index.version}", "overview", request.full_path, _language(), choice.content_type
        )
        if index.version == self.backend.version and is_fresh(request.headers.get("If-None-Match"), tag):
            return self._finish(Response(status=HTTPStatus.NOT_MODIFIED), index, tag)
        terms, total = asked.terms(index), index.total(listing, asked.wanted)
        size = FILE_SIZE if choice.media_type == CSV else size
        check_page(asked, total, size)
        members = index.members(listing, asked.wanted, asked.sort, asked.start(size), size)
        if choice.media_type == CSV:
            entries = [self._presenter().entry(listing, member) for member in members]
            body = as_csv(listing, entries).encode("utf-8", "replace")
        else:
            body = render_template(
                template,
                language=_language(),
                asked=asked,
                total=total,
                shown=len(members),
                pages=pages_around(asked, total),
                facets=self._facets(asked, index),
                presenter=self._presenter(),
                behind=query_path(page_query(listing, terms)),
                file_size=FILE_SIZE,
                version=index.version,
                is_old=index.version != self.backend.version,
                **details(asked, members),
            ).encode("utf-8", "replace")
        return self._finish(Response(body, content_type=choice.content_type), index, tag)

    def _facets(self, asked: Asked, index: Index) -> list[dict[str, object]]:
        """Return the ways to narrow a list down, for its template."""
        presenter, found = self._presenter(), []
        values = index.facets(asked.listing, asked.wanted) if asked.listing.facets else {}
        for dimension in asked.listing.facets:
            offered = values.get(dimension.name, [])
            shown = [(value, presenter.value(dimension, value.value)) for value in offered]
            chosen = asked.wanted.get(dimension.name, "")
            found.append({"dimension": dimension, "values": shown, "chosen": chosen})
        return found

    def _entries(self, asked: Asked, members: Sequence[Member]) -> Mapping[str, object]:
        presenter = self._presenter()
        return {"entries": [presenter.entry(asked.listing, member) for member in members]}

    def _units(self, asked: Asked, members: Sequence[Member]) -> Mapping[str, object]:
        presenter = self._presenter()
        things = {member.iri: (member, presenter.entry(asked.listing, member)) for member in members}
        forest = Forest(things, lambda thing: thing[0].values.get("above", []))
        return {"trees": forest.trees(), "alone": forest.alone()}

    def _conflicts(self, asked: Asked, members: Sequence[Member]) -> Mapping[str, object]:  # noqa: ARG002
        return {"entries": conflicts(self.backend, self._presenter(), [member.iri for member in members])}

    def _counts(self, asked: Asked, members: Sequence[Member]) -> Mapping[str, object]:  # noqa: ARG002
        found = populations(self.backend, self._presenter(), [member.iri for member in members])
        largest = max((node.thing.largest for node in _all(found)), default=1)
        return {"populations": found, "scale": scale_for(largest)}

    def _presenter(self) -> Presenter:
        return Presenter(self.labels, Words(_language()), self.in_words)

    def _finish(self, response: Response, index: Index, tag: str) -> Response:
        """Tie an answer to its data; one from an old index is not to be kept by anybody."""
        if index.version == self.backend.version:
            response.headers["ETag"] = tag
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def _all(nodes: list[Node[Population]]) -> Iterator[Node[Population]]:
    for node in nodes:
        yield node
        yield from _all(node.below)


def _language() -> str:
    return choose_language(request.args.get("lang"), request.headers.get("Accept-Language"))
