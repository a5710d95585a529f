"""The one way in which a user's query is evaluated: refusals, choice of a media type, evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zanryu.errors import MalformedQuery
from zanryu.sparql.complexity import refuse_complex
from zanryu.sparql.service_clause import refuse_service
from zanryu.sparql.tokens import Outline, outline
from zanryu.store.backend import RESULTS_JSON
from zanryu.web.conditional import entity_tag
from zanryu.web.media_types import GRAPHS, HTML, RESULTS
from zanryu.web.negotiation import Choice, choose

if TYPE_CHECKING:
    from zanryu.store.backend import Backend, QueryDataset
    from zanryu.web.media_types import MediaType

_GRAPH_FORMS = {"CONSTRUCT", "DESCRIBE"}
TURTLE = GRAPHS[0]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that may be evaluated. ``choice`` is HTML for a browser; ``outline`` says what it asks for."""

    text: str
    dataset: QueryDataset
    choice: Choice
    outline: Outline

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


def prepare(text: str, dataset: QueryDataset, accept: str | None, format_name: str | None = None) -> Prepared:
    """Return a query ready for evaluation.

    :raises Refused: for SERVICE, an update sent as a query, or a query beyond the parser.
    :raises NotAcceptable: if no media type of its answer is accepted.
    """
    refuse_service(text)
    refuse_complex(text)
    found = outline(text)
    if found.form == "UPDATE":
        raise MalformedQuery(
            "`query` holds an update. This endpoint answers SELECT, ASK, CONSTRUCT and DESCRIBE."
        )
    choice = choose(accept, offers(found.form), format_name)
    return Prepared(text, replace(dataset, stated_in_query=found.names_dataset), choice, found)


def offers(form: str) -> tuple[MediaType, ...]:
    """Return the media types of a query form's answer, in the order of preference."""
    return (*(GRAPHS if form in _GRAPH_FORMS else RESULTS), HTML)


def evaluate(backend: Backend, prepared: Prepared, timeout_seconds: float) -> bytes:
    """Return the whole answer, in ``prepared.evaluated_as``: nothing is sent before it is complete.

    :raises MalformedQuery: with ``line`` and ``column``.
    """
    chunks = backend.query(
        prepared.text, prepared.dataset, prepared.evaluated_as, timeout_seconds=timeout_seconds
    )
    return b"".join(chunks)
