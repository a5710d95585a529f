"""Queries with SERVICE: other servers first, by our own client, then a worker with what they answered.

SPARQL 1.1 Federated Query, 4: the pattern of a clause is evaluated for itself, and joined. So its solutions
can stand in its place as inline data, and no engine ever sees the clause.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from zanryu.errors import QueryTimeout, ServiceFailed
from zanryu.front.evaluator import WorkerEvaluator, charged
from zanryu.front.remote import Remote
from zanryu.sparql.federation.inline_data import ONE_EMPTY_SOLUTION, inline_data

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.sparql.evaluation import Prepared
    from zanryu.sparql.federation.clauses import FederatedQuery, ServiceClause
    from zanryu.store.jobs import Evaluated
    from zanryu.store.workers import WorkerPool

# From one address, public endpoints answer about five questions at once (Wikidata Query Service).
_QUESTIONS_AT_ONCE: Final = 4


class FederatedEvaluator:
    """Evaluates queries in worker processes, when others have answered what is for them."""

    def __init__(self, pool: WorkerPool, settings: Settings, remote: Remote | None = None) -> None:
        self._pool = pool
        self._settings = settings
        self._local = WorkerEvaluator(pool, settings.query_timeout_seconds)
        self._remote = remote
        self._turns = asyncio.Semaphore(_QUESTIONS_AT_ONCE)

    def begin(self, prepared: Prepared) -> asyncio.Future[Evaluated]:
        """Begin a query; see :meth:`WorkerEvaluator.begin`.

        The future raises ``ServiceFailed`` if a SERVICE without SILENT has no answer.
        """
        if prepared.federated is None:
            return self._local.begin(prepared)
        return asyncio.ensure_future(self._evaluate(prepared, prepared.federated))

    async def _evaluate(self, prepared: Prepared, federated: FederatedQuery) -> Evaluated:
        end = time.monotonic() + self._settings.query_timeout_seconds
        blocks = await self._blocks(federated)
        # What others sent may be long, and is read for words that must not be in it.
        filled = await asyncio.to_thread(prepared.with_solutions, blocks)
        left = round(end - time.monotonic(), 1)
        if left <= 0:
            limit = self._settings.query_timeout_seconds
            raise QueryTimeout(f"The query was stopped after {limit:g} seconds: its SERVICE took them.")
        return await WorkerEvaluator(self._pool, left).begin(filled)

    def close(self) -> None:
        """Do nothing: the pool belongs to whoever opened it."""

    async def _blocks(self, query: FederatedQuery) -> list[str]:
        """Return the inline data of each clause, in turn: nobody is asked in vain after a failure."""
        settings = self._settings
        seconds = min(settings.federation_timeout_seconds, settings.query_timeout_seconds)
        end = asyncio.get_running_loop().time() + seconds
        return [await self._block(query, clause, end) for clause in query.clauses]

    async def _block(self, query: FederatedQuery, clause: ServiceClause, end: float) -> str:
        origin, max_rows = clause.endpoint.origin, self._settings.federation_rows
        try:
            async with asyncio.timeout_at(end), self._turns:
                with charged():  # waiting for a turn costs nothing
                    question = query.question(clause, max_rows)
                    answer = await self._client().ask(clause.endpoint, question)
                    return await asyncio.to_thread(inline_data, answer, origin, max_rows)
        except TimeoutError:
            failure = ServiceFailed(f"{origin} did not answer in time.")
        except ServiceFailed as error:
            failure = error
        if clause.is_silent:
            return ONE_EMPTY_SOLUTION
        failure.members.update(line=clause.line, service=str(origin))
        raise failure

    def _client(self) -> Remote:
        if self._remote is None:  # reads the certificates of the authorities: not before somebody needs them
            self._remote = Remote(
                self._settings.federation_bytes, allows_private=self._settings.federation_private_addresses
            )
        return self._remote
