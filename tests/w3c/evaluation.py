"""The tests that evaluate queries and updates, and those of syntax alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from w3c.manifests import MF, QT, UT, Case, DatasetFiles, File, manifest, manifests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from w3c.manifests import Manifest

QUERY_EVALUATION: Final = "QueryEvaluationTest"
UPDATE_EVALUATION: Final = "UpdateEvaluationTest"
CSV_RESULT: Final = "CSVResultFormatTest"
POSITIVE_SYNTAX: Final = ("PositiveSyntaxTest11", "PositiveUpdateSyntaxTest11")
NEGATIVE_SYNTAX: Final = ("NegativeSyntaxTest11", "NegativeUpdateSyntaxTest11")
RESULT_FORMATS: Final = ("csv-tsv-res", "json-res")


@dataclass(frozen=True, slots=True)
class QueryEvaluation(Case):
    """A query over a dataset, and the file with the answer."""

    query: File
    dataset: DatasetFiles
    result: File


@dataclass(frozen=True, slots=True)
class UpdateEvaluation(Case):
    """An update, and the dataset before and after it."""

    request: File
    before: DatasetFiles
    after: DatasetFiles


@dataclass(frozen=True, slots=True)
class Syntax(Case):
    """A query or an update to be accepted or refused for its syntax alone."""

    text: File

    @property
    def is_positive(self) -> bool:
        """Whether the text is SPARQL."""
        return self.kind in POSITIVE_SYNTAX

    @property
    def is_update(self) -> bool:
        """Whether the text is an update: some are listed with the class of queries."""
        return self.text.path.suffix == ".ru"


def query_evaluation() -> list[QueryEvaluation]:
    """Return the tests that run a query and compare the answer as a value."""
    return [
        case
        for found in manifests()
        if found.folder not in RESULT_FORMATS
        for case in _query_evaluation(found)
    ]


def result_formats() -> list[QueryEvaluation]:
    """Return the tests that run a query and compare the answer as it is written."""
    return [
        case for folder in RESULT_FORMATS for case in _query_evaluation(manifest(f"{folder}/manifest.ttl"))
    ]


def _query_evaluation(found: Manifest) -> Iterator[QueryEvaluation]:
    for entry, case in found.entries():
        action = found.resource(entry, f"{MF}action")
        if case.kind in (QUERY_EVALUATION, CSV_RESULT) and action is not None:
            query = found.file(found.resource(action, f"{QT}query"))
            result = found.file(found.resource(entry, f"{MF}result"))
            dataset = found.dataset(action, QT)
            yield QueryEvaluation(case.id, case.name, case.kind, query, dataset, result)


def update_evaluation() -> list[UpdateEvaluation]:
    """Return the tests that run an update and compare the dataset after it."""
    cases = []
    for found in manifests():
        for entry, case in found.entries():
            action = found.resource(entry, f"{MF}action")
            if case.kind == UPDATE_EVALUATION and action is not None:
                request = found.file(found.resource(action, f"{UT}request"))
                before, after = (
                    found.dataset(action, UT),
                    found.dataset(found.resource(entry, f"{MF}result"), UT),
                )
                cases.append(UpdateEvaluation(case.id, case.name, case.kind, request, before, after))
    return cases


def syntax() -> list[Syntax]:
    """Return the tests of syntax alone, positive and negative, of queries and updates."""
    cases = []
    for found in manifests():
        for entry, case in found.entries():
            if case.kind in POSITIVE_SYNTAX + NEGATIVE_SYNTAX:
                text = found.file(found.resource(entry, f"{MF}action"))
                cases.append(Syntax(case.id, case.name, case.kind, text))
    return cases
