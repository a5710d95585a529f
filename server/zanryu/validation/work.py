"""What the validating process does: read a document or a table, judge it, report.

It reads the shapes once a build.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zanryu.graph.sources import Dataset
from zanryu.store.worker import Snapshot
from zanryu.validation.document import read_document
from zanryu.validation.ground import Ground
from zanryu.validation.judgement import Judge
from zanryu.validation.protocol import GRAPH_CONTEXT, Template, read_asked
from zanryu.validation.report import write_report
from zanryu.validation.sheet_report import write_sheet_report
from zanryu.validation.sheets import Sheets
from zanryu.validation.syntaxes import is_sheet

if TYPE_CHECKING:
    from zanryu.store.bounded_answers import BoundedAnswer
    from zanryu.validation.judgement import Judgement
    from zanryu.validation.protocol import Submission


class Validations:
    """Judges documents; meets :class:`zanryu.store.worker_loop.Work`."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._dataset = Dataset(Path(options["dataset"]))
        self._drafts = Path(options["drafts"])
        self._judge = Judge(self._dataset)
        self._ground: Ground | None = None
        self._sheets: Sheets | None = None

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot; see :meth:`zanryu.store.worker_loop.Work.open`."""
        snapshot = Snapshot(Path(folder), version)
        last, self._ground, self._sheets = self._ground, None, None
        if last:
            last.close()
            if not last.is_of_same_build(snapshot):
                self._judge = Judge(self._dataset)  # its shapes may be others, too
        self._ground = Ground(snapshot, self._drafts)
        self._sheets = Sheets(self._ground, self._dataset)

    def answer(self, payload: bytes, answer: BoundedAnswer) -> None:
        """Judge the document in a frame, and write the report; or write the template that it asks for."""
        if self._ground is None or self._sheets is None:
            raise RuntimeError("no snapshot is open")
        asked = read_asked(payload)
        if isinstance(asked, Template):
            answer.write(self._sheets.template(asked))
        elif is_sheet(asked.media_type):
            judgement = self._sheets.judge(asked, self._judge)
            answer.write(write_sheet_report(judgement, asked, self._ground.snapshot.version))
        else:
            answer.write(
                write_report(self._judged(self._ground, asked), asked, self._ground.snapshot.version)
            )

    def _judged(self, ground: Ground, submission: Submission) -> Judgement:
        document = read_document(submission.data, submission.media_type)
        if submission.context == GRAPH_CONTEXT:
            return self._judge.judge_in(ground.published, document)
        with ground.alone_with(document) as store:
            return self._judge.judge_alone(store, document)
