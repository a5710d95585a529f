"""A page being read: what is known, in whose language it is shown, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from babel.numbers import format_decimal, get_decimal_symbol

from zanryu.graph.namespaces import EDTF_LEVEL_1, term
from zanryu.naming.labels import Shown, best
from zanryu.portal.entity.dates import Dates
from zanryu.portal.entity.knowledge import TYPE, Knowledge
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zanryu.naming.labels import Labels
    from zanryu.portal.entity.display import Display, Heading
    from zanryu.portal.entity.knowledge import Facts
    from zanryu.store.backend import Term
    from zanryu.web.words import Words

_INTEGER: Final = re.compile(r"-?\d{1,18}\Z", re.ASCII)
# Longitude first, as GeoSPARQL has it; the south and the west, which are below zero, are shown as written.
_POINT: Final = re.compile(r"POINT ?\((?P<longitude>\d+(?:\.\d+)?) (?P<latitude>\d+(?:\.\d+)?)\)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """What every part of a page needs."""

    knowledge: Knowledge
    labels: Labels
    words: Words
    display: Display
    dates: Dates

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.words.language

    def show(self, term: Term) -> Shown:
        """Return a term as the reader sees it: dates, numbers and points in words."""
        if term.datatype in _READ:
            return Shown(_READ[term.datatype](self, term.value))
        return self.labels.show(term, self.language)

    def _number(self, text: str) -> str:
        return format_decimal(int(text), locale=self.language) if _INTEGER.match(text) else text

    def _point(self, text: str) -> str:
        point = _POINT.match(text)
        if point is None:
            return text
        mark = get_decimal_symbol(self.language)
        degrees = {name: number.replace(".", mark) for name, number in point.groupdict().items()}
        # translators: where a place lies, in degrees
        return self.words.gettext("%(latitude)s° N, %(longitude)s° E", **degrees)

    def shown(self, terms: Iterable[Term]) -> list[Shown]:
        """Return terms as the reader sees them."""
        return [self.show(t) for t in terms]

    def property(self, path: str) -> Shown:
        """Return a property by the name that the shapes give it, else by its own."""
        shown = self.show(iri(path))
        named = self.display.name(path, self.language)
        return replace(shown, text=named[0], language=named[1]) if named else shown

    def pairs(self, has: Facts, hidden: Iterable[str]) -> list[tuple[Shown, list[Shown]]]:
        """Return properties with their values in the order of the shapes, without the hidden ones."""
        paths = sorted(has.terms.keys() - set(hidden), key=self.display.rank)
        return [(self.property(path), self.shown(has.terms[path])) for path in paths]

    def text(self, terms: Iterable[Term]) -> str:
        """Return the best of several texts in languages."""
        found = best([(t.value, t.language) for t in terms], self.language)
        return found[0] if found else ""

    def classes(self, facts: Facts) -> list[str]:
        """Return the classes of a thing and those above them, the nearest first."""
        types = [t.value for t in facts.terms.get(TYPE, [])]
        return list(self.knowledge.closure(types, "rdfs:subClassOf"))

    def heading(self, heading: Heading) -> Shown:
        """Return a heading in words."""
        tag = self.language if self.language in heading.names else "en"
        name = heading.names.get(tag)
        return Shown(_capital(name), tag) if name else Shown(self.words.gettext("Other statements"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_READ: Final[dict[str, Callable[[Reading, str], str]]] = {
    EDTF_LEVEL_1.value: lambda reading, text: reading.dates.in_words(text),
    term("xsd:integer").value: Reading._number,
    term("geo:wktLiteral").value: Reading._point,
}


def reading_of(labels: Labels, words: Words, display: Display) -> Reading:
    """Return a page to be read."""
    return Reading(Knowledge(labels.backend), labels, words, display, Dates(words))
