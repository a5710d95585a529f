"""BibTeX and RIS, read again by libraries that did not write them; CSL-JSON as its schema has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from zanryu.graph.namespaces import BASE, RDF_TYPE, term
from zanryu.portal.citing.bibtex import to_bibtex
from zanryu.portal.citing.embedding import coins, meta_tags
from zanryu.portal.citing.formats import BIBTEX, CSL_JSON, RIS, write
from zanryu.portal.citing.ris import to_ris
from zanryu.portal.citing.works import Reference, work_reference

if TYPE_CHECKING:
    from zanryu.portal.citing.references import References
    from zanryu.store.embedded import EmbeddedStore

HOSTILE = '50% of {A_B} & C#D $1 ~x^2 \\input{/etc/passwd} "q" </script> @book{x,}\nTY  - FAKE\r\nER  - \n末'
# The variables and types of https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json
VARIABLES = {
    "id", "type", "title", "author", "editor", "translator", "container-title", "collection-title", "volume",
    "issue", "page", "page-first", "number-of-pages", "publisher", "genre", "issued", "accessed", "version",
    "language", "URL", "DOI", "ISBN", "ISSN", "archive", "archive_location", "note",
}  # fmt: skip
TYPES = {
    "article", "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "dataset",
    "document", "entry-dictionary", "entry-encyclopedia", "hearing", "paper-conference", "post",
    "post-weblog", "report", "review", "thesis", "webpage",
}  # fmt: skip
NAME_PARTS = {"family", "given", "literal", "static-ordering"}


@pytest.fixture(scope="session")
def works(graph: EmbeddedStore) -> list[Reference]:
    """Every work of the graph."""
    classes = ("Work", "WebSource", "Book", "Chapter", "Article", "Report", "Thesis", "ParliamentaryRecord")
    found = {
        statement.subject.value
        for name in classes
        for statement in graph.referring(term(f"zr:{name}").value, RDF_TYPE.value)
        if statement.subject.value.startswith(f"{BASE}id/work/")
    }
    return [work_reference(graph, iri) for iri in sorted(found)]


def test_every_work_is_an_item_of_csl_json(works: list[Reference]) -> None:
    assert len(works) > 150
    for item in json.loads(write(works, CSL_JSON)):
        assert set(item) <= VARIABLES, item
        assert item["type"] in TYPES
        assert all(set(name) <= NAME_PARTS for name in item.get("author", []))
        assert all(isinstance(value, str | list | dict) for value in item.values())


def test_every_work_survives_bibtex(works: list[Reference]) -> None:
    library = parse_string(write(works, BIBTEX))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [str(work.item["id"]) for work in works]
    for entry, work in zip(library.entries, works, strict=True):
        assert _decoded(entry["title"]) == work.item["title"]
        if "author" in entry:
            assert entry["author"].count(" and ") >= len(work.item["author"]) - 1


def test_every_work_survives_ris(works: list[Reference]) -> None:
    records = rispy.loads(write(works, RIS))
    assert len(records) == len(works)
    for record, work in zip(records, works, strict=True):
        assert record["title"] == work.item["title"]
        assert record["id"] == work.item["id"]
        assert len(record.get("authors", [])) == len(work.item.get("author", []))


def test_a_hostile_title_stays_in_its_field() -> None:
    item: dict[str, Any] = {
        "id": "a},x={", "type": "book", "title": " ".join(HOSTILE.split()), "publisher": HOSTILE,
        "author": [{"literal": HOSTILE}, {"family": "O'Neil}", "given": "{A and B"}],
        "URL": "https://a.example/}%20\\x{", "issued": {"date-parts": [[2001, 2]]},
    }  # fmt: skip
    library = parse_string(to_bibtex([item, {**item, "id": "b"}]))
    assert not library.failed_blocks
    first, second = library.entries
    assert (first.key, second.key) == ("a--x--", "b")
    assert _decoded(first["title"]) == item["title"]
    assert "\\input" not in first["title"]
    assert first["url"] == "https://a.example/%7D%20%5Cx%7B"
    records = rispy.loads(to_ris([item, {**item, "id": "b"}]))
    assert [record["type_of_reference"] for record in records] == ["BOOK", "BOOK"]
    assert records[0]["title"] == item["title"]


def test_reference_managers_find_authors_places_and_addresses(graph: EmbeddedStore) -> None:
    item = work_reference(graph, f"{BASE}id/work/goscha-2001").item
    tags = dict(meta_tags(item))
    assert tags["citation_author"] == "Goscha, Christopher E."
    assert tags["citation_journal_title"] == "Guerres mondiales et conflits contemporains"
    assert (tags["citation_firstpage"], tags["citation_lastpage"]) == ("81", "109")
    assert tags["citation_doi"] == "10.3917/gmcc.202.0081"
    one = coins(item)
    assert "rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal" in one
    assert "rft_id=info%3Adoi%2F10.3917%2Fgmcc.202.0081" in one
    web = coins(work_reference(graph, f"{BASE}id/work/jacar-38th-army").item)
    assert "rft.type=webpage" in web


def test_the_place_of_a_claim_in_its_source_is_a_note(references: References) -> None:
    cited = references.of(f"{BASE}id/claim/ishii-takuo-advised-1")
    notes = [item.get("note") for item in json.loads(write(cited.references, CSL_JSON))]
    assert notes == [None, "Cited here: bullet 2", "Cited here: lead"]


def _decoded(text: str) -> str:
    """Return a field without the braces that keep its case, and what LaTeX makes of its commands."""
    text = text.removeprefix("{").removesuffix("}")
    for command, character in (
        (r"{\textbackslash}", "\0"), (r"{\textasciitilde}", "~"), (r"{\textasciicircum}", "^"),
        *((f"\\{character}", character) for character in "{}$&#%_"), ("\0", "\\"),
    ):  # fmt: skip
        text = text.replace(command, character)
    return text
