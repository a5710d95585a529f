"""Asking another SPARQL endpoint: one POST to an address that was looked at, and an answer within bounds.

Each question has a connection of its own, so none is shared by two names at one address.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from zanryu import __version__
from zanryu.errors import BodyTooLarge, MalformedRequest, ServiceFailed, UnsupportedMediaType
from zanryu.front.destinations import addresses_of, resolve
from zanryu.graph.namespaces import BASE
from zanryu.store.backend import RESULTS_JSON
from zanryu.web.content_coding import decode

if TYPE_CHECKING:
    from zanryu.front.destinations import Address, Resolve
    from zanryu.sparql.federation.origins import Endpoint

USER_AGENT: Final = f"Zanryu/{__version__} (+{BASE})"
_ACCEPTED: Final = (RESULTS_JSON, "application/json")


class Remote:
    """Asks endpoints. Whoever waits sets the time limit; a task that is cancelled closes its connection.

    ``max_bytes`` bounds an answer, as it is sent and unpacked.
    """

    def __init__(self, max_bytes: int, *, allows_private: bool = False, resolver: Resolve = resolve) -> None:
        self._max_bytes = max_bytes
        self._allows_private = allows_private
        self._resolve = resolver
        self._tls = httpx.create_ssl_context()

    async def ask(self, endpoint: Endpoint, question: str) -> bytes:
        """Return the answer to a SELECT, in SPARQL Query Results JSON as far as its header says.

        :raises ServiceFailed: if there is none; it names the origin, and nothing that was asked.
        """
        origin = endpoint.origin
        for address in await addresses_of(origin, self._resolve, allows_private=self._allows_private):
            try:
                return await self._post(endpoint, address, question)
            except httpx.ConnectError:
                continue
            except (httpx.HTTPError, httpx.InvalidURL):
                raise ServiceFailed(f"{origin} broke off, or does not speak HTTP.") from None
        raise ServiceFailed(f"No connection to {origin}, or its certificate is not valid.")

    async def _post(self, endpoint: Endpoint, address: Address, question: str) -> bytes:
        origin = endpoint.origin
        # The URL has the address, so that no other is asked; TLS and the server are told the name.
        place = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - its name
        url = f"{origin.scheme}://{place}:{origin.port}{endpoint.path}"
        headers = {
            "Host": origin.authority,
            "User-Agent": USER_AGENT,
            "Accept": RESULTS_JSON,
            "Accept-Encoding": "gzip",
        }
        async with (
            # No proxy, password or cookie of this machine; no redirect leads elsewhere.
            httpx.AsyncClient(
                verify=self._tls,
                trust_env=False,
                follow_redirects=False,
                timeout=None,  # noqa: S113
            ) as client,
            client.stream(
                "POST",
                url,
                data={"query": question},
                headers=headers,
                extensions={"sni_hostname": origin.host},
            ) as response,
        ):
            _require_solutions(response, endpoint)
            return await self._read(response, endpoint)

    async def _read(self, response: httpx.Response, endpoint: Endpoint) -> bytes:
        too_much = (
            f"{endpoint.origin} has more than {self._max_bytes} bytes for its SERVICE; ask for less of it."
        )
        received = bytearray()
        # Raw: a few bytes may unpack to a great many, so they are unpacked here, under the limit.
        async for block in response.aiter_raw():
            received += block
            if len(received) > self._max_bytes:
                raise ServiceFailed(too_much)
        coding = response.headers.get("content-encoding", "")
        try:
            return await asyncio.to_thread(decode, bytes(received), coding, self._max_bytes)
        except BodyTooLarge:
            raise ServiceFailed(too_much) from None
        except (MalformedRequest, UnsupportedMediaType):
            raise ServiceFailed(f"{endpoint.origin} answered in a coding that it does not keep.") from None


def _require_solutions(response: httpx.Response, endpoint: Endpoint) -> None:
    if response.is_redirect:
        raise ServiceFailed(f"{endpoint.origin} answered by a redirect, which is not followed.")
    if response.status_code != HTTPStatus.OK:
        raise ServiceFailed(f"{endpoint.origin} answered with status {response.status_code}.")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _ACCEPTED:
        raise ServiceFailed(f"{endpoint.origin} answered in something else than SPARQL Query Results JSON.")
