"""From the answer of another server to inline data (SPARQL 1.1 Query, 10.2): VALUES in the place of SERVICE.

Nothing of the answer is trusted. JSON is read here and not by the engine's library, which a deeply nested
answer ends together with the process; the engine's terms then check each name, IRI and language tag.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4, uuid5

import pyoxigraph as ox

from zanryu.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a SILENT service gives when it fails (SPARQL 1.1 Federated Query, 4): one solution that binds nothing.
ONE_EMPTY_SOLUTION: Final = "VALUES () { () }"
_LITERALS: Final = ("literal", "typed-literal")
_UNBOUND: Final = "UNDEF"


def inline_data(answer: bytes, source: object, max_rows: int) -> str:
    """Return the solutions of a SELECT (SPARQL 1.1 Query Results JSON) as one line.

    VALUES has no blank nodes, so each becomes an IRI ``urn:uuid:…`` that is new in each answer (RDF 1.1
    Concepts, 3.5). ``source`` is what errors name.

    :raises ServiceFailed: if it is no such answer, has terms that VALUES cannot say, or too many rows.
    """
    try:
        names, rows = _read(answer)
        if len(rows) > max_rows:
            raise ServiceFailed(
                f"{source} has more than {max_rows} rows for its SERVICE; ask for less of it."
            )
        variables = " ".join(str(ox.Variable(name)) for name in names)
        fresh = uuid4()
        data = " ".join(_row(row, names, fresh) for row in rows)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ServiceFailed(
            f"{source} answered something else than solutions of RDF terms in SPARQL Query Results JSON."
        ) from None
    return f"VALUES ({variables}) {{ {data} }}"


def _read(answer: bytes) -> tuple[list[str], list[Any]]:
    document = json.loads(answer.decode("utf-8"))
    names, rows = document["head"]["vars"], document["results"]["bindings"]
    if not isinstance(names, list) or not isinstance(rows, list) or len(set(names)) != len(names):
        raise ValueError("not a list of names and a list of rows")
    return names, rows


def _row(row: Mapping[str, Any], names: list[str], fresh: UUID) -> str:
    if not isinstance(row, dict) or not row.keys() <= set(names):
        raise ValueError("a row binds what the head does not name")
    return f"( {' '.join(_spell(row[name], fresh) if name in row else _UNBOUND for name in names)} )"


def _spell(term: Mapping[str, Any], fresh: UUID) -> str:
    kind, value = term["type"], term["value"]
    if not isinstance(value, str) or "its:dir" in term:
        raise ValueError("neither an IRI, a blank node nor a literal of RDF 1.1")
    if kind == "uri":
        return str(ox.NamedNode(value))
    if kind == "bnode":
        return f"<{uuid5(fresh, value).urn}>"
    if kind not in _LITERALS:
        raise ValueError(f"a term of an unknown kind: {kind}")
    # An apostrophe inside double quotes needs no escape to the grammar; with one, no reading ends at it.
    spelled = str(ox.Literal(value)).replace("'", "\\'")
    if language := term.get("xml:lang"):
        return f"{spelled}@{ox.Literal(value, language=language).language}"
    return f"{spelled}^^{ox.NamedNode(term['datatype'])}" if "datatype" in term else spelled
