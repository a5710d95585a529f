"""The report on a document: SHACL in RDF, or findings for programs and pages in JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from zanryu.graph.namespaces import ASSERTION, BASE, PREFIXES, RDF_TYPE, compact
from zanryu.graph.validation import report_graph
from zanryu.validation.syntaxes import JSON_LD, TURTLE
from zanryu.web.media_types import HTML

if TYPE_CHECKING:
    from zanryu.graph.checking import Located
    from zanryu.validation.judgement import Judgement
    from zanryu.validation.protocol import Submission

# Messages say first what is wrong and then what to do; the end of the first sentence parts the two.
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZĐ])|(?<=。)(?![\s“])")
_OWN_IRI: Final = re.compile(rf"{re.escape(BASE)}[\w/#-]+", re.ASCII)
LEVELS: Final = ("violation", "warning", "info")
RDF_REPORTS: Final = {TURTLE.name: "turtle", JSON_LD.name: "json-ld"}
REPORT_CONTEXT: Final = {prefix: PREFIXES[prefix] for prefix in ("sh", "xsd", "zr", "zs", "zv")}
_MAX_EXCERPT_LINES: Final = 40


def write_report(judgement: Judgement, submission: Submission, version: str) -> bytes:
    """Return the report that a submission asks for; ``version`` is that of the data it was judged by."""
    if syntax := RDF_REPORTS.get(submission.report):
        graph = report_graph(found.finding for found in judgement.findings)
        return graph.serialize(format=syntax, encoding="utf-8", context=REPORT_CONTEXT)
    document = describe(judgement, submission, version)
    if submission.report == HTML.name:
        document["excerpts"] = {found.claim: _excerpt(judgement, found) for found in judgement.findings}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def describe(judgement: Judgement, submission: Submission, version: str) -> dict[str, Any]:
    """Return the report as a JSON document.

    ``conforms`` is SHACL's: whether nothing was found. ``accepted`` is whether nothing found would keep the
    document out of the graph.
    """
    levels = Counter(found.finding.level for found in judgement.findings)
    triples = judgement.document.triples
    return {
        "conforms": not judgement.findings,
        "accepted": not levels["violation"],
        "counts": {level: levels[level] for level in LEVELS},
        "context": submission.context,
        "version": version,
        "language": submission.language,
        "checked": {
            "triples": len(set(triples)),
            "subjects": len(judgement.document.subjects),
            "claims": len({t.subject for t in triples if (t.predicate, t.object) == (RDF_TYPE, ASSERTION)}),
        },
        "findings": [record_of(found, submission.language) for found in judgement.findings],
    }


def record_of(found: Located, language: str) -> dict[str, Any]:
    """Return a finding, under the names that `zanryu check --format json` gives it.

    ``fault`` and ``fix`` are the parts of the message, with names as people write them.
    """
    finding = found.finding
    message = finding.message(language)
    fault, *rest = _SENTENCE_END.split(_OWN_IRI.sub(lambda iri: compact(iri[0]), message), maxsplit=1)
    return {
        "constraint": finding.constraint_id,
        "shape": str(finding.shape),
        "severity": finding.level,
        "message": message,
        "fault": fault,
        "fix": rest[0] if rest and rest[0] else None,
        "about": found.about,
        "node": found.claim,
        "focusNode": str(finding.focus),
        "path": None if finding.path is None else str(finding.path),
        "value": None if finding.value is None else str(finding.value),
        "line": found.line,
    }


def _excerpt(judgement: Judgement, found: Located) -> list[tuple[int | None, str]]:
    """Return the lines of the document that a finding is about; else what it says in Turtle, unnumbered."""
    lines = judgement.document.excerpt(found.claim)
    if lines:
        return [*lines]
    own = [
        quad.triple
        for quad in judgement.change.added
        if isinstance(quad.subject, ox.NamedNode) and f"{quad.subject.value}/".startswith(f"{found.claim}/")
    ]
    own = [triple for triple in own if not isinstance(triple.object, ox.Triple)]
    ordered = sorted(own, key=lambda triple: (str(triple.subject), triple.predicate != RDF_TYPE, str(triple)))
    turtle = (ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()
    text = [line for line in turtle.splitlines() if not line.startswith("@prefix")]
    return [(None, line) for line in text[:_MAX_EXCERPT_LINES]]
