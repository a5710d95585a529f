"""A person in one line, from accepted claims alone: what is not accepted, or not known, is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.portal.entity.knowledge import name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zanryu.portal.entity.cards import Card
    from zanryu.web.words import Words

_MAX_OF_A_KIND: Final = 2
_RANKS: Final = tuple(name(f"zr:{local}") for local in ("heldRank", "promotedTo"))
_UNITS: Final = tuple(name(f"zr:{local}") for local in ("commanded", "servedIn"))


@dataclass(frozen=True, slots=True)
class Part:
    """A phrase, and the anchor of the claim that bears it."""

    text: str
    anchor: str


def summarise(cards: Iterable[Card], seniority: Callable[[str], tuple[str, int]], words: Words) -> list[Part]:
    """Return the line in parts.

    ``seniority`` tells the scheme of a rank and its place in it: ranks are compared within a force only.
    """
    accepted = [card for card in cards if card.is_accepted]
    found = [*_service(accepted, seniority, words), *_deeds(accepted, words), *_end(accepted, words)]
    return [_capital(found[0]), *found[1:]] if found else []


def _deeds(accepted: list[Card], words: Words) -> Iterator[Part]:
    """Yield what somebody did, in the order in which it is told."""
    for card in _some(accepted, "zr:instructedAt"):
        yield _part(card, words, words.gettext("taught at %(place)s", place=card.shown.text))
    for card in _some(accepted, "zr:headed"):
        yield _part(card, words, words.gettext("headed %(body)s", body=card.shown.text))
    joined = _some(accepted, "zr:joined", 1)
    for card in joined:
        yield _part(card, words, words.gettext("joined %(body)s", body=card.shown.text))
    for card in [] if joined else _some(accepted, "zr:aided", 1):
        yield _part(card, words, words.gettext("helped %(body)s", body=card.shown.text))
    for card in _some(accepted, "zr:repatriatedTo", 1):
        yield _part(card, words, words.gettext("returned to %(place)s", place=card.shown.text))


def _service(accepted: list[Card], seniority: Callable[[str], tuple[str, int]], words: Words) -> list[Part]:
    """Return the highest rank of each force, the first with the unit last served in."""
    highest: dict[str, tuple[int, Card]] = {}
    for card in sorted((c for c in accepted if c.predicate in _RANKS), key=_by_time):
        scheme, place = seniority(card.shown.iri)
        if scheme not in highest or place > highest[scheme][0]:
            highest[scheme] = place, card
    units = sorted((c for c in accepted if c.predicate in _UNITS), key=_by_time)
    ranks = [card for _, card in highest.values()]
    if not ranks or not units:
        return [Part(card.shown.text, card.anchor) for card in [*ranks, *units[-1:]]]
    # translators: a rank and the unit of the person, e.g. "major (IJA), 55th Division"
    first = words.gettext("%(rank)s, %(unit)s", rank=ranks[0].shown.text, unit=units[-1].shown.text)
    return [Part(first, ranks[0].anchor), *(Part(card.shown.text, card.anchor) for card in ranks[1:])]


def _end(accepted: list[Card], words: Words) -> Iterator[Part]:
    """Yield when and how somebody died, as far as it is known."""
    deaths = [card for card in _exactest(accepted, "zr:deathDate") if card.value_date]
    causes = _some(accepted, "zr:causeOfDeath", 1)
    for death in deaths[:1]:
        when = death.value_date.text if death.value_date else ""
        if causes:
            # translators: when and how somebody died
            text = words.gettext("died: %(when)s (%(cause)s)", when=when, cause=causes[0].shown.text)
        else:
            text = words.gettext("died: %(when)s", when=when)
        yield Part(text, death.anchor)
    for card in [] if deaths else causes:
        yield _part(card, words, words.gettext("died: %(cause)s", cause=card.shown.text))


def _some(accepted: list[Card], curie: str, most: int = _MAX_OF_A_KIND) -> list[Card]:
    """Return the claims with a property: the preferred first, then the dated ones, each value once."""
    found: dict[str, Card] = {}
    for card in sorted(accepted, key=lambda c: (not c.is_preferred, c.when is None, _by_time(c))):
        if card.predicate == name(curie):
            found.setdefault(card.shown.iri or card.shown.text, card)
    return list(found.values())[:most]


def _exactest(accepted: list[Card], curie: str) -> list[Card]:
    """Return the claims with a date as value: the preferred first, then the most exact."""
    found = [card for card in accepted if card.predicate == name(curie)]
    return sorted(found, key=lambda c: (not c.is_preferred, -len(c.value_date.edtf if c.value_date else "")))


def _part(card: Card, words: Words, text: str) -> Part:
    if card.when is None:
        return Part(text, card.anchor)
    # translators: what somebody did, and when, e.g. "taught at the academy (about 1946)"
    return Part(words.gettext("%(what)s (%(when)s)", what=text, when=card.when.text), card.anchor)


def _by_time(card: Card) -> tuple[str, str]:
    return card.earliest or card.latest or "9", card.anchor


def _capital(part: Part) -> Part:
    return Part(part.text[:1].upper() + part.text[1:], part.anchor)
