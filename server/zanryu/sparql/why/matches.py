"""From the solutions behind a row to the triples that its query matched, each looked up in the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import GRAPHS, RDF_TYPE, term
from zanryu.sparql.why.patterns import REIFIES
from zanryu.sparql.why.rows import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from zanryu.sparql.why.patterns import Pattern, Slot
    from zanryu.sparql.why.reading import Reading
    from zanryu.store.backend import Solutions, Term

MAX_TRIPLES: Final = 40
_ACCEPTED: Final = GRAPHS["accepted"].value
_ASSERTION: Final = f"<{RDF_TYPE.value}> <{term('zr:Assertion').value}>"
_CITES: Final = f"<{term('zr:citation').value}>"


@dataclass(slots=True)
class Match:
    """A triple that the query matched; ``graphs`` hold it, ``claims`` state it or are what it is about."""

    subject: Term
    predicate: Term
    object: Term
    graphs: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        """Whether it is accepted, on the strength of a claim."""
        return _ACCEPTED in self.graphs


Spelled = tuple[str, str, str]


def instantiate(patterns: Iterable[Pattern], solutions: Iterable[Mapping[str, Term]]) -> list[Spelled]:
    """Return the triples that the patterns become with each solution, as SPARQL spells them, each once.

    A pattern with a variable that is unbound in a solution matched nothing for it.
    """
    found = {
        (subject, predicate, value): None
        for solution in solutions
        for pattern in patterns
        if (subject := _filled(pattern.subject, solution, ("iri", "triple")))
        and (predicate := _filled(pattern.predicate, solution, ("iri",)))
        and (value := _filled(pattern.object, solution, ("iri", "literal", "triple")))
    }
    return list(found)


def _filled(slot: Slot, solution: Mapping[str, Term], kinds: tuple[str, ...]) -> str | None:
    if slot.kind == "term":
        return slot.text
    if slot.kind == "triple":
        parts = [_filled(part, solution, ("iri", "literal", "triple")) for part in slot.parts]
        return f"<<( {' '.join(filter(None, parts))} )>>" if all(parts) else None
    value = solution.get(slot.text)
    if value is None or value.kind not in kinds or "_:" in value.value[:2]:
        return None
    return spell(value)


def look_up(reading: Reading, triples: list[Spelled], ask: Callable[[str], Solutions]) -> list[Match]:
    """Return those of the triples that are in the data, with the claims behind them."""
    if not triples:
        return []
    found = ask(f"{reading.prologue}\nSELECT * WHERE {{ {' UNION '.join(_groups(triples))} }}")
    matches: dict[int, Match] = {}
    for row in found.rows:
        if "graph" in row:
            number = int(row["triple"].value)
            match = matches.setdefault(number, Match(row["subject"], row["predicate"], row["object"]))
            match.graphs.append(row["graph"].value)
    for row in found.rows:
        if "claim" in row:
            _add_claim(matches, triples, row)
    return [matches[number] for number in sorted(matches)]


def _add_claim(matches: dict[int, Match], triples: list[Spelled], row: Mapping[str, Term]) -> None:
    """Put a claim to the triple that it states; if it was found by a subject, to all triples of that."""
    stated, claim = int(row["triple"].value), row["claim"].value
    for number, match in matches.items():
        is_of_subject = "describes" in row and triples[number][0] == triples[stated][0]
        if (number == stated or is_of_subject) and claim not in match.claims:
            match.claims.append(claim)


def _groups(triples: list[Spelled]) -> Iterator[str]:
    """Yield where to look: for each triple, and for what each subject is. Of constants, each is cheap."""
    subjects: dict[str, int] = {}
    for number, (subject, predicate, value) in enumerate(triples):
        subjects.setdefault(subject, number)
        here = f"BIND({number} AS ?triple)"
        if not subject.startswith("<<"):
            terms = f"BIND({subject} AS ?subject) BIND({predicate} AS ?predicate) BIND({value} AS ?object)"
            yield f"{{ GRAPH ?graph {{ {subject} {predicate} {value} }} {here} {terms} }}\n"
            yield f"{{ ?claim {REIFIES} <<( {subject} {predicate} {value} )>> {here} }}\n"
    for subject, number in subjects.items():
        if not subject.startswith("<<"):
            here = f"BIND({number} AS ?triple) BIND(true AS ?describes)"
            yield f"{{ {subject} {_ASSERTION} BIND({subject} AS ?claim) {here} }}\n"
            yield f"{{ ?claim {_CITES} {subject} {here} }}\n"
