"""The catalogue of officers for Mix'n'match.

Source: its importer, extended_entry.rs: any other column is an error, a language has letters alone, and dates
are written ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.wikidata.handover.kits.officers import date, hedge

if TYPE_CHECKING:
    from zanryu.wikidata.handover.kits.officers import Officer
    from zanryu.wikidata.model import Statement

_HUMAN: Final = "Q5"
_LANGUAGES: Final = ("en", "ja", "vi")
COLUMNS: Final = (
    "id",
    "name",
    "desc",
    "url",
    "q",
    "type",
    "born",
    "died",
    *(f"A{code}" for code in _LANGUAGES),
    *(f"D{code}" for code in _LANGUAGES if code != "en"),
)


def row(officer: Officer) -> list[str] | None:
    """Return the cells of an officer, ``None`` for one without a name.

    ``q`` is the link that the dataset has, which a person made. A language has one column, so one alias. A
    date that the source hedges is left out: there is no place to say so.
    """
    labels = officer.terms.labels
    name = labels.get("en") or next(iter(labels[code] for code in sorted(labels)), "")
    if not name:
        return None
    descriptions = officer.terms.descriptions
    return [
        officer.id,
        name,
        descriptions.get("en", ""),
        officer.iri,
        officer.item,
        _HUMAN,
        _certain(officer.born),
        _certain(officer.died),
        *(_alias(officer, code, name) for code in _LANGUAGES),
        *(descriptions.get(code, "") for code in _LANGUAGES if code != "en"),
    ]


def _certain(statement: Statement | None) -> str:
    return "" if hedge(statement) else date(statement)


def _alias(officer: Officer, code: str, name: str) -> str:
    """Return another name in a language: its label, if that is not the name itself, else the first alias."""
    own = (officer.terms.labels.get(code, ""), *officer.terms.aliases.get(code, ()))
    return next((text for text in own if text and text != name), "")
