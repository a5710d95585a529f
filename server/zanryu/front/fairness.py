"""Who pays for what: queries are counted and charged to the address that they come from."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote_plus

from zanryu.front.budget import Allowance, Budgets
from zanryu.front.clients import account_of, came_through_proxy, client_address, is_local
from zanryu.front.evaluator import SPENDING, Spending
from zanryu.front.under_way import UnderWay

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from granian.rsgi import Scope

    from zanryu.config import Settings
    from zanryu.front.headers import Head

T = TypeVar("T")
TEST_HEADER: Final = "x-zanryu-test-budget"
_TEST_ACCOUNT: Final = "test"
# Being told to wait, and leaving early.
_NO_FAILURE: Final = (HTTPStatus.TOO_MANY_REQUESTS, 499)
_METERED: Final = ("/sparql", "/sparql/why", "/graphs", "/validate", "/reconcile", "/metrics")
_METERED_BELOW: Final = ("/graphs/", "/reconcile/")
_log = logging.getLogger("zanryu")


class Fairness:
    """Charges the budgets. Answers that are kept, pages of the present and downloads are free."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        allowance = Allowance(
            settings.budget_seconds,
            settings.budget_refill_seconds_per_minute,
            settings.budget_errors,
            settings.budget_refill_errors_per_minute,
        )
        self.budgets = Budgets(allowance, clock)
        self.under_way = UnderWay(settings.queries_per_client)
        self._proxies = settings.trusted_proxies
        self._binds_loopback = settings.budget_loopback
        self._has_warned = False
        self._clock = clock

    def is_local(self, scope: Scope, head: Head) -> bool:
        """Return whether a request is certainly from this machine."""
        return is_local(scope.client, head.headers, self._proxies)

    def admit(self, scope: Scope, head: Head) -> str | None:
        """Return the account that a request is charged to; ``None`` if it is to none.

        An operator on this machine who sends ``X-Zanryu-Test-Budget: spend`` is answered as a client is that
        has nothing left.

        :raises BudgetSpent: if the client has to wait.
        """
        if not is_metered(head):
            return None
        if head.headers.get(TEST_HEADER) == "spend" and self.is_local(scope, head):
            self.budgets.spend_all(_TEST_ACCOUNT)
            self.budgets.require(_TEST_ACCOUNT)
        account = self._account(scope, head)
        if account is not None:
            self.budgets.require(account)
        return account

    async def metered(self, account: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the outcome of ``work``, charged by the time that a worker had for it.

        Where no worker did it, by the time that it took.

        :raises TooManyUnderWay: if the account has as many of them as it may; then nothing is done.
        """
        if account is None:
            return await work()
        with self.under_way.one_of(account):
            began, spending = self._clock(), Spending()
            token = SPENDING.set(spending)
            try:
                return await work()
            finally:
                SPENDING.reset(token)
                took = self._clock() - began
                self.budgets.charge(account, seconds=took if spending.seconds is None else spending.seconds)

    def note(self, scope: Scope, head: Head, status: int, *, is_busy: bool) -> None:
        """Charge the failure of a query to whoever asked it; ours, and a full queue, are nobody's."""
        is_clients = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        is_stopped = status == HTTPStatus.SERVICE_UNAVAILABLE and not is_busy
        if not (is_clients or is_stopped) or status in _NO_FAILURE:
            return
        if is_metered(head) and (account := self._account(scope, head)):
            self.budgets.charge(account, errors=1)

    def _account(self, scope: Scope, head: Head) -> str | None:
        address = client_address(scope.client, head.headers, self._proxies)
        if address is None:
            return None
        if address.is_loopback and not self._binds_loopback:
            self._warn_of_proxy(head)
            return None
        return account_of(address)

    def _warn_of_proxy(self, head: Head) -> None:
        if not self._proxies and not self._has_warned and came_through_proxy(head.headers):
            self._has_warned = True
            _log.warning(
                "a proxy on this machine passes requests on, and ZANRYU_TRUSTED_PROXIES is 0: "
                "its clients are not told apart, and no budget holds for them"
            )


def is_metered(head: Head) -> bool:
    """Return whether a request is charged. Old versions are, wherever: their data has to be made again."""
    path = head.path
    return path in _METERED or path.startswith(_METERED_BELOW) or _asks_version(head.query_string)


def _asks_version(query_string: str) -> bool:
    return "=" in query_string and any(
        unquote_plus(pair.partition("=")[0]) == "version" for pair in query_string.split("&")
    )
