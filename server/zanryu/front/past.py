"""Queries on old versions: their data is looked for, and made again, in threads, one after the other."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from zanryu.front.evaluator import charged
from zanryu.web.memento import no_versions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from zanryu.front.evaluator import Evaluator
    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.jobs import Evaluated
    from zanryu.store.versions import Version, Versions


class Past:
    """The old versions, should there be any, as queries see them."""

    def __init__(
        self, versions: Versions | None, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    ) -> None:
        self._versions = versions
        self._in_thread = in_thread
        self._turn = asyncio.Lock()  # who waits for it holds no thread

    async def find(self, number: int) -> Version:
        """Return a version.

        :raises NotFound: if there is none of this number, or none at all.
        """
        if self._versions is None:
            raise no_versions()
        found: Version = await self._in_thread(partial(self._versions.find, number))
        return found

    async def evaluate(self, evaluator: Evaluator, prepared: Prepared, version: Version) -> Evaluated:
        """Return the answer to a query from the data of a version. Making that again is charged.

        :raises ZanryuError: as :meth:`zanryu.store.versions.Versions.data` and the evaluation do.
        """
        if self._versions is None:
            raise no_versions()
        with ExitStack() as held:
            held.enter_context(self._versions.reading(version))
            snapshot = await self._in_thread(partial(self._versions.at_hand, version))
            if snapshot is None:
                held.close()  # who waits reads nothing
                async with self._turn:
                    held.enter_context(self._versions.reading(version))
                    with charged():
                        snapshot = await self._in_thread(partial(self._versions.data, version))
            return await evaluator.begin(replace(prepared, snapshot=snapshot))
