"""Evaluating queries without holding the event loop: by workers that can be killed."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.store.workers import Request

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from zanryu.sparql.evaluation import Prepared
    from zanryu.store.jobs import Evaluated, Job
    from zanryu.store.workers import WorkerPool


@dataclass(slots=True)
class Spending:
    """For how many seconds workers had the queries of a task; ``None`` if no worker was asked."""

    seconds: float | None = None


# Whose evaluations are added up. A query that ends in an error has no other way to say what it cost.
SPENDING: Final[ContextVar[Spending | None]] = ContextVar("spending", default=None)


class Evaluator(Protocol):
    """What evaluates queries."""

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        """Begin a query. The future has its answer, or a ``ZanryuError``; to cancel it cancels the query.

        :raises ZanryuError: at once, if it is not even taken on.
        """

    def close(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True, slots=True)
class WorkerEvaluator:
    """Evaluates in worker processes; the one that works for a client who left is killed."""

    pool: WorkerPool
    timeout_seconds: float

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        """Begin a query; see :meth:`zanryu.store.jobs.Job.answer`."""
        request = Request(prepared.engine_text, prepared.dataset, prepared.evaluated_as)
        job = self.pool.submit(request, self.timeout_seconds, prepared.snapshot)
        answer = job.begin_answer()
        if (spending := SPENDING.get()) is not None:
            answer.add_done_callback(lambda _: _note_time_of(job, spending))
        return answer

    def close(self) -> None:
        """Do nothing: the pool belongs to whoever opened it."""


@contextmanager
def charged() -> Iterator[None]:
    """Add the time that something else takes to what the client pays for."""
    began = time.monotonic()
    try:
        yield
    finally:
        if (spending := SPENDING.get()) is not None:
            spending.seconds = (spending.seconds or 0.0) + time.monotonic() - began


def _note_time_of(job: Job, spending: Spending) -> None:
    """Add the time since a worker took the query up; waiting for one costs nothing."""
    took = time.monotonic() - (job.deadline - job.timeout_seconds) if job.deadline else 0.0
    spending.seconds = (spending.seconds or 0.0) + took
