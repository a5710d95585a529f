"""The gate as the operator sees it: what became of the changes, how long they took, whether it lives."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import InvalidChange, TooBusy, ZanryuError
from zanryu.store.durations import Durations

if TYPE_CHECKING:
    from zanryu.store.gate.changes import Outcome, Wanted
    from zanryu.store.gate.remote import RemoteGate

MADE: Final = "made"
UNCHANGED: Final = "unchanged"
REPEATED: Final = "repeated"
_NUMBER: Final = re.compile(r"-([0-9]+)\Z")


class WatchedGate:
    """Passes changes on to ``gate`` and counts them; meets :class:`zanryu.sparql.editing.Gate`.

    ``accepted`` counts by what a change came to, ``refused`` by the kind of the problem. ``durations`` are
    those of both, with the time that they waited for one another.
    """

    def __init__(self, gate: RemoteGate) -> None:
        self.gate = gate
        self.accepted: Counter[str] = Counter({MADE: 0, UNCHANGED: 0, REPEATED: 0})
        self.refused: Counter[str] = Counter({InvalidChange.slug: 0, TooBusy.slug: 0})
        self.durations = Durations()
        self._counting = threading.Lock()

    def write(self, wanted: Wanted) -> Outcome:
        """Make a change; see :meth:`zanryu.store.gate.remote.RemoteGate.write`."""
        began = time.perf_counter()
        try:
            outcome = self.gate.write(wanted)
        except ZanryuError as error:
            self._count(self.refused, error.slug, began)
            raise
        if outcome.is_blocked:
            self._count(self.refused, InvalidChange.slug, began)
        else:
            self._count(self.accepted, _kind_of(outcome), began)
        return outcome

    @property
    def head(self) -> int:
        """The number of the newest version; 0 where nothing was ever written."""
        found = _NUMBER.search(self.gate.snapshot.version)
        return int(found[1]) if found else 0

    def as_json(self) -> dict[str, Any]:
        """Return its state for ``/health``; ``failure`` is the kind of the problem, without the words."""
        gate = self.gate
        return {
            "alive": gate.process_id is not None,
            "version": self.head,
            "queue": {"length": gate.waiting, "limit": gate.setup.queue_length},
            "restarts": sum(gate.restarts.values()),
            **({"failure": gate.failure.slug} if gate.failure else {}),
        }

    def _count(self, counter: Counter[str], name: str, began: float) -> None:
        with self._counting:
            counter[name] += 1
            self.durations.add(time.perf_counter() - began)


def _kind_of(outcome: Outcome) -> str:
    if outcome.is_repeated:
        return REPEATED
    return UNCHANGED if outcome.number is None else MADE
