from __future__ import annotations

import difflib
import shutil
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox
import pytest
from pyoxigraph import Quad, RdfFormat, parse

from zanryu.errors import DataSyntaxError, InputNotFound, Refused
from zanryu.graph.delta import Delta
from zanryu.graph.derivation import Deriver
from zanryu.graph.layout import Since, export_layout
from zanryu.graph.materialise import Materialised, materialise
from zanryu.graph.namespaces import PREFIXES, term
from zanryu.graph.sources import Dataset, read
from zanryu.graph.turtle import format_turtle
from zanryu.graph.writable import graph_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Lines: TypeAlias = tuple[list[str], list[str]]
Edit: TypeAlias = "Callable[..., dict[str, Lines]]"

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_NEW = """
cl:sato-haru-member-1 a zr:Assertion ; rdf:subject p:sato-haru ; rdf:predicate zr:memberOf ;
    rdf:object g:hill-men ; zr:certainty zv:probable ; zr:status zv:normal ; zr:when "1946" ;
    zr:note "説"@ja-Hani ; zr:conflictsWith cl:sato-haru-rank-1 ;
    zr:citation [ zr:work w:memoir ; zr:locator "p. 9" ; zr:stance zv:supports ] .
"""


def _quads(text: str) -> frozenset[Quad]:
    parsed = parse(_HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return frozenset(Quad(q.subject, q.predicate, q.object, graph_for(q.triple)) for q in parsed)


def _save(built: Materialised, folder: Path, added: str = "", removed: tuple[str, ...] = ()) -> Path:
    """Make a store of a build that was then edited: ``added`` is Turtle, ``removed`` are subjects."""
    store = ox.Store(folder)
    store.extend([*built.plain, *built.reifiers])
    gone = {q for name in removed for q in store.quads_for_pattern(term(name), None, None, None)}
    written = frozenset(q for q in gone if not str(q.graph_name).endswith(("accepted>", "reifiers>")))
    delta = Deriver().consequences(store, Delta(_quads(added), written))
    for quad in delta.removed:
        store.remove(quad)
    store.extend(delta.added)
    store.flush()
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _changed_lines(before: dict[str, bytes], folder: Path) -> dict[str, Lines]:
    """Return what was removed from and added to each file that changed."""
    after = _bytes(folder)
    changes: dict[str, Lines] = {}
    for name in {*before, *after}:
        old, new = (files.get(name, b"").decode().splitlines() for files in (before, after))
        if old != new:
            lines = [d for d in difflib.ndiff(old, new) if d[0] in "-+" and d[2:].strip()]
            removed, added = ([d[2:] for d in lines if d[0] == sign] for sign in "-+")
            changes[name] = removed, added
    return changes


@pytest.fixture
def edited(small_dataset: Dataset, tmp_path: Path) -> Edit:
    """Edit the small dataset, write it back, and return what changed in the files."""

    def edit(added: str = "", removed: tuple[str, ...] = ()) -> dict[str, Lines]:
        before = _bytes(small_dataset.data)
        built = materialise(read(small_dataset.files()))
        export_layout(_save(built, tmp_path / "store", added, removed), small_dataset.root)
        for path in small_dataset.data.rglob("*.ttl"):
            assert format_turtle(path.read_text(encoding="utf-8"), str(path)) == path.read_text("utf-8")
        return _changed_lines(before, small_dataset.data)

    return edit


def test_what_was_built_is_written_back_without_a_byte_changed(
    quads: Materialised, dataset: Dataset, tmp_path: Path
) -> None:
    shutil.copytree(dataset.data, tmp_path / "copy")
    before = _bytes(tmp_path / "copy")

    assert export_layout(_save(quads, tmp_path / "store"), tmp_path / "copy") == []
    assert _bytes(tmp_path / "copy") == before


def test_a_new_claim_is_the_only_change_and_stands_with_the_claims_of_its_subject(edited: Edit) -> None:
    changes = edited(_NEW)

    (removed, added) = changes.pop("claims/sato-haru.ttl")
    assert (changes, removed) == ({}, [])
    assert added == [
        "cl:sato-haru-member-1",
        "    a zr:Assertion ;",
        "    rdf:subject p:sato-haru ;",
        "    rdf:predicate zr:memberOf ;",
        "    rdf:object g:hill-men ;",
        "    zr:certainty zv:probable ;",
        '    zr:citation [ zr:work w:memoir ; zr:locator "p. 9" ; zr:stance zv:supports ] ;',
        "    zr:conflictsWith cl:sato-haru-rank-1 ;",
        '    zr:note "説"@ja-Hani ;',
        "    zr:status zv:normal ;",
        '    zr:when "1946" .',
    ]


@pytest.mark.parametrize(
    ("added", "file"),
    [
        ("p:kato a zr:Person .", "persons.ttl"),
        ("u:x a zr:MilitaryUnit .", "units.ttl"),
        ("ac:x a zr:Academy .", "academies.ttl"),
        ("o:x a zr:Organization .", "organizations.ttl"),
        ("g:x a zr:Group .", "groups.ttl"),
        ("pl:x a zr:Place .", "places.ttl"),
        ("ev:x a zr:Event .", "events.ttl"),
        ("w:x a zr:Book .", "works.ttl"),
        ("cf:x a zr:Conflict .", "conflicts.ttl"),
        ("p:sato-haru skos:exactMatch wd:Q1 .", "links.ttl"),
        ("<https://example.org/x> skos:note 'x' .", "catalog.ttl"),
        ("cl:x a zr:Assertion ; rdf:subject p:x-y .", "claims/x-y.ttl"),
        ("cl:x a zr:Assertion ; rdf:subject <https://example.org/../> .", "claims/other.ttl"),
        ("cl:x a zr:Assertion .", "claims/x.ttl"),
    ],
)
def test_a_new_subject_goes_to_the_file_of_its_kind(edited: Edit, added: str, file: str) -> None:
    assert list(edited(added)) == [file]


def test_a_new_triple_goes_to_the_file_that_holds_its_subject(edited: Edit) -> None:
    assert edited("cl:sato-haru-rank-1 zr:note 'x'@en .")["claims/sato-haru.ttl"][1][-1].endswith('"x"@en ;')


def test_a_removed_claim_disappears_and_nothing_else(edited: Edit) -> None:
    ((file, (removed, added)),) = edited(removed=("cl:hill-school-founding-1",)).items()

    assert (file, added) == ("claims/sato-haru.ttl", [])
    assert removed[0] == "cl:hill-school-founding-1"
    assert not any(line.startswith("cl:") for line in removed[1:])


def test_a_file_that_holds_nothing_more_is_removed(small_dataset: Dataset, tmp_path: Path) -> None:
    built = materialise(read(small_dataset.files()))
    extra = small_dataset.data / "claims" / "extra.ttl"
    extra.write_text(_HEAD + "cl:extra zr:note 'x' .\n", encoding="utf-8")

    assert export_layout(_save(built, tmp_path / "store"), small_dataset.root) == [extra]
    assert not extra.exists()


def test_a_file_whose_content_stays_keeps_its_bytes_whatever_its_style(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    path = small_dataset.data / "claims" / "odd.ttl"
    odd = (
        f"{_HEAD}\n# in the body\ncl:odd zr:countMin 01 ; zr:when '1945'^^edtf:EDTF-level1 ; zr:note 'x'@JA ;"
        " zr:citation [ a zr:Citation ; zr:work w:memoir ] , [ zr:work w:memoir ] .\n"
    )
    path.write_text(odd, encoding="utf-8")

    built = materialise(read(small_dataset.files()))

    assert export_layout(_save(built, tmp_path / "store"), small_dataset.root) == []
    assert path.read_text(encoding="utf-8") == odd


def test_a_file_that_would_lose_a_comment_is_refused_and_nothing_is_written(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    built = materialise(read(small_dataset.files()))
    path = small_dataset.data / "persons.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "# in the body\n", encoding="utf-8")
    before = _bytes(small_dataset.data)
    store = _save(built, tmp_path / "store", _NEW + "p:kato a zr:Person .")

    with pytest.raises(DataSyntaxError, match="a comment here would be lost"):
        export_layout(store, small_dataset.root)
    assert _bytes(small_dataset.data) == before


def test_comments_at_the_head_and_prefixes_of_the_file_are_kept(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    path = small_dataset.data / "persons.ttl"
    old = path.read_text(encoding="utf-8")
    own = "@prefix ex: <https://example.org/> .\n@prefix"
    said = old.replace("@prefix", own, 1).replace("p:sato-haru\n", "p:sato-haru\n    ex:p ex:o ;\n")
    path.write_text(said, encoding="utf-8")
    built = materialise(read(small_dataset.files()))

    export_layout(_save(built, tmp_path / "store", "p:kato a zr:Person ."), small_dataset.root)

    new = path.read_text(encoding="utf-8")
    assert new.startswith(f"{old.splitlines()[0]}\n@prefix ")
    assert "@prefix ex: <https://example.org/> .\n" in new
    assert "    ex:p ex:o ;\n" in new
    assert "p:kato\n" in new


def test_a_new_folder_gets_the_whole_layout_and_builds_the_same_graph(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    built = materialise(read(small_dataset.files()))

    shutil.rmtree(small_dataset.data)
    export_layout(_save(built, tmp_path / "store"), small_dataset.data)

    assert materialise(read(small_dataset.files())) == built


def test_a_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="zanryu build"):
        export_layout(tmp_path / "none", tmp_path)


@pytest.fixture
def built(small_dataset: Dataset, tmp_path: Path) -> Path:
    return _save(materialise(read(small_dataset.files())), tmp_path / "built")


def test_what_was_edited_in_the_files_since_the_build_stays(
    small_dataset: Dataset, tmp_path: Path, built: Path
) -> None:
    held = _save(materialise(read(small_dataset.files())), tmp_path / "held", "p:kato a zr:Person .")
    persons = small_dataset.data / "persons.ttl"
    links = small_dataset.data / "links.ttl"
    text = persons.read_text(encoding="utf-8")
    persons.write_text(f'{text}\np:sato-haru skos:editorialNote "seen today"@en .\n', encoding="utf-8")
    links.unlink()

    assert export_layout(held, small_dataset.root, Since(built, {term("p:kato").value})) == [persons]
    merged = persons.read_text(encoding="utf-8")
    assert "seen today" in merged
    assert "\np:kato\n" in merged
    assert not links.exists()

    assert set(export_layout(held, small_dataset.root)) == {persons, links}
    assert "seen today" not in persons.read_text(encoding="utf-8")


@pytest.mark.parametrize("edit", ["added", "removed"])
def test_what_was_edited_in_a_file_and_touched_in_the_store_is_left_to_a_hand(
    small_dataset: Dataset, built: Path, edit: str
) -> None:
    persons = small_dataset.data / "persons.ttl"
    text = persons.read_text(encoding="utf-8")
    if edit == "added":
        persons.write_text(f'{text}\np:sato-haru skos:editorialNote "seen"@en .\n', encoding="utf-8")
    else:
        persons.unlink()
    before = _bytes(small_dataset.data)

    with pytest.raises(Refused, match=rf"sato-haru> was changed .* The file has {edit}: .*--overwrite"):
        export_layout(built, small_dataset.root, Since(built, {term("p:sato-haru").value}))

    assert _bytes(small_dataset.data) == before
