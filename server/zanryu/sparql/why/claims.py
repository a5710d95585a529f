"""Claims as JSON: what each says, how sure it is, its sources, and the claims that it conflicts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Statement, Term

MAX_CLAIMS: Final = 20
_STATED: Final = {name: term(f"rdf:{name}").value for name in ("subject", "predicate", "object")}
_SAID: Final = {
    name: term(f"zr:{name}").value for name in ("when", "certainty", "status", "polarity", "note")
}
_CITED: Final = {
    name: term(f"zr:{name}").value for name in ("work", "locator", "stance", "hedge", "cue", "via")
}
_CITATION: Final = term("zr:citation").value
_RIVALS: Final = term("zr:conflictsWith").value
_TIER: Final = term("zr:tier").value

Properties = dict[str, list["Term"]]


def describe_claims(backend: Backend, iris: Iterable[str]) -> dict[str, Any]:
    """Return the claims, at most ``MAX_CLAIMS``, and their rivals, by IRI."""
    wanted = list(dict.fromkeys(iris))[:MAX_CLAIMS]
    about = _index(backend, wanted)
    rivals = dict.fromkeys(r.value for claim in about.values() for r in claim.get(_RIVALS, ()))
    about |= _index(backend, [rival for rival in rivals if rival not in about][:MAX_CLAIMS])
    citations = _index(backend, [c.value for claim in about.values() for c in claim.get(_CITATION, ())])
    works = _index(backend, [w.value for cited in citations.values() for w in cited.get(_CITED["work"], ())])
    return {iri: _claim(about[iri], citations, works) for iri in about}


def _index(backend: Backend, iris: Iterable[str]) -> dict[str, Properties]:
    unique = list(dict.fromkeys(iris))
    found: dict[str, Properties] = {}
    statements: list[Statement] = backend.describe(*unique) if unique else []
    for statement in statements:
        values = found.setdefault(statement.subject.value, {}).setdefault(statement.predicate, [])
        values.append(statement.object)
    return found


def _claim(
    claim: Properties, citations: dict[str, Properties], works: dict[str, Properties]
) -> dict[str, Any]:
    stated = {name: _terms(claim, iri)[:1] for name, iri in _STATED.items()}
    said = {name: _terms(claim, iri) for name, iri in _SAID.items()}
    cited = [_citation(c.value, citations.get(c.value, {}), works) for c in claim.get(_CITATION, ())]
    rivals = [rival.value for rival in claim.get(_RIVALS, ())]
    return {**stated, **said, "citations": cited, "rivals": rivals}


def _citation(iri: str, cited: Properties, works: dict[str, Properties]) -> dict[str, Any]:
    tiers = [t for work in cited.get(_CITED["work"], ()) for t in _terms(works.get(work.value, {}), _TIER)]
    return {"iri": iri, **{name: _terms(cited, p) for name, p in _CITED.items()}, "tier": tiers}


def _terms(properties: Properties, predicate: str) -> list[dict[str, str]]:
    return [as_json(value) for value in properties.get(predicate, ())]


def as_json(value: Term) -> dict[str, str]:
    """Return a term as SPARQL 1.1 Query Results JSON has it; a triple term as its text."""
    kind = {"iri": "uri", "blank": "bnode"}.get(value.kind, "literal")
    found = {"type": kind, "value": value.value}
    if value.language:
        found["xml:lang"] = value.language
    if value.datatype and not value.language:
        found["datatype"] = value.datatype
    return found
