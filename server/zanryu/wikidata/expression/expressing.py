"""Our claims in Wikidata's model: what may be handed over, and what is compared.

One claim becomes at most one statement with a reference for each supporting citation. What is held back, and
what cannot be said at all, stays in the list with its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import DATASET_IRI, PREFIXES
from zanryu.store.backend import RESULTS_JSON, UNION, read_solutions
from zanryu.wikidata.expression.citing import load_works, support
from zanryu.wikidata.expression.claimed_values import claimed_value
from zanryu.wikidata.expression.judgement import objections, rank_of
from zanryu.wikidata.expression.qualifying import qualify
from zanryu.wikidata.expression.reading import Reading
from zanryu.wikidata.expression.reasons import Reason, sentence
from zanryu.wikidata.expression.termbox import Termbox, termbox
from zanryu.wikidata.model import Statement

if TYPE_CHECKING:
    from zanryu.store.backend import Backend
    from zanryu.wikidata.expression.alignment import Alignment, Property
    from zanryu.wikidata.expression.claimed_values import Valued
    from zanryu.wikidata.model import Value

__all__ = ["Expressed", "Reason", "Termbox", "express", "linked", "sentence", "termbox"]

# What a claim names and what has to be read to express it.
_NAMED: Final = (
    "rdf:object", "zr:citation", "zr:certainty", "zr:conflictsWith", "zr:role", "zr:place", "zr:postIn",
    "zr:opponent", "zr:companion",
)  # fmt: skip
# What the model of Wikidata has no form for.
_UNSAYABLE: Final = {Reason.DENIED, Reason.REFUTED}
_LINKS: Final = f"""
SELECT DISTINCT ?thing ?item WHERE {{
  ?thing <{PREFIXES["skos"]}exactMatch> ?item FILTER(STRSTARTS(STR(?item), "{PREFIXES["wd"]}Q"))
}}"""


@dataclass(frozen=True, slots=True)
class Expressed:
    """A claim as Wikidata would say it.

    ``claim`` and ``subject`` are our IRIs. ``item`` is the subject's ``Q…``, empty where it is not linked.
    ``statement`` is ``None`` where the claim cannot be said there; ``withheld`` says why it is not handed
    over by default, and is empty where it may be. ``property`` (``P…``) and ``value`` are known for some
    claims without a statement too, such as denials, so that they can be compared. ``unsaid`` are prefixed
    names of properties of the claim (``zr:place``) that the statement leaves out, because no linked item or
    checked number says them.
    """

    claim: str
    subject: str
    item: str
    statement: Statement | None
    withheld: tuple[Reason, ...] = ()
    property: str = ""
    value: Value | None = None
    unsaid: tuple[str, ...] = ()


def express(backend: Backend, alignment: Alignment, iri: str) -> list[Expressed]:
    """Return every claim about one thing, in the order of their IRIs.

    The cost is that of its claims: three look-ups for all of them, and one for each level of copies among
    their works.
    """
    reading = Reading(backend)
    claims = reading.claims_about(iri)
    reading.load([DATASET_IRI, *(one for claim in claims for one in reading.iris(claim, *_NAMED))])
    load_works(claims, reading)
    return [_expressed(claim, iri, reading, alignment) for claim in claims]


def linked(backend: Backend) -> dict[str, str]:
    """Return our things that are linked to Wikidata: IRI → ``Q…``. Reads the links of the whole graph."""
    answer = read_solutions(b"".join(backend.query(_LINKS, UNION, RESULTS_JSON)))
    rows = [] if isinstance(answer, bool) else answer.rows
    found = sorted((row["thing"].value, row["item"].value.removeprefix(PREFIXES["wd"])) for row in rows)
    return {thing: item for thing, item in reversed(found) if item[1:].isdigit()}


def _expressed(claim: str, subject: str, reading: Reading, alignment: Alignment) -> Expressed:
    item = reading.item(subject)
    supported = support(claim, reading, alignment)
    reasons = {*objections(claim, reading), *supported.reasons, *((Reason.SUBJECT_NOT_LINKED,) * (not item))}
    bare = Expressed(claim, subject, item, None)
    said, valued = _main(claim, reading.iris(subject, "rdf:type"), reading, alignment)
    if said is None or isinstance(valued, Reason):
        found = valued if isinstance(valued, Reason) else Reason.NO_PROPERTY
        return replace(bare, withheld=_ordered({*reasons, found}), property=said.id if said else "")
    value, dated = valued
    qualified = qualify(claim, said, supported.citations, reading, alignment)
    rank, because = rank_of(claim, reading, alignment)
    statement = None
    if rank and not reasons & _UNSAYABLE:
        qualifiers = tuple(dict.fromkeys((*dated, *qualified.snaks, *because)))
        statement = Statement(said.id, value, rank, qualifiers, supported.references)
    withheld = _ordered({*reasons, *qualified.reasons})
    return Expressed(claim, subject, item, statement, withheld, said.id, value, qualified.unsaid)


def _main(
    claim: str, types: list[str], reading: Reading, alignment: Alignment
) -> tuple[Property | None, Valued | Reason]:
    """Return the property and the value that say a claim, as far as there are such."""
    objects = reading.all(claim, "rdf:object")
    if len(objects) != 1:
        return None, Reason.NO_PROPERTY
    said = alignment.main(reading.first(claim, "rdf:predicate"), types, objects[0].value)
    if said is None:
        return None, Reason.NO_PROPERTY
    return said, claimed_value(objects[0], said.datatype, reading, alignment)


def _ordered(reasons: set[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in Reason if reason in reasons)
