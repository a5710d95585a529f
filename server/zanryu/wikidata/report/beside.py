"""What Wikidata says beside the pages of things: handed to the portal, which does not know this feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.web.words import Words
from zanryu.wikidata.expression.expressing import express
from zanryu.wikidata.report.item_names import ItemNames
from zanryu.wikidata.report.side_by_side import Presenter
from zanryu.wikidata.report.values_in_words import ValuesInWords

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.naming.labels import Labels
    from zanryu.wikidata.report.gaps import Gaps, Report
    from zanryu.wikidata.report.side_by_side import Line, SideBySide


@dataclass(frozen=True, slots=True)
class BesidePages:
    """Reports for readers; ``in_words`` reads a date in EDTF."""

    gaps: Gaps
    labels: Labels
    in_words: Callable[[Words, str], str]

    def state(self) -> str:
        """Return what changes whenever something else would be told of the same data."""
        return self.gaps.cache.state

    def of(self, iri: str, language: str) -> SideBySide | None:
        """Return a thing beside its item, ``None`` where it is linked to none."""
        report = self.gaps.report(iri)
        return self.present(report, language) if report else None

    def present(self, report: Report, language: str) -> SideBySide:
        """Return a report in the words of a reader."""
        return Presenter(self.values(language), self.gaps.own).present(report)

    def own_side(self, iri: str, language: str) -> tuple[Line, ...]:
        """Return what is claimed of a thing here: all there is to show while its item was not read."""
        ours = express(self.gaps.backend, self.gaps.alignment, iri)
        return Presenter(self.values(language), self.gaps.own).alone(ours)

    def values(self, language: str) -> ValuesInWords:
        """Return what puts values in the words of a reader."""
        names = ItemNames(self.labels, self.gaps.alignment, self.gaps.cache, language)
        return ValuesInWords(names, Words(language), self.in_words)
