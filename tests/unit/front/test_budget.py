"""Budgets under a clock that the test turns, and who is charged."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from clock import Clock
from unit.front.doubles import Headers, Scope
from zanryu.config import Settings
from zanryu.errors import QueryTimeout
from zanryu.front.budget import Allowance, Budgets, BudgetSpent
from zanryu.front.clients import account_of, client_address, is_local, read_address
from zanryu.front.evaluator import SPENDING
from zanryu.front.fairness import Fairness
from zanryu.front.headers import Head
from zanryu.front.under_way import TooManyUnderWay, UnderWay

if TYPE_CHECKING:
    from collections.abc import Callable

    from granian.rsgi import Scope as RealScope

ALLOWANCE = Allowance(seconds=10, seconds_per_minute=60, errors=2, errors_per_minute=30)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> Budgets:
    return Budgets(ALLOWANCE, clock, max_clients=3)


def is_refused(budgets: Budgets, client: str = "a") -> bool:
    try:
        budgets.require(client)
    except BudgetSpent:
        return True
    return False


def test_a_client_that_has_used_nothing_goes_on_and_is_not_remembered(budgets: Budgets) -> None:
    budgets.require("a")

    assert len(budgets) == 0


def test_a_debt_of_seconds_is_waited_for_to_the_second(budgets: Budgets, clock: Clock) -> None:
    budgets.charge("a", seconds=13.5)

    with pytest.raises(
        BudgetSpent, match="10 seconds of query time, and gets 60 more each minute"
    ) as refused:
        budgets.require("a")

    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": "4"}
    assert refused.value.members == {"budget": "seconds", "retry_after_seconds": 4}
    clock.now += 3.5
    assert is_refused(budgets)
    clock.now += 0.5
    assert not is_refused(budgets)


def test_errors_have_a_budget_of_their_own(budgets: Budgets, clock: Clock) -> None:
    budgets.charge("a", errors=1)
    assert not is_refused(budgets)
    budgets.charge("a", errors=1)

    with pytest.raises(BudgetSpent, match="2 failed queries") as refused:
        budgets.require("a")

    assert refused.value.headers == {"Retry-After": "2"}
    clock.now += 2
    assert not is_refused(budgets)


def test_a_budget_is_not_saved_up_beyond_its_size(budgets: Budgets, clock: Clock) -> None:
    budgets.charge("a", seconds=1)
    clock.now += 10_000

    budgets.charge("a", seconds=10)

    assert is_refused(budgets)


def test_each_client_pays_for_itself(budgets: Budgets) -> None:
    budgets.charge("a", seconds=100)

    assert is_refused(budgets)
    assert not is_refused(budgets, "b")


def test_the_longest_quiet_client_is_forgotten_when_there_are_too_many(budgets: Budgets) -> None:
    for client in "abcad":
        budgets.charge(client, seconds=100)

    assert len(budgets) == 3
    assert [client for client in "abcd" if is_refused(budgets, client)] == ["a", "c", "d"]


def test_a_budget_of_nothing_sets_no_limit(clock: Clock) -> None:
    budgets = Budgets(Allowance(seconds=0, errors=0), clock)
    budgets.charge("a", seconds=1e6, errors=1000)

    budgets.require("a")


def test_all_can_be_spent_at_once_without_a_debt(budgets: Budgets, clock: Clock) -> None:
    budgets.spend_all("a")

    assert is_refused(budgets)
    clock.now += 2
    assert not is_refused(budgets)
    assert budgets.refused == 1


# ------------------------------------------------------------------ queries at once


def is_full(under_way: UnderWay, client: str) -> bool:
    try:
        with under_way.one_of(client):
            return False
    except TooManyUnderWay:
        return True


def test_a_client_may_have_so_many_queries_under_way_and_no_more() -> None:
    under_way = UnderWay(2)
    with under_way.one_of("a"), under_way.one_of("a"):
        with pytest.raises(TooManyUnderWay, match="has 2 queries under way") as refused:
            under_way.one_of("a").__enter__()

        assert (is_full(under_way, "a"), is_full(under_way, "b")) == (True, False)
    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": "1"}
    assert under_way.refused == 2


def test_a_query_that_has_ended_is_not_under_way_however_it_ended() -> None:
    under_way = UnderWay(1)
    for error in (None, QueryTimeout("stopped"), asyncio.CancelledError()):
        with suppress(QueryTimeout, asyncio.CancelledError), under_way.one_of("a"):
            if error:
                raise error

    assert not is_full(under_way, "a")
    assert len(under_way) == 0


def test_a_query_that_is_refused_does_not_count_as_one_under_way() -> None:
    under_way = UnderWay(1)
    with under_way.one_of("a"):
        assert is_full(under_way, "a")

    assert not is_full(under_way, "a")


def test_a_limit_of_nothing_lets_all_queries_be_under_way() -> None:
    under_way = UnderWay(0)
    with ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(under_way.one_of("a"))

        assert not is_full(under_way, "a")


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        pytest.param(0, None, "192.0.2.1", id="no proxy"),
        pytest.param(0, "203.0.113.7", "192.0.2.1", id="nobody is trusted"),
        pytest.param(1, "203.0.113.7", "203.0.113.7", id="one proxy"),
        pytest.param(1, "127.0.0.1, 203.0.113.7", "203.0.113.7", id="what the client wrote is not read"),
        pytest.param(2, "127.0.0.1, 203.0.113.7, 198.51.100.1", "203.0.113.7", id="two proxies"),
        pytest.param(2, "203.0.113.7", "192.0.2.1", id="fewer entries than proxies"),
        pytest.param(1, "203.0.113.7, unknown", "192.0.2.1", id="no address"),
        pytest.param(1, "", "192.0.2.1", id="empty"),
        pytest.param(1, "203.0.113.7:4711", "203.0.113.7", id="with a port"),
        pytest.param(1, "[2001:db8::1]:4711", "2001:db8::1", id="IPv6 with a port"),
        pytest.param(1, "2001:db8::1%eth0", "2001:db8::1", id="IPv6 with a zone"),
        pytest.param(1, "::ffff:203.0.113.7", "203.0.113.7", id="IPv4 in IPv6"),
    ],
)
def test_an_address_is_read_through_as_many_proxies_as_are_trusted(
    proxies: int, header: str | None, expected: str
) -> None:
    headers = {} if header is None else {"x-forwarded-for": header}

    assert str(client_address("192.0.2.1:50000", headers, proxies)) == expected


def test_a_network_of_ipv6_has_one_account_and_an_address_of_ipv4_its_own() -> None:
    accounts = [
        account_of(address)
        for text in ("2001:db8:1:2::5", "2001:db8:1:2:ffff::", "2001:db8:1:3::5", "192.0.2.1", "192.0.2.2")
        if (address := read_address(text))
    ]

    assert accounts[0] == accounts[1] == "2001:db8:1:2::/64"
    assert len(set(accounts)) == 4


@pytest.mark.parametrize(
    ("peer", "headers", "proxies", "expected"),
    [
        pytest.param("127.0.0.1:1", {}, 0, True, id="IPv4"),
        pytest.param("[::1]:1", {}, 0, True, id="IPv6"),
        pytest.param("[::ffff:127.0.0.1]:1", {}, 0, True, id="IPv4 in IPv6"),
        pytest.param("192.0.2.1:1", {}, 0, False, id="elsewhere"),
        pytest.param("127.0.0.1:1", {"x-forwarded-for": "127.0.0.1"}, 0, False, id="proxy nobody told of"),
        pytest.param("127.0.0.1:1", {"x-forwarded-for": "203.0.113.7"}, 1, False, id="through the proxy"),
        pytest.param("127.0.0.1:1", {}, 1, True, id="past the proxy"),
        pytest.param("", {}, 0, False, id="unknown"),
    ],
)
def test_this_machine_is_told_from_a_proxy_on_it(
    peer: str, headers: dict[str, str], proxies: int, expected: bool
) -> None:
    assert is_local(peer, headers, proxies) is expected


# ------------------------------------------------------------------ who is charged


def asked(path: str = "/sparql", peer: str = "192.0.2.1:1", **headers: str) -> tuple[RealScope, Head]:
    scope = Scope("GET", path, "", Headers([]), client=peer)
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return cast("Any", scope), Head("GET", path, "", named)


def fairness(clock: Callable[[], float], **settings: Any) -> Fairness:
    return Fairness(Settings(budget_seconds=1, budget_errors=1, **settings), clock)


def test_the_time_of_a_worker_is_charged_and_not_the_wait_for_one(clock: Clock) -> None:
    found = fairness(clock)

    async def work() -> str:
        spending = SPENDING.get()
        assert spending is not None
        clock.now += 100  # in the queue
        spending.seconds = 0.5
        return "answer"

    assert asyncio.run(found.metered(found.admit(*asked()), work)) == "answer"

    assert found.admit(*asked()) == "192.0.2.1"


def test_what_waits_for_a_worker_counts_as_under_way_and_costs_nothing_where_it_is_refused(
    clock: Clock,
) -> None:
    found = fairness(clock, queries_per_client=1)
    done: list[str] = []

    async def work(name: str) -> None:
        await asyncio.sleep(0)
        done.append(name)

    async def main() -> list[BaseException | None]:
        accounts = [found.admit(*asked(peer=peer)) for peer in ("192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1")]
        works = [found.metered(account, partial(work, str(account))) for account in (*accounts, None, None)]
        return await asyncio.gather(*works, return_exceptions=True)

    outcomes = asyncio.run(main())

    assert [type(outcome) for outcome in outcomes if outcome] == [TooManyUnderWay]
    assert isinstance(outcomes[1], TooManyUnderWay)
    assert sorted(done) == ["192.0.2.1", "192.0.2.2", "None", "None"]
    assert (len(found.budgets), found.under_way.refused) == (2, 1)


def test_a_query_that_fails_is_charged_as_well(clock: Clock) -> None:
    found = fairness(clock)

    async def work() -> None:
        clock.now += 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        asyncio.run(found.metered(found.admit(*asked()), work))

    with pytest.raises(BudgetSpent):
        found.admit(*asked())


@pytest.mark.parametrize(
    ("status", "is_busy", "is_charged"),
    [
        (200, False, False),
        (304, False, False),
        (400, False, True),
        (422, False, True),
        (429, True, False),
        (499, False, False),
        (500, False, False),
        (503, True, False),
        (503, False, True),
    ],
)
def test_a_failure_is_charged_if_it_is_the_clients(
    clock: Clock, status: int, is_busy: bool, is_charged: bool
) -> None:
    found = fairness(clock)

    found.note(*asked(), status, is_busy=is_busy)

    assert len(found.budgets) == is_charged


@pytest.mark.parametrize("path", ["/", "/page/person/x", "/dumps/x", "/sparqlx", "/health"])
def test_pages_and_downloads_are_free(clock: Clock, path: str) -> None:
    found = fairness(clock)
    found.note(*asked(path), 404, is_busy=False)

    assert (found.admit(*asked(path)), len(found.budgets)) == (None, 0)


def test_this_machine_is_free_unless_it_is_told_otherwise(clock: Clock) -> None:
    local = asked(peer="127.0.0.1:1")

    assert fairness(clock).admit(*local) is None
    assert fairness(clock, budget_loopback=True).admit(*local) == "127.0.0.1"


def test_a_proxy_that_nobody_told_of_is_warned_of_once(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    found = fairness(clock)
    for _ in range(3):
        found.admit(*asked(peer="127.0.0.1:1", X_Forwarded_For="203.0.113.7"))

    assert [record.message.count("ZANRYU_TRUSTED_PROXIES") for record in caplog.records] == [1]


def test_the_test_of_the_budget_is_for_this_machine_and_costs_it_nothing(clock: Clock) -> None:
    found = fairness(clock)
    header = {"X_Zanryu_Test_Budget": "spend"}

    with pytest.raises(BudgetSpent):
        found.admit(*asked(peer="127.0.0.1:1", **header))
    assert found.admit(*asked(peer="127.0.0.1:1")) is None
    assert found.admit(*asked(**header)) == "192.0.2.1"
