"""The addresses of pages of the hostile dataset: of every type, and those that refuse what they are asked."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from browser.hostile_dataset import CANARY, HUB, TEXTS
from zanryu.graph.namespaces import BASE

_NAMED: Final = "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
_SAID: Final = f"SELECT * {{ <{BASE}id/person/{HUB}> ?p ?o }}"
_OF_HUB: Final = {
    kind: f"/page/{kind}/{HUB}"
    for kind in ("person", "unit", "academy", "organization", "group", "place", "event", "work", "conflict")
}
_CITED: Final = "/cite?" + urlencode({"iri": f"{BASE}id/work/{HUB}"})
ROUTES: Final = {
    **_OF_HUB,
    "claim": f"/page/claim/{HUB}-rank-1",
    "claim of a script": "/page/claim/script-rank-1",
    "long person": "/page/person/long",
    "long work": "/page/work/long",
    "long claim": "/page/claim/long-rank-1",
    "nameless person": "/page/person/marks",
    "home": "/",
    "officers": "/officers",
    "units": "/units",
    "academies": "/academies",
    "sources": "/sources",
    "conflicts": "/conflicts",
    "how many": "/how-many",
    "about": "/about",
    "timeline": "/timeline",
    "timeline of a person": f"/timeline?person={HUB}",
    "map": "/map",
    "network": "/network",
    "network around a person": f"/network?around={HUB}",
    "compare": f"/compare?iri={HUB}&iri=script&iri=long",
    "compare sources": f"/compare?iri=work/{HUB}&iri=work/closing",
    "cite": _CITED,
    "cite a person": "/cite?" + urlencode({"iri": f"{BASE}id/person/script"}),
    "cite sources": "/cite?" + urlencode({"iri": f"{BASE}id/person/{HUB}", "bibliography": 1}),
    "search": "/search?q=attack",
    "search for a script": "/search?" + urlencode({"q": TEXTS["script"]}),
    "rows": "/sparql?" + urlencode({"query": _NAMED}),
    "rows of everything": "/sparql?" + urlencode({"query": _SAID}),
    "triples": "/sparql?" + urlencode({"query": f"DESCRIBE <{BASE}id/claim/script-rank-1>"}),
    "long triples": "/sparql?" + urlencode({"query": f"DESCRIBE <{BASE}id/work/{HUB}>"}),
    "query in Japanese": "/sparql?" + urlencode({"query": _NAMED, "lang": "ja"}),
    "matching": "/reconcile/about",
    "preview": f"/reconcile/preview?id=person/{HUB}",
    "preview of a script": "/reconcile/ja/preview?id=work/closing",
    "wikidata": "/wikidata",
    "batch for wikidata": f"/wikidata/batch?thing={HUB}&thing=long&create=1&retrieved=2026-11-21",
    "property for wikidata": "/wikidata/property",
    "history": "/history",
    "version": "/history/1",
    "version of a person": f"/page/person/{HUB}?version=1",
    "history of a script": "/history?" + urlencode({"about": TEXTS["closing"]}),
    "history of a person": "/history?" + urlencode({"about": f"{BASE}id/person/{HUB}"}),
}
# Made from the whole graph when they are first asked for.
MADE: Final = ("/search?q=x", "/officers", "/timeline", "/map", "/network", "/wikidata", ROUTES["compare"])
# Refusals, which may say what they refuse.
_SCRIPT: Final = quote(TEXTS["closing"], safe="")
REFUSED: Final = {
    "no such path": f"/{_SCRIPT}",
    "no such person": f"/page/person/{_SCRIPT}",
    "no such version": f"/history/1{_SCRIPT}",
    "cite": f"/cite?iri={_SCRIPT}",
    "cite an address": f"/cite?iri=javascript:{CANARY}=1",
    "format": f"/cite?iri={BASE}id/person/{HUB}&format={_SCRIPT}",
    "timeline": f"/timeline?person={_SCRIPT}",
    "map": f"/map?from={_SCRIPT}",
    "network": f"/network?around={_SCRIPT}",
    "compare": f"/compare?iri={_SCRIPT}",
    "kind": f"/search?q=attack&kind={_SCRIPT}",
    "wikidata": f"/wikidata?kind={_SCRIPT}",
    "wikidata of a thing": f"/wikidata/person/{_SCRIPT}",
    "too long a search": f"/search?q={_SCRIPT * 20}",
    "query": f"/sparql?query={_SCRIPT}",
    "version": f"/sparql?query=ASK{{}}&version={_SCRIPT}",
    "problem": f"/problems/{_SCRIPT}",
}
