from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard

from zanryu.front.compression import (
    CODINGS,
    choose_coding,
    compress,
    is_compressible,
    matching_tag,
    tag_in,
    tags_of_identity,
)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param(None, "identity", id="nothing said"),
        pytest.param("", "identity", id="empty"),
        pytest.param("gzip", "gzip", id="one"),
        pytest.param("x-gzip", "gzip", id="old name"),
        pytest.param("GZIP", "gzip", id="upper case"),
        pytest.param("gzip, deflate, br, zstd", "zstd", id="browser"),
        pytest.param("gzip;q=0.9, br;q=0.8", "gzip", id="weights"),
        pytest.param("gzip;q=0, br", "br", id="one refused"),
        pytest.param("*", "zstd", id="any"),
        pytest.param("*, zstd;q=0", "br", id="any but one"),
        pytest.param("identity, gzip;q=0.5", "identity", id="identity preferred"),
        pytest.param("identity;q=0.5, gzip", "gzip", id="gzip preferred"),
        pytest.param("identity;q=0, gzip", "gzip", id="identity refused"),
        pytest.param("deflate", "identity", id="unknown"),
        pytest.param("gzip;q=2, br;q=x", "identity", id="malformed weights"),
        pytest.param("identity;q=0", None, id="nothing left"),
        pytest.param("*;q=0", None, id="everything refused"),
        pytest.param("*;q=0, br", "br", id="everything but one refused"),
    ],
)
def test_a_coding_is_chosen_by_the_weights_of_the_client(accepted: str | None, coding: str | None) -> None:
    assert choose_coding(accepted, is_worth_it=True) == coding


def test_what_gains_nothing_is_coded_only_for_a_client_that_refuses_it_plain() -> None:
    assert choose_coding("gzip, br", is_worth_it=False) == "identity"
    assert choose_coding("gzip, identity;q=0", is_worth_it=False) == "gzip"


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [0, 5000, 300_000])
def test_a_coded_body_reads_back_and_is_the_same_each_time(coding: str, size: int) -> None:
    body = bytes(range(250)) * (size // 250)
    readers = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}

    coded = compress(body, coding)

    assert readers[coding](coded) == body
    assert compress(body, coding) == coded


@pytest.mark.parametrize(
    ("media_type", "is_text"),
    [
        ("text/html; charset=utf-8", True),
        ("application/sparql-results+json", True),
        ("application/rdf+xml", True),
        ("application/n-quads", True),
        ("application/trig", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("application/gzip", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_text_alone_is_compressible(media_type: str, is_text: bool) -> None:
    assert is_compressible(media_type) is is_text


def test_each_coding_has_a_tag_of_its_own() -> None:
    assert len({tag_in('"a"', coding) for coding in ("identity", *CODINGS)}) == 4


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        pytest.param('"a-gzip"', '"a-gzip"', id="own"),
        pytest.param('W/"a-gzip"', '"a-gzip"', id="weak"),
        pytest.param('"a"', '"a"', id="plain copy"),
        pytest.param('"a", "a-gzip"', '"a-gzip"', id="own first"),
        pytest.param('"a-br"', None, id="another coding"),
        pytest.param('"b-gzip"', None, id="another answer"),
        pytest.param("*", '"a-gzip"', id="any"),
    ],
)
def test_a_copy_is_current_in_the_clients_coding_or_plain(condition: str, found: str | None) -> None:
    assert matching_tag(condition, '"a"', "gzip") == found


@pytest.mark.parametrize(
    ("condition", "bare"),
    [('"a-gzip", "b"', '"a", "b"'), ('"a-br"', '"a-br"'), ("*", None), ('W/"a-gzip"', 'W/"a"')],
)
def test_the_condition_loses_the_coding_before_it_is_handed_on(condition: str, bare: str | None) -> None:
    assert tags_of_identity(condition, "gzip") == bare
