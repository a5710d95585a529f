"""Values of Wikidata in the words of a reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.naming.iris import link
from zanryu.naming.labels import Shown
from zanryu.wikidata.expression.times import NotEDTF, write_date
from zanryu.wikidata.model import (
    JULIAN,
    Coordinates,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Text,
    Time,
    Unknown,
)
from zanryu.wikidata.report.item_names import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zanryu.store.backend import Term
    from zanryu.web.words import Words
    from zanryu.wikidata.model import Snak, Value
    from zanryu.wikidata.report.item_names import ItemNames


@dataclass(frozen=True, slots=True)
class Part:
    """A property with its value: a qualifier, or a part of a reference."""

    property: Shown
    value: Shown


@dataclass(frozen=True, slots=True)
class ValuesInWords:
    """Puts values in words; ``in_words`` reads a date in EDTF."""

    names: ItemNames
    words: Words
    in_words: Callable[[Words, str], str]

    def parts(self, snaks: Iterable[Snak]) -> tuple[Part, ...]:
        """Return qualifiers, or the parts of a reference."""
        return tuple(Part(self.names.property(snak.property), self.value(snak.value)) for snak in snaks)

    def show(self, term: Term) -> Shown:
        """Return a term of ours."""
        return shortened(self.names.labels.show(term, self.words.language))

    def date(self, edtf: str) -> str:
        """Return a date in words."""
        return self.in_words(self.words, edtf)

    def value(self, value: Value) -> Shown:
        """Return a value."""
        match value:
            case Item():
                return self.names.item(value.id)
            case Time():
                return Shown(self._time(value))
            case Text():
                return shortened(Shown(value.text, "", _address(value.text)))
            case Monolingual():
                return shortened(Shown(value.text, value.language))
            case Quantity():
                unit = "" if value.unit == "1" else f" {self.names.item(value.unit).text}"
                return Shown(f"{value.amount.removeprefix('+')}{unit}")
            case Coordinates():
                return Shown(f"{value.latitude}, {value.longitude}")
        return Shown(self._without_value(value))

    def _without_value(self, value: Value) -> str:
        if isinstance(value, Unknown):
            return self.words.gettext("unknown value")
        if isinstance(value, Nothing):
            # translators: a statement of Wikidata that there is none
            return self.words.gettext("no value")
        kind = value.datatype if isinstance(value, Foreign) else ""
        return self.words.gettext("a value that is not read here (%(kind)s)", kind=kind)

    def _time(self, value: Time) -> str:
        try:
            text = self.date(write_date(value))
        except NotEDTF:
            text = value.text
        # translators: a date in the Julian calendar
        return self.words.gettext("%(date)s (Julian)", date=text) if value.calendar == JULIAN else text


def _address(text: str) -> str | None:
    """Return an address on the web that a text is; an address of this server is no link of Wikidata's."""
    return text if (found := link(text)) and found == text and not text.startswith("/") else None
