"""A version in the words of PROV-O: https://www.w3.org/TR/prov-o/.

The activity is the writing, the agent who wrote; it used the state before and generated the state after,
both entities that are states of the dataset. What was changed was influenced by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from zanryu.graph.namespaces import BASE, DATASET_IRI, PREFIXES, term
from zanryu.store.backend import Statement, Term, iri
from zanryu.store.history.record import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.store.history.record import Heading

HISTORY_IRI: Final = f"{BASE}history"
_DATE_TIME: Final = f"{PREFIXES['xsd']}dateTime"
_INTEGER: Final = f"{PREFIXES['xsd']}integer"


def version_iri(number: int) -> str:
    """Return the IRI of the document about a version."""
    return f"{HISTORY_IRI}/{number}"


def state_iri(number: int) -> str:
    """Return the IRI of the state of the dataset that a version made."""
    return f"{version_iri(number)}#state"


def provenance(heading: Heading, touched: Iterable[str]) -> list[Statement]:
    """Return the description of a version; ``touched`` are the IRIs of what it changed."""
    activity, state = f"{version_iri(heading.number)}#activity", state_iri(heading.number)
    agent = f"{HISTORY_IRI}#editor-{quote(heading.editor, safe='')}"
    first = heading.number == 1
    before = f"{HISTORY_IRI}#build-{quote(heading.base, safe='')}" if first else state_iri(heading.number - 1)
    return [
        *_activity(heading, activity, agent, before),
        *_about(state, _state(heading, activity, agent, before)),
        *_about(before, [("rdf:type", iri(term("prov:Entity").value)), _specialises()]),
        *_about(
            agent,
            [("rdf:type", iri(term("prov:Agent").value)), ("foaf:name", Term("literal", heading.editor))],
        ),
        *(
            Statement(iri(thing), term("prov:wasInfluencedBy").value, iri(activity))
            for thing in sorted(touched)
        ),
    ]


def _activity(heading: Heading, activity: str, agent: str, before: str) -> Iterator[Statement]:
    pairs = [
        ("rdf:type", iri(term("prov:Activity").value)),
        ("prov:endedAtTime", Term("literal", timestamp(heading.time), datatype=_DATE_TIME)),
        ("prov:wasAssociatedWith", iri(agent)),
        ("prov:used", iri(before)),
        ("prov:generated", iri(state_iri(heading.number))),
        ("foaf:page", iri(version_iri(heading.number))),
    ]
    if heading.message:
        pairs.append(("dcterms:description", Term("literal", heading.message)))
    if heading.reverts is not None:
        pairs.append(("prov:wasInformedBy", iri(f"{version_iri(heading.reverts)}#activity")))
    yield from _about(activity, pairs)


def _state(heading: Heading, activity: str, agent: str, before: str) -> list[tuple[str, Term]]:
    return [
        ("rdf:type", iri(term("prov:Entity").value)),
        _specialises(),
        ("prov:wasGeneratedBy", iri(activity)),
        ("prov:wasAttributedTo", iri(agent)),
        ("prov:wasRevisionOf", iri(before)),
        ("prov:generatedAtTime", Term("literal", timestamp(heading.time), datatype=_DATE_TIME)),
        ("owl:versionInfo", Term("literal", str(heading.number), datatype=_INTEGER)),
        ("dcterms:identifier", Term("literal", heading.digest)),
    ]


def _specialises() -> tuple[str, Term]:
    return "prov:specializationOf", iri(DATASET_IRI)


def _about(subject: str, pairs: Iterable[tuple[str, Term]]) -> Iterator[Statement]:
    return (Statement(iri(subject), term(name).value, value) for name, value in pairs)
