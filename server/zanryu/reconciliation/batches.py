"""Query batches of both versions of the API, read into the same questions.

Sources: Reconciliation Service API 0.2, "Reconciliation Queries"; the draft of 1.0, the same chapter.
What the schemas of the specification allow is read, what they forbid is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.errors import BodyTooLarge
from zanryu.graph.namespaces import BASE
from zanryu.reconciliation.given import Given, read_json
from zanryu.reconciliation.identifiers import SCHEMA_SPACE, iri_of
from zanryu.reconciliation.questions import Condition, Quantifier, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100
MAX_TEXT: Final = 500
VALUES_FOR_A_NAME: Final = 20  # on average over a batch: one query may have more
_MAX_TYPES: Final = 50
_MAX_CONDITIONS: Final = 50
_MAX_VALUES: Final = 50
_STRICTNESS: Final = ("any", "should", "all")
_NOWHERE: Final = f"{BASE}id/"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked under a ``key`` of the batch: one query for each spelling that the name is given in."""

    key: str
    queries: tuple[Query, ...]


def read_batch(text: str, most: int, language: str) -> list[Asked]:
    """Read the ``queries`` of version 0.2: an object of queries by keys that the client chose.

    :raises MalformedRequest: naming the query and the field.
    :raises BodyTooLarge: if there are more than ``most``, or too many values.
    """
    given = read_json(text, "queries").object()
    require_few(len(given.value), most, "queries")
    return _with_few_values(
        [Asked(key, (_read_query(query, language),)) for key, query in given.members()], most
    )


def read_single(text: str, most: int, language: str) -> Asked:
    """Read the ``query`` of a single-query request: a query in JSON, or just a name.

    It may have as many values as a batch of ``most`` queries.
    """
    given = read_json(text, "query") if text.lstrip().startswith("{") else Given({"query": text}, "")
    return _with_few_values([Asked("query", (_read_query(given, language),))], most)[0]


def read_draft_batch(body: bytes, most: int, language: str) -> list[Asked]:
    """Read the body of a request to ``/match`` (1.0): an object with the array ``queries``.

    :raises MalformedRequest: naming the query and the field.
    :raises BodyTooLarge: if there are more than ``most``, or too many values.
    """
    given = read_json(body, "").object().member("queries")
    if isinstance(given.value, list):
        require_few(len(given.value), most, "queries")
    asked = [Asked(str(at), _read_draft_query(query, language)) for at, query in enumerate(given.items(most))]
    require_few(
        sum(len(one.queries) for one in asked), most, "names"
    )  # a query may spell a name in many ways
    return _with_few_values(asked, most)


def require_few(count: int, most: int, what: str) -> None:
    """Refuse a batch that is too large, as both versions want it: with 413.

    :raises BodyTooLarge: saying how many may be sent.
    """
    if count > most:
        raise BodyTooLarge(
            f"The batch has {count} {what}; send at most {most} at once (`batchSize` in the manifest).",
            limit=most,
        )


def _with_few_values(asked: list[Asked], most: int) -> list[Asked]:
    """Return a batch, if there is no more to compare than its names are worth; an empty condition is one."""
    queries = [query for one in asked for query in one.queries]
    count = sum(len(query.iris) + sum(max(1, len(c.values)) for c in query.conditions) for query in queries)
    limit = most * VALUES_FOR_A_NAME
    if count > limit:
        raise BodyTooLarge(
            f"The batch has {count} values of properties and identifiers to compare; send at most {limit} at "
            f"once ({VALUES_FOR_A_NAME} for each of {most} names; those of a name that is spelled in several "
            "ways count for each).",
            limit=limit,
        )
    return asked


def _read_query(given: Given, language: str) -> Query:
    given.object("query", "type", "type_strict", "limit", "properties")
    text, listed = given.member("query"), given.member("properties")
    conditions = [_read_property(item) for item in listed.items(_MAX_CONDITIONS)] if listed else []
    if not text and not conditions:
        text.refuse("it, or at least one property")
    strictness = given.member("type_strict")
    return Query(
        text.text(MAX_TEXT) if text else "",
        _read_types(given.member("type")),
        _read_limit(given.member("limit")),
        tuple(conditions),
        language,
        needs_all_types=bool(strictness) and strictness.one_of(*_STRICTNESS) == "all",
    )


def _read_property(given: Given) -> Condition:
    given.object()
    return Condition(_local(given.member("pid").text(MAX_TEXT)), _read_values(given.member("v")))


def _read_draft_query(given: Given, language: str) -> tuple[Query, ...]:
    given.object("type", "limit", "lang", "dir", "conditions")
    conditions = given.member("conditions").items(_MAX_CONDITIONS)
    if not conditions:
        given.member("conditions").refuse("at least one condition")
    for name in ("lang", "dir"):
        if tag := given.member(name):
            tag.text(MAX_TEXT)
    kinds = [
        condition.object().member("matchType").one_of("name", "id", "property") for condition in conditions
    ]
    of_kind = {kind: [c for c, k in zip(conditions, kinds, strict=True) if k == kind] for kind in kinds}
    type_name = given.member("type")
    query = Query(
        "",
        (_local(type_name.text(MAX_TEXT)),) if type_name else (),
        _read_limit(given.member("limit")),
        tuple(_read_condition(condition) for condition in of_kind.get("property", ())),
        language,
    )
    if "id" in of_kind:
        query = replace(query, iris=_read_iris(of_kind["id"]))
    # Every spelling of a name is asked for itself; how they go together is the answer's affair.
    spellings = [
        value for given in of_kind.get("name", ()) for value in _read_values(given.member("propertyValue"))
    ]
    return tuple(replace(query, text=spelling) for spelling in spellings) or (query,)


def _read_condition(given: Given) -> Condition:
    required, quantifier = given.member("required"), given.member("matchQuantifier")
    if qualifier := given.member("matchQualifier"):
        qualifier.text(MAX_TEXT)  # none is offered by this service, so none changes how values are matched
    return Condition(
        _local(given.member("propertyId").text(MAX_TEXT)),
        _read_values(given.member("propertyValue")),
        bool(required) and required.boolean(),
        Quantifier(quantifier.one_of(*Quantifier)) if quantifier else Quantifier.ANY,
    )


def _read_iris(conditions: Sequence[Given]) -> tuple[str, ...]:
    """Return what may be meant by identifiers; one that can be none names nothing."""
    values = [value for given in conditions for value in _read_values(given.member("propertyValue"))]
    return tuple(dict.fromkeys(iri_of(value) or _NOWHERE for value in values))


def _read_types(given: Given) -> tuple[str, ...]:
    if not given:
        return ()
    listed = given.items(_MAX_TYPES) if isinstance(given.value, list) else [given]
    return tuple(_local(item.text(MAX_TEXT)) for item in listed)


def _read_limit(given: Given) -> int:
    return min(given.count(), MAX_LIMIT) if given else DEFAULT_LIMIT


def _read_values(given: Given) -> tuple[str, ...]:
    """Return the values of a condition as text; what was reconciled before is named by its IRI."""
    listed = given.items(_MAX_VALUES) if isinstance(given.value, list) else [given]
    return tuple(_read_value(item) for item in listed)


def _read_value(given: Given) -> str:
    value = given.value
    if isinstance(value, dict):
        identifier = given.member("id").text(MAX_TEXT)
        name = given.member("name")
        return iri_of(identifier) or (name.text(MAX_TEXT) if name else identifier)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return given.text(MAX_TEXT)


def _local(name: str) -> str:
    """Return the name of a type or property; its IRI will do."""
    return name.removeprefix(SCHEMA_SPACE)
