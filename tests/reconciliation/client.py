"""A client of the service: it sends what OpenRefine sends, and holds what it gets to the schemas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from reconciliation.specification import FOLDER, faults

if TYPE_CHECKING:
    from attack.server import Answer, Server

FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"
# jQuery's, with which OpenRefine's pages ask for JSON; its server sends the second.
BROWSER: Final = {
    "Accept": "application/json, text/javascript, */*; q=0.01",
    "Origin": "http://127.0.0.1:3333",
    "Referer": "http://127.0.0.1:3333/",
    "User-Agent": "Mozilla/5.0",
}
PROGRAM: Final = {"Accept": "*/*", "User-Agent": "OpenRefine/3.9.5", "Content-Type": FORM}


@dataclass(frozen=True)
class Client:
    """A client of one version of the API, which addresses what the manifest names."""

    server: Server
    version: str

    def get(self, address: str, schema: str, **parameters: str) -> Any:
        """Ask as a page of another origin does, and hold the answer to a schema."""
        separator = "&" if "?" in address else "?"
        target = self.target(address) + (separator + urlencode(parameters) if parameters else "")
        return self.held(self.server.ask("GET", target, BROWSER), schema)

    def post(self, address: str, schema: str, name: str, document: object) -> Any:
        """Post a parameter of JSON as a form."""
        body = urlencode({name: json.dumps(document)}).encode()
        return self.held(self.server.ask("POST", self.target(address), PROGRAM, body), schema)

    def post_json(self, address: str, schema: str, document: object, **headers: str) -> Any:
        """Post JSON."""
        sent = {**BROWSER, "Content-Type": "application/json", **headers}
        return self.held(self.server.ask("POST", address, sent, json.dumps(document).encode()), schema)

    def held(self, answer: Answer, schema: str) -> Any:
        """Return the document of an answer that any page may read, after a look at the schema."""
        assert answer.status == 200, answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.media_type == "application/json"
        document = json.loads(answer.body)
        if FOLDER.is_dir():
            assert faults(self.version, schema, document) == []
        return document

    def target(self, address: str) -> str:
        """Return the path and query of an address, which has to be one of this server."""
        if address.startswith("/"):
            return address
        assert address.startswith(f"{self.server.origin}/"), address
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def filled(template: str, identifier: str) -> str:
    """Return a template of 0.2 with an identifier, by the two steps of OpenRefine: replace, encodeURI."""
    return quote(template.replace("{{id}}", identifier), safe="~@#$&()*!+=:;,.?/'-_%")
