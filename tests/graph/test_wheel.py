"""The wheel carries ontology, data, shapes and queries, and does elsewhere what the checkout does here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(folder),
        str(REPOSITORY),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the wheel, away from the checkout; its dependencies are this interpreter's."""
    folder = tmp_path_factory.mktemp("installed")
    ZipFile(wheel).extractall(folder)
    return folder


def zanryu(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the installed package, in a folder with no checkout around it."""
    program = (
        "import sys, zanryu; print(zanryu.__file__, file=sys.stderr); from zanryu.cli import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_carries_the_bundled_scripts(wheel: Path) -> None:
    bundled = REPOSITORY / "server/zanryu/static/built"
    if not (bundled / "manifest.json").exists():
        pytest.skip("The front end is not bundled. `make install` does, with Node.js and the npm registry.")
    names = set(ZipFile(wheel).namelist())
    assert {f"zanryu/static/built/{path.name}" for path in bundled.iterdir()} <= names


def test_the_wheel_carries_every_source_of_the_dataset(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    folders = [REPOSITORY / name for name in ("ontology", "data", "shapes", "queries")]
    wanted = [p for folder in folders for p in folder.rglob("*") if p.is_file()]

    missing = [p for p in wanted if f"zanryu/dataset/{p.relative_to(REPOSITORY).as_posix()}" not in names]

    assert wanted
    assert not missing


def test_an_installed_wheel_checks_builds_and_answers(installed: Path, tmp_path: Path) -> None:
    question = str(installed / "zanryu/dataset/queries/cq02-who-taught-at-quang-ngai.rq")

    built = zanryu(installed, tmp_path, "build")
    asked = zanryu(installed, tmp_path, "query", question, "--format", "csv")

    assert str(installed) in built.stderr
    assert built.returncode == 0, built.stderr
    assert "Built: version" in built.stdout
    assert (tmp_path / "var" / "dist" / "zanryu.ttl").is_file()
    assert asked.returncode == 0, asked.stderr
    assert "Igari Kazumasa" in asked.stdout
    assert "bullet 5" in asked.stdout
