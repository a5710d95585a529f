"""Names and short descriptions of a thing, as an item of Wikidata has them (its term box)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.wikidata.expression.citing import plain
from zanryu.wikidata.expression.languages import wikimedia_language
from zanryu.wikidata.expression.reading import Reading, name

if TYPE_CHECKING:
    from zanryu.store.backend import Backend, Term

_LABELS: Final = ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")
# How a nationality is put to the kind of person in each language.
_PATTERNS: Final = {"en": "{nationality} {kind}", "ja": "{nationality}の{kind}", "vi": "{kind} {nationality}"}
_OFFICER: Final = name("zr:Officer")
_MAX_CHARACTERS: Final = 250  # of a term, as Wikibase has it


@dataclass(frozen=True, slots=True)
class Termbox:
    """Names of a thing by Wikimedia's language code: ``en``, ``ja``, ``vi``, ``zh-hant``."""

    labels: dict[str, str]
    aliases: dict[str, tuple[str, ...]]
    descriptions: dict[str, str]


def termbox(backend: Backend, iri: str) -> Termbox:
    """Return the names of one thing; a thing that is not described has an empty box.

    Only names that stand in the data: no transcription is made, and ``mul`` is never used, because it is not
    for names whose own form is not in Latin letters (Help:Default values for labels and aliases).
    """
    reading = Reading(backend)
    reading.load([iri])
    reading.load([_OFFICER, *reading.iris(iri, "zr:nationality")])
    preferred = next((found for curie in _LABELS if (found := reading.all(iri, curie))), [])
    labels = _by_language(preferred)
    others = _by_language([*preferred, *reading.all(iri, "skos:altLabel")])
    aliases = {
        code: tuple(t for t in texts if t not in labels.get(code, [])[:1]) for code, texts in others.items()
    }
    descriptions = {code: text[0] for code, text in _by_language(_described(iri, reading)).items()}
    made = descriptions or _made(iri, reading)
    return Termbox(
        labels={code: texts[0] for code, texts in labels.items()},
        aliases={code: texts for code, texts in aliases.items() if texts},
        descriptions={
            code: text
            for code, text in made.items()
            if text not in labels.get(code, []) and len(text) <= _MAX_CHARACTERS
        },
    )


def _by_language(values: list[Term]) -> dict[str, list[str]]:
    """Return texts by code, each once, in a stable order; Japanese in Latin letters goes with English."""
    found: dict[str, list[str]] = {}
    for value in sorted(values, key=lambda v: (v.language.lower(), v.value)):
        code = "en" if value.language.lower() == "ja-latn" else wikimedia_language(value.language)
        text = plain(value.value)
        if code and text and text not in found.setdefault(code, []):
            found[code].append(text)
    return {code: texts for code, texts in found.items() if texts}


def _described(iri: str, reading: Reading) -> list[Term]:
    return reading.all(iri, "schema:description") or reading.all(iri, "dcterms:description")


def _made(iri: str, reading: Reading) -> dict[str, str]:
    """Describe an officer as one: "Japanese officer". Of others too little is known to tell them apart."""
    nations = reading.iris(iri, "zr:nationality")
    if not reading.has(iri, "rdf:type", "zr:Officer") or len(nations) != 1:
        return {}
    kinds = {t.language: t.value for t in reading.all(_OFFICER, "rdfs:label")}
    nationalities = {t.language: t.value for t in reading.all(nations[0], "skos:prefLabel")}
    return {
        code: pattern.format(nationality=nationalities[code], kind=kinds[code])
        for code, pattern in _PATTERNS.items()
        if code in kinds and code in nationalities
    }
