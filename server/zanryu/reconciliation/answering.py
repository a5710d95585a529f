"""What is answered to queries and suggestions, in the JSON of either version of the API.

The versions differ in how results are put together; a candidate of 1.0 says its language besides, and
gives its features names. ``type`` is always an array: clients break where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zanryu.reconciliation.identifiers import IDENTIFIER_SPACE, identifier_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zanryu.reconciliation.batches import Asked
    from zanryu.reconciliation.questions import Candidate, Suggestion
    from zanryu.reconciliation.terms import Terms
    from zanryu.web.words import Words

_OF_PROPERTY = "property:"


@dataclass(frozen=True, slots=True)
class Answers:
    """Makes answers of what a matcher found, in the language of ``words``. ``is_draft``: those of 1.0."""

    terms: Terms
    words: Words
    is_draft: bool = False
    timeout_seconds: float | None = None

    def results(self, asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
        """Return the candidates of each query, in the order of the batch.

        :raises QueryTimeout: if they are not found in time.
        """
        queries = [query for one in asked for query in one.queries]
        found = iter(self.terms.matcher.match(queries, self.timeout_seconds))
        return [
            [self._candidate(c) for c in together([next(found) for _ in one.queries], one.queries[0].limit)]
            for one in asked
        ]

    def suggestions(self, found: Iterable[Suggestion]) -> list[dict[str, Any]]:
        """Return suggestions of things, with their types, or of types and properties, which have none."""
        return [self._named(s) for s in found]

    def feature_name(self, identifier: str) -> str:
        """Return what a feature of a score is called."""
        _, is_of_property, name = identifier.partition(_OF_PROPERTY)
        if is_of_property:
            return self.words.gettext("fits: %(property)s", property=self.terms.property_name(name))
        return feature_names(self.words).get(identifier, identifier)

    def _candidate(self, candidate: Candidate) -> dict[str, Any]:
        found = {
            "id": identifier_of(candidate.iri),
            "name": candidate.name,
            "description": candidate.description,
            "score": candidate.score,
            "match": candidate.match,
            "type": self.terms.types_of(candidate.types),
            "features": [self._feature(f.id, f.value) for f in candidate.features],
        }
        return self._in_language(found, candidate.name_language)

    def _feature(self, identifier: str, value: float) -> dict[str, Any]:
        name = {"name": self.feature_name(identifier)} if self.is_draft else {}
        return {"id": identifier, **name, "value": value}

    def _named(self, suggestion: Suggestion) -> dict[str, Any]:
        found: dict[str, Any] = {"id": identifier_of(suggestion.id), "name": suggestion.name}
        if suggestion.description:
            found["description"] = suggestion.description
        if suggestion.types and suggestion.id.startswith(IDENTIFIER_SPACE):
            found["notable"] = self.terms.types_of(suggestion.types)
        return self._in_language(found, suggestion.name_language)

    def _in_language(self, found: dict[str, Any], tag: str) -> dict[str, Any]:
        return {**found, "lang": tag} if self.is_draft and tag else found


def feature_names(words: Words) -> dict[str, str]:
    """Return what the features of a score are called; those of properties are called after them."""
    return {
        "name_similarity": words.gettext("how alike the names are"),
        "name_weight": words.gettext("what a name of this kind counts for"),
        "name_exact": words.gettext("the same letters"),
        "kanji_exact": words.gettext("the same kanji, old and new forms being the same"),
        "is_preferred_name": words.gettext("the name by which it is listed"),
        "is_denied_name": words.gettext("a name that the sources deny"),
        "identifier": words.gettext("an identifier of it"),
    }


def together(found: Sequence[Sequence[Candidate]], limit: int) -> list[Candidate]:
    """Return what was found for several spellings of one name, each thing once with its best score.

    If the spellings lead to different things with certainty, none is certain.
    """
    if len(found) == 1:
        return list(found[0])
    best: dict[str, Candidate] = {}
    for candidate in (c for candidates in found for c in candidates):
        known = best.get(candidate.iri)
        if known is None or (candidate.match, candidate.score) > (known.match, known.score):
            best[candidate.iri] = candidate
    is_disputed = sum(c.match for c in best.values()) > 1
    ordered = sorted(best.values(), key=lambda c: (-c.score, c.iri))[:limit]
    return [replace(c, match=False) for c in ordered] if is_disputed else ordered
