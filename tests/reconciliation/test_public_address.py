"""Behind a proxy, the operator says where the server is reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.errors import InvalidSetting

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture(scope="module")
def client(built: Settings) -> FlaskClient:
    return create_app(replace(built, public_address="https://data.example.org")).test_client()


@pytest.fixture(scope="module")
def nameless(built: Settings) -> FlaskClient:
    """A client of a server that knows its address from requests alone."""
    return create_app(built).test_client()


def test_addresses_are_public_whatever_host_was_asked(client: FlaskClient) -> None:
    found = client.get("/reconcile", headers={"Host": "evil.example"}).get_json()
    draft = client.get("/reconcile/v1", headers={"Host": "evil.example"}).get_json()

    assert found["view"]["url"] == "https://data.example.org/id/{{id}}"
    assert found["suggest"]["type"]["service_url"] == "https://data.example.org"
    assert draft["documentation"] == "https://data.example.org/reconcile/about"
    assert "evil" not in str(found) + str(draft)


@pytest.mark.parametrize("host", ["", "a b", "/x", "a:b:c"])
@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/v1", "/reconcile/about"])
def test_where_no_host_is_named_no_address_is_made_up(nameless: FlaskClient, path: str, host: str) -> None:
    answer = nameless.get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert "Host header" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    "address", ["data.example.org", "ftp://data.example.org", "https://data.example.org/"]
)
def test_what_is_no_address_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(InvalidSetting, match="ZANRYU_PUBLIC_ADDRESS"):
        Settings(public_address=address)
