"""The history gives back exactly what it was given, whatever terms and texts that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from zanryu.graph.delta import Delta
from zanryu.store.history import patch
from zanryu.store.history.record import Entry, Kind
from zanryu.store.history.touched import Touched

texts = st.text(st.characters(codec="utf-8"), max_size=30)
_PATHS = ("person/a", "claim/b-1", "claim/b-1/c1", "claim/日本")
iris = st.sampled_from([ox.NamedNode(f"https://w3id.org/zanryu/id/{path}") for path in _PATHS])
blanks = st.builds(ox.BlankNode, st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["ja", "vi-hani"])),
    st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode("https://example.org/type")), texts),
    st.builds(lambda text: ox.Literal(text, language="ar", direction=ox.BaseDirection.RTL), texts),
)
triples = st.recursive(
    st.builds(ox.Triple, iris | blanks, iris, iris | blanks | literals),
    lambda inner: st.builds(ox.Triple, iris | blanks, iris, inner),
    max_leaves=3,
)
quads = st.builds(
    ox.Quad, iris | blanks, iris, iris | blanks | literals | triples, iris | st.just(ox.DefaultGraph())
)
deltas = st.builds(
    lambda added, removed: Delta(added - removed, removed - added),
    st.frozensets(quads, max_size=6),
    st.frozensets(quads, max_size=6),
)
editors = texts.filter(lambda text: bool(text.strip()) and text.isprintable())
entries = st.builds(
    lambda delta, editor, message, revert: Entry(
        editor=editor,
        message=message,
        base="0123456789abcdef",
        delta=delta,
        kind=Kind.revert if revert else Kind.write,
        reverts=revert or None,
    ),
    deltas,
    editors,
    texts,
    st.integers(0, 9),
)
times = st.integers(0, 10**13).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))


@given(entries, st.integers(1, 10**9), times)
def test_reading_gives_back_what_was_written(entry: Entry, number: int, time: datetime) -> None:
    heading, file = patch.write(entry, number, "f" * 64, time)
    record = patch.read(file)

    assert record.delta == entry.delta
    for name in ("editor", "message", "base", "kind", "reverts", "key"):
        assert getattr(record, name) == getattr(entry, name), name
    assert (record.number, record.time, record.digest) == (number, time, sha256(file).hexdigest())
    assert patch.read_heading(file, record.digest) == heading


@given(entries, times)
def test_the_bytes_do_not_depend_on_the_order_of_the_quads(entry: Entry, time: datetime) -> None:
    turned = Delta(
        frozenset(sorted(entry.delta.added, key=str, reverse=True)),
        frozenset(sorted(entry.delta.removed, key=str)),
    )
    again = Entry(**{**{name: getattr(entry, name) for name in entry.__slots__}, "delta": turned})

    assert patch.write(entry, 1, "", time)[1] == patch.write(again, 1, "", time)[1]


@given(entries)
def test_every_row_is_one_line(entry: Entry) -> None:
    _, file = patch.write(entry, 1, "", datetime(2026, 11, 21, tzinfo=UTC))
    rows = file.partition(b"TX .\n")[2].split(b"\n")

    assert len(rows) == len(entry.delta.added) + len(entry.delta.removed) + 2
    assert b"\r" not in file


@given(deltas)
def test_the_index_finds_every_named_subject(delta: Delta) -> None:
    entry = Entry(editor="a", message="", base="b", delta=delta)
    index = Touched()
    index.take_up(patch.write(entry, 1, "", datetime(2026, 11, 21, tzinfo=UTC))[1])

    for quad in delta.added | delta.removed:
        if isinstance(quad.subject, ox.NamedNode):
            assert index.by(quad.subject.value) == [1]
