"""What each kind of problem means and what to do about it, in every language of the pages: one table.

It is a table beside the error classes, not a walk over them: a floor does not know the errors of those above.
A test compares the two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from zanryu.web.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

Texts: TypeAlias = "Mapping[str, str]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. ``status`` is ``None`` where it differs; texts are by language.

    ``members`` are those beyond RFC 9457 that a document of the kind may have.
    """

    slug: str
    status: int | None
    title: Texts
    meaning: Texts
    remedy: Texts
    members: Mapping[str, Texts]

    @property
    def iri(self) -> str:
        """The ``type`` of problem documents."""
        return PROBLEMS + self.slug

    def document(self) -> dict[str, Any]:
        """Return the kind for programs."""
        return {
            "type": self.iri,
            "status": self.status,
            "title": self.title,
            "meaning": self.meaning,
            "remedy": self.remedy,
            "members": self.members,
        }


def kind_of(slug: str) -> Kind | None:
    """Return the kind that a problem is of, for its page."""
    return kinds().get(slug)


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by its slug, by status."""
    table = json.loads(Path(__file__).with_name("kinds.json").read_text(encoding="utf-8"))
    described = table["members"]
    found = [
        Kind(slug, **{**kind, "members": {name: described[name] for name in kind["members"]}})
        for slug, kind in table["kinds"].items()
    ]
    return {kind.slug: kind for kind in sorted(found, key=lambda kind: kind.status or 0)}
