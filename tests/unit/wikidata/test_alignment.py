"""The mapping to Wikidata: complete, of numbers that were seen, and told in the documentation as it is.

To write the tables of ``docs/wikidata.md`` anew::

    PYTHONPATH=tests .venv/bin/python tests/unit/wikidata/test_alignment.py
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest
from rdflib import RDF, Graph, Namespace

from unit.wikidata.claimed import REPOSITORY, store_of
from zanryu.graph.namespaces import PREFIXES, compact, term
from zanryu.portal.entity.cards import EVENTS
from zanryu.wikidata.expression import times
from zanryu.wikidata.expression.alignment import Alignment, Alignments, read_alignment
from zanryu.wikidata.model import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.store.embedded import EmbeddedStore

FILE: Final = REPOSITORY / "ontology" / "alignments" / "wikidata.ttl"
PAGE: Final = REPOSITORY / "docs" / "wikidata.md"
SHARED: Final = REPOSITORY.parent / "shared"
SURVEYS: Final = (
    SHARED / "reference" / "wikidata" / "README.md",
    SHARED / "research" / "dossier" / "ids.csv",
)
ZR: Final = Namespace(PREFIXES["zr"])
WD: Final = Namespace(PREFIXES["wd"])
_NUMBER: Final = re.compile(r"\b[PQ][1-9]\d*\b")
_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"


def _graph(path: Path) -> Graph:
    graph = Graph()
    graph.parse(path, format="turtle")
    return graph


GRAPH: Final = _graph(FILE)
ONTOLOGY: Final = _graph(REPOSITORY / "ontology" / "ontology.ttl")
CLAIM_PROPERTIES: Final = sorted(str(p) for p in ONTOLOGY.subjects(RDF.type, ZR.ClaimProperty))


def acted_on() -> set[str]:
    """Return every number that the program may write."""
    objects = {o for p in (ZR.expressedAs, ZR.dateExpressedAs) for o in GRAPH.objects(None, p)}
    described = {s for s in GRAPH.subjects(RDF.type) if str(s).startswith(str(WD))}
    return {str(iri).rpartition("/")[2] for iri in objects | described}


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """A store with the ontology."""
    return store_of(tmp_path_factory.mktemp("alignment"))


@pytest.fixture(scope="module")
def alignment(backend: EmbeddedStore) -> Alignment:
    """The mapping."""
    return read_alignment(backend)


@pytest.mark.parametrize("claim_property", CLAIM_PROPERTIES, ids=compact)
def test_a_claim_property_is_mapped_or_says_why_not(alignment: Alignment, claim_property: str) -> None:
    is_mapped = any(alignment.main(claim_property, [kind]) for kind in _classes())

    assert is_mapped != (claim_property in alignment.unexpressed)


def test_nothing_but_claim_properties_says_why_it_is_not_mapped(alignment: Alignment) -> None:
    assert alignment.unexpressed.keys() <= set(CLAIM_PROPERTIES)


def test_every_term_of_ours_that_is_mapped_exists(alignment: Alignment) -> None:
    own = {iri for iri in alignment.forms if iri.startswith((PREFIXES["zr"], PREFIXES["zv"]))}
    known = set(map(str, ONTOLOGY.subjects()))
    for path in (REPOSITORY / "ontology" / "vocabularies").glob("*.ttl"):
        known |= set(map(str, _graph(path).subjects()))

    assert own <= known


def test_every_property_that_is_acted_on_has_its_datatype(alignment: Alignment) -> None:
    used = {number for number in acted_on() if number.startswith("P")}

    assert used == set(alignment.properties)


def test_what_is_acted_on_is_matched_for_readers_too() -> None:
    unmatched = []
    for subject, value in GRAPH.subject_objects(ZR.expressedAs):
        matches = {str(o).rpartition("/")[2] for p, o in GRAPH.predicate_objects(subject) if "skos" in str(p)}
        number = str(value).rpartition("/")[2]
        if matches and number.startswith("P") and str(subject) in CLAIM_PROPERTIES and number not in matches:
            unmatched.append((str(subject), number))

    assert unmatched == []


def test_the_numbers_that_times_use_are_those_of_the_mapping(alignment: Alignment) -> None:
    point, earliest, latest = (
        alignment.qualifier(term(f"zr:{n}").value) for n in ("when", "earliest", "latest")
    )

    assert (point, earliest, latest) == (times.POINT, times.EARLIEST, times.LATEST)
    assert {times.START, times.END, times.CIRCUMSTANCES} <= set(alignment.properties)
    assert alignment.qualifier(term("zr:hedge").value) == times.CIRCUMSTANCES


def test_what_the_pages_take_for_a_moment_is_one_on_wikidata(alignment: Alignment) -> None:
    dated = {
        claim_property
        for claim_property in CLAIM_PROPERTIES
        if (form := alignment.forms.get(claim_property))
        and any(alignment.properties[number].datatype != "time" for number in form.statement)
    }

    assert set(alignment.dates) == EVENTS & dated


def test_every_status_has_a_rank(alignment: Alignment) -> None:
    ranks = {term(f"zv:{rank}").value: rank for rank in Rank}

    assert alignment.ranks == ranks


@pytest.mark.skipif(not all(path.exists() for path in SURVEYS), reason="the surveys of numbers are not here")
def test_every_number_that_is_acted_on_was_seen_in_public_data() -> None:
    reference, identifiers = SURVEYS
    lines = reference.read_text(encoding="utf-8").splitlines()
    seen = {number for line in lines if "SEEN" in line for number in _NUMBER.findall(line)}
    with identifiers.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["evidence"].startswith("SEEN")]
    seen |= {row["id"] for row in rows if row["scheme"].startswith("wikidata-")}

    assert acted_on() | {times.CIRCA, times.PRESUMABLY} <= seen


def test_a_number_that_waits_for_somebody_with_a_browser_is_not_acted_on() -> None:
    rows = [line.split("|") for line in _section("Waiting for someone with a browser").splitlines()]
    waiting = {number for row in rows if len(row) > 2 for number in _NUMBER.findall(row[2])}

    assert {"P7779", "P4791", "P5997", "Q30230067"} <= waiting
    assert waiting.isdisjoint(acted_on())


def test_the_documentation_says_what_maps_to_what(alignment: Alignment) -> None:
    assert _tables_of(PAGE.read_text(encoding="utf-8")) == tables(alignment)


def test_the_mapping_is_read_once_for_each_version(backend: EmbeddedStore) -> None:
    kept = Alignments()

    assert kept.of(backend) is kept.of(backend)


def _classes() -> Iterator[str]:
    yield from (term(f"zr:{name}").value for name in ("Person", "Organization", "Work"))


def _section(heading: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]


def _tables_of(text: str) -> str:
    return text.partition(_BEGIN)[2].partition(_END)[0].strip()


def tables(alignment: Alignment) -> str:
    """Return the mapping as tables for people."""
    claims = ((p, alignment.forms[p].statement) for p in CLAIM_PROPERTIES if p in alignment.forms)
    said = [
        (compact(claim), f"{found.label} ({number})", found.datatype)
        for claim, numbers in claims
        for number in numbers
        for found in [alignment.properties[number]]
    ]
    parts = [
        (compact(iri), f"{place}: {alignment.properties[number].label} ({number})")
        for iri, form in sorted(alignment.forms.items())
        for place, number in (("qualifier", form.qualifier), ("reference", form.reference))
        if number and not form.item
    ]
    values = [
        (compact(iri), form.item, ", ".join(n for n in (*form.statement, form.qualifier) if n))
        for iri, form in sorted(alignment.forms.items())
        if form.item
    ]
    silent = [(compact(iri), why) for iri, why in sorted(alignment.unexpressed.items())]
    return "\n\n".join([
        _table(("claims with", "are statements with", "datatype"), said),
        _table(("what belongs to a claim", "is said as"), parts),
        _table(("concept", "item", "with its own property"), values),
        _table(("not said", "because"), silent),
    ])  # fmt: skip


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *((f"`{first}`", *rest) for first, *rest in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _write_documentation() -> None:
    with TemporaryDirectory() as folder:
        made = tables(read_alignment(store_of(Path(folder))))
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.partition(_BEGIN)[0], text.partition(_END)[2]
    PAGE.write_text(f"{before}{_BEGIN}\n{made}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    _write_documentation()
