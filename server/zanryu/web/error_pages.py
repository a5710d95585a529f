"""Errors: one form everywhere, ``application/problem+json`` (RFC 9457), and a page for browsers."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException, PreconditionFailed

from zanryu.errors import BodyTooLarge, MethodNotAllowed, NotFound, ZanryuError
from zanryu.web.handover import handover, raise_refusal
from zanryu.web.languages import choose_language
from zanryu.web.media_types import HTML, PROBLEM
from zanryu.web.negotiation import prefers
from zanryu.web.problems import answer_problem, problem

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger("zanryu")


def add_error_pages(app: Flask) -> None:
    """Have ``app`` answer every error in the one form, those found before Flask among them.

    Call it after :func:`zanryu.web.headers.add_headers`: Flask runs what comes after a request backwards.
    """
    app.before_request(lambda: raise_refusal(request.environ))
    app.register_error_handler(ZanryuError, _answer_known)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unknown)
    app.after_request(_without_file)


def _answer_known(error: ZanryuError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s: %s", error.slug, error.detail)
    return _answer(error, _instance())


def _answer_http(error: HTTPException) -> Response:
    """Translate what Flask itself refuses: an unknown address, a method, a body over the limit."""
    response = error.get_response()
    if response.status_code < HTTPStatus.BAD_REQUEST and isinstance(response, Response):
        return response  # a redirect
    known = _translate(error)
    if "Allow" in response.headers:
        known.headers["Allow"] = response.headers["Allow"]
    return _answer(known, _instance())


def _without_file(response: Response) -> Response:
    """Answer a failed precondition in words: Werkzeug gives the whole file with the status 412."""
    if response.status_code != HTTPStatus.PRECONDITION_FAILED or not response.direct_passthrough:
        return response
    response.close()
    return _answer(_translate(PreconditionFailed()), _instance())


def _instance() -> str:
    """Return what names this occurrence: the id that the log has for the request, else its path."""
    request_id = handover(request.environ).request_id
    return f"urn:uuid:{request_id}" if request_id else request.path


def _translate(error: HTTPException) -> ZanryuError:
    if error.code == HTTPStatus.NOT_FOUND:
        return NotFound(f"Nothing is at {request.path}.")
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(f"{request.path} does not answer {request.method}.")
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return BodyTooLarge("The request body is over the limit of this server.")
    other = ZanryuError(error.description or error.name)
    other.status, other.title, other.slug = HTTPStatus(error.code or 500), error.name, "http"
    return other


def _answer_unknown(error: Exception) -> Response:
    """Answer a defect of ours: the detail goes to the log, the client gets its id."""
    instance = handover(request.environ).request_id or uuid.uuid4()
    _log.exception("unexpected error %s at %s %r", instance, request.method, request.path, exc_info=error)
    hidden = ZanryuError(f"This is a fault of the server, logged as {instance}.")
    return _answer(hidden, f"urn:uuid:{instance}")


def _answer(error: ZanryuError, instance: str) -> Response:
    if prefers(request.headers.get("Accept"), HTML, (PROBLEM, HTML)):
        # What a form asks for is known to who read it, and with it the language that the detail is in.
        wanted = error.members.get("language") or request.args.get("lang", "")
        language = choose_language(str(wanted), request.headers.get("Accept-Language"))
        body = render_template("error.html", problem=problem(error, instance), language=language)
        response = Response(body, error.status, content_type=HTML.content_type())
    else:
        plain = answer_problem(error, instance)
        response = Response(plain.body, plain.status, content_type=PROBLEM.name)
    response.headers.update(error.headers)
    response.headers["Cache-Control"] = "no-store"
    return response
