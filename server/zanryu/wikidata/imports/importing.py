"""What an item of Wikidata says, as claims that are attributed to Wikidata at its revision.

Each claim is cited to one work, the item at that revision, with the GUID of the statement as the place in it.
It is held for possible: Wikidata is a tertiary source that anybody writes, and no witness of its own
(``zv:wikidata-revision``). The rank there is not our editors' judgement, so that only "deprecated" is kept as
the status; what Wikidata prefers stands in the note.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from zanryu.errors import InputNotFound
from zanryu.graph.namespaces import (
    ASSERTION,
    PREFIXES,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_SUBJECT,
    RDF_TYPE,
    compact,
    term,
)
from zanryu.graph.table.claims import Claim
from zanryu.wikidata.comparison.sourcing import ADDRESS, STATED_IN, is_source
from zanryu.wikidata.imports.imported_values import NotTaken, in_our_terms
from zanryu.wikidata.imports.revision_work import printable, revision_work, work_iri
from zanryu.wikidata.model import Item, Rank, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.graph.materialise import Term
    from zanryu.wikidata.imports.imported_values import InOurTerms
    from zanryu.wikidata.imports.known import Known
    from zanryu.wikidata.model import Entity, Reference, Statement

_UNFIT: Final = re.compile(r"[^a-z0-9]+")
_GUID_LENGTH: Final = 8
_DEPRECATED_FOR: Final = "P2241"
_KINDS: Final = term("zv:deprecation-kind-scheme")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that became no claim, and why; ``name`` is its property's, for people."""

    guid: str
    property: str
    why: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name or self.property}, {self.guid}: {self.why}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one item. ``unaligned`` counts the statements of properties that ours do not express."""

    entity: Entity
    claims: list[Claim] = field(default_factory=list)
    work: list[tuple[NamedNode, NamedNode, Term]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unaligned: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        entity = self.entity
        rest = f"; {self.unaligned.total()} have properties without an alignment" if self.unaligned else ""
        return (
            f"{entity.id}, revision {entity.revision}, has {len(entity.statements)} statements: "
            f"{len(self.claims)} are claims now, {len(self.left_out)} are left out{rest}."
        )


def import_entity(entity: Entity, known: Known, own: Sequence[str] = ()) -> Imported:
    """Return the statements about an item as claims about the thing that is linked to it.

    A statement is left out if its only references are "imported from" or pages of ours (``own`` are their
    addresses beside the base), if its value is nothing that we know, and if a claim rests on it already.

    :raises InputNotFound: if nothing is linked to the item, or its revision is not known.
    """
    if not entity.revision:
        raise InputNotFound(f"{entity.id}: what is kept does not say its revision; fetch it again.")
    subjects = known.things.get(entity.id, [])
    if not subjects:
        raise InputNotFound(f"{entity.id}: nothing in the dataset is linked to it (skos:exactMatch).")
    found = Imported(entity)
    names = _Names(known)
    for statement in sorted(entity.statements, key=lambda s: (int(s.property[1:]), s.id)):
        if statement.property not in known.properties:
            found.unaligned[statement.property] += 1
            continue
        for subject in subjects:
            try:
                found.claims.append(_claim(entity, statement, subject, known, own, names))
            except NotTaken as reason:
                name = known.name_of(statement.property)
                found.left_out.append(LeftOut(statement.id, statement.property, str(reason), name))
    if found.claims:
        found.work.extend(revision_work(entity))
    return found


class _Names:
    """Names of claims that stay the same from import to import: the subject's, and the statement's GUID."""

    def __init__(self, known: Known) -> None:
        self._taken = {node.value for node in known.index if isinstance(node, NamedNode)}

    def mint(self, subject: NamedNode, guid: str) -> NamedNode:
        about = _UNFIT.sub("-", re.split(r"[/#]", subject.value)[-1].lower()).strip("-")
        part = _UNFIT.sub("", guid.partition("$")[2].lower())[:_GUID_LENGTH]
        numbers = (f"{PREFIXES['cl']}{about}-wikidata-{part}-{n}" for n in range(1, len(self._taken) + 2))
        name = next(name for name in numbers if name not in self._taken)
        self._taken.add(name)
        return NamedNode(name)


def _claim(
    entity: Entity, statement: Statement, subject: NamedNode, known: Known, own: Sequence[str], names: _Names
) -> Claim:
    sources = [r for r in statement.references if is_source(r, own)]
    if statement.references and not sources:
        raise NotTaken("its only references are “imported from” a Wikimedia project, or pages of ours")
    said = in_our_terms(statement, subject, known)
    if there := _already(statement.id, said, known):
        raise NotTaken(f"it is there already, as {compact(there.value)}")
    facts: list[tuple[NamedNode, Term]] = [
        (RDF_TYPE, ASSERTION),
        (RDF_SUBJECT, subject),
        (RDF_PREDICATE, said.predicate),
        (RDF_OBJECT, said.value),
        (term("zr:certainty"), term("zv:possible")),
        *said.qualifiers,
        *_status(statement, known),
        (term("zr:note"), Literal(_note(statement, said, sources), language="en")),
    ]
    if said.when:
        facts.append((term("zr:when"), Literal(said.when)))
    citation = _citation(entity, statement, sources, known)
    return Claim(names.mint(subject, statement.id), frozenset(facts), (citation,))


def _already(guid: str, said: InOurTerms, known: Known) -> NamedNode | None:
    """Return the claim that rests on a statement and says what it says now."""
    for claim in known.cited.get(guid, ()):
        facts = known.index[claim]
        if said.value in facts.get(RDF_OBJECT, ()) and said.subject in facts.get(RDF_SUBJECT, ()):
            return claim
    return None


def _citation(
    entity: Entity, statement: Statement, sources: Iterable[Reference], known: Known
) -> frozenset[tuple[NamedNode, Term]]:
    """Return the passage: the statement in its revision, by way of the works of ours that it refers to."""
    works = {
        thing
        for reference in sources
        for value in reference.of(STATED_IN)
        if isinstance(value, Item)
        for thing in known.things.get(value.id, ())
        if known.is_a(thing, term("zr:Work"))
    }
    return frozenset(
        {
            (term("zr:work"), work_iri(entity)),
            (term("zr:locator"), Literal(statement.id)),
            (term("zr:stance"), term("zv:supports")),
            *((term("zr:via"), work) for work in works),
        }
    )


def _status(statement: Statement, known: Known) -> list[tuple[NamedNode, Term]]:
    if statement.rank != Rank.DEPRECATED:
        return [(term("zr:status"), term("zv:normal"))]
    items = [value.id for value in statement.qualified(_DEPRECATED_FOR) if isinstance(value, Item)]
    found = (kind for item in items for kind in known.things.get(item, ()))
    kinds = [kind for kind in found if _KINDS in known.index[kind].get(term("skos:inScheme"), ())][:1]
    why = f", for the reason {', '.join(items)}" if items else " without a reason"
    return [
        (term("zr:status"), term("zv:deprecated")),
        (term("zr:deprecationReason"), Literal(f"Deprecated on Wikidata{why}.", language="en")),
        *((term("zr:deprecationKind"), kind) for kind in kinds),
    ]


def _note(statement: Statement, said: InOurTerms, sources: Sequence[Reference]) -> str:
    """Say what the claim does not: whom Wikidata refers to, and what is lost on the way."""
    named = dict.fromkeys(text for source in sources for text in _names(source))
    referring = f"Wikidata refers to {', '.join(named)}."
    if not named:
        referring = "Wikidata refers to no item or address." if sources else "Wikidata gives no reference."
    rank = ["It is preferred there."] if statement.rank == Rank.PREFERRED else []
    return printable(" ".join([referring, *rank, *said.lost]))


def _names(reference: Reference) -> list[str]:
    items = [value.id for value in reference.of(STATED_IN) if isinstance(value, Item)]
    return items or [value.text for value in reference.of(ADDRESS) if isinstance(value, Text)]
