from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zanryu.web.assets import MANIFEST, Assets, is_immutable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bundled(tmp_path: Path) -> Assets:
    files = {"map.js": "map-1A2B3C4D.js", "map.css": "map-5E6F7G8H.css"}
    (tmp_path / MANIFEST).write_text(json.dumps(files), encoding="utf-8")
    return Assets(tmp_path)


def test_an_entry_is_found_under_the_name_with_its_hash(bundled: Assets) -> None:
    assert bundled.asset("map.js") == "/static/built/map-1A2B3C4D.js"
    assert bundled.script("map.js") == '<script type="module" src="/static/built/map-1A2B3C4D.js"></script>'
    assert bundled.stylesheet("map.css") == '<link rel="stylesheet" href="/static/built/map-5E6F7G8H.css">'


def test_a_page_has_no_element_for_an_entry_that_is_not_bundled(bundled: Assets) -> None:
    assert not bundled.script("none.js")
    assert not bundled.stylesheet("none.css")


def test_without_bundles_one_line_says_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assets = Assets(tmp_path)
    assert assets.asset("map.js") == "/static/built/map.js"
    assert not assets.script("map.js")
    (record,) = caplog.records
    assert "make install" in record.getMessage()


def test_the_manifest_is_read_once(bundled: Assets) -> None:
    bundled.asset("map.js")
    (bundled.folder / MANIFEST).unlink()
    assert bundled.asset("map.css") == "/static/built/map-5E6F7G8H.css"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/static/built/map-1A2B3C4D.js", True),
        ("/static/built/map-1A2B3C4D.css", True),
        ("/static/built/map-1A2B3C4D.js.LEGAL.txt", False),
        ("/static/built/map.js", False),
        ("/static/built/manifest.json", False),
        ("/static/zanryu.css", False),
        ("/static/built/../map-1A2B3C4D.js", False),
        ("/elsewhere/static/built/map-1A2B3C4D.js", False),
    ],
)
def test_only_a_name_with_a_hash_is_kept_for_ever(path: str, expected: bool) -> None:
    assert is_immutable(path) is expected
