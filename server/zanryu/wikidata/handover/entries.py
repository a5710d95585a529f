"""The parts of a batch: what is handed over of a thing, and what is held back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zanryu.wikidata.expression.expressing import Expressed, Termbox
    from zanryu.wikidata.handover.hindrances import Withholding
    from zanryu.wikidata.model import Entity, Statement


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor asks for. ``include`` are values of :data:`.hindrances.INCLUDABLE`.

    ``retrieved`` is the day (ISO 8601) on which the editor opened the pages that are cited by their address.
    """

    include: frozenset[str] = field(default_factory=frozenset)
    creates: bool = False
    v3: bool = False
    retrieved: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of ours, with its claims, and its entity at Wikidata as it was last read.

    ``item`` is empty where it is not linked. ``instance_of`` is the class of a new item, empty where the
    mapping has none.
    """

    iri: str
    item: str
    expressed: tuple[Expressed, ...]
    terms: Termbox
    there: Entity | None = None
    instance_of: str = ""

    @property
    def subject(self) -> str:
        """The item today: of two that were merged, the one that is left."""
        return self.there.id if self.there else self.item


@dataclass(frozen=True, slots=True)
class Entry:
    """What some lines say: a statement of some claims, or terms (then ``statement`` is ``None``)."""

    thing: str
    subject: str
    lines: tuple[str, ...]
    statement: Statement | None = None
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What is not handed over, and why; ``said`` is the line that there would be, if it has a form."""

    thing: str
    item: str
    reasons: tuple[Withholding, ...]
    statement: Statement | None = None
    claims: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A statement that several claims make. ``is_apart``: there is another with its value."""

    statement: Statement
    claims: tuple[str, ...] = ()
    is_apart: bool = False
