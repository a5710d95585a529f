"""The one way in which a user's query is evaluated: refusals, choice of a media type, evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from zanryu.errors import MalformedQuery, Refused
from zanryu.sparql.complexity import refuse_complex
from zanryu.sparql.federation.clauses import FederatedQuery, read_federated
from zanryu.sparql.tokens import Outline, outline
from zanryu.store.backend import RESULTS_JSON
from zanryu.web.conditional import entity_tag
from zanryu.web.media_types import GRAPHS, HTML, RESULTS
from zanryu.web.negotiation import Choice, choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.sparql.federation.origins import Origin
    from zanryu.store.backend import Backend, QueryDataset
    from zanryu.store.worker import Snapshot
    from zanryu.web.media_types import MediaType

_GRAPH_FORMS = {"CONSTRUCT", "DESCRIBE"}
_KEPT_CHOICES = 512
TURTLE = GRAPHS[0]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that may be evaluated. ``choice`` is HTML for a browser; ``outline`` says what it asks for.

    ``federated`` holds the SERVICE clauses of ``text`` that others have yet to answer, ``snapshot`` the data
    of an old version that it is to be evaluated on.
    """

    text: str
    dataset: QueryDataset
    choice: Choice
    outline: Outline
    federated: FederatedQuery | None = None
    snapshot: Snapshot | None = None

    @property
    def engine_text(self) -> str:
        """The text for the engine, which has never a SERVICE.

        :raises Refused: if others have yet to answer a part of it.
        """
        if self.federated:
            raise Refused(
                "SERVICE is answered by `zanryu serve` alone, for requests without a content coding."
            )
        return self.text

    def with_solutions(self, blocks: Sequence[str]) -> Prepared:
        """Return the query with the solutions of others, as inline data, in the places of its clauses."""
        if self.federated is None:
            return self
        return replace(self, text=self.federated.with_solutions(blocks), federated=None)

    @property
    def wants_page(self) -> bool:
        """Whether the answer is a page for people."""
        return self.choice.media_type == HTML

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, not solutions."""
        return self.outline.form in _GRAPH_FORMS

    @property
    def evaluated_as(self) -> str:
        """The media type that the engine writes: a page is made from JSON results or from Turtle."""
        if self.wants_page:
            return TURTLE.name if self.gives_graph else RESULTS_JSON
        return self.choice.media_type.name

    def entity_tag(self, version: str, language: str = "") -> str | None:
        """Return the tag of the answer, or ``None`` where the answer changes by itself (NOW, RAND …)."""
        if not self.outline.is_repeatable:
            return None
        graphs = ("default", *self.dataset.default_graphs, "named", *self.dataset.named_graphs)
        return entity_tag(version, self.choice.content_type, language, self.text, *graphs)


def prepare(
    text: str,
    dataset: QueryDataset,
    accept: str | None,
    format_name: str | None = None,
    origins: frozenset[Origin] = frozenset(),
) -> Prepared:
    """Return a query ready for evaluation.

    :raises Refused: for a SERVICE outside of ``origins``, or a query beyond the parser.
    :raises NotAcceptable: if no media type of its answer is accepted.
    """
    federated = read_federated(text, origins)
    refuse_complex(text)
    found = outline(text)
    if federated:
        found = replace(found, is_repeatable=False)  # others change without a word to us
    if found.form == "UPDATE":
        raise MalformedQuery(
            "`query` holds an update. This endpoint answers SELECT, ASK, CONSTRUCT and DESCRIBE."
        )
    choice = _choose(accept, found.form, format_name)
    if found.names_dataset:
        dataset = replace(dataset, stated_in_query=True)
    return Prepared(text, dataset, choice, found, federated)


@lru_cache(maxsize=_KEPT_CHOICES)
def _choose(accept: str | None, form: str, format_name: str | None) -> Choice:
    """Choose the media type; clients are many, but what they accept is soon known."""
    return choose(accept, offers(form), format_name)


def offers(form: str) -> tuple[MediaType, ...]:
    """Return the media types of a query form's answer, in the order of preference."""
    return (*(GRAPHS if form in _GRAPH_FORMS else RESULTS), HTML)


def evaluate(backend: Backend, prepared: Prepared, timeout_seconds: float) -> bytes:
    """Return the whole answer, in ``prepared.evaluated_as``: nothing is sent before it is complete.

    :raises MalformedQuery: with ``line`` and ``column``.
    """
    chunks = backend.query(
        prepared.engine_text, prepared.dataset, prepared.evaluated_as, timeout_seconds=timeout_seconds
    )
    return b"".join(chunks)
