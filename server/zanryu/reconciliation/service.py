"""The service itself, whatever the version of the API: what a request gets from the matcher and the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from zanryu.reconciliation.answering import Answers
from zanryu.reconciliation.columns import Columns
from zanryu.reconciliation.extending import Extender, Extension
from zanryu.reconciliation.previewing import Preview, read_preview
from zanryu.reconciliation.terms import Terms
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.naming.labels import Labels
    from zanryu.reconciliation.matching import Kind, Matcher
    from zanryu.store.backend import Backend


class Keeper(Protocol):
    """Has the matcher of the data at hand."""

    def index(self) -> Matcher:
        """Return the matcher of the data, or after a moment an old one.

        :raises TooBusy: if there is none yet.
        """


@dataclass(frozen=True, slots=True)
class Service:
    """What is answered to one request: of the data of ``matcher``, to a reader of ``language``.

    ``timeout_seconds`` is what matching may take.
    """

    matcher: Matcher
    backend: Backend
    labels: Labels
    language: str
    timeout_seconds: float | None = None

    def answers(self, *, is_draft: bool = False) -> Answers:
        """Return what makes the answers of a version of the API."""
        return Answers(self.terms, Words(self.language), is_draft, self.timeout_seconds)

    @property
    def terms(self) -> Terms:
        """What types and properties are called."""
        return Terms(self.matcher, self.language)

    @property
    def columns(self) -> Columns:
        """What a table can be extended by."""
        return Columns(self.terms, self.labels, Words(self.language))

    @property
    def _extender(self) -> Extender:
        return Extender(self.backend, self.labels, self.language)

    def suggest(self, prefix: str, kind: Kind, page: slice, *, is_draft: bool) -> list[dict[str, Any]]:
        """Return a part of what begins with a prefix."""
        found = self.matcher.suggest(prefix, kind, page.stop, self.language)
        return self.answers(is_draft=is_draft).suggestions(found[page])

    def extend(self, asked: Extension, *, is_draft: bool) -> dict[str, Any]:
        """Return the answer to a data extension query: 0.2 has rows and columns by name, 1.0 in order."""
        rows = self._extender.rows(asked)
        meta = self.columns.described(asked.columns)
        if not is_draft:
            return {"meta": meta, "rows": rows}
        listed = [
            {"id": row, "properties": [{"id": name, "values": values} for name, values in columns.items()]}
            for row, columns in rows.items()
        ]
        return {"meta": meta, "rows": listed}

    def preview(self, iri: str | None) -> Preview | None:
        """Return a thing in a few lines."""
        return read_preview(iri, self.columns, self._extender) if iri else None
