"""What things are called: labels by language, kept in memory for the data version they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from zanryu.graph.namespaces import BASE, PREFIXES, compact
from zanryu.naming.borrowed import borrowed_name
from zanryu.naming.iris import link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement, Term

# What joins a Japanese verb to its value stands at the beginning of its name: を創設した, に加わった.
_PARTICLES: Final = ("を", "に", "で", "の", "と")
# In the order in which they are taken.
NAMING: Final = tuple(
    PREFIXES[prefix] + local
    for prefix, local in (("skos", "prefLabel"), ("rdfs", "label"), ("dcterms", "title"), ("foaf", "name"))
)
_MAX_KEPT: Final = 50_000
_MAX_CHARACTERS: Final = 300  # of an IRI that is kept: whoever asks makes it as long as he likes
_LOOKED_AT: Final = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as a page shows it: ``text`` in ``language`` (empty: none), ``href`` where it may be linked."""

    text: str
    language: str = ""
    href: str | None = None
    iri: str = ""

    @property
    def is_joined(self) -> bool:
        """Whether this, as the name of a property, is read as one with the value before it."""
        return self.language == "ja" and self.text.startswith(_PARTICLES)

    @property
    def omission(self) -> str:
        """What stands for the value that is left out, where the name of a property stands by itself."""
        return "〜" if self.is_joined else ""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is known of one version of the data: names by IRI, and terms as they are shown in a language."""

    version: str
    names: dict[str, tuple[list[tuple[str, str]], bool]] = field(default_factory=dict)
    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)


@dataclass(slots=True)
class Labels:
    """The labels of the data version at hand. An IRI of usual length is asked for once; memory is bounded.

    ``of_version`` is put to the links between pages of things, so that an old version can be walked about in.
    """

    backend: Backend
    of_version: str = ""
    _kept: _Memory = field(default_factory=lambda: _Memory(""))

    def of(self, iri: str) -> list[tuple[str, str]]:
        """Return ``(text, language)`` pairs, best first; empty where the thing has no name."""
        return self._known(iri)[0]

    def _known(self, iri: str) -> tuple[list[tuple[str, str]], bool]:
        """Return the names of a thing, and whether the graph says anything about it."""
        kept = self._memory().names
        found = kept.get(iri)
        if found is None:
            statements = self.backend.describe(iri)
            found = named(statements), bool(statements)
            if len(kept) < _MAX_KEPT and len(iri) <= _MAX_CHARACTERS:
                kept[iri] = found
        return found

    def _memory(self) -> _Memory:
        """Return what is known of the version at hand: other requests may have another at hand."""
        kept = self._kept
        if kept.version != (version := self.backend.version):
            kept = self._kept = _Memory(version)
        return kept

    def show(self, term: Term, language: str) -> Shown:
        """Return a term as it is shown to a reader of ``language``."""
        if term.kind != "iri":
            return Shown(term.value, term.language)
        kept, key = self._memory().shown, (term.value, language)
        found = kept.get(key)
        if found is None:
            found = self._show(term, language)
            if len(kept) < _MAX_KEPT and len(term.value) <= _MAX_CHARACTERS:
                kept[key] = found
        return found

    def _show(self, term: Term, language: str) -> Shown:
        names, is_described = self._known(term.value)
        name = best(names, language) or borrowed_name(compact(term.value), language)
        text, tag = name or (spell(term.value), "")
        href = link(term.value)
        is_dead = href is not None and href.startswith("/") and not is_described and term.value != BASE
        if href and href.startswith("/page/"):
            href += self.of_version
        return Shown(text, tag, None if is_dead else href, term.value)


def spell(iri: str) -> str:
    """Return an IRI for people: as a prefixed name, or with its characters instead of their codes."""
    prefixed = compact(iri)
    if not prefixed.startswith("<"):
        return prefixed
    readable = unquote(iri, errors="strict") if _is_decodable(iri) else iri
    return readable if readable.isprintable() else iri


def _is_decodable(iri: str) -> bool:
    try:
        unquote(iri, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def named(statements: Iterable[Statement]) -> list[tuple[str, str]]:
    """Return the names among a thing's statements, by the first naming property that it has."""
    statements = list(statements)
    for predicate in NAMING:
        found = [
            (s.object.value, s.object.language)
            for s in statements
            if s.predicate == predicate and can_be_seen(s.object.value)
        ]
        if found:
            return sorted(found, key=lambda pair: (pair[1], pair[0]))
    return []


def can_be_seen(text: str) -> bool:
    """Return whether a text has a character that leaves a mark: a link of spaces cannot be found."""
    return any(character.isprintable() and not character.isspace() for character in text[:_LOOKED_AT])


def best(names: list[tuple[str, str]], language: str) -> tuple[str, str] | None:
    """Return the name for a reader of ``language``: in it, else in English, else the first."""
    for wanted in (language, "en", ""):
        for text, tag in names:
            if tag.partition("-")[0].lower() == wanted:
                return text, tag
    return names[0] if names else None
