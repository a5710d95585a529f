"""An index of invented people and units, made of plain values."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import EDTF_LEVEL_1, term
from zanryu.reconciliation.describing import Describer
from zanryu.reconciliation.indexing import Writer
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.reconciliation.reading import Fact, Name

if TYPE_CHECKING:
    from pathlib import Path

BASE: Final = "https://w3id.org/zanryu/id/"
_CLASSES: Final = {
    "person": ("zr:Entity", "zr:Person"),
    "unit": ("zr:Entity", "zr:MilitaryUnit"),
    "work": ("zr:Entity", "zr:Work"),
    "vocab": ("zr:Rank",),
}
MAJOR: Final = "https://w3id.org/zanryu/vocab/major"
CAPTAIN: Final = "https://w3id.org/zanryu/vocab/captain"
# Invented, like all that is claimed of them.
_NAMES: Final = (
    ("person/reiji-taro", "skos:prefLabel", "Reiji Tarō", "en"),
    ("person/reiji-taro", "skos:prefLabel", "例示太郎", "ja"),
    ("person/reiji-taro", "zr:adoptedName", "Nguyễn Văn Dụ", "vi"),
    ("person/reiji-taro", "zr:kanaName", "グエン・ヴァン・ズ", "ja-Kana"),
    ("person/reiji-jiro", "skos:prefLabel", "Reiji Jirō", "en"),
    ("person/reiji-jiro", "skos:prefLabel", "例示次郎", "ja"),
    ("person/mihon-hajime", "skos:prefLabel", "Mihon Hajime", "en"),
    ("person/mihon-hajime", "zr:pseudonym", "澤田國男", "ja"),
    ("person/mihon-hajime-2", "skos:prefLabel", "Mihon Hajime", "en"),
    ("person/kari", "skos:prefLabel", "Kari", "en"),
    ("person/kari", "zr:nativeName", "仮谷", "ja"),
    ("unit/91st", "skos:prefLabel", "91st Division (Invented Army)", "en"),
    ("unit/911th", "skos:prefLabel", "911th Infantry Regiment", "en"),
    ("work/about-taro", "dcterms:title", "Reiji Tarō", "en"),
    (MAJOR, "skos:prefLabel", "major", "en"),
    (CAPTAIN, "skos:prefLabel", "captain", "en"),
)
_FACTS: Final = (
    ("person/reiji-taro", "zr:heldRank", MAJOR, ""),
    ("person/reiji-taro", "zr:servedIn", f"{BASE}unit/911th", "1945-03/1945-08"),
    ("person/mihon-hajime", "zr:heldRank", CAPTAIN, ""),
    ("person/reiji-jiro", "zr:describedAs", "a cook", ""),
)
_BORN: Final = (("person/reiji-taro", "1913-04"), ("person/mihon-hajime", "192X"))


def iri_of(name: str) -> str:
    """Return an IRI of a short name."""
    return name if ":" in name else BASE + name


def make_matcher(path: Path, denied: str = "") -> Matcher:
    """Return what matches with the invented; ``denied`` is a name that nobody upholds."""
    writer = Writer(path)
    subjects = {iri_of(name[0]) for name in _NAMES}
    types = {iri: frozenset(term(one).value for one in _CLASSES[iri.split("/")[-2]]) for iri in subjects}
    writer.add_things(types, {iri_of("person/reiji-taro"): 5})
    writer.add_names(
        Name(iri_of(thing), text, tag, term(name).value, text == denied) for thing, name, text, tag in _NAMES
    )
    writer.add_facts(Fact(iri_of(s), term(p).value, value, "", when) for s, p, value, when in _FACTS)
    born = term("zr:birthDate").value
    writer.add_facts(Fact(iri_of(thing), born, date, EDTF_LEVEL_1.value) for thing, date in _BORN)
    writer.add_sources([(iri_of("person/reiji-taro"), iri_of("work/about-taro"))])
    writer.add_broader([(iri_of("unit/911th"), term("zr:subUnitOf").value, iri_of("unit/91st"))])
    wikidata = "http://www.wikidata.org/entity/"
    writer.add_identifiers([(iri_of("person/kari"), f"{wikidata}Q0")])
    labels = {term("zr:Person").value: [("person", "en"), ("人物", "ja")]}
    with closing(writer.finish("v1")) as database:
        Describer(database, writer.bits, labels, {iri_of("person/reiji-taro"): MAJOR}).write({})
        database.execute("COMMIT")
    found = open_matcher(path)
    assert found
    return found
