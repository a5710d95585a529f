"""What a listing says, for a reader of one language: names for IRIs, words for dates and languages."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from zanryu.naming.labels import Shown
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zanryu.naming.labels import Labels
    from zanryu.portal.overviews.index import Member
    from zanryu.portal.overviews.listings import Dimension, Listing
    from zanryu.web.words import Words

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing in a list, with what is said of it by dimension: texts, of which more than one is a pair."""

    name: Shown
    numbers: dict[str, int]
    values: dict[str, list[list[Shown]]]
    more: dict[str, int]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Presents what an index holds. ``in_words`` says an EDTF date as people write it."""

    labels: Labels
    words: Words
    in_words: Callable[[Words, str], str]

    def named(self, thing: str) -> Shown:
        """Return an IRI by its name, shortened where it is long."""
        return shortened(self.labels.show(iri(thing), self.words.language))

    def number(self, count: int) -> str:
        """Return a number as people write it."""
        return format_decimal(count, locale=self.words.language)

    def value(self, dimension: Dimension, value: str) -> list[Shown]:
        """Return a value as it is shown: one text, or the two of a pair. A ``word`` is for the template."""
        if dimension.kind in ("thing", "pair"):
            return [self.named(part) for part in value.split(" ")]
        if dimension.kind == "language":
            return [Shown(self.language(value))]
        if dimension.kind == "date":
            return [Shown(self.in_words(self.words, value))]
        return [shortened(Shown(value))]

    def language(self, tag: str) -> str:
        """Return the name of a language by its tag (BCP 47), or the tag where there is none."""
        try:
            found = Locale.parse(tag.replace("-", "_")).get_display_name(self.words.language)
        except (UnknownLocaleError, ValueError):
            return tag[:40]
        return found or tag[:40]

    def entry(self, listing: Listing, member: Member) -> Entry:
        """Return a member as it is shown."""
        said = {
            dimension.name: [self.value(dimension, value) for value in member.values[dimension.name]]
            for dimension in listing.dimensions
            if dimension.name in member.values
        }
        more = {name: total - len(said[name]) for name, total in member.totals.items()}
        return Entry(self.named(member.iri), dict(member.numbers), said, more)


def shortened(shown: Shown) -> Shown:
    """Return what is shown, at most so long that it fits into a list."""
    if len(shown.text) <= _LONGEST:
        return shown
    return Shown(shown.text[:_LONGEST].rstrip() + "…", shown.language, shown.href, shown.iri)


def as_csv(listing: Listing, entries: Sequence[Entry]) -> str:
    """Return entries as a table (RFC 4180): the IRI, the name, the numbers, and what is said."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    numbers = [number.name for number in listing.numbers]
    writer.writerow(["iri", "name", *numbers, *(d.name for d in listing.dimensions)])
    for entry in entries:
        said = ["; ".join(map(_line, entry.values.get(d.name, []))) for d in listing.dimensions]
        writer.writerow([entry.name.iri, entry.name.text, *(entry.numbers[name] for name in numbers), *said])
    return written.getvalue()


def _line(parts: list[Shown]) -> str:
    return ": ".join(part.text for part in parts)
