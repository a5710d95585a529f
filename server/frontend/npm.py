"""Runs the npm scripts of this folder with the Node.js that is there, or with the one of PyPI.

``python npm.py build`` installs the packages of the lock file if they are not, and bundles; ``check`` checks
the types. Pages are complete without scripts, so ``build --or-without`` says what is missing and succeeds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_REPOSITORY: Final = _HERE.parents[1]
_INSTALLED: Final = _HERE / "node_modules" / ".package-lock.json"
_OLDEST_NODE: Final = 20


class Missing(Exception):
    """Something that bundling needs cannot be had; the message says what, and what to do."""


def main(script: str, *options: str) -> int:
    """Run a script and return the status of the process."""
    try:
        environment = _environment_with_node()
        _install_packages(environment)
        _run(["npm", "run", "--silent", script], environment, f"`npm run {script}` failed, see above.")
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        if "--or-without" not in options:
            return 1
        sys.stderr.write("The pages work without scripts; `make install` tries again.\n")
    return 0


def _environment_with_node() -> dict[str, str]:
    """Return the environment in which `node` and `npm` are found, installed beside this Python if need be."""
    if _has_node(os.environ):
        return dict(os.environ)
    beside = Path(sys.executable).parent  # not resolved: the folder of the virtual environment
    with_wheel = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not _has_node(with_wheel):
        requirements = str(_REPOSITORY / "requirements" / "node.txt")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        sentence = (
            f"There is no Node.js {_OLDEST_NODE} or later on this machine, and it could not be installed "
            "from PyPI. Install Node.js with npm, or run this with a network."
        )
        _run([*pip, "--require-hashes", "-r", requirements], dict(os.environ), sentence)
    return with_wheel


def _has_node(environment: os._Environ[str] | dict[str, str]) -> bool:
    """Return whether the PATH of an environment leads to npm and a Node.js that is new enough."""
    node, npm = (shutil.which(name, path=environment.get("PATH", "")) for name in ("node", "npm"))
    if not node or not npm:
        return False
    told = subprocess.run([node, "--version"], env=environment, capture_output=True, text=True, check=False)
    major = told.stdout.removeprefix("v").partition(".")[0]
    return told.returncode == 0 and major.isdecimal() and int(major) >= _OLDEST_NODE


def _install_packages(environment: dict[str, str]) -> None:
    lock = _HERE / "package-lock.json"
    if _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= lock.stat().st_mtime:
        return
    # No package may run a program of its own while it is installed; none of ours needs to.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    sentence = (
        "The packages of server/frontend could not be installed: `npm ci` failed, see above. It needs the "
        "npm registry, or one that has the same packages (`npm config set registry ADDRESS`)."
    )
    _run(["npm", "ci", *options], environment, sentence)
    _INSTALLED.touch()


def _run(command: list[str], environment: dict[str, str], sentence: str) -> None:
    """Run a command in this folder.

    :raises Missing: with the sentence, if it fails.
    """
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    if subprocess.run([program, *command[1:]], cwd=_HERE, env=environment, check=False).returncode:
        raise Missing(sentence)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
