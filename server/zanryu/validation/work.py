"""What the validating process does: read a document, judge it, report. It reads the shapes once a build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zanryu.graph.sources import Dataset
from zanryu.store.worker import Snapshot
from zanryu.validation.document import read_document
from zanryu.validation.ground import Ground
from zanryu.validation.judgement import Judge
from zanryu.validation.protocol import GRAPH_CONTEXT, read_submission
from zanryu.validation.report import write_report

if TYPE_CHECKING:
    from zanryu.store.bounded_answers import BoundedAnswer


class Validations:
    """Judges documents; meets :class:`zanryu.store.worker_loop.Work`."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._dataset = Dataset(Path(options["dataset"]))
        self._drafts = Path(options["drafts"])
        self._judge = Judge(self._dataset)
        self._ground: Ground | None = None

    def open(self, folder: str, version: str) -> None:
        """Change to a snapshot; see :meth:`zanryu.store.worker_loop.Work.open`."""
        snapshot = Snapshot(Path(folder), version)
        last, self._ground = self._ground, None
        if last:
            last.close()
            if not last.is_of_same_build(snapshot):
                self._judge = Judge(self._dataset)  # its shapes may be others, too
        self._ground = Ground(snapshot, self._drafts)

    def answer(self, payload: bytes, answer: BoundedAnswer) -> None:
        """Judge the document in a frame, and write the report."""
        if self._ground is None:
            raise RuntimeError("no snapshot is open")
        submission = read_submission(payload)
        document = read_document(submission.data, submission.media_type)
        if submission.context == GRAPH_CONTEXT:
            judgement = self._judge.judge_in(self._ground.published, document)
        else:
            with self._ground.alone_with(document) as store:
                judgement = self._judge.judge_alone(store, document)
        answer.write(write_report(judgement, submission, self._ground.snapshot.version))
