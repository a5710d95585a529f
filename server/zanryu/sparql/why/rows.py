"""One row of an answer, as SPARQL 1.1 Query Results JSON has it, and terms as SPARQL spells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from zanryu.errors import MalformedRequest
from zanryu.store.backend import Solutions, Term, read_solutions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Row: TypeAlias = "dict[str, Term]"
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*(?:--(?:ltr|rtl))?")
_VARIABLE: Final = re.compile(r"\w+")
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_MAX_VARIABLES: Final = 100


def read_row(text: str) -> Row:
    """Read the parameter ``row``: an object from variables to terms.

    :raises MalformedRequest: if it is none.
    """
    try:
        found = read_solutions(f'{{"head": {{"vars": []}}, "results": {{"bindings": [{text}]}}}}'.encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _malformed("is not a JSON object from variables to terms") from None
    if not isinstance(found, Solutions) or len(found.rows) != 1 or len(found.rows[0]) > _MAX_VARIABLES:
        raise _malformed("is not one row")
    for name, term in found.rows[0].items():
        _require_sound(name, term)
    return found.rows[0]


def _require_sound(name: str, term: Term) -> None:
    if not _VARIABLE.fullmatch(name):
        raise _malformed(f"has a variable named {name!r}")
    if not all(isinstance(part, str) for part in (term.value, term.language, term.datatype)):
        raise _malformed("has a value that is no term")
    iri = term.value if term.kind == "iri" else term.datatype
    if iri and not _IRI.fullmatch(iri):
        raise _malformed(f"has {iri!r}, which is not an absolute IRI")
    if term.language and not _LANGUAGE.fullmatch(term.language):
        raise _malformed(f"has the language tag {term.language!r}")


def values_of(row: Mapping[str, Term], without: Collection[str]) -> str:
    """Return a row as ``VALUES`` with one line; blank nodes and triple terms cannot stand there."""
    named = {n: t for n, t in row.items() if n not in without and t.kind in ("iri", "literal")}
    if not named:
        return ""
    variables = " ".join(f"?{name}" for name in named)
    return f"VALUES ({variables}) {{ ({' '.join(map(spell, named.values()))}) }}"


def spell(term: Term) -> str:
    """Return a term as SPARQL spells it. A blank node would be a variable there: ask for none."""
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind != "literal":
        return term.value
    quoted = '"' + "".join(_ESCAPED.get(sign, sign) for sign in term.value) + '"'
    if term.language:
        return f"{quoted}@{term.language}"
    return f"{quoted}^^<{term.datatype}>" if term.datatype else quoted


def _malformed(what: str) -> MalformedRequest:
    return MalformedRequest(
        f"`row` {what}. Send one of `results.bindings` of the answer in JSON.", parameter="row"
    )
