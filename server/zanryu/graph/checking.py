"""`zanryu check`: sources in, findings with the file and line of the claim out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from zanryu.errors import InputNotFound
from zanryu.graph.materialise import DEFAULT_THRESHOLD, Materialised, describe, materialise
from zanryu.graph.namespaces import GRAPHS, RDF_SUBJECT, term
from zanryu.graph.sources import SourceFile, read, subject_lines
from zanryu.graph.validation import read_shapes, validate, validate_reifiers
from zanryu.graph.validation.source_checks import check_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyoxigraph import Quad

    from zanryu.graph.materialise import Description, Node
    from zanryu.graph.sources import Dataset
    from zanryu.graph.validation import Finding

_CITATION_OF = re.compile(r"/c\d+(/.*)?$")
_BY_HAND = "# derived: by hand"


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with its place: ``about`` labels the person or thing, ``claim`` is the node's own IRI."""

    finding: Finding
    about: str
    claim: str
    path: Path | None
    line: int | None

    def sort_key(self) -> tuple[object, ...]:
        """Order by who it is about, then by claim and rule."""
        return self.about, self.claim, self.finding.sort_key()


def check(
    dataset: Dataset,
    paths: Iterable[Path] = (),
    threshold: int = DEFAULT_THRESHOLD,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Located]:
    """Check the whole dataset, or report only on ``paths`` (files or folders, read in its context).

    ``progress`` is called with the name of each step as it begins.

    :raises DataSyntaxError: for Turtle that cannot be read.
    :raises InvalidShapes: if the shapes cannot have done their work.
    """
    wanted = [file for path in paths for file in _expand(path)]
    sources = _with_extra(dataset.files(), wanted)
    materialised, findings = examine(dataset, sources, threshold, progress)
    places = {iri: (s.path, line) for s in sources for iri, line in subject_lines(s.path).items()}
    located = locate(findings, materialised.plain, places)
    if wanted:
        inside = {file.resolve() for file in wanted}
        located = [found for found in located if found.path and found.path.resolve() in inside]
    return sorted(located, key=Located.sort_key)


def examine(
    dataset: Dataset,
    sources: Iterable[SourceFile],
    threshold: int,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[Materialised, list[Finding]]:
    """Read and materialise the sources and return them with every finding about them.

    A source that is derived by hand (an example of what the build must never produce) is taken as it stands.
    """
    progress("Reading")
    by_hand = [s for s in sources if _is_derived_by_hand(s.path)]
    quads = read(s for s in sources if s not in by_hand)
    return examine_quads(dataset, quads, threshold, progress, read(by_hand))


def examine_quads(
    dataset: Dataset,
    quads: Iterable[Quad],
    threshold: int,
    progress: Callable[[str], None] = lambda step: None,
    spelled_out: Iterable[Quad] = (),
) -> tuple[Materialised, list[Finding]]:
    """Materialise quads that were read already, and return them with every finding; see :func:`examine`.

    ``dataset`` gives the shapes and the archive. What is ``spelled_out`` is not derived from.
    """
    progress("Deriving")
    derived = materialise(quads, threshold)
    materialised = Materialised([*derived.plain, *spelled_out], derived.reifiers)
    progress("Sources")
    shapes = read_shapes(dataset.shape_files())
    findings = check_sources(materialised.plain, dataset, shapes.graph)
    progress("Shapes")
    findings += validate(materialised.plain, shapes)
    if reifier_shapes := dataset.rdf12_shape_files():
        # Turtle of RDF 1.1 cannot hold a reifier, so what is derived by hand has none to look at.
        findings += validate_reifiers(derived.plain + derived.reifiers, read_shapes(reifier_shapes))
    return materialised, findings


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.ttl"))
    if not path.is_file():
        raise InputNotFound(f"{path}: no such file or folder.")
    return [path]


def _with_extra(sources: list[SourceFile], wanted: list[Path]) -> list[SourceFile]:
    """Add the wanted files that are not part of the dataset; what they hold counts as claims."""
    known = {s.path.resolve() for s in sources}
    return [*sources, *(SourceFile(p, GRAPHS["claims"]) for p in wanted if p.resolve() not in known)]


def _is_derived_by_hand(path: Path) -> bool:
    """Return whether an example spells out derived triples itself, to show what a wrong one looks like."""
    with path.open(encoding="utf-8") as lines:
        return any(line.strip() == _BY_HAND for line, _ in zip(lines, range(6), strict=False))


def locate(
    findings: Iterable[Finding], quads: Iterable[Quad], places: dict[str, tuple[Path, int]]
) -> list[Located]:
    """Give each finding the label of what it is about and the file and line of its subject block."""
    index = describe(quads)
    return [_located(finding, index, places) for finding in findings]


def _located(
    finding: Finding, index: dict[Node, Description], places: dict[str, tuple[Path, int]]
) -> Located:
    claim = _CITATION_OF.sub("", str(finding.focus))
    node = NamedNode(claim) if ":" in claim else None
    subjects = index.get(node, {}).get(RDF_SUBJECT, []) if node else []
    entity = next((s for s in subjects if isinstance(s, NamedNode)), node)
    path, line = places.get(claim, (None, None))
    return Located(finding, _label(entity, index), claim, path, line)


def _label(entity: NamedNode | None, index: dict[Node, Description]) -> str:
    if entity is None:
        return "(no name)"
    labels = [v for v in index.get(entity, {}).get(term("skos:prefLabel"), ()) if isinstance(v, Literal)]
    english = [v.value for v in labels if v.language == "en"]
    return next(iter(english + [v.value for v in labels]), entity.value)
