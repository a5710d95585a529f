"""BibTeX (B. Patashnik, BibTeXing, 1988). UTF-8 stays as it is: only what LaTeX would act on is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

from zanryu.portal.citing.dates import iso_of, year_of
from zanryu.portal.citing.names import in_order, inverted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.citing.names import Name
    from zanryu.portal.citing.works import Item

_ENTRIES: Final = {
    "article-journal": "article", "article-newspaper": "article", "article-magazine": "article",
    "article": "article", "review": "article", "book": "book", "chapter": "incollection",
    "paper-conference": "inproceedings", "entry-dictionary": "incollection", "report": "techreport",
    "thesis": "phdthesis",
}  # fmt: skip
_CONTAINERS: Final = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}
_PUBLISHERS: Final = {"techreport": "institution", "phdthesis": "school"}
_FIELDS: Final = {
    "collection-title": "series", "volume": "volume", "issue": "number", "DOI": "doi", "ISBN": "isbn",
    "ISSN": "issn", "language": "language",
}  # fmt: skip
_VERBATIM: Final = ("doi", "isbn", "issn", "url", "urldate")
_KEY: Final = re.compile(r"[^A-Za-z0-9_:.-]")
_UNSAFE_IN_URL: Final = str.maketrans({char: f"%{ord(char):02X}" for char in '{}\\" <>^`|'})
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Quotation marks and brackets are characters of BibTeX's, too, but not within the braces of a field.
_SPECIAL: Final = {
    "\\": r"{\textbackslash}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "~": r"{\textasciitilde}", "^": r"{\textasciicircum}",
}  # fmt: skip
_ENCODER: Final = UnicodeToLatexEncoder(
    conversion_rules=[
        UnicodeToLatexConversionRule(RULE_DICT, {ord(char): latex for char, latex in _SPECIAL.items()})
    ],
    replacement_latex_protection="none",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


def to_bibtex(items: Iterable[Item]) -> str:
    """Return items of CSL-JSON as a BibTeX file."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Item) -> str:
    kind = _ENTRIES.get(item["type"], "misc")
    fields: dict[str, Any] = {
        "author": _people(item.get("author", [])),
        "editor": _people(item.get("editor", [])),
        "title": item.get("title"),
        _CONTAINERS.get(kind, "howpublished"): item.get("container-title"),
        _PUBLISHERS.get(kind, "publisher"): item.get("publisher"),
        "type": "Thesis" if kind == "phdthesis" else None,  # or BibTeX prints that it is one for a doctorate
        "year": year_of(item.get("issued")) or item.get("issued", {}).get("literal"),
        "month": _month(item),
        "pages": str(item.get("page", "")).replace("-", "--").replace("–", "--"),
        **{ours: item.get(theirs) for theirs, ours in _FIELDS.items()},
        "note": _note(item),
        "url": item.get("URL", "").translate(_UNSAFE_IN_URL),
        "urldate": iso_of(item.get("accessed")),
    }
    lines = [f"  {name} = {_value(name, str(value))}" for name, value in fields.items() if value]
    return f"@{kind}{{{_KEY.sub('-', str(item['id']))},\n" + ",\n".join(lines) + "\n}\n"


def _value(name: str, text: str) -> str:
    if name == "month":
        return text  # a string that every style defines
    if name in ("author", "editor"):
        return f"{{{text}}}"
    if name in _VERBATIM:
        return f"{{{text.translate(_UNSAFE_IN_URL)}}}"
    # The second pair keeps a style from changing the case of names in other languages.
    return f"{{{{{_escape(text)}}}}}" if name in ("title", "booktitle") else f"{{{_escape(text)}}}"


def _people(names: list[Name]) -> str:
    return " and ".join(_person(name) for name in names)


def _person(name: Name) -> str:
    """Return a name; in braces of its own where BibTeX must not look for its parts."""
    if "literal" in name or name.get("static-ordering"):
        return f"{{{_escape(in_order(name))}}}"
    return _escape(inverted(name))


def _note(item: Item) -> str:
    """Return what BibTeX has no field for."""
    version = f"Version {item['version']}" if "version" in item else ""
    archive = " ".join(item[name] for name in ("archive", "archive_location") if name in item)
    return "; ".join(filter(None, (version, archive, item.get("note"))))


def _month(item: Item) -> str:
    parts = item.get("issued", {}).get("date-parts", [[]])[0]
    return _MONTHS[parts[1] - 1] if len(parts) > 1 else ""


def _escape(text: str) -> str:
    return str(_ENCODER.unicode_to_latex(text))
