"""What the interpreters of a server open: files, connections and programs, told by audit hooks (PEP 578)."""

from __future__ import annotations

import json
import mimetypes
import os
import re
import site
import sysconfig
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import zanryu

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS: Final = 60.0
# Each interpreter that has the folder on its path runs this at its start, before anything of ours. It tells
# through a pipe, since a query worker may write no file; lines of less than PIPE_BUF are not torn apart.
_HOOK: Final = """
import json, os, sys

_FILES = ("open", "os.listdir", "os.scandir")
_OTHERS = ("socket.", "subprocess.", "urllib.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")
_pipe = os.open(os.path.join(os.path.dirname(__file__), "events"), os.O_WRONLY)

def _tell(event, arguments):
    if event in _FILES:
        if isinstance(arguments[0], int):
            return  # open already
        what = os.path.join(os.getcwd(), os.fsdecode(arguments[0] or "."))
    elif event.startswith(_OTHERS):
        what = repr(arguments)
    else:
        return
    os.write(_pipe, json.dumps([os.getpid(), event, what[:600]]).encode() + b"\\n")

sys.addaudithook(_tell)
"""
_FILES: Final = ("open", "os.listdir", "os.scandir")
# Making a socket, or waiting at one for others, reaches nobody.
_HARMLESS: Final = ("socket.__new__", "socket.bind")
_WORKERS: Final = tuple(
    f"'-P', '-m', '{module}'" for module in ("zanryu.store.worker_process", "zanryu.validation.process")
)
# The interpreter and what is installed, this program, and the types of files that the system knows.
_CODE: Final = (
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    *site.getsitepackages(),
    *mimetypes.knownfiles,
    str(Path(zanryu.__file__).parent),
)
# How the processes are, not what they hold: /proc/N/environ and /proc/N/mem are not here.
_STATE: Final = re.compile(r"/proc/(stat|\d+/(stat|statm|status|limits|fd|oom_score_adj))")


class Event(NamedTuple):
    """Something that a process did. ``what`` is a whole path, or the arguments as Python writes them."""

    process: int
    name: str
    what: str


class Spy:
    """Collects what is told by the interpreters that have ``folder`` on their path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        os.mkfifo(folder / "events")
        self._pipe = os.open(folder / "events", os.O_RDWR)  # a writer of its own, so that it does not end
        self._events: list[Event] = []
        self._taken = 0
        self._is_told = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        with open(self._pipe, "rb", closefd=False) as lines:  # noqa: PTH123 - not a path
            for line in lines:
                event = Event(*json.loads(line))
                if event.name == "mark":
                    self._is_told.release()
                elif event.name == "end":
                    return
                else:
                    self._events.append(event)

    def _write(self, name: str) -> None:
        os.write(self._pipe, json.dumps([os.getpid(), name, ""]).encode() + b"\n")

    def take(self) -> list[Event]:
        """Return what was done since the last time: a mark of ours is sent after it, and met in order."""
        self._write("mark")
        assert self._is_told.acquire(timeout=_SECONDS)
        began, self._taken = self._taken, len(self._events)
        return self._events[began : self._taken]

    def processes(self) -> set[int]:
        """Return the ids of all that have told anything."""
        self.take()
        return {event.process for event in self._events}

    def close(self) -> None:
        """Stop collecting."""
        self._write("end")
        self._thread.join(_SECONDS)
        os.close(self._pipe)


def beyond(events: Iterable[Event], own: Iterable[Path]) -> list[Event]:
    """Return what reaches beyond the program, its interpreter, and the files and folders ``own``."""
    roots = [Path(os.path.realpath(root)) for root in (*_CODE, *own)]
    return [event for event in events if not _is_within(event, roots)]


def _is_within(event: Event, roots: list[Path]) -> bool:
    if event.name in _FILES:
        path = Path(os.path.realpath(event.what))
        return bool(_STATE.fullmatch(str(path))) or any(path.is_relative_to(root) for root in roots)
    return event.name in _HARMLESS or (
        event.name == "subprocess.Popen" and any(worker in event.what for worker in _WORKERS)
    )
