from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "server" / "zanryu"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
_NAMELESS = {"utils", "helpers", "common", "core", "manager", "misc"}


def _tracked() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - wherever git is
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        text=True,
    )
    return [REPOSITORY / name for name in found.stdout.split("\0") if name]


def test_a_module_imports_only_from_lower_floors() -> None:
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "server")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_shorter_than_250_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 250


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_named_by_what_it_is_about(path: Path) -> None:
    assert not {*path.relative_to(PACKAGE).with_suffix("").parts} & _NAMELESS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_begins_with_a_docstring(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))


def test_importing_the_package_loads_neither_rdflib_nor_flask() -> None:
    code = (
        "import sys, zanryu; sys.exit(bool({'rdflib', 'flask', 'pyoxigraph', 'pyshacl'} & set(sys.modules)))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "server")},
        check=False,
    )

    assert ended.returncode == 0


def test_no_test_reaches_beyond_this_machine() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="loopback alone is allowed"):
        client.connect(("192.0.2.1", 80))


def test_a_test_may_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


# The paths of a machine, not of a repository: assembled, so that this file does not hold them itself.
_MACHINE_PATH = re.compile(
    "(?<![\\w.:/-])/(?:"
    + "|".join(["home/[a-z]", "Users/[A-Z]", "root/", "work" + "/(?:main|shared)", "tmp" + "/[a-z]"])
    + ")"
)


@pytest.mark.skipif(
    not (REPOSITORY / ".git").exists(), reason="not a git checkout: nothing says which files are tracked"
)
def test_no_tracked_file_names_a_path_of_some_machine() -> None:
    found = []
    for path in _tracked():
        if not path.is_file() or path.suffix in {".png", ".ico", ".woff2", ".fingerprint"}:
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{path.relative_to(REPOSITORY)}:{number}"
            for number, line in enumerate(lines, 1)
            if _MACHINE_PATH.search(line)
        ]

    assert found == []


@pytest.mark.parametrize("name", ["ontology", "data", "shapes", "queries"])
def test_every_folder_that_the_wheel_carries_exists_and_is_not_empty(name: str) -> None:
    assert any(path.is_file() for path in (REPOSITORY / name).rglob("*"))


def test_the_wheel_carries_every_folder_of_the_dataset() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")

    for name in ("ontology", "data", "shapes", "queries"):
        assert f'"{name}" = "zanryu/dataset/{name}"' in text
