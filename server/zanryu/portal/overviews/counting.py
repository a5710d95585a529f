"""How many they were: the claims that count people, by the population that each counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import RDF_OBJECT, RDF_SUBJECT, term
from zanryu.portal.overviews.facts import facts_of, first, name, states
from zanryu.portal.overviews.scale import mark_of
from zanryu.portal.overviews.tree import Forest, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zanryu.naming.labels import Shown
    from zanryu.portal.overviews.facts import Facts
    from zanryu.portal.overviews.presenting import Presenter
    from zanryu.portal.overviews.scale import Mark
    from zanryu.store.backend import Backend, Term

_INTEGER: Final = re.compile(r"\d{1,12}\Z", re.ASCII)
_WITHIN: Final = term("zr:subPopulationOf").value
_UNSAID: Final = term("zr:someValue").value


@dataclass(frozen=True, slots=True)
class Witness:
    """A source of a number. ``via`` is what it repeats."""

    work: Shown
    place: str
    via: list[Shown]
    is_against: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A claim about a number: ``said`` in words, and what is drawn of it, if it has a place on a scale."""

    claim: Shown
    anchor: str
    said: str
    language: str
    mark: Mark | None
    when: str
    kind: Shown | None
    certainty: Shown | None
    note: str
    witnesses: list[Witness]
    is_set_aside: bool
    is_denied: bool

    @property
    def largest(self) -> int:
        """The largest number that it may mean; zero where it is only in words."""
        return self.mark.largest if self.mark else 0


@dataclass(slots=True)
class Population:
    """Those who are counted, with the claims that count them."""

    name: Shown
    iri: str
    above: list[str]
    counts: list[Count] = field(default_factory=list)

    @property
    def largest(self) -> int:
        """The largest number that anybody gives."""
        return max((count.largest for count in self.counts), default=0)


def populations(backend: Backend, presenter: Presenter, claims: Sequence[str]) -> list[Node[Population]]:
    """Return the populations that claims count, each below the one it is part of; the largest first.

    A population that nobody counted is there if parts of it are.
    """
    facts = facts_of(backend, claims)
    cited = facts_of(backend, [t.value for has in facts.values() for t in has.get(name("citation"), [])])
    reader, counted = Reader(presenter, cited), dict[str, list[Count]]()
    for claim in claims:
        for subject in facts.get(claim, {}).get(RDF_SUBJECT.value, [])[:1]:
            counted.setdefault(subject.value, []).append(reader.count(claim, facts[claim]))
    found = dict(_with_wholes(backend, presenter, counted))
    largest = {group: _largest(group, found) for group in found}
    ordered = {
        group: found[group] for group in sorted(found, key=lambda g: (-largest[g], found[g].name.text))
    }
    forest = Forest(ordered, lambda population: population.above)
    nodes = [*forest.trees(), *(Node(alone) for alone in forest.alone())]
    return sorted(nodes, key=lambda node: -largest[node.thing.iri])


def _with_wholes(
    backend: Backend, presenter: Presenter, counted: Mapping[str, list[Count]]
) -> Iterator[tuple[str, Population]]:
    waiting, seen = list(counted), set(counted)
    while waiting:
        facts = facts_of(backend, waiting)
        names, waiting = waiting, []
        for group in names:
            above = [t.value for t in facts.get(group, {}).get(_WITHIN, [])]
            counts = sorted(counted.get(group, []), key=lambda count: (-count.largest, count.anchor))
            yield group, Population(presenter.named(group), group, above, counts)
            new = [other for other in above if other not in seen]
            seen.update(new)
            waiting += new


def _largest(group: str, found: Mapping[str, Population]) -> int:
    """Return the largest number of a population or of what is right in it: not every whole is counted."""
    parts = (other.largest for other in found.values() if group in other.above)
    return max(found[group].largest, *parts, 0)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads claims about numbers for a reader of one language; ``cited`` are their citations."""

    presenter: Presenter
    cited: Mapping[str, Facts]

    def count(self, claim: str, has: Facts) -> Count:
        """Return a claim as it is shown."""
        value = first(has, RDF_OBJECT.value)
        low, high = (_integer(first(has, name(bound))) for bound in ("countMin", "countMax"))
        number = _integer(value)
        exact = states(has, "countPrecision", "exactly")
        shown = self.presenter.named(value.value) if value and value.kind == "iri" else None
        in_words = shown.text if shown and shown.iri != _UNSAID else ""
        return Count(
            claim=self.presenter.named(claim),
            anchor=claim.rsplit("/", 1)[-1],
            said=in_words or self._in_words(number, low, high, is_exact=exact),
            language=shown.language if shown and in_words else "",
            mark=mark_of(number, low, high),
            when=self._when(has),
            kind=self._shown(has, "countPrecision"),
            certainty=self._shown(has, "certainty"),
            note=" ".join(t.value for t in has.get(name("note"), []))[:400],
            witnesses=[self._witness(self.cited.get(t.value, {})) for t in has.get(name("citation"), [])],
            is_set_aside=states(has, "status", "deprecated"),
            is_denied=states(has, "polarity", "negative"),
        )

    def _in_words(self, number: int | None, low: int | None, high: int | None, *, is_exact: bool) -> str:
        words, write = self.presenter.words, self.presenter.number
        if number is None:
            # translators: a source says that there were some, and gives no number
            return words.gettext("some, without a number")
        if low is not None and high is not None and low < number < high:
            return words.gettext("about %(number)s", number=write(number))
        if low is not None and high is not None and low < high:
            if low == 0:
                return words.gettext("up to %(number)s", number=write(high))
            return words.gettext("%(low)s to %(high)s", low=write(low), high=write(high))
        if low is not None and high is None:
            return words.gettext("%(number)s or more", number=write(low))
        return write(number) if is_exact else words.gettext("about %(number)s", number=write(number))

    def _when(self, has: Facts) -> str:
        when = first(has, name("when"))
        return self.presenter.in_words(self.presenter.words, when.value) if when else ""

    def _shown(self, has: Facts, local: str) -> Shown | None:
        found = first(has, name(local))
        return self.presenter.named(found.value) if found else None

    def _witness(self, has: Facts) -> Witness:
        work = first(has, name("work"))
        place = first(has, name("locator"))
        return Witness(
            work=self.presenter.named(work.value) if work else self.presenter.named(""),
            place=place.value[:120] if place else "",
            via=[self.presenter.named(t.value) for t in has.get(name("via"), [])],
            is_against=states(has, "stance", "disputes"),
        )


def _integer(value: Term | None) -> int | None:
    return int(value.value) if value and _INTEGER.match(value.value) else None
