"""Which versions a request asks for: a page of them, and where the next page begins."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from zanryu.errors import MalformedRequest, NotFound
from zanryu.web.version_numbers import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE_SIZE: Final = 50
_NUMBER: Final = re.compile(NUMBER)


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: the versions after ``since``, ascending, or those before ``before``, newest first.

    ``about`` is the IRI of an entity or claim that they have to have changed.
    """

    since: int | None = None
    before: int | None = None
    about: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out, so that later versions stand behind those that there are."""
        return self.before is None and not self.about

    def require_of(self, newest: int) -> None:
        """Refuse what is behind the newest version: who has seen it followed a history that is no more.

        :raises NotFound: saying which the newest is.
        """
        if self.since is not None and self.since > newest:
            raise NotFound(
                f"There is no version {self.since}: the newest is {newest}. If you have had later ones, the "
                "server went back to a backup: begin anew with a dump.",
                newest=newest,
                parameter="since",
            )

    def page(self, numbers: Sequence[int]) -> tuple[list[int], Span | None]:
        """Return the versions of one page, out of ascending ``numbers``, and the span of the next page."""
        if self.since is not None:
            begin = bisect_right(numbers, self.since)
            chosen = list(numbers[begin : begin + PAGE_SIZE])
            has_more = begin + PAGE_SIZE < len(numbers)
            return chosen, Span(since=chosen[-1], about=self.about) if has_more else None
        end = len(numbers) if self.before is None else bisect_left(numbers, self.before)
        begin = max(0, end - PAGE_SIZE)
        chosen = list(numbers[begin:end])[::-1]
        return chosen, Span(before=chosen[-1], about=self.about) if begin else None

    def path(self, form: str = "") -> str:
        """Return the path of this page, in the form that ``?format=`` names."""
        values = {"since": self.since, "before": self.before, "about": self.about or None}
        given = {name: value for name, value in values.items() if value is not None}
        query = urlencode({**given, **({"format": form} if form else {})})
        return f"/history?{query}" if query else "/history"


def read_span(values_of: Callable[[str], list[str]]) -> Span:
    """Return what the parameters of a request ask for; ``values_of`` gives all values of a parameter.

    :raises MalformedRequest: for a parameter that is there twice or is no number, or for both directions.
    """
    since, before = (_number(name, _one(name, values_of)) for name in ("since", "before"))
    if since is not None and before is not None:
        raise MalformedRequest("Give `since` or `before`, not both.", parameter="before")
    return Span(since, before, _one("about", values_of) or "")


def _one(name: str, values_of: Callable[[str], list[str]]) -> str | None:
    values = values_of(name)
    if len(values) > 1:
        raise MalformedRequest(f"`{name}` is given {len(values)} times; give it once.", parameter=name)
    return values[0] if values else None


def _number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise MalformedRequest(f"`{name}={text}` is no number of a version.", parameter=name)
    return int(text)
