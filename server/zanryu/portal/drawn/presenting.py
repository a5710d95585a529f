"""The rows of a view as a reader sees them: names for IRIs, dates and standing in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term
from zanryu.naming.iris import page_path
from zanryu.naming.labels import Shown
from zanryu.store.backend import Term, iri

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.naming.labels import Labels
    from zanryu.portal.drawn.rows import Row
    from zanryu.web.words import Words

    InWords = Callable[[Words, str], str]

EDTF: Final = term("edtf:EDTF-level1").value
_LONGEST: Final = 200
_TRUE: Final = ("true", "1")


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in words, as the line of a table: ``claim`` is the last part of its IRI."""

    subject: Shown
    what: Shown
    value: Shown
    when: str
    certainty: Shown
    states: list[str]
    claim: str
    href: str


@dataclass(frozen=True, slots=True)
class Presenter:
    """Presents terms in one language. ``in_words`` says an EDTF date as people write it."""

    labels: Labels
    words: Words
    in_words: InWords

    def show(self, shown: Term | None) -> Shown:
        """Return a term by its name; long text is shortened, dates are in words, nothing is empty text."""
        if shown is None:
            return Shown("")
        if shown.datatype == EDTF:
            return Shown(self.in_words(self.words, shown.value))
        found = self.labels.show(shown, self.words.language)
        if len(found.text) <= _LONGEST:
            return found
        return Shown(found.text[:_LONGEST].rstrip() + "…", found.language, found.href, found.iri)

    def named(self, thing: str) -> Shown:
        """Return an IRI by its name."""
        return self.show(iri(thing))

    def line(self, row: Row) -> ClaimLine:
        """Return a row about a claim in words."""
        return ClaimLine(
            self.show(row["subject"]),
            self.show(row["what"]),
            self.show(row["value"]),
            self.date(row),
            self.show(row.get("certainty")),
            self.states(row),
            row["claim"].value.rsplit("/", 1)[-1],
            self.show(row["claim"]).href or "",
        )

    def date(self, row: Row) -> str:
        """Return when, in words; the date of a claim is empty where its value is the date."""
        if "when" not in row or row["when"] == row.get("value"):
            return ""
        return self.in_words(self.words, row["when"].value)

    def states(self, row: Row) -> list[str]:
        """Return how a claim stands, in words."""
        gettext = self.words.gettext
        # translators: of a claim: sure enough to count as a fact of the graph, or not
        found = [gettext("accepted") if is_true(row, "accepted") else gettext("not accepted")]
        if is_true(row, "disputed"):
            found.append(gettext("disputed"))
        return found


def is_true(row: Row, name: str) -> bool:
    """Return whether a column has the boolean true."""
    return name in row and row[name].value in _TRUE


def slug(thing: str) -> str:
    """Return the last part of an own IRI, as parameters have it."""
    return (page_path(thing) or "").split("/", 3)[-1]
