"""Citations for readers: the Chicago Manual of Style, 18th edition, by citeproc-py and the styles here.

citeproc-py takes no script of a name into account, numbers no second work of a year, and escapes only a part
of what it writes. So names come to it as they are to stand, years with their letter, and its output is text
with marks for italics, which alone become HTML here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from citeproc import (
    VARIABLES,
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    Locator,
)
from citeproc.source.json import CiteProcJSON
from markupsafe import Markup, escape

from zanryu.portal.citing.dates import year_of
from zanryu.portal.citing.names import in_order, inverted
from zanryu.portal.citing.styles.frames import Frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.portal.citing.names import Name
    from zanryu.portal.citing.works import Item, Reference

AUTHOR_DATE: Final = "chicago-author-date"
NOTES: Final = "chicago-notes"
_FILES: Final = {AUTHOR_DATE: "chicago-author-date.csl", NOTES: "chicago-notes-bibliography.csl"}
_ON, _OFF = "\ue000", "\ue001"
_KNOWN: Final = frozenset(VARIABLES) - {"note"} | {"id", "type"}
_PEOPLE: Final = ("author", "editor", "translator")
_ITALIC_TYPES: Final = frozenset(("book", "report"))
_INNER_QUOTES: Final = str.maketrans("“”", "‘’")
# A mark that ends a sentence needs no period after it, nor an abbreviation a second one; where
# nothing stands between two commas, one is left; a note does not end in one.
_ONE_STOP: Final = (re.compile(rf"(?<!\.)([.?!…])({_OFF}?[”’]*{_OFF}?)\.(?!\.)"), r"\1\2")
_SEAMS: Final = (
    (re.compile(rf"\s+({_OFF}?)([,.])"), r"\1\2"),
    _ONE_STOP,
    _ONE_STOP,  # the period within the quotation marks, then the one behind them
    (re.compile(rf",({_OFF}?”?),"), r",\1"),
    (re.compile(r",(”?)\s*\Z"), r"\1"),
)
# No italics for what has none: Han, kana, hangul.
_CJK: Final = "[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_EAST_ASIAN: Final = re.compile(rf"(\s*\d*{_CJK}(?:[\d\s]*{_CJK})*\d*\s*)")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'”]+?(?=[.,;)]*(?:\s|\Z))")
_TEXT: Final = SimpleNamespace(
    preformat=lambda text: text,
    Italic=lambda text: f"{_ON}{text}{_OFF}",
    Oblique=str, Bold=str, Light=str, Underline=str, Superscript=str, Subscript=str, SmallCaps=str,
)  # fmt: skip
_ID: Final = "item"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A citation as text, and as HTML with italics and links."""

    text: str
    html: Markup


def reference_list(references: Sequence[Reference], style: str) -> list[Formatted]:
    """Return the entries of a bibliography (of a reference list, for author-date), in their order."""
    listed = sorted(references, key=_sort_key)
    if style == AUTHOR_DATE:
        items = _with_year_letters([_prepare(reference) for reference in listed])
    else:
        items = [_prepare(reference) for reference in listed]
    return [_format(_ENTRIES.fill(item, style)) for item in items]


def note(reference: Reference, style: str) -> Formatted:
    """Return the full note for a work, or the parenthesis of author-date, without a final period."""
    item = _prepare(reference, is_short=style == AUTHOR_DATE)
    return _format(_NOTES.fill(item, style, reference.locator))


def join(parts: Iterable[Formatted], between: str, end: str = "") -> Formatted:
    """Return citations in one text."""
    parts = list(parts)
    text = between.join(part.text for part in parts)
    html = escape(between).join(part.html for part in parts)
    stop = "" if text.endswith(end) else end
    return Formatted(text + stop, html + stop)


@cache
def _style(name: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(Path(__file__).with_name(_FILES[name])), validate=False)


class _Bibliography(CitationStylesBibliography):  # type: ignore[misc]  # the library has no types
    citations: list[Citation]


def _bibliography(item: Item, style: str, locator: str) -> _Bibliography:
    made = _Bibliography(_style(style), CiteProcJSON([{**item, "id": _ID}]), _TEXT)
    place = {"locator": Locator("page", locator)} if locator else {}
    made.citations = [Citation([CitationItem(_ID, **place)])]
    made.register(made.citations[0])
    return made


def _entry(item: Item, style: str, locator: str) -> str:
    return str(_bibliography(item, style, locator).bibliography()[0])


def _note(item: Item, style: str, locator: str) -> str:
    made = _bibliography(item, style, locator)
    return str(made.cite(made.citations[0], lambda missing: None))


_ENTRIES: Final = Frames(_entry)
_NOTES: Final = Frames(_note)


def _prepare(reference: Reference, *, is_short: bool = False) -> Item:
    """Return the item as the processor needs it; ``is_short`` is for a parenthesis, with family names."""
    item: dict[str, Any] = {
        key: value for key, value in reference.item.items() if key.replace("-", "_") in _KNOWN
    }
    item.pop("id", None)
    for role in _PEOPLE:
        if role in item:
            item[role] = _uninverted([_name(name, reference, is_short=is_short) for name in item[role]])
    if reference.is_supplied:
        item["status"] = item.pop("title")
    elif item["type"] not in _ITALIC_TYPES:
        item["title"] = item.get("title", "").translate(_INNER_QUOTES)
    return item


def _uninverted(names: list[Name]) -> list[Name]:
    """Return names of which the first is not turned round as one: no comma is due before their `and`."""
    if len(names) == 1 or "literal" not in names[0]:
        return names
    texts = [in_order(name) for name in names]
    before, last = ", ".join(texts[:-1]), texts[-1]
    return [{"literal": f"{before}{',' if len(texts) > 2 else ''} and {last}"}]


def _name(name: Name, reference: Reference, *, is_short: bool) -> Name:
    if is_short:
        return {"literal": name.get("family") or name["literal"]}
    original = reference.originals.get(in_order(name))
    if name.get("static-ordering") or original:
        return {"literal": " ".join(filter(None, (in_order(name), original)))}
    return name


def _sort_key(reference: Reference) -> tuple[str, str, str]:
    item = reference.item
    people = item.get("author") or item.get("editor") or []
    first = " ".join(inverted(name) for name in people) or str(item.get("title", ""))
    return first.casefold(), year_of(item.get("issued")) or "9999", str(item.get("title", "")).casefold()


def _with_year_letters(items: list[Item]) -> list[Item]:
    """Tell the works of the same people in the same year apart: 2011a, 2011b."""
    alike: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.get("author") and (year := year_of(item.get("issued"))):
            alike.setdefault((repr(item["author"]), year), []).append(item)
    for group in alike.values():
        for index, item in enumerate(group if len(group) > 1 else []):
            item["year-suffix"] = _letters(index)
    return items


def _letters(index: int) -> str:
    before, last = divmod(index, 26)
    return (_letters(before - 1) if before else "") + chr(ord("a") + last)


def _format(marked: str) -> Formatted:
    for seam, mended in _SEAMS:
        marked = seam.sub(mended, marked)
    marked = marked.strip()
    parts = re.split(f"[{_ON}{_OFF}]", marked)
    html = Markup("").join(_italic(part) if index % 2 else _linked(part) for index, part in enumerate(parts))
    return Formatted("".join(parts), html)


def _italic(text: str) -> Markup:
    """Return the HTML of a title. Every second part of the split is East Asian."""
    parts = _EAST_ASIAN.split(text)
    return Markup("").join(
        Markup("<i>%s</i>") % part if part.strip() and not index % 2 else escape(part)
        for index, part in enumerate(parts)
    )


def _linked(text: str) -> Markup:
    """Return the HTML of text in which addresses are links."""
    html, end = Markup(""), 0
    for match in _ADDRESS.finditer(text):
        html += escape(text[end : match.start()])
        html += Markup('<a href="%s" rel="noopener noreferrer nofollow">%s</a>') % (match[0], match[0])
        end = match.end()
    return html + escape(text[end:])
