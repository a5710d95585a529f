"""A name leads to public addresses, or nowhere."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest

from zanryu.errors import ServiceFailed
from zanryu.front.destinations import addresses_of, is_public
from zanryu.sparql.federation.origins import Origin

NAMED = Origin("https", "a.example", 443)
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - not listened to
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "8.8.8.8",
    "91.198.174.192",
    "2620:0:861:ed1a::1",
    "64:ff9b::808:808",
    "2002:808:808::",
    "::ffff:8.8.8.8",
]


def _addresses(origin: Origin, *found: str, allows_private: bool = False) -> list[str]:
    async def resolve(host: str, port: int) -> list[str]:
        assert (host, port) == (origin.host, origin.port)
        return list(found)

    addresses = asyncio.run(addresses_of(origin, resolve, allows_private=allows_private))
    return [str(address) for address in addresses]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_the_internet_does_not_route_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(ServiceFailed, match="private network"):
        _addresses(NAMED, address)
    with pytest.raises(ServiceFailed, match="private network"):
        _addresses(NAMED, "8.8.8.8", address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed_also_inside_of_another(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_setting_allows_private_addresses() -> None:
    assert _addresses(NAMED, "10.0.0.1", allows_private=True) == ["10.0.0.1"]


def test_an_address_that_the_operator_wrote_is_allowed_and_not_resolved() -> None:
    assert _addresses(Origin("http", "127.0.0.1", 80), "8.8.8.8") == ["127.0.0.1"]


def test_a_name_without_addresses_is_a_failure() -> None:
    with pytest.raises(ServiceFailed, match="leads to no address"):
        _addresses(NAMED)
