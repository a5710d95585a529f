"""What is asked of the search: the parameters of a request as values, or a refusal that names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.errors import MalformedRequest
from zanryu.portal.search.documents import KINDS
from zanryu.portal.search.searching import MAX_HITS, Filters
from zanryu.portal.search.terms import MAX_CHARACTERS, Question

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_SIZE: Final = 20
_MAX_PAGE: Final = MAX_HITS // PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the reader wants of the answer. ``tier`` is the last part of its IRI."""

    question: Question
    kind: str = ""
    tier: str = ""
    page: int = 1
    language: str = ""

    @property
    def start(self) -> int:
        """The first hit of the page, from 0."""
        return (self.page - 1) * PAGE_SIZE

    def path(self, **changes: str | int) -> str:
        """Return the path of the same question, with something else of it wanted; its first page."""
        wanted = {"kind": self.kind, "tier": self.tier, "page": 1, "lang": self.language, **changes}
        kept = {name: value for name, value in wanted.items() if value and (name, value) != ("page", 1)}
        return "/search?" + urlencode({"q": self.question.text, **kept})

    def filters(self, tiers: list[str]) -> Filters:
        """Return the filters; ``tiers`` are the IRIs of those that there are.

        :raises MalformedRequest: if the tier is none of them.
        """
        if not self.tier:
            return Filters(self.kind)
        for iri in tiers:
            if name_of(iri) == self.tier:
                return Filters(self.kind, iri)
        known = ", ".join(name_of(iri) for iri in tiers)
        raise MalformedRequest(
            f"`tier={self.tier}` is not a tier here. Use one of: {known}.", parameter="tier"
        )


def name_of(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("/")[2].rpartition("#")[2]


def read_question(values_of: Callable[[str], list[str]]) -> Question:
    """Read ``q``; ``values_of`` gives the values of a parameter.

    :raises MalformedRequest: if it is there twice, or too long.
    """
    text = _one(values_of, "q").strip()
    if len(text) > MAX_CHARACTERS:
        raise MalformedRequest(
            f"`q` has {len(text)} characters. Search for {MAX_CHARACTERS} at most.", parameter="q"
        )
    return Question(text)


def read_asked(values_of: Callable[[str], list[str]]) -> Asked:
    """Read the parameters of `/search`.

    :raises MalformedRequest: for one that is there twice, or has a value that cannot be.
    """
    question = read_question(values_of)
    kind = _one(values_of, "kind")
    if kind and kind not in KINDS:
        raise MalformedRequest(
            f"`kind={kind[:40]}` is not a kind. Use one of: {', '.join(KINDS)}.", parameter="kind"
        )
    page = _one(values_of, "page") or "1"
    if not (page.isascii() and page.isdecimal() and 1 <= int(page[:6]) <= _MAX_PAGE):
        raise MalformedRequest(f"`page` is not a number from 1 to {_MAX_PAGE}.", parameter="page")
    tier = _one(values_of, "tier")[:40]
    return Asked(question, kind, tier, int(page[:6]), _one(values_of, "lang")[:5])


def _one(values_of: Callable[[str], list[str]], name: str) -> str:
    values = values_of(name)
    if len(values) > 1:
        raise MalformedRequest(f"`{name}` is given {len(values)} times. Give it once.", parameter=name)
    return values[0] if values else ""
