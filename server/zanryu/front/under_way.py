"""How many queries of one client may be under way at once: being evaluated, or waiting for a worker.

A budget is charged when a query has ended. A hundred queries that are sent in one moment would all be let in
before the first of them costs anything, and leave no place in the queue to others.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zanryu.errors import ZanryuError

if TYPE_CHECKING:
    from collections.abc import Iterator

_RETRY_AFTER_SECONDS: Final = 1


class TooManyUnderWay(ZanryuError):
    """The client has as many queries under way as it may; ``members`` hold ``limit``."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many queries at once"
    slug = "too-many-at-once"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This client address has {limit} queries under way, and may have no more at once. "
            "Wait for the answer to one of them, then ask again.",
            limit=limit,
            retry_after_seconds=_RETRY_AFTER_SECONDS,
        )
        self.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)


class UnderWay:
    """The queries under way, counted by client; ``limit`` for each, and 0 sets none."""

    def __init__(self, limit: int) -> None:
        self.refused = 0
        self._limit = limit
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._counts)

    @contextmanager
    def one_of(self, client: str) -> Iterator[None]:
        """Count a query of ``client`` for as long as it takes.

        :raises TooManyUnderWay: if the client has as many as it may.
        """
        if self._limit and self._counts[client] >= self._limit:
            self.refused += 1
            raise TooManyUnderWay(self._limit)
        self._counts[client] += 1
        try:
            yield
        finally:
            self._counts[client] -= 1
            if not self._counts[client]:
                del self._counts[client]  # who asks nothing is not remembered
