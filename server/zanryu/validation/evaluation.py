"""Having documents judged in a process of their own, which can be stopped."""

from __future__ import annotations

import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zanryu.errors import QueryAborted, QueryTimeout, QueryTooExpensive, TooBusy, ZanryuError
from zanryu.store.departure import stopped_by_departure
from zanryu.store.durations import Durations
from zanryu.store.process_pool import ProcessPool
from zanryu.store.worker import Limits, Program, Snapshot
from zanryu.validation.protocol import frame_of_submission, frame_of_template
from zanryu.web.words import Words

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset
    from zanryu.store.jobs import Job
    from zanryu.store.process_pool import Statistics
    from zanryu.validation.protocol import Submission, Template

_PROCESS: Final = "zanryu.validation.process"
_DRAFTS: Final = "drafts"
# A draft's own journal, until it is written out as a table.
_FILE_BYTES: Final = 268_435_456
_RETRY_AFTER_SECONDS: Final = 2


class ValidationStopped(ZanryuError):
    """The document could not be judged within the limits; ``members`` hold ``limit`` or ``reason``."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Validation stopped"
    slug = "validation-stopped"


class Validator:
    """Judges documents by the shapes of ``dataset`` and the data of ``snapshot``.

    It starts its process and does not wait for it: a server must be there before pySHACL is loaded.
    ``durations`` are those from a document to its report, with the time that it waited. What is done for a
    client that leaves is stopped.
    """

    def __init__(self, settings: Settings, dataset: Dataset, snapshot: Snapshot) -> None:
        self.max_bytes = settings.validation_bytes
        self._example = dataset.root / "shapes" / "examples" / "valid" / "S04.ttl"
        self._templates: dict[Template, tuple[str, bytes]] = {}
        self._elsewhere: tempfile.TemporaryDirectory[str] | None = None
        self.durations = Durations()
        self._counting = threading.Lock()
        self.limits = Limits(
            workers=settings.validation_workers,
            spares=0,
            queue_length=settings.validation_queue_length,
            timeout_seconds=settings.validation_timeout_seconds,
            memory_bytes=settings.query_memory_bytes,
            result_bytes=settings.result_bytes,
        )
        options = {
            "dataset": str(dataset.root.resolve()),
            "drafts": str(self._drafts(settings.live.resolve())),
            "file_bytes": _FILE_BYTES,
        }
        self._pool = ProcessPool(snapshot, Program(_PROCESS, options), self.limits, waits=False)

    def _drafts(self, live: Path) -> Path:
        """Return where drafts are made: beside the snapshots, where they cost nothing, if that is allowed."""
        drafts = live / _DRAFTS
        try:
            drafts.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=drafts):
                return drafts
        except OSError:
            self._elsewhere = tempfile.TemporaryDirectory(prefix="zanryu-drafts-", ignore_cleanup_errors=True)
            return Path(self._elsewhere.name)

    def example(self) -> str:
        """Return a small document that conforms; empty where the dataset has none."""
        try:
            lines = self._example.read_text(encoding="utf-8").splitlines(keepends=True)
        except OSError:
            return ""
        return "".join(line for line in lines if not line.startswith("# conforms"))

    def judge(self, submission: Submission) -> bytes:
        """Return the report on a document; waits for it.

        :raises MalformedRequest: for a document that cannot be parsed, with ``line`` and ``column``.
        :raises UnsupportedMediaType: for a syntax that is not read.
        :raises Refused: for a document that needs another one, and for nesting beyond the parser.
        :raises ValidationStopped: at the limit of time or memory.
        :raises TooBusy: if as many wait as may.
        """
        return self._ask(frame_of_submission(submission), submission.language)

    def template(self, template: Template) -> bytes:
        """Return an empty table with the names of the present data; waits for it where none is kept.

        :raises ValidationStopped: at the limit of time or memory.
        :raises TooBusy: if as many wait as may.
        """
        version = self.version
        kept = self._templates.get(template)
        if kept is None or kept[0] != version:
            kept = self._templates[template] = (
                version,
                self._ask(frame_of_template(template), template.language),
            )
        return kept[1]

    @property
    def version(self) -> str:
        """The version of the data that documents are judged by from now on."""
        return self._pool.version

    def _ask(self, frame: bytes, language: str) -> bytes:
        gettext = Words(language).gettext
        try:
            return self._wait_for(self._pool.ask(frame))
        except QueryTimeout as error:
            limit = error.members["limit"]
            told = gettext(
                "The validation was stopped after %(seconds)s seconds. Send the document in parts, "
                "or use `zanryu check` (for a table: `zanryu import --dry-run`).",
                seconds=f"{limit:g}",
            )
            raise ValidationStopped(told, limit=limit, language=language) from None
        except QueryTooExpensive as error:
            told = gettext(
                "The validation needs more memory than it may have. Send the document in parts, "
                "or use `zanryu check`."
            )
            raise ValidationStopped(told, limit=error.members["limit"], language=language) from None
        except QueryAborted as error:
            told = gettext(
                "The process that validated the document was ended. Ask again; if it happens again, "
                "the document is the reason: send it in parts."
            )
            raise ValidationStopped(told, reason=error.members.get("reason"), language=language) from None
        except TooBusy:
            told = gettext("Other documents are being validated. Ask again in a moment.")
            raise TooBusy(told, retry_after_seconds=_RETRY_AFTER_SECONDS, language=language) from None

    def _wait_for(self, job: Job) -> bytes:
        began = time.perf_counter()
        try:
            with stopped_by_departure(job.cancel):
                return job.result()
        finally:
            with self._counting:
                self.durations.add(time.perf_counter() - began)

    def statistics(self) -> Statistics:
        """Return how busy the processes are, and how many were lost to what."""
        return self._pool.statistics()

    def turn_to(self, snapshot: Snapshot) -> None:
        """Have what comes from now on judged by another snapshot, and of another build by its shapes."""
        self._pool.turn_to(snapshot)

    def folders_in_use(self) -> set[Path]:
        """Return the folders of snapshots that are not to be removed yet."""
        return self._pool.folders_in_use()

    def close(self, grace_seconds: float = 0.0) -> None:
        """End the process."""
        self._pool.close(grace_seconds)
        if self._elsewhere:
            self._elsewhere.cleanup()
