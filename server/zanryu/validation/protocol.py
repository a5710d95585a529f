"""What a client asks of `/validate`: the document, what it is judged against, in which form the report comes.

Values only. A document is RDF or a table of claims. It is the whole body, under its own Content-Type, or it
comes in a form (RFC 7578): in the field ``data`` as text, or as a ``file``, which goes first: a page's
example need not be deleted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from zanryu.errors import BodyTooLarge, MalformedRequest
from zanryu.store.frames import Kind, frame, frame_of
from zanryu.validation.syntaxes import (
    JSON_LD,
    TURTLE,
    by_file_name,
    by_word,
    is_read,
    is_sheet,
    refuse_other_sheets,
)
from zanryu.web.bearer import refuse_token_in
from zanryu.web.content_type import media_type_of, require_utf_8
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, JSON
from zanryu.web.multipart import FORM_DATA, Part, read_parts
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NO_CONTEXT: Final = "none"
GRAPH_CONTEXT: Final = "graph"
CONTEXTS: Final = (NO_CONTEXT, GRAPH_CONTEXT)
_FORM: Final = "application/x-www-form-urlencoded"
_PARAMETERS: Final = ("context", "format", "lang", "syntax")
_FIELDS: Final = ("data", "file", *_PARAMETERS)
_MAX_FIELDS: Final = 20
_SEPARATOR: Final = b"\0"

# In the order of preference. JSON goes before JSON-LD, which would answer to `format=json` as well.
OFFERS: Final = (TURTLE, JSON, JSON_LD, HTML)


@dataclass(frozen=True, slots=True)
class Submission:
    """A document to be judged, in ``media_type``; ``report`` is the media type of the report.

    A report in HTML is JSON here, with the texts that a page shows beside the findings.
    """

    data: bytes
    media_type: str
    context: str = NO_CONTEXT
    language: str = "en"
    report: str = TURTLE.name


def frame_of_submission(submission: Submission) -> bytes:
    """Return a submission as a frame."""
    options = [submission.media_type, submission.context, submission.language, submission.report]
    return frame(Kind.QUERY, json.dumps(options).encode() + _SEPARATOR + submission.data)


def read_submission(payload: bytes) -> Submission:
    """Return the submission that a frame holds."""
    options, _, data = payload.partition(_SEPARATOR)
    return Submission(data, *json.loads(options))


@dataclass(frozen=True, slots=True)
class Template:
    """An empty table to fill in that somebody wants, as ``csv`` or ``xlsx``, in a language."""

    form: str
    language: str


def frame_of_template(template: Template) -> bytes:
    """Return the wish for a template as a frame."""
    return frame_of(Kind.QUERY, asdict(template))


def read_asked(payload: bytes) -> Submission | Template:
    """Return what a frame asks for: a document's report, or a template."""
    if payload.startswith(b"{"):
        return Template(**json.loads(payload))
    return read_submission(payload)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request holds: parameters of the query string and the form together, and the document.

    ``language`` is that of the answer, by ``lang`` or Accept-Language.
    """

    parameters: dict[str, str]
    data: bytes
    media_type: str
    language: str
    is_form: bool = False


def read_request(
    content_type: str,
    body: bytes,
    arguments: Iterable[tuple[str, str]],
    max_bytes: int,
    accept_language: str | None = None,
) -> Sent:
    """Return what a request holds. Why a document as a whole is refused is told in its language.

    :raises MalformedRequest: for a parameter that is there twice or cannot be, or a form without a document.
    :raises UnsupportedMediaType: for another charset than UTF-8, or a syntax that is not known.
    :raises BodyTooLarge: for a document over ``max_bytes``.
    """
    media_type, arguments = media_type_of(content_type), list(arguments)
    refuse_token_in((name for name, _ in arguments), "URL")
    if media_type == FORM_DATA:
        sent = _read_form(read_parts(body, content_type), arguments, accept_language)
    elif media_type == _FORM:
        sent = _read_form(_parts_of(body), arguments, accept_language)
    else:
        require_utf_8(content_type)
        parameters = _once(arguments)
        media_type = by_word(parameters.get("syntax", "")) or media_type
        sent = Sent(parameters, body, media_type, choose_language(parameters.get("lang"), accept_language))
    refuse_other_sheets(sent.media_type, sent.language)
    _refuse_size(sent, max_bytes)
    return sent


def _refuse_size(sent: Sent, max_bytes: int) -> None:
    gettext, limit = Words(sent.language).gettext, f"{max_bytes:,}"
    if not sent.data.strip():
        told = gettext("The document is empty: there is nothing to validate.")
        raise MalformedRequest(told, parameter="data", language=sent.language)
    if len(sent.data) <= max_bytes:
        return
    told = (
        gettext(
            "The table is over %(limit)s bytes. Divide it, or use `zanryu import --dry-run`.", limit=limit
        )
        if is_sheet(sent.media_type)
        else gettext(
            "The document is over %(limit)s bytes. Send it in parts, or use `zanryu check`.", limit=limit
        )
    )
    raise BodyTooLarge(told, limit_bytes=max_bytes, language=sent.language)


def context_of(parameters: dict[str, str], media_type: str = "") -> str:
    """Return what a document is judged against: a table always the graph, where its names are looked up.

    :raises MalformedRequest: for a context that there is not.
    """
    context = parameters.get("context", NO_CONTEXT)
    if context not in CONTEXTS:
        raise MalformedRequest(
            f"`context={context}` is not known. Use `none` (the document alone) or `graph` (as if added).",
            parameter="context",
        )
    return GRAPH_CONTEXT if is_sheet(media_type) else context


def _parts_of(body: bytes) -> list[Part]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise MalformedRequest("The form is not percent-encoded UTF-8.") from None
    except ValueError:
        raise MalformedRequest(f"The form has more than {_MAX_FIELDS} fields.") from None
    return [Part(name, "", value.encode(), name) for name, value in pairs]


def _read_form(
    parts: Sequence[Part], arguments: Iterable[tuple[str, str]], accept_language: str | None
) -> Sent:
    unknown = [part.field for part in parts if part.field not in _FIELDS]
    if unknown:
        raise MalformedRequest(
            f"The form has a field {unknown[0][:40]!r}. Its fields are: {', '.join(_FIELDS)}. "
            "To send a document as it is, name its type: `Content-Type: text/turtle`.",
            parameter="data",
        )
    documents = [part for part in parts if part.field in ("data", "file")]
    given = [(part.field, _text(part)) for part in parts if part not in documents]
    parameters = _once([*arguments, *((name, value) for name, value in given if value)])
    language = choose_language(parameters.get("lang"), accept_language)
    part = _chosen(documents)
    require_utf_8(part.content_type)
    wanted = parameters.get("syntax", "")
    named = by_file_name(part.name, language) if part.is_file else ""
    media_type = by_word(wanted) or named or media_type_of(part.content_type)
    refuse_other_sheets(media_type, language)
    if not is_read(media_type):
        media_type = TURTLE.name
    return Sent(parameters, part.body, media_type, language, is_form=True)


def _chosen(documents: Sequence[Part]) -> Part:
    """Return the file, else the text. A browser sends an empty file where none was chosen."""
    filled = [part for part in documents if part.body.strip()]
    for is_file in (True, False):
        found = [part for part in filled if part.is_file == is_file]
        if len(found) > 1:
            raise MalformedRequest("The form holds several documents. Send one at a time.", parameter="data")
        if found:
            return found[0]
    raise MalformedRequest("The form has no document: fill `data`, or choose a `file`.", parameter="data")


def _text(part: Part) -> str:
    try:
        return part.body.decode()
    except UnicodeDecodeError:
        raise MalformedRequest(f"The field {part.field!r} is not UTF-8.", parameter=part.field) from None


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in _PARAMETERS:
            known = ", ".join(_PARAMETERS)
            raise MalformedRequest(f"There is no parameter {name[:40]!r}. Use: {known}.", parameter=name[:40])
        if name in found:
            raise MalformedRequest(f"The parameter `{name}` is there twice.", parameter=name)
        found[name] = value
    return found
