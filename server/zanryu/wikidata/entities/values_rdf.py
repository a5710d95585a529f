"""Values of Wikidata in RDF: literals, items, and the nodes that hold times, quantities and coordinates."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, TypeAlias
from urllib.parse import unquote

import pyoxigraph as ox

from zanryu.wikidata.calendars import Day, julian_of
from zanryu.wikidata.entities.entity_json import item_or_foreign, local_name
from zanryu.wikidata.model import (
    DAY,
    JULIAN,
    MONTH,
    YEAR,
    Coordinates,
    Foreign,
    Monolingual,
    Quantity,
    Text,
    Time,
    Unknown,
    Value,
)

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Graph: TypeAlias = defaultdict[str, defaultdict[str, list[Term]]]

ENTITY: Final = "http://www.wikidata.org/entity/"
_VALUE: Final = "http://www.wikidata.org/value/"
_WIKIBASE: Final = "http://wikiba.se/ontology#"
_FILE: Final = "http://commons.wikimedia.org/wiki/Special:FilePath/"
_COMMONS_DATA: Final = "http://commons.wikimedia.org/data/main/"
_GENID: Final = "/.well-known/genid/"
_DIMENSIONLESS: Final = "Q199"
_FOREIGN: Final = {"http://www.w3.org/1998/Math/MathML": "math"}
_DATE_TIME: Final = re.compile(r"(-?)(\d{4,})-(\d\d)-(\d\d)T.*")


def read_value(graph: Graph, value: Term) -> Value:
    """Return a value; times, quantities and coordinates are value nodes of the graph.

    :raises ValueError: for a node that is not as Wikibase writes it.
    """
    if isinstance(value, ox.BlankNode):
        return Unknown()
    if isinstance(value, ox.Literal):
        return _literal(value)
    return _value_node(graph, value.value) if value.value.startswith(_VALUE) else _resource(value.value)


def _literal(literal: ox.Literal) -> Value:
    if literal.language:
        return Monolingual(literal.value, literal.language)
    foreign = _FOREIGN.get(literal.datatype.value)
    return Foreign(foreign) if foreign else Text(literal.value)


def _resource(iri: str) -> Value:
    if iri.startswith(ENTITY):
        return item_or_foreign(iri.removeprefix(ENTITY))
    if iri.startswith(_FILE):
        return Text(unquote(iri.removeprefix(_FILE)).replace("_", " "))
    if iri.startswith(_COMMONS_DATA):
        return Foreign("geo-shape" if iri.endswith(".map") else "tabular-data")
    # The query service has somevalue as an IRI, for it skolemises blank nodes.
    return Unknown() if _GENID in iri else Text(iri)


def _value_node(graph: Graph, node: str) -> Value:
    said = {local_name(p): values[0] for p, values in graph[node].items() if p.startswith(_WIKIBASE)}
    text = {name: value.value for name, value in said.items()}
    if "timeValue" in said:
        return _time(text["timeValue"], int(text["timePrecision"]), local_name(text["timeCalendarModel"]))
    if "quantityAmount" in said:
        unit = local_name(text["quantityUnit"])
        bounds = (text.get(name, "") for name in ("quantityLowerBound", "quantityUpperBound"))
        return Quantity(text["quantityAmount"], "1" if unit == _DIMENSIONLESS else unit, *bounds)
    precision = text.get("geoPrecision")
    place = float(text["geoLatitude"]), float(text["geoLongitude"])
    return Coordinates(*place, float(precision) if precision else None, local_name(text["geoGlobe"]))


def _time(text: str, precision: int, calendar: str) -> Time:
    """Return the time as the JSON has it: in its own calendar, with ``00`` for what is not known.

    RDF has the Gregorian day of a Julian one, and the years of XSD 1.1, in which 0 is 1 BCE; the JSON writes
    that year -0001 (JulianDateTimeValueCleaner and DateTimeValueCleaner of Wikibase). Years that are less
    exact than a year are not moved.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a time")
    sign, year, month, day = found.groups()
    moment = Day(int(sign + year), int(month), int(day))
    if calendar == JULIAN and precision >= DAY:
        moment = julian_of(moment)
    is_before = moment.year < 0 or (moment.year == 0 and precision >= YEAR)
    size = abs(moment.year - 1 if is_before and precision >= YEAR else moment.year)
    months = moment.month if precision >= MONTH else 0
    days = moment.day if precision >= DAY else 0
    return Time(f"{'-' if is_before else '+'}{size:04}-{months:02}-{days:02}T00:00:00Z", precision, calendar)
