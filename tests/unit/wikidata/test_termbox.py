"""Names of things as Wikidata's term boxes have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from unit.wikidata.claimed import store_of
from zanryu.graph.namespaces import term
from zanryu.wikidata.expression.expressing import Termbox, termbox
from zanryu.wikidata.expression.languages import wikimedia_language

if TYPE_CHECKING:
    from zanryu.store.embedded import EmbeddedStore

THINGS: Final = """
p:a a zr:Officer ; zr:nationality zv:japanese ;
  skos:prefLabel "Reiji Tarō"@en, "例示太郎"@ja, "例示太郎"@zh-Hant ;
  skos:altLabel "例 太郎"@ja-Hani, "Reiji Taro"@ja-Latn, "Tarō  Reiji"@en, "Reiji Tarō"@en,
    "Ví Dụ"@vi, "甲"@vi-Hani, "no language" .
p:b a zr:Person ; zr:nationality zv:vietnamese ; skos:prefLabel "B"@en .
p:c a zr:Officer ; zr:nationality zv:japanese ; skos:prefLabel "Japanese officer"@en .
pl:d a zr:Place ; skos:prefLabel "D"@en ; dcterms:description "a village"@en .
w:e a zr:Book ; dcterms:title "Le titre"@fr .
"""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """A store with the ontology and the things."""
    return store_of(tmp_path_factory.mktemp("termbox"), THINGS)


def box(backend: EmbeddedStore, curie: str) -> Termbox:
    return termbox(backend, term(curie).value)


def test_names_are_by_wikimedias_codes_and_never_for_all_languages_at_once(backend: EmbeddedStore) -> None:
    found = box(backend, "p:a")

    assert found.labels == {"en": "Reiji Tarō", "ja": "例示太郎", "zh-hant": "例示太郎"}
    assert found.aliases == {"en": ("Tarō Reiji", "Reiji Taro"), "ja": ("例 太郎",), "vi": ("Ví Dụ",)}


def test_an_officer_is_described_by_nationality_and_kind(backend: EmbeddedStore) -> None:
    assert box(backend, "p:a").descriptions == {
        "en": "Japanese officer",
        "ja": "日本人の将校",
        "vi": "sĩ quan người Nhật",
    }


def test_no_description_is_made_where_little_is_known(backend: EmbeddedStore) -> None:
    assert box(backend, "p:b").descriptions == {}


def test_a_description_is_no_label_of_the_same_language(backend: EmbeddedStore) -> None:
    assert "en" not in box(backend, "p:c").descriptions


def test_a_description_of_the_data_goes_first(backend: EmbeddedStore) -> None:
    assert box(backend, "pl:d").descriptions == {"en": "a village"}


def test_a_work_is_called_by_its_title(backend: EmbeddedStore) -> None:
    assert box(backend, "w:e").labels == {"fr": "Le titre"}


def test_what_is_not_described_has_an_empty_box(backend: EmbeddedStore) -> None:
    assert box(backend, "p:nobody") == Termbox({}, {}, {})


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"), ("en-GB", "en"), ("ja", "ja"), ("ja-Hani", "ja"), ("ja-Kana", "ja"), ("ja-Latn", ""),
        ("vi", "vi"), ("vi-Hani", ""), ("zh", "zh"), ("zh-Hani", "zh"), ("zh-Hant", "zh-hant"),
        ("zh-Hant-TW", "zh-hant"), ("zh-Hans", "zh-hans"), ("zh-Latn-pinyin", ""), ("id", "id"),
        ("", ""), ("und", ""), ("mul", ""), ("x-private", ""), ("ru", "ru"),
    ],
)  # fmt: skip
def test_a_language_tag_has_a_code_of_wikimedia_or_none(tag: str, code: str) -> None:
    assert wikimedia_language(tag) == code
