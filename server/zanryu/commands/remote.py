"""A running server, as the command line writes to it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from zanryu.access.tokens import PREFIX
from zanryu.errors import InputNotFound, InvalidSetting, Refused
from zanryu.store.gate.changes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx

_TIMEOUT_SECONDS: Final = 120.0
_UPDATE: Final = "application/sparql-update"
_INVALID_CHANGE: Final = "/invalid-change"


class RemoteServer:
    """Writes by one connection, as the holder of its token."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @property
    def address(self) -> str:
        """Where it is, as it was given."""
        return str(self._client.base_url).rstrip("/")

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

        :raises Refused: if it is not made for another reason than a finding.
        """
        headers = {"Content-Type": _UPDATE, "If-Match": f'"{if_version}"'}
        return self._change("/sparql", message, text, **headers)

    def revert(self, number: int, message: str) -> Outcome:
        """Have a version undone; see :meth:`update`."""
        return self._change(f"/history/{number}/revert", message)

    def _change(self, path: str, message: str, text: str = "", **headers: str) -> Outcome:
        response = self._ask("POST", path, {"message": message}, text, Accept="application/json", **headers)
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
        import httpx

        try:
            response = self._client.request(
                method, path, params=parameters, content=text.encode(), headers=headers
            )
        except httpx.HTTPError as error:
            raise InputNotFound(f"{self.address} does not answer: {error}.") from None
        if response.is_success or _told(response)["type"].endswith(_INVALID_CHANGE):
            return response
        raise Refused(f"{self.address} says: {_told(response)['detail']}")


@contextmanager
def open_server(address: str, token_file: Path | None) -> Iterator[RemoteServer]:
    """Yield the server at an address.

    :raises InvalidSetting: if the address is none that a token may be sent to, or there is no token.
    """
    import httpx

    headers = {"Authorization": f"Bearer {_token(token_file)}"}
    with httpx.Client(base_url=_checked(address), headers=headers, timeout=_TIMEOUT_SECONDS) as client:
        yield RemoteServer(client)


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


def _told(response: httpx.Response) -> dict[str, str]:
    """Return what an error says, whoever says it: a proxy does not use our form."""
    other = {"type": "", "detail": f"{response.status_code} {response.reason_phrase}"}
    try:
        document = response.json()
    except ValueError:
        return other
    return {**other, **document} if isinstance(document, dict) else other
