"""JSON that a client sent, read part by part: what does not fit is refused with the place where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from zanryu.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it stands: ``q0.properties[1].pid``. An absent member is ``None``."""

    value: Any
    place: str

    def __bool__(self) -> bool:
        return self.value is not None

    def refuse(self, wanted: str) -> NoReturn:
        """Refuse the value, saying what would fit.

        :raises MalformedRequest: always.
        """
        found = "is missing" if self.value is None else f"is {_kind(self.value)}"
        what = f"`{self.place}`" if self.place else "What was sent"
        raise MalformedRequest(f"{what} {found}; give {wanted}.", field=self.place)

    def member(self, name: str) -> Given:
        """Return a member of an object."""
        return Given(self.value.get(name), f"{self.place}.{name}" if self.place else name)

    def object(self, *names: str) -> Given:
        """Return this, if it is an object, with no members but these, if any are named."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        unknown = sorted(set(self.value) - set(names)) if names else []
        if unknown:
            place = self.member(unknown[0]).place
            raise MalformedRequest(
                f"`{place}` is not known here; known are {', '.join(f'`{name}`' for name in names)}.",
                field=place,
            )
        return self

    def members(self) -> Iterator[tuple[str, Given]]:
        """Yield the members of an object by their names."""
        for name in self.object().value:
            yield name, self.member(name)

    def items(self, most: int) -> list[Given]:
        """Return the items of an array."""
        if not isinstance(self.value, list) or len(self.value) > most:
            self.refuse(f"an array of at most {most}")
        return [Given(value, f"{self.place}[{index}]") for index, value in enumerate(self.value)]

    def text(self, most: int) -> str:
        """Return a string."""
        if not isinstance(self.value, str) or len(self.value) > most:
            self.refuse(f"a string of at most {most} characters")
        # Half of a surrogate pair is a string to JSON, and to nothing that it could be compared with.
        return self.value.encode("utf-8", "replace").decode("utf-8")

    def one_of(self, *words: str) -> str:
        """Return one of a few words."""
        if self.value not in words or not isinstance(self.value, str):
            self.refuse(" or ".join(f'"{word}"' for word in words))
        return self.value

    def count(self) -> int:
        """Return a number of things: whole, from 1."""
        value = self.value
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not is_whole or value < 1:
            self.refuse("a whole number from 1")
        return int(value)

    def boolean(self) -> bool:
        """Return whether something is so."""
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value


def read_json(text: str | bytes, place: str) -> Given:
    """Read JSON; what Python adds to it, and an object with a member twice, are refused.

    :raises MalformedRequest: if it is none. ``place`` names the parameter, empty for a body.
    """
    where = f"`{place}`" if place else "The body"
    try:
        value = json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise MalformedRequest(f"{where} is not JSON: {reason}.", field=place) from None
    return Given(value, "")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"an object has {name[:100]!r} twice")
        found[name] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f"{value!r}" if len(value) <= 40 else f"a string of {len(value)} characters"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return "an object" if isinstance(value, dict) else json.dumps(value)
