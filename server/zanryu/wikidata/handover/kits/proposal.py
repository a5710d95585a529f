"""The proposal of a property for our identifiers. Source: Template:Property proposal on wikidata.org."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.wikidata.report.gaps import Tally

# The last part of a person's IRI: ASCII letters, digits and hyphens, as the shapes of the data want it.
PATTERN: Final = "[a-z0-9]+(-[a-z0-9]+)*"
FORMATTER: Final = f"{BASE}id/person/$1"
_EXAMPLES: Final = 3
_DESCRIPTION: Final = (
    "identifier of a person in Zanryū, a knowledge graph of the Japanese officers who stayed in Indochina "
    "after August 1945"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What can be filled in from the data; who proposes it adds the subject item and the reasons.

    ``officers`` and ``linked`` are ``None`` while they are being counted.
    """

    examples: tuple[tuple[str, str], ...]
    officers: int | None = None
    linked: int | None = None

    def wikitext(self) -> str:
        """Return the template, filled in."""
        examples = (
            f" |example {number} = {{{{Q|{item}}}}} → {slug}"
            for number, (item, slug) in enumerate(self.examples, 1)
        )
        lines = [
            "{{Property proposal",
            " |status         = <!-- leave this empty -->",
            f" |description    = {_DESCRIPTION}",
            " |subject item   = <!-- the item of Zanryū, to be made first -->",
            " |datatype       = external-id",
            " |domain         = {{Q|5}}",
            f" |allowed values = {PATTERN}",
            *examples,
            f" |source         = {BASE}",
            f" |formatter URL  = {FORMATTER}",
            "}}",
        ]
        return "\n".join(lines)


def proposal(things: Sequence[Tally], officers: int | None) -> Proposal:
    """Return the proposal, with examples of the persons that are linked."""
    person = f"{BASE}id/person/"
    persons = [
        (thing.item, thing.iri.removeprefix(person)) for thing in things if thing.iri.startswith(person)
    ]
    return Proposal(tuple(persons[:_EXAMPLES]), officers, len(persons))
