"""Matching ends at its time limit or with its client, and then there is no answer, not a part of one."""

from __future__ import annotations

from asyncio import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from unit.reconciliation.invented import make_matcher
from zanryu.errors import QueryTimeout
from zanryu.reconciliation.questions import Condition, Query
from zanryu.store.departure import Departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zanryu.reconciliation.matching import Matcher

_ASKED = Query("Reiji Tarō")


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return make_matcher(tmp_path_factory.mktemp("limited") / "index.sqlite")


class Leaving(tuple[Any, ...]):
    """Things to look at, after the first of which the client leaves."""

    __slots__ = ()
    client = Departure()

    def __iter__(self) -> Iterator[Any]:
        yield self[0]
        self.client.happen()
        yield self[1]


@pytest.mark.parametrize("seconds", [60, None])
def test_what_has_time_is_answered(matcher: Matcher, seconds: float | None) -> None:
    assert matcher.match([_ASKED], seconds)[0]


def test_what_takes_longer_than_it_may_is_not_answered(matcher: Matcher) -> None:
    with pytest.raises(QueryTimeout, match="within 0 seconds, so none of it is answered") as stopped:
        matcher.match([_ASKED], timeout_seconds=0)

    assert stopped.value.members["limit"] == 0


@pytest.mark.parametrize(
    "queries",
    [
        Leaving((_ASKED, _ASKED)),
        [Query("Reiji Tarō", conditions=(Condition("rank", Leaving(("major", "captain"))),))],
    ],
    ids=["between two names", "between two values of one"],
)
def test_nothing_more_is_matched_for_a_client_that_left(
    matcher: Matcher, queries: Sequence[Query], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Leaving, "client", client := Departure())

    with pytest.raises(CancelledError):
        client.during(lambda: matcher.match(queries))
