"""The columns of the table: what each says about a claim or its citation, and how its cells are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import RDF_OBJECT, RDF_PREDICATE, RDF_SUBJECT, term

if TYPE_CHECKING:
    from pyoxigraph import NamedNode


class Kind(Enum):
    """How the cells of a column are read."""

    NAME = auto()  # the claim's own name, or a word that holds its rows together
    THING = auto()  # an entity, concept or property by its label
    VALUE = auto()  # what the range of the row's property asks for
    DATE = auto()  # EDTF
    NUMBER = auto()  # a whole number
    TEXT = auto()  # text as it stands
    SENTENCE = auto()  # text with a language, English unless it ends in @ja or the like
    CLAIMS = auto()  # other claims, by name


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column. With ``many``, things stand in a cell with ``|`` between; ``scheme`` narrows the concepts."""

    heading: str
    property: NamedNode
    kind: Kind
    many: bool = False
    scheme: NamedNode | None = None
    width: int = 16


SEPARATOR: Final = "|"

CLAIM: Final = Column("claim", term("rdf:type"), Kind.NAME, width=30)
SUBJECT: Final = Column("subject", RDF_SUBJECT, Kind.THING, width=26)
PROPERTY: Final = Column("property", RDF_PREDICATE, Kind.THING, width=20)
VALUE: Final = Column("value", RDF_OBJECT, Kind.VALUE, width=34)

# What a claim has once, however many citations it has.
CLAIM_COLUMNS: Final = (
    SUBJECT,
    PROPERTY,
    VALUE,
    Column("when", term("zr:when"), Kind.DATE),
    Column("date basis", term("zr:whenBasis"), Kind.THING, scheme=term("zv:date-basis-scheme")),
    Column("place", term("zr:place"), Kind.THING, many=True, width=20),
    Column("role", term("zr:role"), Kind.THING, many=True, width=20),
    Column("post in", term("zr:postIn"), Kind.THING, many=True, width=24),
    Column("companion", term("zr:companion"), Kind.THING, many=True, width=24),
    Column("opponent", term("zr:opponent"), Kind.THING, many=True, width=24),
    Column("count min", term("zr:countMin"), Kind.NUMBER, width=10),
    Column("count max", term("zr:countMax"), Kind.NUMBER, width=10),
    Column(
        "count precision", term("zr:countPrecision"), Kind.THING, scheme=term("zv:count-precision-scheme")
    ),
    Column("polarity", term("zr:polarity"), Kind.THING, scheme=term("zv:polarity-scheme"), width=12),
    Column("certainty", term("zr:certainty"), Kind.THING, scheme=term("zv:certainty-scheme"), width=12),
    Column("status", term("zr:status"), Kind.THING, scheme=term("zv:status-scheme"), width=12),
    Column("deprecation reason", term("zr:deprecationReason"), Kind.SENTENCE, width=30),
    Column(
        "deprecation kind", term("zr:deprecationKind"), Kind.THING, scheme=term("zv:deprecation-kind-scheme")
    ),
    Column("conflicts with", term("zr:conflictsWith"), Kind.CLAIMS, many=True, width=30),
    Column("alternative to", term("zr:alternativeTo"), Kind.CLAIMS, many=True, width=30),
    Column("note", term("zr:note"), Kind.SENTENCE, width=50),
)
# What each citation has: one row for each.
CITATION_COLUMNS: Final = (
    Column("source", term("zr:work"), Kind.THING, width=34),
    Column("locator", term("zr:locator"), Kind.TEXT, width=20),
    Column("stance", term("zr:stance"), Kind.THING, scheme=term("zv:stance-scheme"), width=12),
    Column("hedge", term("zr:hedge"), Kind.THING, many=True, width=20),
    Column("cue", term("zr:cue"), Kind.TEXT, width=20),
    Column("via", term("zr:via"), Kind.THING, many=True, width=34),
)
COLUMNS: Final = (*CLAIM_COLUMNS[:-1], *CITATION_COLUMNS, CLAIM_COLUMNS[-1], CLAIM)
REQUIRED: Final = (SUBJECT, PROPERTY, VALUE)
