"""The kit for OpenRefine: a table of officers, and the operations that make edits of Wikidata of its columns.

Source: the tests of OpenRefine's extension for Wikibase (``wikidata/save-wikibase-schema``,
``core/recon-use-values-as-identifiers``). Columns of items have to be reconciled, so that is done first, by
their numbers. Labels and descriptions are given only to items that have none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from zanryu.wikidata.handover.kits.officers import BORN, CIRCUMSTANCES, DIED, date, first_reference, hedge
from zanryu.wikidata.model import Item, Text, Time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.wikidata.expression.alignment import Alignment
    from zanryu.wikidata.handover.kits.officers import Officer
    from zanryu.wikidata.model import Reference, Statement

# Column by language: the names of languages as their speakers write them.
_LANGUAGES: Final = {"en": "English", "ja": "日本語", "vi": "Tiếng Việt", "zh-hant": "繁體中文"}
_DATES: Final = {"born": BORN, "died": DIED}
_OF_A_DATE: Final = ("", "_hedge", "_source", "_pages", "_url", "_retrieved")
_OF_A_REFERENCE: Final = {"_source": "P248", "_pages": "P304", "_url": "P854", "_retrieved": "P813"}
_VARIABLES: Final = {
    "wikibase-item": "wbitemvariable",
    "time": "wbdatevariable",
    "string": "wbstringvariable",
    "url": "wbstringvariable",
}
COLUMNS: Final = (
    "id",
    "url",
    "wikidata",
    *(f"name_{code}" for code in _LANGUAGES),
    *(f"aliases_{code}" for code in _LANGUAGES),
    *(f"description_{code}" for code in _LANGUAGES),
    *(f"{name}{part}" for name in _DATES for part in _OF_A_DATE),
)
_WIKIDATA: Final = "http://www.wikidata.org/"
_SERVICE: Final = "https://wikidata.reconci.link/en/api"


def row(officer: Officer) -> list[str]:
    """Return the cells of an officer; several aliases of a language are parted by `` | ``."""
    terms = officer.terms
    return [
        officer.id,
        officer.iri,
        officer.item,
        *(terms.labels.get(code, "") for code in _LANGUAGES),
        *(" | ".join(terms.aliases.get(code, ())) for code in _LANGUAGES),
        *(terms.descriptions.get(code, "") for code in _LANGUAGES),
        *_dated(officer.born),
        *_dated(officer.died),
    ]


def operations(alignment: Alignment) -> bytes:
    """Return the operations as OpenRefine applies them: Undo/Redo, Apply."""
    reconciled = ("wikidata", *(f"{name}{part}" for name in _DATES for part in ("_hedge", "_source")))
    steps = [*(_identified(column) for column in reconciled), _schema(alignment)]
    return json.dumps(steps, ensure_ascii=False, indent=2).encode()


def _dated(statement: Statement | None) -> list[str]:
    told = date(statement)
    if not told:
        return [""] * len(_OF_A_DATE)
    reference = first_reference(statement)
    return [told, hedge(statement), *(_part(reference, number) for number in _OF_A_REFERENCE.values())]


def _part(reference: Reference | None, number: str) -> str:
    for value in reference.of(number) if reference else ():
        match value:
            case Item():
                return value.id
            case Text():
                return value.text
            case Time():
                return value.text[1:11]
    return ""


def _identified(column: str) -> dict[str, Any]:
    return {
        "op": "core/recon-use-values-as-identifiers",
        "description": f"Use values as reconciliation identifiers in column {column}",
        "columnName": column,
        "engineConfig": {"mode": "row-based", "facets": []},
        "service": _SERVICE,
        "identifierSpace": f"{_WIKIDATA}entity/",
        "schemaSpace": f"{_WIKIDATA}prop/direct/",
    }


def _schema(alignment: Alignment) -> dict[str, Any]:
    dates = {name: number for name, number in _DATES.items() if number in alignment.properties}
    edit = {
        "type": "wbitemeditexpr",
        "subject": {"type": "wbitemvariable", "columnName": "wikidata"},
        "statementGroups": [_group(alignment, name, number) for name, number in dates.items()],
        "nameDescs": [
            _named(kind, f"{column}_{code}", code, language)
            for column, kind in (("name", "LABEL_IF_NEW"), ("description", "DESCRIPTION_IF_NEW"))
            for code, language in _LANGUAGES.items()
        ],
    }
    schema = {
        "entityEdits": [edit],
        "siteIri": f"{_WIKIDATA}entity/",
        "mediaWikiApiEndpoint": "https://www.wikidata.org/w/api.php",
        "entityTypeSiteIRI": {},
    }
    return {"op": "wikidata/save-wikibase-schema", "description": "Save Wikibase schema", "schema": schema}


def _group(alignment: Alignment, name: str, number: str) -> dict[str, Any]:
    statement = {
        "value": {"type": "wbdatevariable", "columnName": name},
        "qualifiers": _snaks(alignment, name, {"_hedge": CIRCUMSTANCES}),
        "references": [{"snaks": _snaks(alignment, name, _OF_A_REFERENCE)}],
    }
    return {"property": _property(alignment, number), "statements": [statement]}


def _snaks(alignment: Alignment, name: str, parts: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "prop": _property(alignment, number),
            "value": {
                "type": _VARIABLES[alignment.properties[number].datatype],
                "columnName": f"{name}{part}",
            },
        }
        for part, number in parts.items()
        if number in alignment.properties
    ]


def _property(alignment: Alignment, number: str) -> dict[str, str]:
    known = alignment.properties[number]
    return {"type": "wbpropconstant", "pid": number, "label": known.label, "datatype": known.datatype}


def _named(kind: str, column: str, code: str, language: str) -> dict[str, Any]:
    value = {
        "type": "wbmonolingualexpr",
        "language": {"type": "wblanguageconstant", "id": code, "label": language},
        "value": {"type": "wbstringvariable", "columnName": column},
    }
    return {"name_type": kind, "value": value}
