"""What crosses between the server and the gate: a change that somebody wants, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from zanryu.errors import ZanryuError

if TYPE_CHECKING:
    from zanryu.graph.validation import Finding

VIOLATION: Final = "violation"
WARNING: Final = "warning"


class ChangeTooLarge(ZanryuError):
    """A change takes longer than a change may; nothing was changed. ``members`` hold ``limit``."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "The change is too large"
    slug = "change-too-large"


@dataclass(frozen=True, slots=True)
class Template:
    """Triples of one graph: those that a CONSTRUCT gives. Without a graph, each goes where its subject is."""

    graph: str | None
    construct: str


@dataclass(frozen=True, slots=True)
class Step:
    """Triples to remove and to add. Patterns match in the union, unless graphs are named for them."""

    deletes: tuple[Template, ...] = ()
    inserts: tuple[Template, ...] = ()
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A graph to replace (PUT), to add to (POST), to empty (DELETE) or to patch (PATCH, an RDF Patch).

    ``document`` is in N-Triples, or the patch.
    """

    method: str
    graph: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that an editor wants, in one of three ways: steps, a graph, or a version to undo.

    ``if_versions`` are the data versions that it may be made on, ``None`` for any; with ``is_strict``
    warnings block it, too;
    ``is_trial`` looks and changes nothing; ``wants_report`` has the SHACL report made of what is found;
    ``retry_key`` names the change, so that it is made once, and ``content`` is the digest of what was sent,
    which the name is for.
    """

    editor: str
    message: str = ""
    steps: tuple[Step, ...] = ()
    graph_change: GraphChange | None = None
    reverts: int | None = None
    if_versions: tuple[str, ...] | None = None
    is_strict: bool = False
    is_trial: bool = False
    wants_report: bool = False
    retry_key: str | None = None
    content: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return asdict(self)


def wanted_from(document: dict[str, Any]) -> Wanted:
    """Return the change that a JSON document holds."""
    steps = tuple(
        Step(
            _templates(step["deletes"]),
            _templates(step["inserts"]),
            _names(step["default_graphs"]),
            _names(step["named_graphs"]),
        )
        for step in document["steps"]
    )
    graph_change = document["graph_change"] and GraphChange(**document["graph_change"])
    versions = _names(document["if_versions"])
    return Wanted(**{**document, "steps": steps, "graph_change": graph_change, "if_versions": versions})


def _templates(found: list[dict[str, Any]]) -> tuple[Template, ...]:
    return tuple(Template(**template) for template in found)


def _names(found: list[str] | None) -> tuple[str, ...] | None:
    return None if found is None else tuple(found)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change. ``version`` names the data after it, in the snapshot ``folder``.

    ``number`` is its place in the history, ``None`` if nothing changed; ``is_repeated`` if it was made
    before, under the same name. ``findings`` are those of the validation, as JSON; ``report`` is the SHACL
    report in N-Triples, where one was wanted and anything was found.
    """

    version: str
    folder: str
    number: int | None = None
    is_blocked: bool = False
    added: int = 0
    removed: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)
    report: str = ""
    is_repeated: bool = False


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON: what ``zanryu check --format json`` gives, without a file."""
    return {
        "constraint": finding.constraint_id,
        "severity": finding.level,
        "message": {m.language or "und": str(m) for m in finding.messages},
        "focusNode": str(finding.focus),
        "path": None if finding.path is None else str(finding.path),
        "value": None if finding.value is None else str(finding.value),
    }
