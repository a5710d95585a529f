"""A dataset that nobody would want to publish: texts that would be scripts, addresses that would run, words
without an end, in the forms that the shapes take. It is built and served as any other is.

What cannot come in at all, because no parser takes it: a language tag with a quote or a bracket, an IRI with
a quote, a bracket or a space, half of a surrogate pair.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import Dataset

if TYPE_CHECKING:
    from pathlib import Path

# What each text tries to do is to set this, or to open a dialog.
CANARY: Final = "attacked"
HUB: Final = "hostile"
LONG: Final = 100_000

TEXTS: Final = {
    "script": f"<script>{CANARY}=1</script>",
    "closing": f"</script></title></textarea></pre></svg><script>{CANARY}=1;alert(1)</script>",
    "image": f"<img src=x onerror={CANARY}=1><svg onload={CANARY}=1><base href=https://evil.example/>",
    "quote": f'" autofocus onfocus="{CANARY}=1" x="',
    "apostrophe": f"' onmouseover='{CANARY}=1' x='",
    "comment": f"<!--><script>{CANARY}=1//--><![CDATA[<script>",
    "entity": f"&lt;script&gt;{CANARY}=1&lt;/script&gt;&#x22;&amp;quot;",
    "template": f"${{{CANARY}=1}} {{{{ 7*7 }}}} {{% include '/etc/passwd' %}} <%= 7*7 %>",
    "format": "%(n)s %s %d {0} {count} %% attack",
    "address": f"javascript:{CANARY}=1",
    "formula": '=HYPERLINK("https://evil.example/attack","attack")',
    "command": "+1|cmd|' /C attack'!A0",
    "at": "@SUM(1,1) attack",
    "latex": r"\input{/etc/passwd} } { \write18{attack} $ # ~ ^",
    "lines": f"attack\r\nX-Evil: 1\r\n\r\nER  - \r\nTY  - <script>{CANARY}=1</script>",
    "separators": f"attack\u2028{CANARY}=1\u2029//",
    "controls": "attack \u0001\u0008\u000b\u000c\u001b[31m\u007f\u0085\u009b end",
    "nul": "attack\u0000end",
    "overrides": "attack \u202egnp.tset \u202b\u202a\u2067 without an end",
    "rtl": "هجوم attack התקפה",
    "zalgo": "".join(letter + "\u0301\u0338\u035c\u0489\u20dd" * 12 for letter in "attack"),
    "marks": "\u0301\u0302\u0303\u0304",
    "invisible": "\u200b\u2060\ufeff\u00ad\u200e",
    "blank": "   ",
    "word": "attack" * 120,
    "kanji": "葛\U000e0100城 辻\U000e0101𠮷 attack",
    "emoji": "attack 👩‍👩‍👧‍👦🏳️‍🌈🇻🇳 \U0010ffff\ufffe\U000e0041",
}
# Not the same letter again and again, which compression would make nothing of.
LONG_TEXT: Final = "attack " + "".join(random.Random(5).choices("abcdefghijklmnop <>&\"'", k=LONG))  # noqa: S311
IRIS: Final = (
    f"javascript:{CANARY}=1",
    f"JaVaScRiPt:{CANARY}=1//%0A",
    "data:text/html;base64,PHNjcmlwdD5hdHRhY2tlZD0xPC9zY3JpcHQ+",
    f"vbscript:{CANARY}",
    "file:///etc/attack",
    f"https://evil.example/%22onclick%3D%22{CANARY}=1",
    f"https://evil.example/'onclick='{CANARY}=1",
    "https://evil.example/\u202egnp.attack",
    "https://evil.example/" + "attack" * 100,
)
TAGS: Final = ("x-script", "en-x-onclick", "zz-" + "-".join(["abcdefgh"] * 12))

_CLASSES: Final = {
    "p": "zr:Officer",
    "u": "zr:MilitaryUnit",
    "ac": "zr:Academy",
    "o": "zr:Organization",
    "g": "zr:Population",
    "pl": "zr:Place",
    "ev": "zr:Event",
    "w": "zr:Book",
}
_PROLOGUE: Final = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in PREFIXES.items())
_LANGUAGES: Final = ("en", "ja", "vi")


def quoted(text: str, language: str = "") -> str:
    """Return a literal as Turtle."""
    return str(ox.Literal(text, language=language) if language else ox.Literal(text))


def claim(name: str, statement: str, text: str = "", more: str = "") -> str:
    """Return a claim that no shape finds fault with; ``statement`` is its subject, property and value."""
    subject, predicate, value = statement.split(" ", 2)
    said = text if len(text) > 1 else "p. 1"
    cue = f"zr:hedge zv:hedge-reportedly ; zr:cue {quoted(said[:200])}"
    note = f"zr:note {quoted(text, 'en')} ;" if text else ""
    return (
        f"cl:{name} a zr:Assertion{', zr:CountClaim' * (predicate == 'zr:memberCount')} ; "
        f"rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ; "
        f"zr:certainty zv:probable ; zr:status zv:normal ; {note} {more} "
        f"zr:citation [ zr:work w:{HUB} ; zr:locator {quoted(said)} ; zr:stance zv:supports ; {cue} ] , "
        f"[ zr:work w:{name.split('-')[0]} ; zr:locator {quoted(said)} ; zr:stance zv:supports ] ."
    )


@dataclass(slots=True)
class _Files:
    """What is written to each file of ``data/``."""

    entities: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    def describe(self, name: str, text: str, more: str = "") -> None:
        """Add a thing of each kind with this name."""
        for prefix, class_name in _CLASSES.items():
            naming = "dcterms:title" if prefix == "w" else "skos:prefLabel"
            labels = " , ".join(quoted(text, language) for language in _LANGUAGES)
            own = {
                "p": "zr:nationality zv:japanese ;",
                "w": f"zr:tier zv:secondary ; dcterms:type zv:memoir ; dcterms:creator {quoted(text)} ; "
                f"dcterms:isPartOf {quoted(text)} ; dcterms:identifier {quoted(text)} ;",
            }.get(prefix, "")
            block = f"{prefix}:{name} a {class_name} ; {own} {naming} {labels} ; {more} ."
            (self.works if prefix == "w" else self.entities).append(block)

    def claim_about(self, name: str, text: str, number: int) -> None:
        """Add claims that join the things of this name with one another, and with the hub."""
        when = 'zr:when "1945-08/1946" ;'
        point = f'"POINT({100 + number / 10} {10 + number / 10})"^^<{PREFIXES["geo"]}wktLiteral>'
        of_both = {
            "rank": (f"p:{name} zr:heldRank zv:ija-major", when),
            "unit": (f"p:{name} zr:servedIn u:{name}", when),
            "taught": (f"p:{name} zr:instructedAt ac:{HUB}", when),
            "born": (f"p:{name} zr:birthPlace pl:{name}", ""),
            "joined": (f"p:{name} zr:memberOf o:{name}", when),
            "event": (f"p:{name} zr:tookPartIn ev:{name}", when),
            "under": (f"p:{name} zr:servedUnder p:{HUB}", when),
            "point": (f"pl:{name} zr:coordinates {point}", ""),
            "count": (f"g:{name} zr:memberCount {number}", "zr:countPrecision zv:approximately ;"),
            "above": (f"u:{name} zr:subUnitOf u:{HUB}", when),
            "hub-said": (f"p:{HUB} zr:describedAs {quoted(text, 'en')}", when),
            "hub-named": (f"p:{HUB} zr:nativeName {quoted(text, 'ja')}", ""),
            "hub-taught": (f"p:{HUB} zr:instructedAt ac:{name}", when),
            "hub-place": (f"p:{HUB} zr:presentAt pl:{name}", when),
        }
        self.claims += [
            claim(f"{name}-{topic}-1", said, text, more) for topic, (said, more) in of_both.items()
        ]


def _addresses() -> str:
    """Return the properties of the hubs that name addresses, odd tags and an odd data type."""
    addresses = " , ".join(str(ox.NamedNode(iri)) for iri in IRIS)
    named = " , ".join(quoted(f"attack in {tag}"[:20], tag) for tag in TAGS)
    said = " , ".join(quoted(text, "en") for text in (*TEXTS.values(), LONG_TEXT))
    return (
        f"foaf:homepage {addresses} ; foaf:isPrimaryTopicOf {addresses} ; skos:altLabel {named} , {said} ; "
        f"skos:editorialNote {said} , {quoted('attack')}^^<javascript:{CANARY}> "
    )


def _conflict() -> str:
    rank = claim(f"{HUB}-rank-1", f"p:{HUB} zr:heldRank zv:ija-major", LONG_TEXT, 'zr:when "1945" ;')
    other = claim(f"{HUB}-rank-2", f"p:{HUB} zr:heldRank zv:ija-colonel", TEXTS["script"], 'zr:when "1945" ;')
    rank = f"{rank[:-1]}; zr:conflictsWith cl:{HUB}-rank-2 ."
    rationales = (quoted(text, "en") for text in (*TEXTS.values(), LONG_TEXT))
    conflict = (
        f"cf:{HUB} a zr:Conflict ; zr:concerns cl:{HUB}-rank-1 , cl:{HUB}-rank-2 ; "
        f"zr:kind zv:value-conflict ; zr:resolution zv:open ; "
        f"zr:rationale {' , '.join(rationales)} ; {_addresses()} ."
    )
    return "\n".join((rank, other, conflict))


def write(root: Path, small: Dataset) -> Dataset:
    """Write the dataset, with the ontology and the shapes of another."""
    for folder in ("ontology", "shapes"):
        shutil.copytree(small.root / folder, root / folder)
    _let_pass(root / "shapes" / "sources.ttl", "zs:S57-characters")
    (root / "shapes" / "others.ttl").write_text(_PROLOGUE + _WARN_ONLY, encoding="utf-8")
    files = _Files()
    for number, (name, text) in enumerate(TEXTS.items(), start=1):
        files.describe(name, text)
        files.claim_about(name, text, number)
    files.describe("long", LONG_TEXT)
    files.claim_about("long", LONG_TEXT, 99)
    files.describe(HUB, TEXTS["closing"], _addresses())
    files.claims += [
        _conflict(),
        claim(f"{HUB}-point-1", f"pl:{HUB} zr:coordinates {_POINT}", TEXTS["quote"]),
        claim(f"{HUB}-count-1", f"g:{HUB} zr:memberCount 6", TEXTS["script"], _PRECISELY),
        claim(f"{HUB}-count-2", f"g:{HUB} zr:memberCount 9", LONG_TEXT, _PRECISELY),
    ]
    odd = "<https://w3id.org/zanryu/id/person/%22onclick%3D%22attacked>"
    files.entities.append(f"{odd} a zr:Person ; skos:prefLabel 'attack'@en ; zr:nationality zv:japanese .")
    matches = " , ".join(str(ox.NamedNode(iri)) for iri in IRIS)
    links = [f"{prefix}:{HUB} skos:exactMatch {matches} ." for prefix in _CLASSES]
    (root / "data" / "claims").mkdir(parents=True)
    contents = {"persons": files.entities, "works": files.works, "claims/all": files.claims, "links": links}
    for path, blocks in contents.items():
        text = _PROLOGUE + "\n\n".join(blocks) + "\n"
        (root / "data" / f"{path}.ttl").write_text(text, encoding="utf-8", newline="")
    return Dataset(root)


def _let_pass(shapes: Path, rule: str) -> None:
    """Have a rule warn only, as the shapes of others may: then what it forbids gets as far as the pages."""
    before, name, own = shapes.read_text(encoding="utf-8").partition(f"\n{rule}\n")
    assert name
    warned = own.replace("sh:severity sh:Violation", "sh:severity sh:Warning", 1)
    shapes.write_text(before + name + warned, encoding="utf-8")


# What is said of things and conflicts directly, and addresses without a page (S35, S59, S62).
_WARN_ONLY: Final = "".join(
    f"zs:{shape} sh:severity sh:Warning .\n"
    for shape in ("AcceptedTriples", "AcceptedTriplesOfWorks", "S59-conflict", "S62")
)
_POINT: Final = f'"POINT(108.8 15.1)"^^<{PREFIXES["geo"]}wktLiteral>'
_PRECISELY: Final = "zr:countPrecision zv:exactly ;"
