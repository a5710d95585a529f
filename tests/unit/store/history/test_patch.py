from __future__ import annotations

from hashlib import sha256
from typing import Any

import pyoxigraph as ox
import pytest

from unit.store.history.entries import CORRECTION, NOON, delta, entry
from zanryu.errors import MalformedRequest
from zanryu.graph.namespaces import GRAPHS, RDF_REIFIES, term
from zanryu.store.history import patch
from zanryu.store.history.patch import MalformedPatchError
from zanryu.store.history.record import Kind

_TIME = NOON.replace(microsecond=123_000)


def _write(**values: Any) -> bytes:
    return patch.write(entry(**values), 2, "a" * 64, _TIME)[1]


def _sealed(content: bytes) -> bytes:
    return b'H seal "' + sha256(content).hexdigest().encode() + b'" .\n' + content


def _altered(old: bytes, new: bytes) -> bytes:
    """Return a file that was changed and sealed anew, as a later version of the program could write it."""
    _, _, content = _write().partition(b"\n")
    assert old in content
    return _sealed(content.replace(old, new, 1))


def test_a_file_is_rdf_patch_with_sorted_rows() -> None:
    content = _write().decode().partition("\n")[2]

    assert content == (
        'H format "1" .\n'
        'H number "2" .\n'
        f'H prev "{"a" * 64}" .\n'
        'H time "2026-11-21T12:00:00.123Z" .\n'
        'H editor "Mori Aya" .\n'
        'H message "The page was wrong." .\n'
        'H base "0123456789abcdef" .\n'
        'H kind "write" .\n'
        'H added "2" .\n'
        'H removed "1" .\n'
        "TX .\n"
        "D <https://w3id.org/zanryu/id/claim/sato-haru-rank-1> <https://w3id.org/zanryu/ontology/certainty> "
        "<https://w3id.org/zanryu/vocab/probable> <https://w3id.org/zanryu/graph/claims> .\n"
        "A <https://w3id.org/zanryu/id/claim/sato-haru-rank-1/c1> "
        '<https://w3id.org/zanryu/ontology/locator> "p. 8" <https://w3id.org/zanryu/graph/claims> .\n'
        "A <https://w3id.org/zanryu/id/claim/sato-haru-rank-1> <https://w3id.org/zanryu/ontology/certainty> "
        "<https://w3id.org/zanryu/vocab/certain> <https://w3id.org/zanryu/graph/claims> .\n"
        "TC .\n"
    )


def test_what_is_read_is_what_was_written() -> None:
    heading, file = patch.write(
        entry(kind=Kind.revert, reverts=1, key="f" * 64, message='Line 1\nline "2"\\\t'), 2, "a" * 64, _TIME
    )
    record = patch.read(file)

    assert (record.number, record.previous, record.time) == (2, "a" * 64, _TIME)
    assert (record.kind, record.reverts, record.key) == (Kind.revert, 1, "f" * 64)
    assert record.message == 'Line 1\nline "2"\\\t'
    assert record.delta == CORRECTION
    assert record.digest == heading.digest == sha256(file).hexdigest()
    assert (record.added, record.removed) == (2, 1)


def test_a_triple_term_and_a_blank_node_keep_their_form() -> None:
    claim = ox.BlankNode("the-claim")
    inner = ox.Triple(
        ox.NamedNode("https://example.org/s"), term("zr:heldRank"), ox.Literal("少佐", language="ja")
    )
    change = delta({ox.Quad(claim, RDF_REIFIES, inner, GRAPHS["reifiers"])})

    assert patch.read(_write(change=change)).delta == change


def test_a_message_cannot_become_a_row() -> None:
    message = '" .\nTX .\nA <https://example.org/s> <https://example.org/p> "x" .\nTC .\n'
    record = patch.read(_write(message=message))

    assert record.message == message
    assert record.delta == CORRECTION


@pytest.mark.parametrize("place", [0, 1, 70, 200, 600, -1, -6])
def test_a_file_that_is_cut_is_refused(place: int) -> None:
    with pytest.raises(MalformedPatchError):
        patch.read(_write()[:place])


def test_every_changed_byte_is_noticed() -> None:
    file = _write()

    for place in range(0, len(file), 7):
        spoilt = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
        with pytest.raises(MalformedPatchError):
            patch.read(spoilt)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'H format "1"', b'H format "2"', "format 2"),
        (b'H kind "write"', b'H kind "write" .\nH mood "glad"', "unknown header `mood`"),
        (b'H kind "write" .\n', b"", "lacks the header `kind`"),
        (b'H kind "write"', b'H kind "whim"', "whim"),
        (b'H kind "write"', b'H kind "write" .\nH kind "write"', "twice"),
        (b'H number "2"', b'H number "two"', "two"),
        (b'H added "2"', b'H added "3"', "as many rows"),
        (b"TX .\nD <", b'TX .\nPA "x" <', "no row"),
        (b"TX .\nD <", b"TX .\nTC .\nD <", "no row"),
        (b'"p. 8" <https', b'"p. 8 <https', "cannot be read"),
        (b"\nA <", b"\nA # <", "one quad"),
        (b"H message", b"G message", "no header"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_the_reason(old: bytes, new: bytes, reason: str) -> None:
    with pytest.raises(MalformedPatchError, match=reason):
        patch.read(_altered(old, new))


def test_a_quad_that_is_both_added_and_removed_is_refused() -> None:
    lines = _write().splitlines(keepends=True)
    (removed,) = (line for line in lines if line.startswith(b"D "))
    content = (
        b"".join(lines[1:])
        .replace(b'H added "2"', b'H added "3"')
        .replace(b"TC .\n", b"A" + removed[1:] + b"TC .\n")
    )

    with pytest.raises(MalformedPatchError, match="adds and removes"):
        patch.read(_sealed(content))


@pytest.mark.parametrize("editor", ["", "  ", "two\nlines", "\x1b[31m", "\ud800"])
def test_an_editor_without_a_printable_name_is_refused(editor: str) -> None:
    with pytest.raises(MalformedRequest, match="editor"):
        entry(editor=editor)


def test_a_message_that_is_no_text_is_refused() -> None:
    with pytest.raises(MalformedRequest, match="message"):
        entry(message="\ud800")


def test_a_revert_says_what_it_reverts() -> None:
    with pytest.raises(ValueError, match="reverts"):
        entry(kind=Kind.revert)
