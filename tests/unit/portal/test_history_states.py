"""In which versions a thing is there, and what is said of those in which it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zanryu.portal.history.absence import Removed, absent
from zanryu.portal.history.states import Sizes, States
from zanryu.store.versions import Version
from zanryu.web.memento import TimeMap

IRI = "https://w3id.org/zanryu/id/claim/x"
# It came with version 2, went with 4, and was there again from 6 to 8.
GROWTH = {2: 5, 3: 1, 4: -6, 6: 3, 8: -3}


def _version(number: int) -> Version:
    return Version(number, f"built-{number}", datetime(2026, 11, 21, tzinfo=UTC) + timedelta(hours=number))


STATES = States(
    changed=[_version(number) for number in GROWTH],
    mementos=[_version(2), _version(3), _version(6)],
    removals=[_version(4), _version(8)],
    first=_version(0),
    sizes=Sizes(GROWTH, present=9, size=0),
)


@pytest.mark.parametrize(("present", "size"), [(0, 0), (2, 5), (3, 6), (5, 0), (7, 3), (9, 0)])
def test_sizes_are_the_same_from_wherever_they_are_counted(present: int, size: int) -> None:
    sizes = Sizes(GROWTH, present, size)

    assert [sizes.at(number) for number in range(10)] == [0, 0, 5, 6, 0, 0, 3, 3, 0, 0]


@pytest.mark.parametrize(("number", "removal"), [(0, None), (1, None), (4, 4), (5, 4), (8, 8), (9, 8)])
def test_what_is_gone_was_removed_by_the_newest_version_that_did(number: int, removal: int | None) -> None:
    found = STATES.removal(number)

    assert not STATES.is_there(number)
    assert (found.number if found else None) == removal


def _why(number: int, states: States = STATES) -> tuple[type[Exception], dict[str, object]]:
    error = absent(IRI, states, number, f"Version {number}", TimeMap("/page/claim/x", "/timemap/x"))
    return type(error), error.members


def test_what_is_gone_is_found_in_the_version_before_its_removal() -> None:
    kind, members = _why(9)

    assert kind is Removed
    assert (members["removed_in"], members["last"]) == (8, "/page/claim/x?version=7")
    assert members["removed_at"] == "2026-11-21T08:00:00Z"


def test_what_is_not_there_yet_is_found_where_it_begins() -> None:
    kind, members = _why(1)

    assert kind is not Removed
    assert members["first"] == "/page/claim/x?version=2"


def test_what_was_gone_before_it_came_back_is_told_as_removed() -> None:
    assert _why(5)[1]["removed_in"] == 4


def test_what_never_was_leads_nowhere() -> None:
    none = States([], [], [], _version(0), Sizes({}, 9, 0))

    assert _why(9, none)[1] == {"iri": IRI}
