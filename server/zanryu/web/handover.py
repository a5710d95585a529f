"""What a server in front of Flask has already done for a request, under one key of the WSGI environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zanryu.errors import ZanryuError

KEY: Final = "zanryu.handover"  # no header can set it: those begin with HTTP_


@dataclass(frozen=True, slots=True)
class Handover:
    """``request_id`` names the request in the log; ``error`` refuses it; ``answer`` is the engine's, from the
    data ``version``, which was the newest since ``moment`` if it is an old one.

    A page is rendered by Flask, but its query is waited for elsewhere, where a client that leaves is noticed.
    """

    request_id: str = ""
    error: ZanryuError | None = None
    answer: bytes | None = None
    version: str = ""
    moment: str = ""


_NOTHING: Final = Handover()


def handover(environ: Mapping[str, Any]) -> Handover:
    """Return what was handed over with a request; nothing, under a plain WSGI server."""
    found = environ.get(KEY)
    return found if isinstance(found, Handover) else _NOTHING


def raise_refusal(environ: Mapping[str, Any]) -> None:
    """Raise the error that was handed over, so that it is answered like every other."""
    error = handover(environ).error
    if error is not None:
        raise error
