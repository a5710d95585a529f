"""A dataset with two persons who are linked to real items. What is claimed of them here is invented."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import Dataset

if TYPE_CHECKING:
    from pathlib import Path

RAMSDEN: Final = f"{PREFIXES['p']}james-ramsden"
ADAMS: Final = f"{PREFIXES['p']}douglas-adams"
_ITEMS: Final = {RAMSDEN: "Q6141825", ADAMS: "Q42"}
_THINGS: Final = """
p:james-ramsden a zr:Person ; skos:prefLabel "James Ramsden"@en ; zr:nationality zv:american ;
  skos:exactMatch wd:Q6141825 .
p:douglas-adams a zr:Person ; skos:prefLabel "Douglas Adams"@en ; zr:nationality zv:american ;
  skos:exactMatch wd:Q42 .
ev:second-world-war a zr:Event ; skos:prefLabel "Second World War"@en ; skos:exactMatch wd:Q362 .
ac:college a zr:Academy ; skos:prefLabel "College"@en ; skos:exactMatch wd:Q691283 .
"""
_PLACES: Final = """
pl:britain a zr:Place ; skos:prefLabel "Britain"@en ; skos:exactMatch wd:Q145 .
pl:cambridge a zr:Place ; skos:prefLabel "Cambridge"@en ; skos:exactMatch wd:Q350 ; zr:inPlace pl:britain .
pl:sneaton a zr:Place ; skos:prefLabel "Sneaton"@en ; skos:exactMatch wd:Q24826 ; zr:inPlace pl:britain .
"""
_WORKS: Final = """
w:invented-book a zr:Book ; dcterms:title "Invented book"@en ; dcterms:type zv:memoir ; zr:tier zv:primary ;
  skos:exactMatch wd:Q4115189 .
w:invented-page a zr:WebSource ; dcterms:title "Invented page"@en ; dcterms:type zv:web-page ;
  zr:tier zv:secondary ; foaf:page <https://example.org/invented> .
"""


def _claim(name: str, said: str, work: str = "invented-book", place: str = "p. 3", more: str = "") -> str:
    slug = name.rpartition("-")[0].rpartition("-")[0]
    return (
        f"cl:{name} a zr:Assertion ; rdf:subject p:{slug} ; {said} ; zr:certainty zv:probable ; {more}\n"
        f'  zr:citation [ zr:work w:{work} ; zr:locator "{place}" ; zr:stance zv:supports ] ;\n'
        "  zr:status zv:normal .\n"
    )


def _dated(name: str, term: str, date: str) -> str:
    return _claim(name, f'rdf:predicate zr:{term} ; rdf:object "{date}"^^edtf:EDTF-level1 ; zr:when "{date}"')


_CLAIMS: Final = [
    _dated("james-ramsden-birth-1", "birthDate", "1923-11"),
    _dated("james-ramsden-death-1", "deathDate", "2019"),
    _claim("james-ramsden-birthplace-1", "rdf:predicate zr:birthPlace ; rdf:object pl:britain"),
    _claim("james-ramsden-fought-1", "rdf:predicate zr:foughtIn ; rdf:object ev:second-world-war"),
    _claim(
        "james-ramsden-citizen-1",
        "rdf:predicate zr:citizenOf ; rdf:object pl:britain",
        "invented-page",
        "section 2",
    ),
    _claim(
        "james-ramsden-residence-1",
        'rdf:predicate zr:residence ; rdf:object pl:sneaton ; zr:when "1950/1960-06"',
    ),
    _claim("james-ramsden-described-1", 'rdf:predicate zr:describedAs ; rdf:object "Invented."@en'),
    _dated("douglas-adams-birth-1", "birthDate", "1952-03-11"),
    _claim("douglas-adams-birthplace-1", "rdf:predicate zr:birthPlace ; rdf:object pl:cambridge"),
    _claim(
        "douglas-adams-studies-1",
        'rdf:predicate zr:educatedAt ; rdf:object ac:college ; zr:when "1971-10/1974"',
    ),
    _claim(
        "douglas-adams-residence-1",
        "rdf:predicate zr:residence ; rdf:object pl:sneaton",
        more="zr:polarity zv:negative ;",
    ),
]


def lay_out(root: Path, small: Dataset, whole: Dataset) -> Dataset:
    """Write the dataset: the small one, the whole ontology, and what is here."""
    shutil.copytree(small.root, root)
    shutil.copytree(whole.root / "ontology", root / "ontology", dirs_exist_ok=True)
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    for name, text in (("people", _THINGS), ("more-places", _PLACES), ("more-works", _WORKS)):
        (root / "data" / f"{name}.ttl").write_text(prefixes + text, encoding="utf-8")
    (root / "data" / "claims" / "linked.ttl").write_text(prefixes + "\n".join(_CLAIMS), encoding="utf-8")
    return Dataset(root)
