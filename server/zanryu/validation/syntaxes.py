"""What a document may be written in: the syntaxes of RDF, and tables of claims."""

from __future__ import annotations

from typing import Final

from zanryu.errors import UnsupportedMediaType
from zanryu.store.documents import FORMATS
from zanryu.web.media_types import GRAPHS, MediaType
from zanryu.web.words import Words

SYNTAXES: Final = tuple(media_type for media_type in GRAPHS if media_type.name in FORMATS)
TURTLE: Final = SYNTAXES[0]
JSON_LD: Final = next(m for m in SYNTAXES if m.name == "application/ld+json")

CSV: Final = MediaType("text/csv", "csv", "CSV")
XLSX: Final = MediaType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "Excel (.xlsx)"
)
SHEETS: Final = (CSV, XLSX)
_READ: Final = (*SYNTAXES, *SHEETS)

# What people take for the same thing: refused by name, since what is in them would be told as broken Turtle.
_OTHER_SHEETS: Final = ("xls", "xlsm", "xlsb", "xltx", "xltm", "ods", "numbers", "tsv", "tab")
_OTHER_SHEET_TYPES: Final = {
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": "xlsb",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "text/tab-separated-values": "tsv",
}


def is_sheet(media_type: str) -> bool:
    """Return whether a document of a media type is a table of claims."""
    return any(media_type == sheet.name for sheet in SHEETS)


def is_read(media_type: str) -> bool:
    """Return whether a document of a media type is read here."""
    return any(media_type == read.name for read in _READ)


def by_word(wanted: str) -> str:
    """Return the media type that ``syntax=`` names; empty for an empty word.

    :raises UnsupportedMediaType: for a word that is not known.
    """
    if not wanted:
        return ""
    for media_type in _READ:
        if wanted.lower() in (*media_type.formats, media_type.name):
            return media_type.name
    known = ", ".join(media_type.format for media_type in _READ)
    raise UnsupportedMediaType(
        f"`syntax={wanted}` is not read here. Use one of: {known}.", parameter="syntax"
    )


def by_file_name(name: str, language: str) -> str:
    """Return the media type that a file's name tells by its end; empty if it tells none.

    :raises UnsupportedMediaType: for a table that is not read, in a language.
    """
    extension = name.rpartition(".")[2].lower()
    if extension in _OTHER_SHEETS:
        raise _other_sheet(extension, language)
    return next((m.name for m in _READ if extension in m.formats), "")


def refuse_other_sheets(media_type: str, language: str) -> None:
    """Refuse the media type of a table that is not read, in a language.

    :raises UnsupportedMediaType: saying what to save it as.
    """
    if extension := _OTHER_SHEET_TYPES.get(media_type):
        raise _other_sheet(extension, language)


def _other_sheet(extension: str, language: str) -> UnsupportedMediaType:
    gettext, kind = Words(language).gettext, f".{extension}"
    if extension in ("xlsm", "xltm"):
        told = gettext(
            "A %(kind)s file (a workbook with macros) is not read here. Save the table as .xlsx, or as "
            "“CSV UTF-8”.",
            kind=kind,
        )
    else:
        told = gettext(
            "A %(kind)s file is not read here. Save the table as .xlsx, or as “CSV UTF-8”.", kind=kind
        )
    return UnsupportedMediaType(told, accepted=[sheet.name for sheet in SHEETS], language=language)
