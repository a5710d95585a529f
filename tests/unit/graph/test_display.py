"""The order of pages, read from shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.graph.display import read_display
from zanryu.graph.namespaces import term

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <http://example.org/> .
e:late a sh:PropertyGroup ; rdfs:label "late"@en ; sh:order 2 .
e:soon a sh:PropertyGroup ; rdfs:label "soon"@en, "早い"@ja ; sh:order 1 .
e:page a sh:NodeShape ; sh:targetClass e:Thing ; sh:property
  [ sh:path e:c ; sh:group e:late ; sh:order 1 ; sh:name "c"@en ] ,
  [ sh:path e:b ; sh:group e:soon ; sh:order 2 ; sh:name "b"@en ] ,
  [ sh:path e:a ; sh:group e:soon ; sh:order 1.5 ; sh:name "a"@en ] ,
  [ sh:path e:unplaced ; sh:order 1 ] , [ sh:path e:lost ; sh:group e:undescribed ] ,
  [ sh:path ( e:a e:b ) ; sh:group e:soon ] .
"""


def test_properties_stand_in_the_order_of_their_groups_and_then_their_own(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    display = read_display([tmp_path / "shapes.ttl"])

    assert display["pages"] == {"http://example.org/Thing": [f"http://example.org/{p}" for p in "abc"]}
    assert display["groups"]["http://example.org/soon"] == {
        "names": {"en": "soon", "ja": "早い"},
        "order": 1.0,
    }
    assert display["properties"]["http://example.org/a"]["order"] == 1.5


def test_the_shapes_of_this_repository_name_every_shown_property_in_three_languages(dataset: Dataset) -> None:
    display = read_display(dataset.shape_files())
    named = [*display["groups"].values(), *display["properties"].values()]

    assert len(display["pages"][term("zr:Person").value]) > 50
    assert [entry for entry in named if set(entry["names"]) != {"en", "ja", "vi"}] == []
