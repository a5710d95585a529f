"""Origins are equal in scheme, host and port, or they are not the same."""

from __future__ import annotations

import pytest

from zanryu.config import Settings
from zanryu.errors import InvalidSetting
from zanryu.sparql.federation.origins import Origin, read_endpoint, read_origins
from zanryu.sparql.policy import PUBLISHED, SCRATCH, published_policy


def test_a_list_has_commas_or_spaces_and_each_origin_once() -> None:
    found = read_origins(" https://A.example,http://b.example:8080\nhttps://a.example:443 ")

    assert found == {Origin("https", "a.example", 443), Origin("http", "b.example", 8080)}
    assert read_origins("") == frozenset()


@pytest.mark.parametrize(
    "entry",
    [
        "a.example",
        "https://a.example/",
        "https://a.example/sparql",
        "https://a.example?x",
        "https://me@a.example",
        "https://*.example",
        "*",
        "https://",
        "file:///etc",
        "https://a.example:0",
        "https://a.example:65536",
        "https://[::g]",
        "https://-a.example",
    ],
)
def test_what_is_no_origin_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(InvalidSetting, match="ZANRYU_FEDERATION_ORIGINS"):
        published_policy(Settings(federation_origins=entry))


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        ("https://a.example/sparql", "https://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("http://[0:0::1]:8000/x", "http://[::1]:8000"),
        ("HTTP://127.0.0.1:80/", "http://127.0.0.1"),
    ],
)
def test_an_origin_is_written_as_the_host_header_has_it(iri: str, written: str) -> None:
    endpoint = read_endpoint(iri)

    assert endpoint is not None
    assert str(endpoint.origin) == written


def test_the_list_is_empty_unless_the_operator_fills_it_and_the_playground_has_none() -> None:
    assert published_policy(Settings()) == PUBLISHED
    assert PUBLISHED.origins == SCRATCH.origins == frozenset()
    assert published_policy(Settings(federation_origins="https://a.example")).origins
