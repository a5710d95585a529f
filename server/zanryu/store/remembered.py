"""What was read lately of data that does not change.

A page reads some things more than once, and all pages read the same works and concepts.
A look-up costs some 80 µs for a dozen statements, nearly all of it in the engine.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.store.backend import Statement

_MAX_KEPT: Final = 80_000  # weights; some 30 MB
_MAX_WEIGHT: Final = 2_000
_CHARACTERS: Final = 256


class Remembered:
    """Statements by what was asked. What was not asked for the longest is forgotten.

    It does not hold on to who reads: a store that nobody has any more has to go at once, with its files.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[int, list[Statement]]] = OrderedDict()
        self._weight = 0

    def of(self, read: Callable[..., list[Statement]], *asked: str) -> list[Statement]:
        """Return the statements that ``read`` gives, in a list that nobody may change."""
        with self._lock:
            if found := self._kept.get(asked):
                self._kept.move_to_end(asked)
                return found[1]
        statements = read(*asked)
        # The names, too: whoever asks makes them as long as he likes, and of most nothing is said.
        texts = (*asked, *(s.object.value for s in statements))
        weight = sum(1 + len(text) // _CHARACTERS for text in texts)
        if weight <= _MAX_WEIGHT:
            self._keep(asked, weight, statements)
        return statements

    def _keep(self, asked: tuple[str, ...], weight: int, statements: list[Statement]) -> None:
        with self._lock:
            if asked in self._kept:
                return
            self._kept[asked] = weight, statements
            self._weight += weight
            while self._weight > _MAX_KEPT:
                _, (forgotten, _) = self._kept.popitem(last=False)
                self._weight -= forgotten
