"""What is kept of a processor's work is what it would have written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from zanryu.portal.citing.styles import AUTHOR_DATE, NOTES, _entry, _note
from zanryu.portal.citing.styles.frames import Frames

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE: dict[str, Any] = {
    "type": "webpage",
    "author": [{"literal": "The editors"}],
    "container-title": "Zanryū",
    "version": "0.1",
    "issued": {"date-parts": [[2026, 11, 21]]},
    "URL": "https://w3id.org/zanryu/id/person/x",
}
TITLES = (
    "Ishii Takuo",
    "石井卓雄",
    "Nguyễn Sơn (tướng)",
    "Who?",
    "No. 5.",
    "‘Quoted’",
    "<i>x</i>",
    "A & B",
    "",
)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("style", [AUTHOR_DATE, NOTES])
@pytest.mark.parametrize("write", [_entry, _note], ids=["entry", "note"])
def test_a_filled_frame_is_what_the_processor_writes(
    write: Callable[[dict[str, Any], str, str], str], style: str, title: str
) -> None:
    frames = Frames(write)
    frames.fill({**PAGE, "title": "Another"}, style)

    assert frames.fill({**PAGE, "title": title}, style) == write({**PAGE, "title": title}, style, "")


def test_pages_that_differ_in_title_and_address_are_written_once() -> None:
    written = []

    def write(item: dict[str, Any], style: str, locator: str) -> str:
        written.append(item)
        return f"{item['title']} {style} {locator} {item['URL']}"

    frames = Frames(write)
    texts = [frames.fill({"title": t, "URL": f"https://h/{t}"}, NOTES, "p. 1") for t in ("A", "B")]

    assert texts == [f"A {NOTES} p. 1 https://h/A", f"B {NOTES} p. 1 https://h/B"]
    assert len(written) == 1
