"""Errors that are somebody's to mend: each says what, where and what to do.

The web floor turns a :class:`ZanryuError` into ``application/problem+json`` (RFC 9457); the command line
prints it and exits with ``exit_code``. Anything else that is raised is a defect of the program.
"""

from __future__ import annotations

from http import HTTPStatus


class ZanryuError(Exception):
    """A mistake or refusal that a person can understand.

    ``title`` names the kind (the same for every instance), ``detail`` this case and its remedy,
    ``status`` the HTTP status, ``members`` further fields of the problem document (RFC 9457, 3.2).
    """

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    title: str = "Something went wrong"
    slug: str = "error"
    exit_code: int = 2

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members
        self.headers: dict[str, str] = {}


class InvalidSetting(ZanryuError):
    """A setting has an unknown name or an impossible value."""

    title = "Invalid setting"
    slug = "invalid-setting"


class InputNotFound(ZanryuError):
    """A file, folder or built store that a command needs is not there."""

    title = "Input not found"
    slug = "input-not-found"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class DataSyntaxError(ZanryuError):
    """A Turtle file cannot be read; ``members`` hold ``file``, ``line`` and ``column``."""

    title = "Turtle syntax error"
    slug = "turtle-syntax"
    status = HTTPStatus.BAD_REQUEST


class InvalidShapes(ZanryuError):
    """The shapes cannot validate anything: a mistyped term, no focus nodes, a silent canary."""

    title = "The shapes cannot be trusted"
    slug = "invalid-shapes"


class InvalidData(ZanryuError):
    """The data breaks its shapes, so it is not built."""

    title = "The data has violations"
    slug = "invalid-data"
    exit_code = 1


class BrokenHistory(ZanryuError):
    """A file of the history is missing, cut or altered, or not understood; ``members`` hold ``file``."""

    title = "The history is broken"
    slug = "broken-history"


class MalformedRequest(ZanryuError):
    """The request breaks the SPARQL 1.1 Protocol."""

    status = HTTPStatus.BAD_REQUEST
    title = "Malformed request"
    slug = "malformed-request"


class MalformedQuery(ZanryuError):
    """The query text is not SPARQL; ``members`` hold ``line`` and ``column`` where they are known."""

    status = HTTPStatus.BAD_REQUEST
    title = "Malformed query"
    slug = "malformed-query"


class Refused(ZanryuError):
    """The request is understood and will not be carried out."""

    status = HTTPStatus.FORBIDDEN
    title = "Refused"
    slug = "refused"


class NotFound(ZanryuError):
    """Nothing is known under this address."""

    status = HTTPStatus.NOT_FOUND
    title = "Not found"
    slug = "not-found"


class MethodNotAllowed(ZanryuError):
    """The resource exists and does not answer this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    title = "Method not allowed"
    slug = "method-not-allowed"


class NotAcceptable(ZanryuError):
    """No media type of the answer is accepted by the client; ``members`` hold ``available``."""

    status = HTTPStatus.NOT_ACCEPTABLE
    title = "Not acceptable"
    slug = "not-acceptable"


class PreconditionFailed(ZanryuError):
    """What the client made its change depend on (If-Match) does not hold; nothing was changed."""

    status = HTTPStatus.PRECONDITION_FAILED
    title = "Precondition failed"
    slug = "precondition-failed"


class BodyTooLarge(ZanryuError):
    """The request body is over the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "Request body too large"
    slug = "body-too-large"


class UnsupportedMediaType(ZanryuError):
    """The request body has a media type that the resource does not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "Unsupported media type"
    slug = "unsupported-media-type"


class QueryTimeout(ZanryuError):
    """The query took longer than the limit and was stopped."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Query took too long"
    slug = "query-timeout"


class TooBusy(ZanryuError):
    """More queries are waiting than the queue holds; nothing was begun."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Too busy"
    slug = "too-busy"

    def __init__(self, detail: str, *, retry_after_seconds: int = 1, **members: object) -> None:
        super().__init__(detail, **members)
        self.headers["Retry-After"] = str(retry_after_seconds)


class ResultTooLarge(ZanryuError):
    """The whole answer is larger than the limit; no part of it is sent. ``members`` hold ``limit``."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Result too large"
    slug = "result-too-large"


class QueryTooExpensive(ZanryuError):
    """The query needed more memory than the limit and was stopped; ``members`` hold ``limit``."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Query too expensive"
    slug = "query-too-expensive"


class QueryAborted(ZanryuError):
    """The query ended without an answer: cancelled, or its process was lost. ``members`` hold ``reason``."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Query aborted"
    slug = "query-aborted"


class ServiceFailed(ZanryuError):
    """Another server that the query asks by SERVICE gave no answer that can be used."""

    status = HTTPStatus.BAD_GATEWAY
    title = "Another server failed"
    slug = "service-failed"


class UnreadableEntity(ZanryuError):
    """What should be an entity of Wikidata, in JSON or Turtle, is not; the detail says where it breaks."""

    title = "The entity cannot be read"
    slug = "unreadable-entity"


class InvalidChange(ZanryuError):
    """The data would break its shapes; nothing was changed. ``members`` hold ``findings``."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "The change breaks the rules of the data"
    slug = "invalid-change"


class CannotBeUndone(ZanryuError):
    """A version cannot be taken back as the data is now; nothing was changed."""

    status = HTTPStatus.CONFLICT
    title = "The version cannot be undone"
    slug = "cannot-be-undone"


class KeyReused(ZanryuError):
    """An Idempotency-Key came with another change before; nothing was changed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "The key names another change"
    slug = "key-reused"


class ChangeLost(ZanryuError):
    """The process that made the change was lost."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "The writing process was lost"
    slug = "change-lost"


class DiskRefused(ZanryuError):
    """The disk took no more, or may not be written; nothing was changed."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    title = "The disk refused"
    slug = "disk-refused"
