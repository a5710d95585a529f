"""Why a row is there: its query is asked again for what its pattern binds, and the claims behind are told.

Whoever takes part in an answer has to be in the data: nothing is said of a triple that is not looked up. What
no triple can answer for (the absence of others, paths, what is computed of many) is named instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import MalformedQuery, NotFound
from zanryu.sparql.complexity import refuse_complex
from zanryu.sparql.evaluation import prepare
from zanryu.sparql.why.claims import MAX_CLAIMS, as_json, describe_claims
from zanryu.sparql.why.cursor import unreadable
from zanryu.sparql.why.matches import MAX_TRIPLES, instantiate, look_up
from zanryu.sparql.why.reading import read_select
from zanryu.store.backend import RESULTS_JSON, UNION, Solutions, read_solutions

if TYPE_CHECKING:
    from zanryu.sparql.policy import Policy
    from zanryu.sparql.why.matches import Match
    from zanryu.sparql.why.rows import Row
    from zanryu.store.backend import Backend, QueryDataset

MAX_SOLUTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains rows by one engine, within the limits of queries."""

    backend: Backend
    policy: Policy
    timeout_seconds: float

    def explain(self, text: str, row: Row) -> dict[str, Any]:
        """Return the triples behind a row of a SELECT, with their claims, and what they leave open.

        :raises Refused: if the query is no SELECT, or cannot be taken apart.
        :raises NotFound: if the query does not give the row.
        """
        refuse_complex(text)
        reading = read_select(text)
        asked = reading.solutions_of(row, MAX_SOLUTIONS + 1)
        solutions = [s for s in self._solutions(asked) if reading.gives(row, s)]
        if not solutions:
            raise NotFound("The query does not give this row. The data may have changed since.")
        triples = instantiate(reading.patterns, solutions[:MAX_SOLUTIONS])
        matches = look_up(reading, triples[:MAX_TRIPLES], self._ask)
        claims = describe_claims(self.backend, [claim for match in matches for claim in match.claims])
        wanted = {claim for match in matches for claim in match.claims}
        return {
            "solutions": min(len(solutions), MAX_SOLUTIONS),
            "isComplete": len(solutions) <= MAX_SOLUTIONS
            and len(triples) <= MAX_TRIPLES
            and len(wanted) <= MAX_CLAIMS,
            "triples": [_match(match) for match in matches],
            "claims": claims,
            "unexplained": [{"kind": gap.kind, "text": gap.text} for gap in reading.gaps],
        }

    def _solutions(self, text: str) -> list[Row]:
        """Ask what is made of the client's text, which may be refused as that may."""
        prepared = prepare(text, UNION, RESULTS_JSON, None, self.policy.origins)
        try:
            return self._ask(prepared.engine_text, prepared.dataset).rows
        except MalformedQuery as error:
            raise unreadable(error.detail) from None

    def _ask(self, text: str, dataset: QueryDataset = UNION) -> Solutions:
        dataset = self.policy.dataset(dataset)
        chunks = self.backend.query(text, dataset, RESULTS_JSON, timeout_seconds=self.timeout_seconds)
        found = read_solutions(b"".join(chunks))
        return found if isinstance(found, Solutions) else Solutions([])


def _match(match: Match) -> dict[str, Any]:
    return {
        "subject": as_json(match.subject),
        "predicate": as_json(match.predicate),
        "object": as_json(match.object),
        "graphs": sorted(match.graphs),
        "isAccepted": match.is_accepted,
        "claims": match.claims,
    }
