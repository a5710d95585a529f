"""Questions that ask Wikidata beside this graph: offered where the operator lets queries ask its servers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.graph.questions import read_questions
from zanryu.sparql.federation.origins import Origin, read_endpoint

if TYPE_CHECKING:
    from collections.abc import Collection

    from zanryu.graph.questions import Question

_FOLDER: Final = Path(__file__).with_name("elsewhere")
_NAMES: Final = ("wikidata", "wikidata-scholarly", "qlever")
_SERVICE: Final = re.compile(r"^\s*SERVICE <([^>]+)>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FederatedQuestion:
    """A question, the server that it asks, and whether the operator allows that."""

    question: Question
    origin: Origin
    is_allowed: bool


@cache
def _read() -> tuple[tuple[Question, Origin], ...]:
    questions = read_questions([_FOLDER / f"{name}.rq" for name in _NAMES])
    return tuple((question, _origin(question)) for question in questions)


def _origin(question: Question) -> Origin:
    service = _SERVICE.search(question.query)
    endpoint = read_endpoint(service[1]) if service else None
    if endpoint is None:
        raise ValueError(f"{question.name} asks nobody")
    return endpoint.origin


def federated_questions(origins: Collection[Origin]) -> list[FederatedQuestion]:
    """Return the questions for other servers, of which ``origins`` are those that may be asked."""
    return [FederatedQuestion(question, origin, origin in origins) for question, origin in _read()]


def find_federated(name: str, origins: Collection[Origin]) -> Question | None:
    """Return the question of a name, if the server that it asks may be asked."""
    return next(
        (f.question for f in federated_questions(origins) if f.is_allowed and f.question.name == name), None
    )
