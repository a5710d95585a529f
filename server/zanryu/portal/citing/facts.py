"""What the graph says of one thing, by property; the little of it that a citation needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement, Term

MAX_CHARACTERS: Final = 1000
# A line break ends a field of RIS, and a private-use character could be taken for markup of our own.
_UNPRINTABLE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ue000-\uf8ff]+")


def one_line(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return a text as one line without control characters, at most ``limit`` characters long."""
    line = _UNPRINTABLE.sub(" ", text[: 4 * limit]).strip()
    line = line.encode("utf-8", "replace").decode("utf-8")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Facts:
    """The triples with one subject; properties are asked for as prefixed names."""

    iri: str
    terms: dict[str, list[Term]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def all(self, curie: str) -> list[Term]:
        """Return the values of a property."""
        return self.terms.get(term(curie).value, [])

    def texts(self, curie: str) -> list[str]:
        """Return the literals of a property, each as one line."""
        return [one_line(value.value) for value in self.all(curie) if value.kind == "literal"]

    def text(self, curie: str) -> str:
        """Return the first literal of a property, or nothing."""
        return next(iter(self.texts(curie)), "")

    def things(self, curie: str) -> list[str]:
        """Return the IRIs of a property."""
        return [value.value for value in self.all(curie) if value.kind == "iri"]

    def tagged(self, curie: str, language: str) -> str:
        """Return the first literal of a property whose tag is ``language``, or nothing."""
        found = (t.value for t in self.all(curie) if t.kind == "literal" and t.language.lower() == language)
        return one_line(next(found, ""))


def facts_of(backend: Backend, iri: str) -> Facts:
    """Return what the graph says of one thing."""
    return gather(backend.describe(iri)).get(iri, Facts(iri))


def gather(statements: Iterable[Statement]) -> dict[str, Facts]:
    """Return the facts by subject, in the order of the statements."""
    found: dict[str, Facts] = {}
    for statement in statements:
        subject = statement.subject.value
        facts = found.setdefault(subject, Facts(subject))
        facts.terms.setdefault(statement.predicate, []).append(statement.object)
    return found
