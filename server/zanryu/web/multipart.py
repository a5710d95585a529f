"""``multipart/form-data`` (RFC 7578): the parts of a body, each with its own media type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from zanryu.errors import MalformedRequest
from zanryu.web.content_type import without_signature

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

FORM_DATA: Final = "multipart/form-data"
MAX_PARTS: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its name (the file's, where it has one), its Content-Type (may be empty), its bytes.

    ``field`` is the name of the form's field, ``is_file`` whether the part came with a name of a file.
    """

    name: str
    content_type: str
    body: bytes
    field: str = ""
    is_file: bool = False


def read_parts(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of a body, each without the byte order mark that it may begin with.

    :raises MalformedRequest: if it has no boundary, is cut off, or has more than :data:`MAX_PARTS` parts.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise MalformedRequest("The Content-Type has no `boundary`.", parameter="boundary")
    # Werkzeug counts what holds files in memory too: the body is bounded already.
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=MAX_PARTS)
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        return [replace(part, body=without_signature(part.body)) for part in _parts(decoder)]
    except RequestEntityTooLarge:
        raise MalformedRequest(f"The body has more than {MAX_PARTS} parts.", limit=MAX_PARTS) from None
    except ValueError as error:
        raise MalformedRequest(f"The body is not {FORM_DATA}: {error}.") from None


def _parts(decoder: MultipartDecoder) -> list[Part]:
    parts: list[Part] = []
    event = decoder.next_event()
    while not isinstance(event, Epilogue):
        if isinstance(event, File | Field):
            is_file = isinstance(event, File)
            name = event.filename if isinstance(event, File) else event.name
            parts.append(Part(name or "", _type_of(event.headers), b"", event.name or "", is_file))
        elif isinstance(event, Data):
            last = parts.pop()
            parts.append(replace(last, body=last.body + event.data))
        event = decoder.next_event()
    return parts


def _type_of(headers: Headers) -> str:
    return headers.get("Content-Type", "")
