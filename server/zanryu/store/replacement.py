"""Moving what a restore found good into place.

What is unpacked and good gets the name ``restored``: from then on, the restore is decided. The moving can be
interrupted at any moment, and is gone on with by the next restore, or the next server that takes writes.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Final

from zanryu.store.backup import TOKENS
from zanryu.store.build import put_in_place
from zanryu.store.files import sync

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings

DECIDED: Final = "restored"
PLAN: Final = "RESTORE.json"


def finish(settings: Settings) -> Path | None:
    """Move what was decided into place, if anything was; return the folder of what was there before.

    Each step is one rename, and is passed over where it was made before an interruption.
    """
    home = settings.store.parent
    decided = home / DECIDED
    if not decided.is_dir():
        return None
    plan = json.loads((decided / PLAN).read_text(encoding="utf-8"))
    kept: Path | None = home / plan["kept"] if plan["kept"] else None
    build: Path = home / "builds" / plan["build"]
    build.parent.mkdir(exist_ok=True)
    _move(decided / "build", build)
    put_in_place(build, home, settings.store.name)
    if kept:
        kept.mkdir(exist_ok=True)
        if plan["before"]:
            _move(home / "builds" / plan["before"], kept / "build")
    if (decided / "live").is_dir():
        if kept:
            _move(settings.live, kept / "live")
        # An empty one was made since for its lock: no server takes writes before this is finished.
        shutil.rmtree(settings.live, ignore_errors=True)
        (decided / "live").rename(settings.live)
    if not settings.tokens.exists():  # never over newer ones: who was shut out since would be let in again
        _move(decided / TOKENS, settings.tokens)
    sync(home)
    shutil.rmtree(decided)
    return kept


def _move(source: Path, target: Path) -> None:
    if source.exists() and not target.exists():
        source.rename(target)
