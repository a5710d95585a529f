"""Memory of a server's processes, as the kernel counts it (``/proc``), in KiB."""

from __future__ import annotations

import re
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s+(\d+)", re.MULTILINE)
_SHARE = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)


def session_peaks(session: int) -> dict[int, int]:
    """Return the peak resident memory of each living process of a session, by its number."""
    return {pid: _read(pid, "status", _PEAK) for pid in _members(session)}


def session_share(session: int) -> int:
    """Return what a session's processes occupy now; what they share is counted once."""
    return sum(_read(pid, "smaps_rollup", _SHARE) for pid in _members(session))


def _members(session: int) -> list[int]:
    """Return the session's processes, and those below them that began sessions of their own."""
    parents = {
        int(path.name): _parent_and_session(path) for path in Path("/proc").iterdir() if path.name.isdigit()
    }
    found = {pid for pid, (_, own) in parents.items() if own == session}
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def _parent_and_session(process: Path) -> tuple[int, int]:
    try:
        stat = (process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return -1, -1  # ended meanwhile
    state, parent, _group, session = stat.rpartition(")")[2].split()[:4]
    return (-1, -1) if state == "Z" else (int(parent), int(session))


def _read(pid: int, name: str, wanted: re.Pattern[str]) -> int:
    try:
        found = wanted.search(Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return 0  # ended meanwhile
    return int(found[1]) if found else 0
