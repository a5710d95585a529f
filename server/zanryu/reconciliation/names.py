"""What kinds of names there are, what each counts for, and which properties a condition can be about.

The weights are those of the reference for names in several scripts: what a thing is called by the editors or
by itself, then its other names. A reading that is derived from kana is weighed by the comparison.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from zanryu.graph.namespaces import PREFIXES, term

PREFERRED: Final = 1.0
VARIANT: Final = 0.95
DENIED: Final = 0.7


def _iris(*names: str) -> tuple[str, ...]:
    return tuple(term(name).value for name in names)


# By the editors, on the thing itself; what it is shown as, best first.
LABELS: Final = _iris("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")
ALTERNATIVE: Final = term("skos:altLabel").value
OTHER_LABELS: Final = (ALTERNATIVE, *_iris("skos:hiddenLabel", "dcterms:alternative"))
# By claims.
_OWN_NAMES: Final = _iris("zr:nativeName", "zr:officialName", "zr:birthName", "zr:printedTitle")
_OTHER_NAMES: Final = _iris(
    "zr:kanaName", "zr:adoptedName", "zr:pseudonym", "zr:nickname", "zr:nameAsPrinted"
)
CLAIMED_NAMES: Final = _OWN_NAMES + _OTHER_NAMES
WEIGHTS: Final = MappingProxyType(
    {
        **dict.fromkeys(LABELS + _OWN_NAMES, PREFERRED),
        **dict.fromkeys(OTHER_LABELS + _OTHER_NAMES, VARIANT),
    }
)
# Not things that are looked for by a name: what is said of them, and the saying of it.
NOT_NAMED: Final = _iris("zr:Assertion", "zr:CountClaim", "zr:Citation", "zr:Conflict", "owl:Class")
PERSON: Final = term("zr:Person").value
WORK: Final = term("zr:Work").value

SOURCE: Final = "source"
DATE: Final = "date"
# What a condition may be about besides one property; the empty ones are not told by their property.
GROUPS: Final = MappingProxyType(
    {
        "rank": _iris("zr:heldRank", "zr:promotedTo"),
        "unit": _iris("zr:servedIn", "zr:commanded", "zr:leftUnit", "zr:headed", "zr:subUnitOf"),
        "academy": _iris("zr:instructedAt", "zr:educatedAt", "zr:headed", "zr:founded", "zr:conceived"),
        "place": _iris(
            "zr:birthPlace",
            "zr:deathPlace",
            "zr:burialPlace",
            "zr:residence",
            "zr:presentAt",
            "zr:postedTo",
            "zr:heldOutAt",
            "zr:basedAt",
            "zr:inPlace",
        ),
        SOURCE: (),
        DATE: (),
    }
)
# What a thing is a part of: who served in a regiment served in its division.
BROADER: Final = _iris("zr:subUnitOf", "zr:partOf", "zr:inPlace")


def short(iri: str) -> str:
    """Return what a type or a property is called in a service: its local name, or another's whole IRI."""
    return iri.removeprefix(PREFIXES["zr"])


def full(name: str) -> str:
    """Return the IRI of what :func:`short` named."""
    return name if ":" in name else PREFIXES["zr"] + name
