from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_examples_for_notebooks_print_what_they_show(
    dataset: Dataset, built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZANRYU_STORE", str(built.store))
    page = Path(dataset.root / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = _BLOCK.findall(page)
    names: dict[str, Any] = {}
    pairs = zip(blocks[::2], blocks[1::2], strict=True)

    for (kind, code), (shown_kind, shown) in pairs:
        assert (kind, shown_kind) == ("python", "text"), "each example is followed by what it prints"
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(code, "docs/python.md", "exec"), names)  # noqa: S102 - our own page
        assert printed.getvalue() == shown, code

    assert len(blocks) >= 10
