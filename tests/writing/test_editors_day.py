"""The editor's day in docs/editing.md is typed at a real server, and ends as the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attack.server import environment
from writing.editor import editing

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "editing.md"
_BLOCK = re.compile(
    r"^<!-- day(?:: (?P<file>\S+))? -->\n```\w+\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_ADDRESS = "http://127.0.0.1:8000"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl, which is not here")
def test_the_day_of_an_editor_goes_as_the_page_shows_it(
    whole: Settings, dataset: Dataset, tmp_path: Path
) -> None:
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(dataset.root / name, tmp_path / "desk" / name)
    typed = 0
    (tmp_path / "server").mkdir()
    with editing(whole, tmp_path / "server") as editor:
        desk = _Desk(tmp_path / "desk", editor.server.origin, editor.token, whole.store)
        for block in _BLOCK.finditer(GUIDE.read_text(encoding="utf-8")):
            if block["file"]:
                (desk.folder / block["file"]).write_text(block["body"], encoding="utf-8")
                continue
            command, _, shown = block["body"].removeprefix("$ ").partition("\n")
            said = desk.type(command)
            assert _fits(shown, said), f"$ {command}\n{said}"
            typed += 1
    assert typed >= 7


class _Desk:
    """A folder in which commands are typed, with ``zanryu`` on the path."""

    def __init__(self, folder: Path, origin: str, token: str, store: Path) -> None:
        self.folder = folder
        self._origin = origin
        (folder / "token").write_text(f"{token}\n", encoding="utf-8")
        programs = folder.parent / "bin"
        programs.mkdir()
        program = programs / "zanryu"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -c "from zanryu.cli import main; main()" "$@"\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        path = os.pathsep.join((str(programs), os.environ.get("PATH", os.defpath)))
        self._environment = environment({"store": str(store)}) | {"PATH": path, "TOKEN": token}

    def type(self, command: str) -> str:
        ended = subprocess.run(
            ["/bin/sh", "-c", command.replace(_ADDRESS, self._origin)],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return (ended.stdout + ended.stderr).replace(self._origin, _ADDRESS)


def _fits(shown: str, said: str) -> bool:
    """Return whether an output is what the page shows; … stands for what is left out."""
    pattern = ".*".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None
