"""A citation of live data names the version, and leads to it after others were made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from writing.editor import claim, insert
from zanryu.graph.namespaces import BASE

if TYPE_CHECKING:
    from typing import Any

    from attack.server import Server
    from writing.editor import Editor

_JSON = "application/vnd.citationstyles.csl+json"


def _cited(server: Server, name: str, **parameters: str) -> Any:
    asked = urlencode({"iri": f"{BASE}id/claim/{name}", **parameters})
    answer = server.get(f"/cite?{asked}", _JSON)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)[0]


def test_a_citation_names_the_version_and_leads_to_it(editor: Editor) -> None:
    first = int(editor.made(insert(claim("cited-1")))["number"])
    now = _cited(editor.server, "cited-1")
    second = int(editor.made(insert(claim("cited-2")))["number"])

    then, later = _cited(editor.server, "cited-1", version=str(first)), _cited(editor.server, "cited-1")

    assert now["URL"] == then["URL"] == f"{BASE}id/claim/cited-1?version={first}"
    assert now["version"] == then["version"]
    assert later["URL"] == f"{BASE}id/claim/cited-1?version={second}"
    assert f"version {second} of the history" in later["version"]
    assert now["issued"] == then["issued"]
    path = now["URL"].removeprefix(BASE.rstrip("/"))
    moved = editor.server.get(path, "text/html")
    assert moved.status == 303
    assert dict(moved.headers).get("location", "").endswith(f"?version={first}")


def test_what_was_not_there_yet_is_not_cited(editor: Editor) -> None:
    first = int(editor.made(insert(claim("cited-3")))["number"])
    asked = urlencode({"iri": f"{BASE}id/claim/cited-3", "version": str(first - 1)})
    assert editor.server.get(f"/cite?{asked}", _JSON).status == 404
