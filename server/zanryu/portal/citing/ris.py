"""RIS, by the table of tags that Reference Manager, EndNote and Zotero share.

Specification: https://web.archive.org/web/20170707033254/http://www.researcherid.com/resources/html/help_upload.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from zanryu.portal.citing.dates import year_of
from zanryu.portal.citing.facts import one_line
from zanryu.portal.citing.names import inverted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.citing.dates import CslDate
    from zanryu.portal.citing.works import Item

_TYPES: Final = {
    "article-journal": "JOUR", "article-newspaper": "NEWS", "article-magazine": "MGZN", "article": "JOUR",
    "review": "JOUR", "book": "BOOK", "chapter": "CHAP", "paper-conference": "CPAPER", "report": "RPRT",
    "thesis": "THES", "webpage": "ELEC", "post": "ELEC", "post-weblog": "BLOG", "dataset": "DATA",
    "entry-encyclopedia": "ENCYC", "entry-dictionary": "DICT", "hearing": "HEAR",
}  # fmt: skip
_FIELDS: Final = {
    "container-title": "T2", "collection-title": "T3", "volume": "VL", "issue": "IS", "publisher": "PB",
    "version": "ET", "DOI": "DO", "language": "LA", "archive": "DB", "archive_location": "AN", "note": "N1",
    "URL": "UR",
}  # fmt: skip
_RANGE: Final = re.compile(r"(\d+)[-–](\d+)\Z")


def to_ris(items: Iterable[Item]) -> str:
    """Return items of CSL-JSON as a RIS file."""
    return "".join(_record(item) for item in items)


def _record(item: Item) -> str:
    tags: list[tuple[str, Any]] = [("TY", _TYPES.get(item["type"], "GEN")), ("ID", item["id"])]
    for role, tag in (("author", "AU"), ("editor", "A2"), ("translator", "A4")):
        tags += [(tag, inverted(name)) for name in item.get(role, [])]
    tags += [
        ("TI", item.get("title")),
        ("PY", year_of(item.get("issued"))),
        ("DA", _date(item.get("issued"))),
    ]
    tags += _pages(item)
    tags += [(tag, item.get(name)) for name, tag in _FIELDS.items()]
    tags += [("SN", item.get(name)) for name in ("ISBN", "ISSN")]
    tags.append(("Y2", _date(item.get("accessed"))))
    lines = [f"{tag}  - {one_line(str(value))}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _pages(item: Item) -> list[tuple[str, Any]]:
    page = str(item.get("page") or item.get("page-first") or "")
    match = _RANGE.match(page)
    if match:
        return [("SP", match[1]), ("EP", match[2])]
    return [("SP", page or item.get("number-of-pages"))]


def _date(value: CslDate | None) -> str:
    """Return a date as `2017/02/28/` with its empty places, or what it is called."""
    value = value or {}
    if "literal" in value:
        return str(value["literal"])
    parts = value.get("date-parts", [[]])[0]
    return "/".join([*(f"{part:02}" for part in parts), *[""] * (4 - len(parts))]) if parts else ""
