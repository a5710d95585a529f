"""Claims that say nothing: an engine that finds no fault with them is not looking."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from zanryu.graph.namespaces import (
    ASSERTION,
    BASE,
    GRAPHS,
    RDF_OBJECT,
    RDF_PREDICATE,
    RDF_SUBJECT,
    RDF_TYPE,
    term,
)

CANARY: Final = ox.NamedNode(f"{BASE}id/claim/canary-0")

# Without any statement, and withdrawn without a reason: both engines for RDF 1.1 have something to say.
EMPTY_CLAIM: Final = (
    ox.Quad(CANARY, RDF_TYPE, ASSERTION, GRAPHS["claims"]),
    ox.Quad(CANARY, term("zr:status"), term("zv:deprecated"), GRAPHS["claims"]),
)
# With a statement that nothing reifies.
BARE_CLAIM: Final = (
    ox.Quad(CANARY, RDF_TYPE, ASSERTION, GRAPHS["claims"]),
    ox.Quad(CANARY, RDF_SUBJECT, CANARY, GRAPHS["claims"]),
    ox.Quad(CANARY, RDF_PREDICATE, RDF_TYPE, GRAPHS["claims"]),
    ox.Quad(CANARY, RDF_OBJECT, ASSERTION, GRAPHS["claims"]),
)
