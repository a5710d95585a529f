"""Budgets of query seconds and of errors, one of each for a client: token buckets that refill with time.

A query's cost is known when it has ended, so a budget can be overdrawn; the debt is waited for.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Final

from zanryu.errors import ZanryuError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_CLIENTS: Final = 65_536
_SECONDS_A_MINUTE: Final = 60.0


class BudgetSpent(ZanryuError):
    """The client has used up what it may; ``members`` hold ``budget`` and ``retry_after_seconds``."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Budget spent"
    slug = "budget-spent"

    def __init__(self, detail: str, budget: str, retry_after_seconds: int) -> None:
        super().__init__(detail, budget=budget, retry_after_seconds=retry_after_seconds)
        self.headers["Retry-After"] = str(retry_after_seconds)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What each client may use, at once and each minute. 0 ``seconds`` or ``errors`` sets no limit."""

    seconds: float = 120.0
    seconds_per_minute: float = 60.0
    errors: float = 60.0
    errors_per_minute: float = 30.0


@dataclass(slots=True)
class _Account:
    seconds: float
    errors: float
    at: float


class Budgets:
    """The accounts of the clients that have used something.

    Beyond ``max_clients`` the one that was quiet longest is let go. ``clock`` tells seconds and never turns.
    """

    def __init__(
        self,
        allowance: Allowance,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = _MAX_CLIENTS,
    ) -> None:
        self.allowance = allowance
        self.refused = 0
        self._clock = clock
        self._max_clients = max_clients
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def __len__(self) -> int:
        return len(self._accounts)

    def require(self, client: str) -> None:
        """Let a client go on.

        :raises BudgetSpent: if it has to wait.
        """
        account = self._accounts.get(client)
        if account is None:
            return
        self._refill(account)
        allowed = self.allowance
        if allowed.seconds and account.seconds <= 0:
            what = f"{allowed.seconds:g} seconds of query time, and gets {allowed.seconds_per_minute:g} more"
            self._refuse("seconds", what, -account.seconds, allowed.seconds_per_minute)
        if allowed.errors and account.errors < 1:
            what = f"{allowed.errors:g} failed queries, and gets {allowed.errors_per_minute:g} more"
            self._refuse("errors", what, 1 - account.errors, allowed.errors_per_minute)

    def charge(self, client: str, *, seconds: float = 0.0, errors: int = 0) -> None:
        """Take what a client has used from its budgets."""
        account = self._accounts.get(client)
        if account is None:
            account = _Account(self.allowance.seconds, self.allowance.errors, self._clock())
            self._accounts[client] = account
        else:
            self._refill(account)
        account.seconds -= seconds
        account.errors -= errors
        self._accounts.move_to_end(client)
        if len(self._accounts) > self._max_clients:
            self._accounts.popitem(last=False)

    def spend_all(self, client: str) -> None:
        """Leave a client nothing, and no debt."""
        self.charge(client)
        self._accounts[client].seconds = self._accounts[client].errors = 0.0

    def _refill(self, account: _Account) -> None:
        now = self._clock()
        minutes = (now - account.at) / _SECONDS_A_MINUTE
        allowed = self.allowance
        account.seconds = min(allowed.seconds, account.seconds + minutes * allowed.seconds_per_minute)
        account.errors = min(allowed.errors, account.errors + minutes * allowed.errors_per_minute)
        account.at = now

    def _refuse(self, budget: str, what: str, missing: float, per_minute: float) -> None:
        self.refused += 1
        wait = max(1, ceil(missing * _SECONDS_A_MINUTE / per_minute))
        raise BudgetSpent(
            f"This client address has used up its {what} each minute. Ask again in {wait} seconds. "
            "Whoever needs all of the data takes it from /dumps/.",
            budget,
            wait,
        )
