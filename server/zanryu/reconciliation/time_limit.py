"""How long matching may take: it runs in a thread, which nobody can end, so it has to look itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from zanryu.errors import QueryAborted, QueryTimeout

if TYPE_CHECKING:
    from collections.abc import Callable


class TimeLimit:
    """The seconds that one request has, from now on; ``None`` sets no limit."""

    def __init__(self, seconds: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began = clock()
        self._is_ended = False

    def end(self) -> None:
        """Have it end now, whatever is left; may be called from another thread."""
        self._is_ended = True

    def require(self) -> None:
        """Go on only while there is time: to be called before each piece of work.

        :raises QueryTimeout: once the seconds are over.
        :raises QueryAborted: once it was ended.
        """
        if self._is_ended:
            raise QueryAborted("The client left.", reason="cancelled")
        if self._seconds is not None and self._clock() - self._began > self._seconds:
            raise QueryTimeout(
                f"The batch was not matched within {self._seconds:g} seconds, so none of it is answered. "
                "Send fewer names at once, or fewer values for each.",
                limit=self._seconds,
            )
