"""Tables of claims, judged as if they were added to what is published: their names are looked up there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.errors import BodyTooLarge, DataSyntaxError, InputNotFound, MalformedRequest
from zanryu.graph.sources import read
from zanryu.graph.table.cells import TableRefused, TableTooLarge, by_place
from zanryu.graph.table.claims import turtle_of
from zanryu.graph.table.comparing import Known, compare
from zanryu.graph.table.files import read_table
from zanryu.graph.table.locating import place_findings
from zanryu.graph.table.template import table_bytes
from zanryu.graph.table.updating import delta_in
from zanryu.validation.document import Document
from zanryu.validation.syntaxes import XLSX
from zanryu.web.words import Words

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from zanryu.graph.checking import Located
    from zanryu.graph.sources import Dataset
    from zanryu.graph.table.cells import Problem, Sheet
    from zanryu.graph.table.comparing import Compared
    from zanryu.validation.ground import Ground
    from zanryu.validation.judgement import Judge
    from zanryu.validation.protocol import Submission, Template


@dataclass(frozen=True, slots=True)
class Told:
    """A problem of a table, at its place; ``found`` is what the shapes found, if they found it."""

    problem: Problem
    found: Located | None = None


@dataclass(frozen=True, slots=True)
class SheetJudgement:
    """What came of a table, in the order of its rows."""

    sheet: Sheet
    compared: Compared
    told: tuple[Told, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether the claims could be added as they are."""
        return all(told.problem.level != "violation" for told in self.told)

    def turtle(self) -> str:
        """Return the new and changed claims as files would hold them; nothing if they may not be added."""
        return turtle_of(self.compared.changes) if self.is_accepted and self.compared.changes else ""


class Sheets:
    """Reads tables beside one state of the data, whose names are read when the first table comes."""

    def __init__(self, ground: Ground, dataset: Dataset) -> None:
        self._ground = ground
        self._dataset = dataset
        self._known: Known | None = None

    def judge(self, submission: Submission, judge: Judge) -> SheetJudgement:
        """Judge a table as if its claims were added, or put in the place of those of the same names.

        Why a table is refused is told in the language of the submission: ``members`` hold it.

        :raises BodyTooLarge: for a table with more rows, columns or unpacked bytes than are read.
        :raises MalformedRequest: for a file that as a whole is no table.
        :raises Refused: for what no editor may write.
        """
        sheet = _read(submission)
        self._known = self._known or Known.of(self._asserted())
        compared = compare(sheet, self._known)
        told = [Told(problem) for problem in set(compared.problems)]
        if compared.changes:
            told += self._judge_changes(compared, judge, submission.language)
        return SheetJudgement(sheet, compared, tuple(sorted(told, key=lambda one: by_place(one.problem))))

    def template(self, template: Template) -> bytes:
        """Return an empty table, with the names of this state of the data."""
        return table_bytes(template.form, [], self._asserted(), template.language)

    def _judge_changes(self, compared: Compared, judge: Judge, language: str) -> list[Told]:
        store = self._ground.published
        names = frozenset(name.value for name in compared.changed)
        delta = delta_in(store, compared.changes)
        findings = judge.judge_in(store, Document((), names), delta).findings if delta else ()
        placed = place_findings((found.finding for found in findings), compared, language)
        # Of claims elsewhere, as in an import, only what would keep the table out.
        return [
            Told(one.problem, found)
            for one, found in zip(placed, findings, strict=True)
            if one.problem.place or one.problem.level == "violation"
        ]

    def _asserted(self) -> list[Quad]:
        written: list[Quad] = []
        with suppress(DataSyntaxError, InputNotFound):  # the files may be under an editor's hands just now
            written = read(self._dataset.files())
        return self._ground.asserted(written)


def _read(submission: Submission) -> Sheet:
    try:
        return read_table(submission.data, is_workbook=submission.media_type == XLSX.name)
    except TableRefused as error:
        language = submission.language
        detail = error.reason.within(Words(language).gettext)
        if isinstance(error, TableTooLarge):
            raise BodyTooLarge(detail, language=language) from None
        raise MalformedRequest(detail, language=language) from None
