"""JSON-LD by schema.org, for search engines: what a thing is and is called, and no more than is accepted.

A claim is a ``Claim``, which schema.org defines as we do: a statement that may appear in several works and
may be contradicted. It is never a ``ClaimReview``: that is a verdict on whether what somebody said is true,
with a rating of it, and the editors here judge how sure a statement is, not who told the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import DATASET_IRI, term
from zanryu.naming.iris import link
from zanryu.portal.citing.dates import iso_of
from zanryu.portal.citing.facts import Facts, facts_of
from zanryu.portal.citing.names import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zanryu.portal.citing.references import Cited
    from zanryu.portal.citing.works import Item
    from zanryu.store.backend import Backend

CONTEXT: Final = "https://schema.org"
_CLASSES: Final = {
    term(f"zr:{name}").value: kind
    for name, kind in {
        "Person": "Person", "Officer": "Person",
        "Academy": "EducationalOrganization", "School": "EducationalOrganization",
        "MilitaryUnit": "Organization", "Organization": "Organization", "Movement": "Organization",
        "Place": "Place", "Event": "Event", "Assertion": "Claim", "CountClaim": "Claim",
    }.items()
}  # fmt: skip
_WORKS: Final = {
    "article-journal": "ScholarlyArticle", "article-newspaper": "NewsArticle", "article-magazine": "Article",
    "article": "Article", "review": "Review", "book": "Book", "chapter": "Chapter", "report": "Report",
    "thesis": "Thesis", "paper-conference": "ScholarlyArticle", "post-weblog": "BlogPosting",
    "post": "DiscussionForumPosting", "webpage": "WebPage", "dataset": "Dataset",
}  # fmt: skip
_DATES: Final = {"birthDate": "zr:birthDate", "deathDate": "zr:deathDate", "foundingDate": "zr:foundingDate",
                 "dissolutionDate": "zr:dissolutionDate"}  # fmt: skip
_DATED: Final = {"Person": ("birthDate", "deathDate"), "Organization": ("foundingDate", "dissolutionDate"),
                 "EducationalOrganization": ("foundingDate", "dissolutionDate")}  # fmt: skip
_SAME: Final = ("owl:sameAs", "skos:exactMatch")

Document = dict[str, Any]


def type_name(facts: Facts, item: Item | None = None) -> str:
    """Return the class of schema.org, or nothing for what it has none for (a group, a conflict)."""
    if item is not None:
        return _WORKS.get(item["type"], "CreativeWork")
    return next((_CLASSES[name] for name in facts.things("rdf:type") if name in _CLASSES), "")


def document(
    backend: Backend, cited: Cited, facts: Facts, files: Callable[[], Sequence[tuple[str, str]]] = tuple
) -> Document | None:
    """Return the document about a thing, ``None`` for what schema.org has no class for.

    ``files`` tells the dumps of the whole graph: paths and media types.
    """
    if facts.iri == DATASET_IRI:
        return _dataset(backend, cited, files())
    item = cited.main.item if cited.own else None
    kind = type_name(facts, item)
    if not kind:
        return None
    found: Document = {"@context": CONTEXT, "@id": facts.iri, "@type": kind, "url": facts.iri}
    if item is not None:
        return found | _work(item)
    if kind == "Claim":
        return found | _claim(cited)
    return found | _named(facts) | _dated(facts, kind)


def _dataset(backend: Backend, cited: Cited, files: Sequence[tuple[str, str]]) -> Document:
    facts = facts_of(backend, DATASET_IRI)
    item = cited.main.item
    return _present({
        "@context": CONTEXT,
        "@id": DATASET_IRI,
        "@type": "Dataset",
        "name": item.get("title"),
        "description": facts.tagged("dcterms:description", "en"),
        "url": DATASET_IRI,
        "license": next(iter(facts.things("dcterms:license")), None),
        "creator": [{"@type": "Organization", "name": in_order(name)} for name in item.get("author", [])],
        "version": item.get("version"),
        "dateModified": iso_of(item.get("issued")),
        "inLanguage": facts.texts("dcterms:language"),
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": path, "encodingFormat": media_type}
            for path, media_type in files
        ],
    })  # fmt: skip


def _named(facts: Facts) -> Document:
    names = facts.texts("skos:prefLabel")
    chosen = facts.tagged("skos:prefLabel", "en") or next(iter(names), facts.iri)
    others = [name for name in (*names, *facts.texts("skos:altLabel")) if name != chosen]
    same = [iri for name in _SAME for iri in facts.things(name) if link(iri)]
    return _present({"name": chosen, "alternateName": list(dict.fromkeys(others)), "sameAs": same})


def _dated(facts: Facts, kind: str) -> Document:
    """Return the dates that the accepted claims agree on; none that is doubted, which ISO 8601 cannot say."""
    found = {}
    for name in _DATED.get(kind, ()):
        values = set(facts.texts(_DATES[name]))
        if len(values) == 1 and not set(value := values.pop()) & set("?~%X/."):
            found[name] = value
    return found


def _claim(cited: Cited) -> Document:
    works = [_appearance(source.work.iri, source.work.item) for source in cited.sources]
    return _present({"name": cited.main.item["title"], "appearance": works})


def _appearance(iri: str, item: Item) -> Document:
    return {"@id": iri, "@type": _WORKS.get(item["type"], "CreativeWork"), **_work(item)}


def _work(item: Item) -> Document:
    return _present({
        "name": item.get("title"),
        "author": [_person(name) for name in item.get("author", [])],
        "datePublished": "" if (item.get("issued") or {}).get("circa") else iso_of(item.get("issued")),
        "inLanguage": item.get("language"),
        "publisher": {"@type": "Organization", "name": item["publisher"]} if "publisher" in item else None,
        "isbn": item.get("ISBN") if item["type"] == "book" else None,
        "sameAs": [f"https://doi.org/{item['DOI']}"] if "DOI" in item else None,
        "isPartOf": {"@type": "CreativeWork", "name": item["container-title"]}
        if "container-title" in item else None,
    })  # fmt: skip


def _person(name: dict[str, Any]) -> Document:
    """Return an author; only one whose name has parts is known to be a person."""
    return {"@type": "Thing" if "literal" in name else "Person", "name": in_order(name)}


def _present(document: Document) -> Document:
    return {key: value for key, value in document.items() if value}
