"""The front end: its packages are pinned, come from any registry, and stay out of git."""

from __future__ import annotations

import json
import re
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[2] / "server" / "frontend"


def test_the_lock_file_holds_no_download_addresses() -> None:
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert not re.search(r"https?://[^\"]*\.tgz", lock)


def test_every_package_is_locked_with_a_digest() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_every_package_asked_for_has_one_exact_version() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted.get("dependencies", {}), **wanted["devDependencies"]}
    assert {name: v for name, v in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", v)} == {}


def test_git_ignores_what_is_installed_and_what_is_bundled() -> None:
    ignored = (FRONTEND.parents[1] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/server/frontend/node_modules/", "/server/zanryu/static/built/"} <= set(ignored)
