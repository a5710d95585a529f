"""The commands an editor waits for, each in a process of its own."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.timing import process

RUN = [sys.executable, "-c", "from zanryu.cli import main; main()"]


def main() -> None:
    """Print seconds and peak memory of a check, a first build and a build with nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        store = ["--store", str(Path(folder) / "var" / "store")]
        rows = {
            "zanryu check": process([*RUN, "check"]),
            "zanryu build --force": process([*RUN, "build", "--force", *store]),
            "zanryu build (unchanged)": process([*RUN, "build", *store]),
        }
    for name, (seconds, mebibytes) in rows.items():
        print(f"{name:26} {seconds:6.2f} s {mebibytes:6.0f} MiB")


if __name__ == "__main__":
    main()
