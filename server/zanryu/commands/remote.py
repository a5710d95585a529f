"""A running server, as the command line writes to it."""

from __future__ import annotations

import sys
import uuid
from contextlib import contextmanager
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from zanryu.access.tokens import PREFIX
from zanryu.commands.asking import Asking, told
from zanryu.commands.options import DEFAULT_TIMEOUT_SECONDS
from zanryu.errors import (
    BodyTooLarge,
    InputNotFound,
    InvalidSetting,
    PreconditionFailed,
    Refused,
    ZanryuError,
)
from zanryu.store.gate.changes import Outcome
from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import httpx

_UPDATE: Final = "application/sparql-update"
_INVALID_CHANGE: Final = "/invalid-change"
_REFUSALS: Final[dict[int, type[ZanryuError]]] = {
    HTTPStatus.PRECONDITION_FAILED: PreconditionFailed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BodyTooLarge,
}


class RemoteServer:
    """Writes by one connection, as the holder of its token."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.address = asking.address

    @property
    def version(self) -> str:
        """The data version of the server."""
        return str(self._ask("GET", "/health").json()["version"])

    def graph(self, iri: str) -> bytes:
        """Return a graph in N-Triples, empty where there is none."""
        response = self._ask("GET", "/graphs", {"graph": iri}, Accept="application/n-triples")
        return response.content

    def update(self, text: str, message: str, if_version: str) -> Outcome:
        """Have an update made, if the data is still of a version.

        :raises PreconditionFailed: if it is of another one by now.
        :raises BodyTooLarge: if the update is longer than the server reads, or takes too long to check.
        :raises Refused: if it is not made for another reason than a finding.
        :raises ChangeLost: if no answer came: whether it was made is not known.
        """
        headers = {"Content-Type": _UPDATE, "If-Match": f'"{if_version}"'}
        return self._change("/sparql", message, text, **headers)

    def revert(self, number: int, message: str) -> Outcome:
        """Have a version undone; see :meth:`update`."""
        return self._change(f"/history/{number}/revert", message)

    def _change(self, path: str, message: str, text: str = "", **headers: str) -> Outcome:
        headers |= {"Accept": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        response = self._ask("POST", path, {"message": message}, text, **headers)
        document: dict[str, Any] = response.json()
        if response.is_error:
            return Outcome("", "", is_blocked=True, findings=document["findings"])
        told = (document[name] for name in ("number", "added", "removed", "findings"))
        number, added, removed, findings = told
        return Outcome(document["version"], "", number, added=added, removed=removed, findings=findings)

    def _ask(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        text: str = "",
        **headers: str,
    ) -> httpx.Response:
        client = self._asking.client
        response = self._asking.answer(
            client.build_request(method, path, params=parameters, content=text.encode(), headers=headers)
        )
        if response.is_success or told(response)["type"].endswith(_INVALID_CHANGE):
            return response
        kind = _REFUSALS.get(response.status_code, Refused)
        detail = told(response)["detail"]
        raise kind(
            self._asking.words.gettext("%(server)s says: %(detail)s", server=self.address, detail=detail)
        )


@contextmanager
def open_server(
    address: str,
    token_file: Path | None,
    language: str = "en",
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[RemoteServer]:
    """Yield the server at an address; for the others see :class:`Asking`.

    :raises InvalidSetting: if the address is none that a token may be sent to, or there is no token.
    """
    headers = {"Authorization": f"Bearer {_token(token_file)}"}
    with _connected(_checked(address), headers, Words(language), timeout_seconds, tell) as remote:
        yield remote


@contextmanager
def open_to_read(address: str, language: str, tell: Callable[[str], None]) -> Iterator[RemoteServer]:
    """Yield the server at an address, of which nothing is asked that takes a token."""
    with _connected(address.rstrip("/"), {}, Words(language), DEFAULT_TIMEOUT_SECONDS, tell) as remote:
        yield remote


@contextmanager
def _connected(
    address: str, headers: dict[str, str], words: Words, timeout_seconds: float, tell: Callable[[str], None]
) -> Iterator[RemoteServer]:
    import httpx

    with httpx.Client(base_url=address, headers=headers) as client:
        yield RemoteServer(Asking(client, words, timeout_seconds, tell))


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return address.rstrip("/")
    raise InvalidSetting(
        f"--server is {address!r}; give an address that begins with https://, so that nobody on the way "
        "reads the token. http:// is for this machine."
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(path: Path | None) -> str:
    if path is None:
        raise InvalidSetting("--server needs your token: --token-file FILE, or - for standard input.")
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputNotFound(f"{path} cannot be read: {error}.") from None
    token = text.strip()
    if not token.startswith(PREFIX) or not token.isascii() or len(token.split()) != 1:
        raise InvalidSetting(f"{path} holds no token; one begins with {PREFIX}.")
    return token
