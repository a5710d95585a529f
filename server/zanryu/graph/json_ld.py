"""A graph as JSON-LD 1.1 in the words of a context: https://www.w3.org/TR/json-ld11/.

Flat: one object a subject, in the order of the triples. It takes linear time, and the document reads without
any other: what it needs of the context is written into it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pyoxigraph as ox

from zanryu.graph.namespaces import PREFIXES, RDF_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_STRING: Final = f"{PREFIXES['xsd']}string"
_UNDERSTOOD: Final = {"@id", "@type", "@container"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word for a property. ``coercion`` is ``@id``, a datatype's IRI or nothing: what bare values are."""

    name: str
    coercion: str = ""
    is_language_map: bool = False


class Context:
    """A context document, read once. Words that ask for more than :data:`_UNDERSTOOD` are not used."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        definitions: dict[str, object] = document["@context"]
        every = {name: {"@id": d} if isinstance(d, str) else d for name, d in definitions.items()}
        given = {name: d for name, d in every.items() if isinstance(d, dict) and "@id" in d}
        self.prefixes = {d["@id"]: n for n, d in given.items() if d.get("@prefix")}
        self.aliases = {d["@id"]: n for n, d in given.items() if d["@id"][:1] == "@"}
        self._namespaces = {name: namespace for namespace, name in self.prefixes.items()}
        known = {n: d for n, d in given.items() if d["@id"][:1] != "@" and _UNDERSTOOD.issuperset(d)}
        self.definitions = {
            **{name: {"@id": namespace, "@prefix": True} for namespace, name in self.prefixes.items()},
            **{name: keyword for keyword, name in self.aliases.items()},
            **{name: self._expanded(d) for name, d in known.items()},
        }
        self.names = {self._iri(d["@id"]): name for name, d in known.items() if len(d) == 1}
        self.words = {self._iri(d["@id"]): word for name, d in known.items() if (word := self._word(name, d))}

    def _word(self, name: str, definition: Mapping[str, str]) -> Word | None:
        coercion, container = self._iri(definition.get("@type", "")), definition.get("@container", "")
        if container not in ("", "@language") or (coercion[:1] == "@" and coercion != "@id"):
            return None
        return Word(name, coercion, container == "@language")

    def _expanded(self, definition: Mapping[str, str]) -> dict[str, str] | str:
        """Return a definition that needs no prefix of the document, which may have to leave it out."""
        if len(definition) == 1:
            return self._iri(definition["@id"])
        return {key: self._iri(value) for key, value in definition.items()}

    def _iri(self, text: str) -> str:
        prefix, colon, local = text.partition(":")
        return self._namespaces[prefix] + local if colon and prefix in self._namespaces else text


def write_json_ld(triples: Iterable[ox.Triple], context: Context) -> str:
    """Return triples as a document. Those of a subject have to follow one another, without triple terms.

    :raises TypeError: for a triple term (RDF 1.2), which JSON-LD cannot say.
    """
    nodes = [list(group) for _, group in groupby(triples, key=lambda triple: triple.subject)]
    document = _Document(context, frozenset())
    lines = [document.line(node) for node in nodes]
    while clash := document.clash():
        document = _Document(context, document.avoided | clash)
        lines = [document.line(node) for node in nodes]
    graph = document.keyword("@graph")
    head = _json({"@version": 1.1, **document.context()})
    return f'{{"@context": {head},\n{_json(graph)}: [\n' + ",\n".join(lines) + "\n]}\n"


class _Document:
    """A document that is being written. ``avoided`` are names that would change the meaning of its IRIs."""

    def __init__(self, context: Context, avoided: frozenset[str]) -> None:
        self.avoided = avoided
        self._context = context
        self._used: set[str] = set()
        self._short: dict[str, str] = {}

    def context(self) -> dict[str, Any]:
        """Return the definitions that were used, in the order of the context."""
        return {name: d for name, d in self._context.definitions.items() if name in self._used}

    def clash(self) -> set[str]:
        """Return the names in use that are the scheme of an IRI too: `geo:1,2` is no name with a prefix."""
        schemes = {iri.partition(":")[0] for iri, short in self._short.items() if iri == short}
        return schemes & self._used

    def keyword(self, keyword: str) -> str:
        """Return a keyword as the context calls it."""
        return self._use(self._context.aliases.get(keyword)) or keyword

    def line(self, triples: list[ox.Triple]) -> str:
        """Return one subject's object."""
        node: dict[str, Any] = {self.keyword("@id"): self._reference(triples[0].subject)}
        for predicate, group in groupby(triples, key=lambda triple: triple.predicate):
            for key, language, value in self._values(predicate, [triple.object for triple in group]):
                holder, place = (node.setdefault(key, {}), language) if language else (node, key)
                holder.setdefault(place, []).append(value)
        return _json({key: _single(value) for key, value in node.items()})

    def _values(self, predicate: ox.NamedNode, objects: list[_Node]) -> Iterator[tuple[str, str, Any]]:
        """Yield key, language (in a language map, else empty) and value."""
        found = self._context.words.get(predicate.value)
        word = found if found and found.name not in self.avoided else None
        for node in objects:
            if predicate == RDF_TYPE and isinstance(node, ox.NamedNode | ox.BlankNode):
                yield self.keyword("@type"), "", self._name(node)
            elif word and not word.is_language_map:
                yield self._use(word.name), "", self._value(node, word.coercion)
            elif word and isinstance(node, ox.Literal) and node.language and not node.direction:
                yield self._use(word.name), node.language, node.value
            else:
                yield self._reference(predicate), "", self._value(node)

    def _value(self, node: _Node, coercion: str = "") -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            reference = self._reference(node)
            return reference if coercion == "@id" else {self.keyword("@id"): reference}
        if not isinstance(node, ox.Literal):
            raise TypeError(f"JSON-LD has no triple terms: {node}")
        if node.language:
            said = {"@value": node.value, "@language": node.language}
            return {**said, "@direction": node.direction.value} if node.direction else said
        datatype = node.datatype.value
        if datatype == (coercion or _STRING):
            return node.value
        if datatype == _STRING:
            return {"@value": node.value}
        return {"@value": node.value, self.keyword("@type"): self._name(node.datatype)}

    def _name(self, node: ox.NamedNode | ox.BlankNode) -> str:
        """Return a class or datatype, where the words of the context can stand for IRIs."""
        name = self._context.names.get(node.value) if isinstance(node, ox.NamedNode) else None
        return self._use(name) or self._reference(node)

    def _reference(self, node: _Node) -> str:
        """Return an IRI, with a prefix where it has one, or a blank node."""
        if not isinstance(node, ox.NamedNode):
            return str(node)
        short = self._short.get(node.value)
        return short or self._shorten(node.value)

    def _shorten(self, iri: str) -> str:
        end = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._use(self._context.prefixes.get(iri[:end])) if end < len(iri) else ""
        self._short[iri] = short = f"{prefix}:{iri[end:]}" if prefix else iri
        return short

    def _use(self, name: str | None) -> str:
        """Note that a name is used; return it, or nothing if there is none or it has to be avoided."""
        if name is None or name in self.avoided:
            return ""
        self._used.add(name)
        return name


def _single(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _single(item) for key, item in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
