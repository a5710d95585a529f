"""The schema of service descriptions: what SPARQL 1.1 Service Description, section 3, says of each term."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from w3c.answers import Graph

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

# Property: the class of its subjects, and the class of its objects where other sentences describe them.
_PROPERTIES: Final = {
    "endpoint": ("Service", ""),
    "feature": ("Service", ""),
    "defaultEntailmentRegime": ("Service", ""),
    "defaultSupportedEntailmentProfile": ("Service", ""),
    "extensionFunction": ("Service", ""),
    "extensionAggregate": ("Service", ""),
    "languageExtension": ("Service", ""),
    "supportedLanguage": ("Service", ""),
    "propertyFeature": ("Service", ""),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
    "entailmentRegime": ("NamedGraph", ""),
    "supportedEntailmentProfile": ("NamedGraph", ""),
}
_CLASSES: Final = frozenset(
    {"Service", "Dataset", "GraphCollection", "NamedGraph", "Graph", "Feature", "Language", "Function"}
    | {"Aggregate", "EntailmentRegime", "EntailmentProfile"}
)
_SUBCLASSES: Final = {"GraphCollection": {"Dataset"}}
_INDIVIDUALS: Final = {
    "supportedLanguage": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "feature": {
        "DereferencesURIs",
        "UnionDefaultGraph",
        "RequiresDataset",
        "EmptyGraphs",
        "BasicFederatedQuery",
    },
}
_ONLY_ONE: Final = ("endpoint", "name", "graph", "defaultGraph", "defaultDataset")
_REQUIRED: Final = {"Service": ("endpoint", "supportedLanguage"), "NamedGraph": ("name",)}


def violations(description: Graph) -> list[str]:
    """Return what in a description is against the schema, one sentence each."""
    return [*_wrong_terms(description), *_wrong_types(description), *_wrong_numbers(description)]


def _local(term: Hashable) -> str | None:
    """Return the local name of a term of the vocabulary."""
    is_ours = isinstance(term, NamedNode) and term.value.startswith(SD)
    return term.value.removeprefix(SD) if is_ours and isinstance(term, NamedNode) else None


def _wrong_terms(description: Graph) -> Iterator[str]:
    for _, predicate, value in description.triples:
        name, object_name = _local(predicate), _local(value)
        if name is not None and name not in _PROPERTIES:
            yield f"sd:{name} is no property of the vocabulary"
        if name is not None and not isinstance(value, NamedNode | BlankNode):
            yield f"sd:{name} has {value}, which is no resource"
        if name in ("endpoint", "name") and not isinstance(value, NamedNode):
            yield f"sd:{name} has {value}, which is no IRI"
        if predicate == _TYPE and object_name is not None and object_name not in _CLASSES:
            yield f"sd:{object_name} is no class of the vocabulary"
        if name in _INDIVIDUALS and object_name is not None and object_name not in _INDIVIDUALS[name]:
            yield f"sd:{name} has sd:{object_name}, which the vocabulary does not define"


def _wrong_types(description: Graph) -> Iterator[str]:
    types: dict[Hashable, set[str]] = {}
    for subject, predicate, value in description.triples:
        name = _local(value)
        if predicate == _TYPE and name is not None:
            types.setdefault(subject, set()).add(name)
    for subject, predicate, value in description.triples:
        domain, extent = _PROPERTIES.get(_local(predicate) or "", ("", ""))
        for node, wanted in ((subject, domain), (value, extent)):
            if wanted and not types.get(node, set()) & {wanted, *_SUBCLASSES.get(wanted, set())}:
                yield f"{node} of {predicate} is not typed as sd:{wanted}"


def _wrong_numbers(description: Graph) -> Iterator[str]:
    count = Counter((subject, _local(predicate)) for subject, predicate, _ in description.triples)
    for (subject, name), number in count.items():
        if name in _ONLY_ONE and number > 1:
            yield f"{subject} has {number} sd:{name}"
    for subject, predicate, value in description.triples:
        if predicate == _TYPE:
            for name in _REQUIRED.get(_local(value) or "", ()):
                if not count[(subject, name)]:
                    yield f"{subject} has no sd:{name}"
