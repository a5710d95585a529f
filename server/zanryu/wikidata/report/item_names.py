"""What items and properties of Wikidata are called in a reader's language, by what we and the cache know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES, term
from zanryu.naming.labels import Shown, best
from zanryu.store.backend import iri as iri_term
from zanryu.web.words import Words
from zanryu.wikidata.comparison.grounds import entity_iri
from zanryu.wikidata.comparison.sourcing import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.naming.labels import Labels
    from zanryu.wikidata.entities.cache import Cache
    from zanryu.wikidata.expression.alignment import Alignment, Form

SITE: Final = "https://www.wikidata.org/wiki/"
_EXACT_MATCH: Final = term("skos:exactMatch").value
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class ItemNames:
    """Names for one reader. A thing of ours is called as we call it, and another item as Wikidata does."""

    labels: Labels
    alignment: Alignment
    cache: Cache
    language: str
    _kept: dict[str, Shown] = field(default_factory=dict)

    def item(self, number: str) -> Shown:
        """Return an item with a link: to our page of it, or to Wikidata's."""
        if number not in self._kept:
            self._kept[number] = shortened(self._ours(number) or self._theirs(number))
        return self._kept[number]

    def property(self, number: str) -> Shown:
        """Return a property: in English as Wikidata calls it, else as we call what it says."""
        href = f"{SITE}Property:{number}"
        if number in IMPORTED:
            # translators: what Wikidata says of a reference that names a Wikipedia alone
            return Shown(Words(self.language).gettext("imported from Wikimedia"), self.language, href)
        known = self.alignment.properties.get(number)
        if self.language != "en":
            for found in self._terms(number):
                shown = self.labels.show(iri_term(found), self.language)
                if shown.language == self.language:
                    return Shown(shown.text, shown.language, href)
        return shortened(Shown(known.label, "en", href) if known else self._read(number, href))

    def _terms(self, number: str) -> Iterator[str]:
        """Yield the properties of ours that one of Wikidata says: as a statement, then as a part of one."""
        own = [(iri, form) for iri, form in self.alignment.forms.items() if iri.startswith(PREFIXES["zr"])]
        yield from sorted(iri for iri, form in own if number in form.statement)
        yield from sorted(iri for iri, form in own if number in (form.qualifier, form.reference))

    def _ours(self, number: str) -> Shown | None:
        linked = self.labels.backend.referring(entity_iri(number), _EXACT_MATCH)
        concepts = (iri for iri, form in self.alignment.forms.items() if _stands_for(form, number))
        for found in (*sorted(statement.subject.value for statement in linked), *concepts):
            shown = self.labels.show(iri_term(found), self.language)
            if shown.href:
                return shown
        return None

    def _theirs(self, number: str) -> Shown:
        return self._read(number, f"{SITE}{number}")

    def _read(self, number: str, href: str) -> Shown:
        """Return what Wikidata calls something, if it was read, else its number."""
        entity = self.cache.readable(number)
        names = [(text, code) for code, text in sorted(entity.labels.items())] if entity else []
        found = best(names, self.language)
        return Shown(*found, href) if found else Shown(number, "", href)


def _stands_for(form: Form, number: str) -> bool:
    return form.item == number


def shortened(shown: Shown) -> Shown:
    """Return what is shown, cut where it is too long for a cell."""
    if len(shown.text) <= LONGEST:
        return shown
    return Shown(shown.text[: LONGEST - 1].rstrip() + "…", shown.language, shown.href, shown.iri)
