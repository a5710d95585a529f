"""A byte order mark at the beginning of what is sent: it is a signature of UTF-8, and no part of the text."""

from __future__ import annotations

import gzip
import zlib
from codecs import BOM_UTF8
from typing import TYPE_CHECKING

import pytest

from zanryu.web.content_coding import decode
from zanryu.web.multipart import read_parts

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT = "残留".encode()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("", bytes), ("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)],
    ids=["none", "identity", "gzip", "deflate"],
)
def test_one_mark_is_taken_off_whatever_the_coding(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert decode(pack(_TEXT), coding, 100) == _TEXT
    assert decode(pack(BOM_UTF8 + _TEXT), coding, 100) == _TEXT
    assert decode(pack(BOM_UTF8 * 2 + _TEXT), coding, 100) == BOM_UTF8 + _TEXT
    assert decode(pack(_TEXT + BOM_UTF8), coding, 100) == _TEXT + BOM_UTF8


def test_each_part_of_a_form_may_have_its_own() -> None:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="%d.ttl"\r\n\r\n%b\r\n' % (n, text)
        for n, text in enumerate((BOM_UTF8 + _TEXT, _TEXT))
    ]

    found = read_parts(b"".join(parts) + b"--b--\r\n", "multipart/form-data; boundary=b")

    assert [part.body for part in found] == [_TEXT, _TEXT]
