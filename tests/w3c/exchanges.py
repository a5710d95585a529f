"""The tests that are HTTP exchanges: SPARQL Protocol, Graph Store Protocol.

Their manifests write each request and the expected response in the vocabulary "HTTP in RDF".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from w3c.manifests import MF, UT, Case, DatasetFiles, manifest

if TYPE_CHECKING:
    from w3c.manifests import Manifest, Resource

HT: Final = "http://www.w3.org/2011/http#"
CNT: Final = "http://www.w3.org/2011/content#"

_STATUS: Final = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True, slots=True)
class ExpectedResponse:
    """What a response has to be.

    ``statuses`` are codes (``200``) and classes (``2`` for ``2xx``); ``format`` is ``boolean``, ``tabular``
    or ``RDF``; ``location`` is the variable that the Location header is kept under for later requests.
    """

    statuses: frozenset[int]
    boolean: bool | None
    format: str | None
    location: str | None
    content_type: str | None
    body: str | None

    def allows(self, status: int) -> bool:
        """Whether a status code is among the expected ones."""
        return status in self.statuses or status // 100 in self.statuses


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, byte for byte, and the response it must have. ``target`` is ``/sparql/…`` or ``/gsp…``."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    expected: ExpectedResponse

    @property
    def content_type(self) -> str:
        """The media type of the request's body, or nothing."""
        found = dict(self.headers).get("content-type", "")
        return found.partition(";")[0].strip()


@dataclass(frozen=True, slots=True)
class Conversation(Case):
    """A test: exchanges in their order, on a store with some named graphs."""

    dataset: DatasetFiles
    exchanges: tuple[Exchange, ...]


def protocol() -> list[Conversation]:
    """Return the tests of the SPARQL 1.1 Protocol."""
    return _conversations(manifest("protocol/manifest.ttl"), "ProtocolTest")


def graph_store() -> list[Conversation]:
    """Return the tests of the Graph Store HTTP Protocol, direct and indirect."""
    forms = ("direct", "indirect")
    found = [manifest(f"graph-store-protocol/manifest-{form}.ttl") for form in forms]
    return [case for one in found for case in _conversations(one, "GraphStoreProtocolTest")]


def service_description() -> list[Case]:
    """Return the tests of the service description: names alone, the manifest says no more."""
    return [case for _, case in manifest("service-description/manifest.ttl").entries()]


def _conversations(found: Manifest, kind: str) -> list[Conversation]:
    cases = []
    for entry, case in found.entries():
        action = found.resource(entry, f"{MF}action")
        if case.kind == kind and action is not None:
            requests = found.members(found.resource(action, f"{HT}requests"))
            exchanges = tuple(_exchange(found, request) for request in requests)
            cases.append(Conversation(case.id, case.name, kind, found.dataset(entry, UT), exchanges))
    return cases


def _exchange(found: Manifest, request: Resource) -> Exchange:
    response = found.resource(request, f"{HT}resp")
    if response is None:
        raise ValueError(f"{found.folder}: a request without a response")
    return Exchange(
        method=found.value(request, f"{HT}methodName") or "",
        target=found.value(request, f"{HT}absolutePath") or "",
        headers=_headers(found, request),
        body=_body(found, request),
        expected=_expected(found, response),
    )


def _headers(found: Manifest, message: Resource) -> tuple[tuple[str, str], ...]:
    listed = found.members(found.resource(message, f"{HT}headers"))
    return tuple(
        (found.value(header, f"{HT}fieldName") or "", found.value(header, f"{HT}fieldValue") or "")
        for header in listed
    )


def _body(found: Manifest, message: Resource) -> bytes | None:
    content = found.resource(message, f"{HT}body")
    if content is None:
        return None
    encoding = found.value(content, f"{CNT}characterEncoding") or "UTF-8"
    return (found.value(content, f"{CNT}chars") or "").encode(encoding)


def _expected(found: Manifest, response: Resource) -> ExpectedResponse:
    boolean = found.value(response, f"{MF}expectedBoolean")
    body = _body(found, response)
    return ExpectedResponse(
        statuses=frozenset(_status(node.value) for node in found.resources(response, f"{MF}expectedStatus")),
        boolean=None if boolean is None else boolean == "true",
        format=found.value(response, f"{MF}expectedFormat"),
        location=found.value(response, f"{MF}expectedLocation"),
        content_type=dict(_headers(found, response)).get("content-type"),
        body=None if body is None else body.decode("utf-8"),
    )


def _status(iri: str) -> int:
    local = iri.rpartition("#")[2]
    if local.startswith("StatusCode"):
        return int(local.removeprefix("StatusCode")[0])
    return _STATUS[local]
