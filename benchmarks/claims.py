"""What the generated graph says: works, academies, a tree of units, officers and the claims about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, TextIO

from zanryu.graph.edtf import bounds
from zanryu.graph.materialise import DEFAULT_THRESHOLD
from zanryu.graph.namespaces import GRAPHS, term

if TYPE_CHECKING:
    import random

ACADEMIES: Final = 8
_FAMILIES = (
    "Abe 阿部",
    "Endō 遠藤",
    "Fujita 藤田",
    "Inoue 井上",
    "Mori 森",
    "Ono 小野",
    "Saitō 斎藤",
    "Wada 和田",
)
_GIVEN_NAMES = (
    "Akira 明",
    "Haruo 春男",
    "Ichirō 一郎",
    "Kazuo 和夫",
    "Masao 正雄",
    "Osamu 修",
    "Yoshio 義雄",
)
_RANKS = ("second-lieutenant", "first-lieutenant", "captain", "major", "lieutenant-colonel", "colonel")
_CERTAINTIES = {"certain": 4, "probable": 3, "possible": 2, "doubtful": 1}
_KINDS_OF_WORK = (
    ("primary", "Book", "memoir"),
    ("secondary", "Article", "journal-article"),
    ("tertiary", "WebSource", "web-page"),
)
_ECHELONS = ("army", "division", "regiment", "battalion", "company", "platoon")
_CHILDREN_OF_A_UNIT = 6

_GRAPHS = {name: str(graph) for name, graph in GRAPHS.items()}


@cache
def iri(curie: str) -> str:
    """Return a prefixed name as N-Quads spell it."""
    return str(term(curie))


@dataclass(frozen=True, slots=True)
class Scale:
    """How many there are of each kind; numbers in names run from 0."""

    officers: int

    @property
    def units(self) -> int:
        """Units: one for 20 officers."""
        return max(50, self.officers // 20)

    @property
    def works(self) -> int:
        """Works: one for 50 officers."""
        return max(200, self.officers // 50)


def parent_unit(number: int) -> int:
    """Return the unit above; 0 is the top of the tree."""
    return (number - 1) // _CHILDREN_OF_A_UNIT


@dataclass(slots=True)
class Writer:
    """Writes lines and counts them by graph."""

    out: TextIO
    counts: Counter[str] = field(default_factory=Counter)

    def triples(self, graph: str, subject: str, *pairs: tuple[str, str]) -> None:
        """Write triples of one subject; values are in N-Triples form."""
        name = _GRAPHS[graph]
        self.out.write("".join([f"{subject} {iri(p)} {value} {name} .\n" for p, value in pairs]))
        self.counts[graph] += len(pairs)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim states: ``subject`` and ``value`` in N-Triples form, ``predicate`` a prefixed name."""

    name: str
    subject: str
    predicate: str
    value: str
    certainty: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Generator:
    """Makes the claims of one scale, in a fixed order from one source of chance."""

    scale: Scale
    chance: random.Random
    writer: Writer

    def write(self) -> None:
        """Write everything but the ontology."""
        for number in range(self.scale.works):
            self._work(number)
        for number in range(ACADEMIES):
            self._labelled("zr:Academy", f"ac:academy-{number}", f"Academy {number}")
        for number in range(self.scale.units):
            self._unit(number)
        for number in range(self.scale.officers):
            self._officer(number)

    def _labelled(self, kind: str, name: str, label: str) -> None:
        self.writer.triples(
            "entities", iri(name), ("rdf:type", iri(kind)), ("skos:prefLabel", f'"{label}"@en')
        )

    def _work(self, number: int) -> None:
        tier, kind, source_type = self.chance.choice(_KINDS_OF_WORK)
        self.writer.triples(
            "works",
            iri(f"w:work-{number}"),
            ("rdf:type", iri(f"zr:{kind}")),
            ("dcterms:title", f'"Recollections, volume {number}"@en'),
            ("dcterms:type", iri(f"zv:{source_type}")),
            ("dcterms:issued", f'"{self.chance.randint(1950, 2020)}"^^{iri("xsd:gYear")}'),
            ("foaf:page", f"<https://example.org/works/{number}>"),
            ("zr:tier", iri(f"zv:{tier}")),
        )

    def _unit(self, number: int) -> None:
        name = f"u:unit-{number}"
        depth, above = 0, number
        while above:
            depth, above = depth + 1, parent_unit(above)
        self._labelled("zr:MilitaryUnit", name, f"Unit {number}")
        echelon = iri(f"zv:echelon-{_ECHELONS[min(depth, 5)]}")
        self.writer.triples("entities", iri(name), ("zr:echelon", echelon))
        if number:
            above_iri = iri(f"u:unit-{parent_unit(number)}")
            # Certain, so that it is accepted: the tree that the property path walks has no holes.
            self._claim(Claim(f"unit-{number}-above-1", iri(name), "zr:subUnitOf", above_iri, "certain"))

    def _officer(self, number: int) -> None:
        person, chance = str(term(f"p:officer-{number}")), self.chance
        family, family_ja = chance.choice(_FAMILIES).split()
        given, given_ja = chance.choice(_GIVEN_NAMES).split()
        self.writer.triples(
            "entities",
            person,
            ("rdf:type", iri("zr:Officer")),
            ("skos:prefLabel", f'"{family} {given} {number}"@en'),
            ("skos:prefLabel", f'"{family_ja}{given_ja}{number}"@ja'),
            ("zr:nationality", iri("zv:japanese")),
        )
        born = _month(chance, 1895, 1922)
        said = [
            ("zr:servedIn", iri(f"u:unit-{chance.randrange(self.scale.units)}")),
            ("zr:promotedTo", iri(f"zv:ija-{chance.choice(_RANKS)}")),
        ]
        if chance.random() < 0.25:
            said.append(("zr:instructedAt", iri(f"ac:academy-{chance.randrange(ACADEMIES)}")))
        if chance.random() < 0.15:
            said.append(("zr:birthDate", f'"{born}"^^{iri("edtf:EDTF-level1")}'))
        if chance.random() < 0.06:
            said.append(("zr:servedUnder", str(term(f"p:officer-{chance.randrange(self.scale.officers)}"))))
        for place, (predicate, value) in enumerate(said, start=1):
            when = born if predicate == "zr:birthDate" else None
            self._claim(Claim(f"officer-{number}-{place}", person, predicate, value, when=when))

    def _claim(self, claim: Claim) -> None:
        chance, node = self.chance, str(term(f"cl:{claim.name}"))
        certainty = claim.certainty or chance.choices(tuple(_CERTAINTIES), (2, 5, 2, 1))[0]
        self.writer.triples(
            "claims",
            node,
            ("rdf:type", iri("zr:Assertion")),
            ("rdf:subject", claim.subject),
            ("rdf:predicate", iri(claim.predicate)),
            ("rdf:object", claim.value),
            ("zr:certainty", iri(f"zv:{certainty}")),
            ("zr:status", iri("zv:normal")),
        )
        if when := claim.when or (_month(chance, 1940, 1954) if chance.random() < 0.4 else None):
            self.writer.triples("claims", node, *_dates(when))
        for number in range(1, 1 + chance.choices((1, 2, 3), (75, 20, 5))[0]):
            self._citation(claim.name, number)
        stated = f"{claim.subject} {iri(claim.predicate)} {claim.value}"
        self.writer.triples("reifiers", node, ("rdf:reifies", f"<<( {stated} )>>"))
        if _CERTAINTIES[certainty] >= DEFAULT_THRESHOLD:
            self.writer.triples("accepted", claim.subject, (claim.predicate, claim.value))

    def _citation(self, claim: str, number: int) -> None:
        node = str(term(f"cl:{claim}/c{number}"))
        self.writer.triples("claims", str(term(f"cl:{claim}")), ("zr:citation", node))
        self.writer.triples(
            "claims",
            node,
            ("rdf:type", iri("zr:Citation")),
            ("zr:work", iri(f"w:work-{self.chance.randrange(self.scale.works)}")),
            ("zr:locator", f'"p. {self.chance.randint(1, 400)}"'),
            ("zr:stance", iri("zv:supports")),
        )


def _month(chance: random.Random, first: int, last: int) -> str:
    return f"{chance.randint(first, last)}-{chance.randint(1, 12):02}"


@cache
def _dates(when: str) -> tuple[tuple[str, str], ...]:
    envelope = bounds(when)
    return (
        ("zr:when", f'"{when}"^^{iri("edtf:EDTF-level1")}'),
        ("zr:earliest", f'"{envelope.earliest}"^^{iri("xsd:date")}'),
        ("zr:latest", f'"{envelope.latest}"^^{iri("xsd:date")}'),
    )
