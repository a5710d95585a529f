"""What is asked of a listing: the parameters of a request as values, or a refusal that names one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zanryu.portal.overviews.index import Index
    from zanryu.portal.overviews.listings import Dimension, Listing

    ValuesOf = Callable[[str], list[str]]

PAGE_SIZE: Final = 50
FILE_SIZE: Final = 1000  # the rows of a file; names are looked up for each
EVERYTHING: Final = "all"
_MAX_DIGITS: Final = 7
_MAX_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of a listing. ``wanted`` are the slugs of values, by dimension."""

    listing: Listing
    wanted: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    language: str = ""

    def start(self, size: int) -> int:
        """Return the first member of the page, from 0."""
        return (self.page - 1) * size

    def path(self, **changes: str | int) -> str:
        """Return the path of the listing's first page with something else of it wanted (empty: anything)."""
        wanted = {**self.wanted, "sort": self.sort, "lang": self.language, "page": 1, **changes}
        usual = dict([self.listing.usual]) if self.listing.usual else {}
        for name, value in usual.items():
            wanted[name] = "" if wanted.get(name) == value else wanted.get(name) or EVERYTHING
        kept = {
            name: value
            for name, value in wanted.items()
            if value and (name, value) not in (("page", 1), ("sort", self.listing.sorts[0]))
        }
        return f"/{self.listing.name}" + (f"?{urlencode(kept)}" if kept else "")

    def terms(self, index: Index) -> dict[str, str]:
        """Return the values that the slugs stand for, by dimension.

        :raises MalformedRequest: for one that no member has.
        """
        found = {}
        for name, slug in self.wanted.items():
            value = index.value_of(self.listing, name, slug)
            if value is None:
                raise MalformedRequest(
                    f"`{name}={slug}` is said of nothing in this list. Choose one that the list offers.",
                    parameter=name,
                )
            found[name] = value
        return found


def read_asked(listing: Listing, values_of: ValuesOf) -> Asked:
    """Read the parameters of a listing; ``values_of`` gives the values of a parameter.

    :raises MalformedRequest: for one that is there twice, or has a value that cannot be.
    """
    wanted = {}
    for dimension in listing.facets:
        slug = _value(listing, dimension, read_one(values_of, dimension.name))
        if slug:
            wanted[dimension.name] = slug
    sort = read_one(values_of, "sort") or listing.sorts[0]
    if sort not in listing.sorts:
        raise MalformedRequest(
            f"`sort={sort[:40]}` is no order of this list. Use one of: {', '.join(listing.sorts)}.",
            parameter="sort",
        )
    return Asked(listing, wanted, sort, _page(read_one(values_of, "page")), read_one(values_of, "lang")[:5])


def read_one(values_of: ValuesOf, name: str) -> str:
    """Return the value of a parameter that may be given once.

    :raises MalformedRequest: if it is given more often.
    """
    values = values_of(name)
    if len(values) > 1:
        raise MalformedRequest(f"`{name}` is given {len(values)} times. Give it once.", parameter=name)
    return values[0].strip() if values else ""


def check_page(asked: Asked, total: int, size: int) -> None:
    """Refuse a page after the last.

    :raises MalformedRequest: for such a page.
    """
    last = max(1, -(-total // size))
    if asked.page > last:
        raise MalformedRequest(f"`page={asked.page}` is after the last page, {last}.", parameter="page")


def pages_around(asked: Asked, total: int) -> list[int]:
    """Return the numbers of the pages around the one at hand, with the first and the last."""
    last = -(-total // PAGE_SIZE)
    near = range(max(1, asked.page - 2), min(last, asked.page + 2) + 1)
    return sorted({1, *near, last}) if last > 1 else []


def _value(listing: Listing, dimension: Dimension, slug: str) -> str:
    if listing.usual and dimension.name == listing.usual[0]:
        return "" if slug == EVERYTHING else slug or listing.usual[1]
    if len(slug) > _MAX_CHARACTERS:
        raise MalformedRequest(
            f"`{dimension.name}` has {len(slug)} characters. Choose a value that the list offers.",
            parameter=dimension.name,
        )
    return slug


def _page(text: str) -> int:
    text = text or "1"
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS and int(text)):
        raise MalformedRequest(f"`page={text[:40]}` is not the number of a page.", parameter="page")
    return int(text)
