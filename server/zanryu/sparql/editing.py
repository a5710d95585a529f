"""Changes over HTTP: who wants one, on which conditions, and the answer to it. Values only.

``Authorization: Bearer`` says who, ``If-Match`` with data versions what the change depends on,
``Prefer: handling=strict`` (RFC 7240, 4.4) that warnings block it, ``Idempotency-Key`` that it is to be made
once; the parameter ``message`` says why, for the history.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from zanryu.access.tokens import Scope
from zanryu.errors import InvalidChange, MalformedRequest
from zanryu.sparql.conditions import versions_of_data
from zanryu.sparql.load_operation import refuse_load
from zanryu.sparql.operations import refuse_complex_update
from zanryu.sparql.protocol import read_parameters
from zanryu.sparql.results import rewrite_graph
from zanryu.sparql.service_clause import refuse_service
from zanryu.sparql.update_steps import read_steps
from zanryu.sparql.using import with_dataset
from zanryu.store.backend import UNION, UPDATE_SYNTAX
from zanryu.store.gate.changes import Wanted
from zanryu.web.media_types import GRAPHS, HTML, JSON, PROBLEM
from zanryu.web.negotiation import choose
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zanryu.access.guard import Access, Headers
    from zanryu.sparql.protocol import Update
    from zanryu.store.backend import Backend
    from zanryu.store.gate.changes import GraphChange, Outcome
    from zanryu.web.media_types import MediaType

    Versions = Callable[[Headers, str], tuple[str, ...] | None]

_log = logging.getLogger("zanryu")
# C0 and C1, but the tab and the ends of lines.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STRICT: Final = re.compile(r"(?:^|[,;])\s*handling\s*=\s*\"?strict\"?\s*(?:$|[,;])", re.IGNORECASE)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_MAX_MESSAGE: Final = 2000
_REPORTS: Final = tuple(offer for offer in GRAPHS if offer.name in ("text/turtle", "application/ld+json"))


class Gate(Protocol):
    """What makes changes."""

    def write(self, wanted: Wanted) -> Outcome:
        """Make a change; see :meth:`zanryu.store.gate.gate.Gate.write`."""


@dataclass(frozen=True, slots=True)
class Editing:
    """Lets editors through to the gate."""

    gate: Gate
    access: Access
    backend: Backend
    timeout_seconds: float

    def admit(self, headers: Headers, query_string: bytes, versions: Versions = versions_of_data) -> Wanted:
        """Return the change that a request wants, as far as its head tells.

        ``versions`` says on which data versions it may be made, by its headers and the version there is.

        :raises ZanryuError: if its sender may not write, or a condition cannot be read.
        """
        editor = self.access.require(headers, Scope.write)
        return Wanted(
            editor=editor.name,
            message=read_message(
                [value for name, value in read_parameters(query_string, "URL") if name == "message"]
            ),
            if_versions=versions(headers, self.backend.version),
            is_strict=bool(_STRICT.search(headers.get("Prefer") or "")),
            retry_key=_retry_key(headers.get("Idempotency-Key")),
        )

    def update(self, wanted: Wanted, update: Update, accept: str | None) -> PlainResponse:
        """Answer an update.

        :raises MalformedQuery: with ``line`` and ``column``.
        :raises InvalidChange: if the data would break its shapes.
        """
        refuse_complex_update(update.text)
        parsed = self.backend.query(update.text, UNION, UPDATE_SYNTAX, timeout_seconds=self.timeout_seconds)
        b"".join(parsed)
        text = with_dataset(update.text, update.using)
        refuse_service(text, "update")
        refuse_load(text)
        content = _digest("update", text.encode())
        message = wanted.message or read_message([update.message])
        wanted = replace(wanted, steps=tuple(read_steps(text)), content=content, message=message)
        return self._answer(wanted, accept)

    def change_graph(
        self, wanted: Wanted, change: GraphChange, sent: bytes, accept: str | None
    ) -> PlainResponse:
        """Answer a change of one graph, which came in the body ``sent``; see :meth:`update`."""
        content = _digest(f"{change.method} {change.graph}", sent)
        return self._answer(replace(wanted, graph_change=change, content=content), accept)

    def revert(self, wanted: Wanted, number: int, accept: str | None) -> PlainResponse:
        """Answer the wish to undo a version; see :meth:`update`."""
        content = _digest(f"revert {number}", b"")
        return self._answer(replace(wanted, reverts=number, content=content), accept)

    def _answer(self, wanted: Wanted, accept: str | None) -> PlainResponse:
        offers = (JSON, *_REPORTS)
        chosen = choose(accept, (*offers, PROBLEM, HTML)).media_type
        outcome = self.gate.write(replace(wanted, wants_report=chosen in _REPORTS))
        _tell(wanted, outcome)
        applied = {"Preference-Applied": "handling=strict"} if wanted.is_strict else {}
        if chosen in _REPORTS:
            return _answer_report(outcome, chosen, applied)
        if outcome.is_blocked:
            raise _refusal(outcome, applied)
        document = {
            "version": outcome.version,
            "number": outcome.number,
            "added": outcome.added,
            "removed": outcome.removed,
            "findings": outcome.findings,
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        return PlainResponse(200, _headers(outcome, JSON.content_type(), applied), body)


def _digest(what: str, content: bytes) -> str:
    return sha256(f"{what}\n".encode() + content).hexdigest()


def _tell(wanted: Wanted, outcome: Outcome) -> None:
    """Say in the log who changed what; ``%r``, for a message may hold line ends."""
    if outcome.number is None:
        return
    if outcome.is_repeated:
        _log.info("version %d by %s: sent again, nothing to do", outcome.number, wanted.editor)
        return
    _log.info(
        "version %d by %s: +%d -%d, %r",
        outcome.number,
        wanted.editor,
        outcome.added,
        outcome.removed,
        wanted.message,
    )


def _answer_report(outcome: Outcome, media_type: MediaType, applied: Mapping[str, str]) -> PlainResponse:
    """Answer by the SHACL report of what was found, which may be nothing."""
    body = rewrite_graph(outcome.report.encode() or _CONFORMS, media_type.name)
    status = 422 if outcome.is_blocked else 200
    return PlainResponse(status, _headers(outcome, media_type.content_type(), applied), body)


_CONFORMS: Final = (
    b"_:report <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    b"<http://www.w3.org/ns/shacl#ValidationReport> .\n"
    b'_:report <http://www.w3.org/ns/shacl#conforms> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n'
)


def _headers(outcome: Outcome, content_type: str, applied: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store"), *applied.items()]
    if not outcome.is_blocked:
        headers.append(("ETag", f'"{outcome.version}"'))  # what the next If-Match has to name
    if outcome.number is not None:
        headers.append(("Location", f"/history/{outcome.number}"))
    return tuple(headers)


def _refusal(outcome: Outcome, applied: Mapping[str, str]) -> InvalidChange:
    worst = [
        finding for finding in outcome.findings if finding["severity"] == "violation"
    ] or outcome.findings
    more = f" And {len(worst) - 1} more: see `findings`." if len(worst) > 1 else ""
    first = _words(worst[0])
    error = InvalidChange(f"Nothing was changed. {first}{more}", findings=outcome.findings)
    error.headers.update(applied)
    return error


def _words(finding: Mapping[str, object]) -> str:
    messages = finding["message"]
    found = messages.get("en") if isinstance(messages, dict) else None
    return f"{finding['constraint']} at {finding['focusNode']}: {found or 'see `findings`.'}"


def read_message(given: Sequence[str]) -> str:
    """Return why a change is made, of the values that are given for it.

    :raises MalformedRequest: for several, a long one, and one with a control character: it stays for good.
    """
    if len(given) > 1:
        raise MalformedRequest(f"`message` is given {len(given)} times. Send it once.", parameter="message")
    message = given[0] if given else ""
    if len(message) > _MAX_MESSAGE:
        raise MalformedRequest(f"`message` is longer than {_MAX_MESSAGE} characters.", parameter="message")
    if found := _CONTROL.search(message):
        raise MalformedRequest(
            f"`message` has the control character U+{ord(found[0]):04X}. Leave it out.", parameter="message"
        )
    return message


def _retry_key(given: str | None) -> str | None:
    if given is not None and not _KEY.fullmatch(given):
        raise MalformedRequest(
            "Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.",
            parameter="Idempotency-Key",
        )
    return given
