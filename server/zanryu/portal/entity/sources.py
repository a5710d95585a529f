"""The sources of claims: the place in each, what kind of source it is, and whether it is one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.naming.labels import Shown
from zanryu.portal.entity.knowledge import TYPE, name
from zanryu.portal.entity.witnesses import Passage, Testimony, Upstream, count_witnesses, weigh
from zanryu.store.backend import iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.portal.entity.context import Reading
    from zanryu.portal.entity.knowledge import Facts

_PLACED: Final = {
    TYPE,
    *(name(f"zr:{local}") for local in ("work", "locator", "stance", "hedge", "cue", "via")),
}
_SUPPORTS: Final = name("zv:supports")
_WIKIDATA_REVISION: Final = name("zv:wikidata-revision")


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A passage of a work. What it repeats and what repeats it are works (see witnesses).

    ``language`` is the work's, as a tag; ``stance`` is empty where the passage supports, as nearly all do.
    """

    work: Shown
    locator: list[Shown]
    kind: list[Shown]
    tier: list[Shown]
    language: str
    stance: list[Shown]
    is_support: bool
    hedge: list[Shown]
    cue: list[Shown]
    repeats: list[Shown]
    repeated_by: list[Shown]
    same_as: list[Shown]
    refers_to: list[Shown]
    is_independent: bool
    is_witness: bool
    others: list[tuple[Shown, list[Shown]]]


@dataclass(frozen=True, slots=True)
class ShownWork:
    """A work in the bibliography of a page; ``supports`` and ``disputes`` count the claims shown there."""

    work: Shown
    anchor: str
    creators: list[Shown]
    issued: str
    language: str
    tier: list[Shown]
    kind: list[Shown]
    part_of: list[Shown]
    mirror_of: list[Shown]
    supports: int
    others: int


class SourceShelf:
    """The works behind the claims of a page, read in a few look-ups for all of them."""

    def __init__(self, reading: Reading, claims: Iterable[Facts]) -> None:
        self._reading = reading
        knowledge = reading.knowledge
        proofs = knowledge.load(c for claim in claims for c in claim.iris("zr:citation"))
        works = [w for proof in proofs for w in proof.iris("zr:work", "zr:via")]
        mirrors = knowledge.closure(works, "zr:mirrorOf")
        facts = knowledge.load(mirrors)
        references = {f.iri: f.iris("dcterms:references") for f in facts}
        compilations = frozenset(f.iri for f in facts if _WIKIDATA_REVISION in f.iris("dcterms:type"))
        self.upstream = Upstream(mirrors, references, compilations)

    def of(self, claim: Facts) -> tuple[list[ShownSource], int]:
        """Return the sources of a claim, supporting ones first, and how many witnesses support it."""
        proofs = sorted(self._reading.knowledge.load(claim.iris("zr:citation")), key=_rank)
        passages = [passage_of(proof) for proof in proofs]
        told = weigh(passages, self.upstream)
        shown = [self._source(p, t) for p, t in zip(proofs, told, strict=True)]
        return shown, count_witnesses(passages, self.upstream)

    def rests_alone(self, claim: Facts, work: str) -> bool:
        """Whether nothing but a work, or what is the same witness, supports a claim."""
        passages = [passage_of(p) for p in self._reading.knowledge.load(claim.iris("zr:citation"))]
        supporting = [p for p in passages if p.is_support]
        witnesses = [p for p in supporting if p.work not in self.upstream.compilations]
        return count_witnesses(supporting, self.upstream) <= 1 and any(
            work in self.upstream.origins(p.work, *p.via) for p in witnesses or supporting
        )

    def _source(self, proof: Facts, told: Testimony) -> ShownSource:
        reading = self._reading
        work = reading.knowledge.of(proof.first("zr:work"))
        return ShownSource(
            work=reading.show(iri(work.iri)) if work.iri else Shown(""),
            locator=reading.shown(proof.all("zr:locator")),
            kind=reading.shown(work.all("dcterms:type")),
            tier=reading.shown(work.all("zr:tier")),
            language=", ".join(work.iris("dcterms:language")),
            stance=[] if _supports(proof) else reading.shown(proof.all("zr:stance")),
            is_support=_supports(proof),
            hedge=reading.shown(proof.all("zr:hedge")),
            # The cue is printed in the language of the work, which its own tag seldom says.
            cue=[Shown(t.value, t.language or work.first("dcterms:language")) for t in proof.all("zr:cue")],
            repeats=self._works(told.repeats),
            repeated_by=self._works(told.repeated_by),
            same_as=self._works(told.same_as),
            refers_to=self._works(told.refers_to),
            is_independent=told.is_independent,
            is_witness=work.iri not in self.upstream.compilations,
            others=reading.pairs(proof, _PLACED),
        )

    def _works(self, works: Iterable[str]) -> list[Shown]:
        return [self._reading.show(iri(work)) for work in works]

    def bibliography(self, claims: Iterable[Facts]) -> list[ShownWork]:
        """Return all works that claims are cited to, those with the most support first."""
        supports: dict[str, int] = {}
        others: dict[str, int] = {}
        for claim in claims:
            passages = [passage_of(p) for p in self._reading.knowledge.load(claim.iris("zr:citation"))]
            for work in {p.work for p in passages if p.is_support}:
                supports[work] = supports.get(work, 0) + 1
            for work in {p.work for p in passages if not p.is_support}:
                others[work] = others.get(work, 0) + 1
        works = [self._work(w, supports.get(w, 0), others.get(w, 0)) for w in {**supports, **others}]
        return sorted(works, key=lambda w: (-w.supports, -w.others, w.work.text))

    def _work(self, work: str, supports: int, others: int) -> ShownWork:
        reading, has = self._reading, self._reading.knowledge.of(work)
        issued = has.first("dcterms:issued")
        return ShownWork(
            work=reading.show(iri(work)),
            anchor=f"source-{work.rsplit('/', 1)[-1]}",
            creators=reading.shown(has.all("dcterms:creator")),
            issued=reading.dates.in_words(issued) if issued else "",
            language=", ".join(has.iris("dcterms:language")),
            tier=reading.shown(has.all("zr:tier")),
            kind=reading.shown(has.all("dcterms:type")),
            part_of=reading.shown(has.all("dcterms:isPartOf")),
            mirror_of=reading.shown(has.all("zr:mirrorOf")),
            supports=supports,
            others=others,
        )


def passage_of(proof: Facts) -> Passage:
    """Return a citation as what is weighed."""
    return Passage(proof.first("zr:work"), tuple(proof.iris("zr:via")), _supports(proof))


def _supports(proof: Facts) -> bool:
    """Whether a passage supports its claim; one that says nothing of its stance is taken to."""
    stances = proof.iris("zr:stance")
    return not stances or _SUPPORTS in stances


def _rank(proof: Facts) -> tuple[bool, str]:
    return not _supports(proof), proof.iri
