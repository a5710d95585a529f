"""Who leaves is told nothing, and a defect is one whoever has left."""

from __future__ import annotations

from asyncio import CancelledError

import pytest

from zanryu.errors import QueryAborted
from zanryu.store.departure import Departure, stopped_by_departure


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(QueryAborted("It was stopped."), CancelledError), (KeyError("a defect"), KeyError)],
    ids=["what was stopped is cancelled", "a defect stays one"],
)
def test_only_what_was_stopped_for_a_client_that_left_is_cancelled(
    raised: Exception, seen: type[BaseException]
) -> None:
    departure = Departure()

    def work() -> None:
        with stopped_by_departure(lambda: None):
            departure.happen()
            raise raised

    with pytest.raises(seen):
        departure.during(work)


def test_what_is_refused_to_a_client_that_is_there_is_told() -> None:
    def work() -> None:
        with stopped_by_departure(lambda: None):
            raise QueryAborted("Its process was lost.")

    with pytest.raises(QueryAborted):
        Departure().during(work)
