"""Errors as ``application/problem+json`` (RFC 9457): from an error to an answer. Values only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from zanryu.web.media_types import PROBLEM
from zanryu.web.plain import PlainResponse

if TYPE_CHECKING:
    from zanryu.errors import ZanryuError

PROBLEMS: Final = "https://w3id.org/zanryu/problems/"


def problem(error: ZanryuError, instance: str) -> dict[str, Any]:
    """Return the problem document: ``type title status detail instance`` and the error's own members."""
    document: dict[str, Any] = {
        "type": PROBLEMS + error.slug,
        "title": error.title,
        "status": int(error.status),
        "detail": error.detail,
        "instance": instance,
    }
    return {**error.members, **document}


def answer_problem(error: ZanryuError, instance: str) -> PlainResponse:
    """Return the answer to a program; a page for people is made of the same document."""
    body = json.dumps(problem(error, instance), ensure_ascii=False, default=str)
    headers = {"Content-Type": PROBLEM.name, **error.headers, "Cache-Control": "no-store"}
    return PlainResponse(int(error.status), tuple(headers.items()), body.encode("utf-8", "replace"))
