"""What the graph says about one thing: its own triples, the claims about it, and their proofs.

No query text is made here: the engine is asked for the neighbours of typed terms, and the work grows with
what is said about the thing, not with the graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import NotFound
from zanryu.graph.namespaces import RDF_OBJECT, RDF_PREDICATE, RDF_REIFIES, RDF_SUBJECT, term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement, Term

_CITATION: Final = term("zr:citation").value
_CONCERNS: Final = term("zr:concerns").value
_RIVAL: Final = (term("zr:conflictsWith").value, _CONCERNS)
_CITING: Final = (term("zr:work").value, term("zr:via").value)
_PARTS: Final = (RDF_SUBJECT.value, RDF_PREDICATE.value, RDF_OBJECT.value)
MAX_MENTIONS: Final = 500


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim about something else, in which the thing is the value, a circumstance or the source."""

    claim: Term
    subject: Term
    predicate: Term
    object: Term


@dataclass(frozen=True, slots=True)
class Description:
    """Everything about ``iri``: ``own`` triples, ``claims`` with citations, ``disputes`` with rivals."""

    iri: str
    own: list[Statement]
    claims: list[Statement]
    disputes: list[Statement]

    @property
    def data(self) -> list[Statement]:
        """What a data document holds: RDF 1.1, so without triple terms, which several syntaxes lack."""
        return [*self.own, *self.claims]


def describe(backend: Backend, thing: str, *, with_disputes: bool = False) -> Description:
    """Return the description of an IRI; ``with_disputes`` adds what only a page needs.

    :raises NotFound: if the graph says nothing about it.
    """
    own = _plain(backend.describe(thing))
    if not own:
        raise NotFound(f"The graph says nothing about <{thing}>.", iri=thing)
    claims = [s.subject.value for s in backend.referring(thing, RDF_SUBJECT.value)]
    about = _plain(backend.describe(*claims))
    proofs = _plain(backend.describe(*_objects([*own, *about], _CITATION)))
    return Description(
        thing, own, [*about, *proofs], _disputes(backend, thing, own, claims) if with_disputes else []
    )


def _disputes(backend: Backend, thing: str, own: list[Statement], claims: list[str]) -> list[Statement]:
    """Return the conflicts about the claims, and for a claim or a conflict the other sides with proofs."""
    concerned = [s.subject.value for claim in (thing, *claims) for s in backend.referring(claim, _CONCERNS)]
    rivals = _plain(backend.describe(*_objects(own, *_RIVAL)))
    return [
        *_plain(backend.describe(*dict.fromkeys(concerned))),
        *rivals,
        *_plain(backend.describe(*_objects(rivals, _CITATION))),
    ]


def mentions(backend: Backend, thing: str) -> list[Mention]:
    """Return the claims that mention an IRI; more than ``MAX_MENTIONS`` says that there are others."""
    claims: dict[str, Term] = {}
    for statement in backend.referring(thing):
        if statement.predicate in _CITING:
            citing = backend.referring(statement.subject.value, _CITATION)
            claims.update((s.subject.value, s.subject) for s in citing)
        elif statement.predicate not in (RDF_SUBJECT.value, RDF_PREDICATE.value):
            claims[statement.subject.value] = statement.subject
        if len(claims) > MAX_MENTIONS:
            break
    found = [_mention(claim, backend.describe(claim.value)) for claim in claims.values()]
    return sorted((m for m in found if m), key=lambda m: (m.subject.value, m.predicate.value, m.claim.value))


def _mention(claim: Term, statements: list[Statement]) -> Mention | None:
    """Return a claim as a mention, or ``None`` for what is no claim (the subject of an accepted triple)."""
    parts = {s.predicate: s.object for s in statements if s.predicate in _PARTS}
    return Mention(claim, *(parts[part] for part in _PARTS)) if len(parts) == len(_PARTS) else None


def _objects(statements: Iterable[Statement], *predicates: str) -> list[str]:
    return list(dict.fromkeys(s.object.value for s in statements if s.predicate in predicates))


def _plain(statements: list[Statement]) -> list[Statement]:
    return [s for s in statements if s.predicate != RDF_REIFIES.value and s.object.kind != "triple"]
