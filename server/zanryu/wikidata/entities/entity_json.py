"""An entity of Wikidata from its JSON: the answer of Special:EntityData, or the bare object inside it.

Source: docs/topics/json.md of Wikibase. PHP writes an empty map as ``[]``, so both are read as empty.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import UnreadableEntity
from zanryu.wikidata.model import (
    Coordinates,
    Entity,
    Foreign,
    Item,
    Monolingual,
    Nothing,
    Quantity,
    Rank,
    Reference,
    Snak,
    Statement,
    Text,
    Time,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LETTERS: Final = {"item": "Q", "property": "P"}
_STRINGS: Final = ("string", "url", "external-id", "commonsMedia", "musical-notation")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# What a part that is not as Wikibase writes it can raise, when it is taken for one.
_BROKEN: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError)


def read_entity(data: bytes, asked: str) -> Entity:
    """Return the entity of an answer to the question for ``asked``.

    The key of an envelope, and the number inside, are the target's where ``asked`` is a redirect.

    :raises UnreadableEntity: for what is no entity, naming the place; also for one that is missing there.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableEntity(f"{asked}: this is not JSON: {error}.") from None
    found = _object(document, asked)
    entity_id = found.get("id")
    if not isinstance(entity_id, str) or not entity_id.isascii():
        raise UnreadableEntity(f"{asked}: this is JSON without an entity; it has no “id”.")
    if "missing" in found:
        raise UnreadableEntity(f"{asked}: there is no such entity.")
    read = partial(_part, entity_id)
    return Entity(
        id=entity_id,
        revision=read("lastrevid", lambda: int(found.get("lastrevid", 0))),
        modified=read("modified", lambda: str(found.get("modified", ""))),
        asked=asked,
        labels=read("labels", lambda: _texts(found.get("labels"))),
        descriptions=read("descriptions", lambda: _texts(found.get("descriptions"))),
        aliases=read("aliases", lambda: _aliases(found.get("aliases"))),
        statements=tuple(_statements(entity_id, found)),
    )


def _object(document: object, asked: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise UnreadableEntity(f"{asked}: this is JSON without an entity; it is no object.")
    if "error" in document:
        raise UnreadableEntity(f"{asked}: Wikidata says: {_said(document['error'])}.")
    if "entities" not in document:
        return document
    entities = document["entities"]
    found = list(entities.values()) if isinstance(entities, dict) else []
    own = [e for e in found if isinstance(e, dict) and (len(found) == 1 or e.get("id") == asked)]
    if len(own) != 1:
        raise UnreadableEntity(f"{asked}: the answer holds {len(found)} entities, and not this one.")
    return own[0]


def _said(error: object) -> str:
    return f"{error.get('code')}: {error.get('info')}" if isinstance(error, dict) else str(error)


def _part(entity_id: str, where: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what `make` returns
    try:
        return make()
    except _BROKEN as error:
        told = f"{type(error).__name__}: {error}"
        raise UnreadableEntity(f"{entity_id}: {where} is not as Wikibase writes it ({told}).") from None


def _map(value: object) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    if value is None or value == []:
        return {}
    raise TypeError(f"expected an object, found {value!a:.60}")


def _texts(value: object) -> dict[str, str]:
    return {language: _text(text["value"]) for language, text in _map(value).items()}


def _aliases(value: object) -> dict[str, tuple[str, ...]]:
    return {language: tuple(_text(a["value"]) for a in texts) for language, texts in _map(value).items()}


def _text(value: object) -> str:
    """Return a text; half of a surrogate pair, which JSON can write and no file can hold, is none."""
    if not isinstance(value, str) or (not value.isascii() and _SURROGATE.search(value)):
        raise TypeError(f"expected a text, found {value!a:.60}")
    return value


def _statements(entity_id: str, found: dict[str, Any]) -> Iterator[Statement]:
    # MediaInfo entities say “statements” where items say “claims”.
    groups = _part(entity_id, "claims", lambda: _map(found.get("claims", found.get("statements"))))
    for property_id, group in groups.items():
        statements = _part(entity_id, f"the list of {property_id}", partial(list, group))
        for number, statement in enumerate(statements, start=1):
            where = f"statement {number} of {property_id}"
            yield _part(entity_id, where, partial(_statement, statement))


def _statement(source: dict[str, Any]) -> Statement:
    main = _snak(source["mainsnak"])
    return Statement(
        property=main.property,
        value=main.value,
        rank=Rank(source.get("rank", Rank.NORMAL)),
        qualifiers=_snaks(source.get("qualifiers"), source.get("qualifiers-order")),
        references=tuple(_reference(r) for r in source.get("references") or ()),
        id=_text(source.get("id", "")),
    )


def _reference(source: dict[str, Any]) -> Reference:
    return Reference(_snaks(source["snaks"], source.get("snaks-order")), _text(source.get("hash", "")))


def _snaks(groups: object, order: object) -> tuple[Snak, ...]:
    """Return the snaks in the order that is given beside them, as an object has none."""
    found = _map(groups)
    given = order if isinstance(order, list) else []
    names = dict.fromkeys([*(name for name in given if name in found), *found])
    return tuple(_snak(snak) for name in names for snak in found[name])


def _snak(source: dict[str, Any]) -> Snak:
    return Snak(_text(source["property"]), _value(source))


def _value(source: dict[str, Any]) -> Value:
    match source["snaktype"]:
        case "somevalue":
            return Unknown()
        case "novalue":
            return Nothing()
        case "value":
            return _data_value(source["datavalue"], _text(source.get("datatype") or "") or None)
        case other:
            raise ValueError(f"unknown snaktype {other!r}")


def _data_value(source: dict[str, Any], datatype: str | None) -> Value:
    """Read by the type of the value; the datatype of the property is left out in old answers."""
    kind, value = source["type"], source["value"]
    match kind:
        case "wikibase-entityid":
            return _entity_id(value, datatype)
        case "string" if datatype is None or datatype in _STRINGS:
            return Text(_text(value))
        case "time":
            return Time(_text(value["time"]), int(value["precision"]), local_name(value["calendarmodel"]))
        case "monolingualtext":
            return Monolingual(_text(value["text"]), _text(value["language"]))
        case "quantity":
            bounds = (_text(value.get(name) or "") for name in ("lowerBound", "upperBound"))
            return Quantity(_text(value["amount"]), local_name(value["unit"]), *bounds)
        case "globecoordinate":
            exact = value.get("precision")
            place = float(value["latitude"]), float(value["longitude"])
            return Coordinates(*place, None if exact is None else float(exact), local_name(value["globe"]))
        case _:
            return Foreign(datatype or str(kind))


def _entity_id(value: dict[str, Any], datatype: str | None) -> Item | Foreign:
    entity_id = value.get("id") or f"{_LETTERS[value['entity-type']]}{int(value['numeric-id'])}"
    return item_or_foreign(_text(entity_id), datatype)


def item_or_foreign(entity_id: str, datatype: str | None = None) -> Item | Foreign:
    """Return the item or property with a number; lexemes, their parts and schemas are not read."""
    if entity_id[:1] in ("Q", "P"):
        return Item(entity_id)
    part = {"F": "wikibase-form", "S": "wikibase-sense"}.get(entity_id.partition("-")[2][:1])
    return Foreign(datatype or part or ("entity-schema" if entity_id[:1] == "E" else "wikibase-lexeme"))


def local_name(iri: object) -> str:
    """Return what stands behind the last slash or hash of an IRI: ``Q1985727``."""
    return _text(iri).rpartition("/")[2].rpartition("#")[2]
