"""Asking the application as a program or a browser would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from werkzeug.test import TestResponse

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JSON = "application/sparql-results+json"
SCRIPT = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Client:
    """A client with headers that it always sends."""

    app: Flask
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, accept: str | None = None, **headers: str) -> TestResponse:
        """Get a path; ``If_None_Match=…`` sends that header."""
        asked = {**self.headers, **({"Accept": accept} if accept else {})}
        asked |= {name.replace("_", "-"): value for name, value in headers.items()}
        return _read(self.app.test_client().get(path, headers=asked))

    def ask(self, query: str, accept: str | None = None, **parameters: str) -> TestResponse:
        """Send a query by GET."""
        return self.get("/sparql?" + urlencode({"query": query, **parameters}), accept)

    def post(self, body: str | bytes, content_type: str, path: str = "/sparql") -> TestResponse:
        """Send a body by POST."""
        headers = dict(self.headers)
        return _read(self.app.test_client().post(path, data=body, content_type=content_type, headers=headers))

    def rows(self, query: str, **parameters: str) -> list[dict[str, str]]:
        """Return the solutions of a query, values only."""
        response = self.ask(query, JSON, **parameters)
        assert response.status_code == 200, response.text
        found = json.loads(response.data)["results"]["bindings"]
        return [{name: value["value"] for name, value in row.items()} for row in found]


def _read(response: TestResponse) -> TestResponse:
    """Read the whole body, so that a file behind it is closed."""
    response.get_data()
    response.close()
    return response
