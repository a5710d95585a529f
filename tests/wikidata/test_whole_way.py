"""An editor's whole way: read Wikidata, import it, look for gaps, take a batch over, and read that back."""

from __future__ import annotations

import io
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from wikidata.linked_dataset import ADAMS, RAMSDEN
from wikidata.parsed_batches import parse
from wikidata.played import playing
from wikidata.reference import bare, needs_fixtures
from zanryu.cli import main
from zanryu.graph.namespaces import PREFIXES
from zanryu.graph.sources import Dataset
from zanryu.wikidata import model
from zanryu.wikidata.model import Item, Reference, Snak, Statement, Text, Time

if TYPE_CHECKING:
    from wikidata.parsed_batches import Parsed

pytestmark = needs_fixtures
_NAMES = ("james-ramsden", "douglas-adams")
_PAGE = Reference(
    (Snak("P854", Text("https://example.org/invented")), Snak("P813", Time("+2026-11-20T00:00:00Z", 11)))
)
_BOOK = Reference((Snak("P248", Item("Q4115189")), Snak("P304", Text("3"))))


class Way(NamedTuple):
    """What each step gave. ``gaps`` are the reports by thing."""

    fetched: str
    imported: str
    gaps: dict[str, dict[str, Any]]
    batch: str
    held: str

    @property
    def parsed(self) -> Parsed:
        return parse(self.batch)

    def comparisons(self, thing: str) -> list[dict[str, Any]]:
        return list(self.gaps[thing]["comparisons"])


@pytest.fixture(scope="module")
def way(linked_dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Way:
    """The steps, one after the other, as an editor gives them."""
    home = tmp_path_factory.mktemp("way")
    dataset = Dataset(home / "dataset")
    shutil.copytree(linked_dataset.root, dataset.root)
    store, data = ("--store", home / "store"), ("--data", dataset.root)
    with pytest.MonkeyPatch.context() as patch, playing() as played:
        patch.setenv("ZANRYU_WIKIDATA_ORIGIN", played.origin)
        patch.setenv("ZANRYU_WIKIDATA_CONTACT", "editor@example.org")
        for item in ("Q6141825", "Q42"):
            played.put(bare(item))
        fetched, _ = _run(patch, "wikidata", "fetch", "Q6141825", "Q42", *store)
        out = ("--out", dataset.data / "claims" / "wikidata.ttl")
        _, imported = _run(patch, "wikidata", "import", "Q6141825", "Q42", *out, *store, *data)
        _record_conflict(dataset)
        _run(patch, "build", *store, *data)
        told, _ = _run(patch, "wikidata", "gaps", *_NAMES, "--json", *store)
        batch, held = _run(patch, "wikidata", "batch", *_NAMES, "--retrieved", "2026-11-20", *store)
    reports = [json.loads(line) for line in told.splitlines()]
    return Way(fetched, imported, {report["thing"]: report for report in reports}, batch, held)


def _record_conflict(dataset: Dataset) -> None:
    """Record that two dates of death cannot both be right, as `zanryu check` asks the editor to."""
    text = (
        f"@prefix cl: <{PREFIXES['cl']}> . @prefix zr: <{PREFIXES['zr']}> .\n"
        "cl:james-ramsden-death-1 zr:conflictsWith cl:james-ramsden-wikidata-3f0eedd9-1 .\n"
    )
    (dataset.data / "claims" / "conflict.ttl").write_text(text, encoding="utf-8")


def _run(patch: pytest.MonkeyPatch, *arguments: object) -> tuple[str, str]:
    """Run a command in this process; return what it wrote."""
    written = io.BytesIO(), io.BytesIO()
    patch.setattr(sys, "argv", ["zanryu", *map(str, arguments)])
    for name, buffer in zip(("stdout", "stderr"), written, strict=True):
        patch.setattr(sys, name, io.TextIOWrapper(buffer, "utf-8", write_through=True))
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = (buffer.getvalue().decode() for buffer in written)
    assert not ended.value.code, err
    return out, err


def _statement(said: dict[str, Any], property_id: str) -> Statement:
    return Statement(
        property_id,
        _value(said["value"]),
        model.Rank(said["rank"]),
        tuple(_snak(snak) for snak in said["qualifiers"]),
        tuple(Reference(tuple(_snak(snak) for snak in r["snaks"])) for r in said["references"]),
    )


def _snak(snak: dict[str, Any]) -> Snak:
    return Snak(snak["property"], _value(snak["value"]))


def _value(value: dict[str, Any]) -> model.Value:
    kinds = {kind.__name__.lower(): kind for kind in (Item, Time, Text, model.Monolingual, model.Unknown)}
    found: model.Value = kinds[value["type"]](**{name: v for name, v in value.items() if name != "type"})
    return found


def test_each_step_tells_what_it_did(way: Way) -> None:
    assert "2 new: " in way.fetched
    assert "Q6141825, revision 1001, has 38 statements: 3 are claims now" in way.imported
    assert {gaps["revision"] for gaps in way.gaps.values()} == {1001}


def test_what_was_imported_confirms_nothing(way: Way) -> None:
    imported = [c for thing in way.gaps for c in way.comparisons(thing) if "-wikidata-" in (c["claim"] or "")]
    assert len(imported) == 10
    assert {(c["kind"], c["why"]) for c in imported} == {("not-compared", "only-wikimedia")}
    alone = [c["property"] for c in way.comparisons(ADAMS) if c["kind"] == "only-there"]
    assert "P570" in alone  # of the day of death we have Wikidata's word alone


def test_the_batch_read_back_says_what_is_missing_there(way: Way) -> None:
    said = way.parsed.statements
    assert {subject: {s.property: s for s in statements} for subject, statements in said.items()} == {
        "Q42": {
            "P19": Statement("P19", Item("Q350"), references=(_BOOK,)),
            "P569": Statement("P569", Time("+1952-03-11T00:00:00Z", 11), references=(_BOOK,)),
        },
        "Q6141825": {
            "P27": Statement("P27", Item("Q145"), references=(_PAGE,)),
            "P551": Statement(
                "P551",
                Item("Q24826"),
                qualifiers=(
                    Snak("P580", Time("+1950-00-00T00:00:00Z", 9)),
                    Snak("P582", Time("+1960-06-00T00:00:00Z", 10)),
                ),
                references=(_BOOK,),
            ),
            "P607": Statement("P607", Item("Q362"), references=(_BOOK,)),
        },
    }
    assert way.parsed.removals == way.parsed.created == 0


def test_the_batch_read_back_gives_the_statements_of_the_report(way: Way) -> None:
    for thing, item in ((RAMSDEN, "Q6141825"), (ADAMS, "Q42")):
        told = [
            _statement(c["ours"], c["property"])
            for c in way.comparisons(thing)
            if c["kind"] in ("missing", "reference-missing") or c["why"] == "same-unsourced"
        ]
        said = way.parsed.statements[item]
        read = [replace(s, references=tuple(map(_without_day, s.references))) for s in said]
        assert sorted(map(repr, read)) == sorted(map(repr, told))


def _without_day(reference: Reference) -> Reference:
    """Leave out when the page was opened, which the editor says at the end."""
    return Reference(tuple(snak for snak in reference.snaks if snak.property != "P813"))


def test_what_is_not_handed_over_is_listed_with_the_reason(way: Way) -> None:
    for name, why in (
        ("james-ramsden-death-1", "other-value"),
        ("james-ramsden-birthplace-1", "finer-there-unsourced"),
        ("douglas-adams-studies-1", "more-here"),
        ("douglas-adams-residence-1", "denied"),
        ("james-ramsden-described-1", "no-property"),
    ):
        assert f"held back cl:{name}: {why}" in way.held


def test_the_walk_in_the_documentation_has_this_batch(way: Way) -> None:
    text = (Path(__file__).parents[2] / "docs" / "wikidata.md").read_text(encoding="utf-8")
    assert way.batch in text
