"""Names of CSL-JSON from the creators of the graph. Nobody's family name is guessed.

A comma in a creator or in the English label of a person says where the family name ends ("Spector, Ronald").
The English label of a Japanese person is in Japanese order (a rule of the shapes): of two words, the first
is the family name. Every other name is ``literal``, which no style turns round: Vietnamese names, names in
characters, organisations, and what we cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zanryu.graph.namespaces import term
from zanryu.portal.citing.facts import Facts, facts_of, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.store.backend import Backend, Term

Name = dict[str, Any]
_JAPANESE: Final = term("zv:japanese").value
_ORIGINAL: Final = ("ja", "ja-hani", "zh", "zh-hans", "zh-hant", "ko")
_TURNED: Final = 2
# What people write behind a name after a comma; no given name.
_SUFFIXES: Final = {"jr", "jr.", "sr", "sr.", "ii", "iii", "inc", "inc.", "ltd", "ltd.", "co.", "llc"}


def names_of(backend: Backend, creators: Iterable[Term]) -> tuple[list[Name], dict[str, str]]:
    """Return the names, and the originals by the romanised form (`Kamo Tokuji` → 加茂徳治)."""
    names: list[Name] = []
    originals: dict[str, str] = {}
    for creator in creators:
        if creator.kind == "literal":
            names.append(split_name(one_line(creator.value)))
        elif creator.kind == "iri" and (facts := facts_of(backend, creator.value)):
            name = _agent(facts)
            original = next(filter(None, (facts.tagged("skos:prefLabel", tag) for tag in _ORIGINAL)), "")
            if name and original and original != in_order(name):
                originals[in_order(name)] = original
            names.extend([name] if name else [])
    return names, originals


def split_name(text: str) -> Name:
    """Return a name with its parts where one comma separates them, else as it is."""
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma and family and given and "," not in given and given.lower() not in _SUFFIXES:
        return {"family": family, "given": given}
    return {"literal": text}


def _agent(facts: Facts) -> Name | None:
    label = facts.tagged("skos:prefLabel", "en") or facts.text("skos:prefLabel")
    if not label:
        return None
    words = label.split()
    if "," not in label and _JAPANESE in facts.things("zr:nationality") and len(words) == _TURNED:
        # `static-ordering` is citeproc-js's word for a name whose order is the same everywhere.
        return {"family": words[0], "given": words[1], "static-ordering": True}
    return split_name(label)


def in_order(name: Name) -> str:
    """Return a name in running text: `Christopher E. Goscha`, `Kamo Tokuji`."""
    if "literal" in name:
        return str(name["literal"])
    order = ("family", "given") if name.get("static-ordering") else ("given", "family")
    return " ".join(name[part] for part in order if name.get(part))


def inverted(name: Name) -> str:
    """Return a name as lists and file formats have it: `Goscha, Christopher E.`; a literal one as it is."""
    if "literal" in name:
        return str(name["literal"])
    return ", ".join(name[part] for part in ("family", "given") if name.get(part))
