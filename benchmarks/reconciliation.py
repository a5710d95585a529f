"""Matching at 100,000 names: how many a second in batches of 50, and what the index costs.

``python -m benchmarks.reconciliation`` makes the names of :mod:`benchmarks.search`, indexes them, and asks
1,000 of them as tables have them: as printed, turned round, without marks, in kanji, with a letter or a kanji
wrong, and names that nobody has. ``--names`` is for other scales. The matcher is asked directly: HTTP is not
measured. For comparison a few names are compared with all names in memory, each with each.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from benchmarks.generator import generate
from benchmarks.search import documents
from zanryu.graph.namespaces import BASE, EDTF_LEVEL_1, term
from zanryu.naming.folding import fold
from zanryu.reconciliation.building import write_index
from zanryu.reconciliation.describing import Describer
from zanryu.reconciliation.indexing import Writer
from zanryu.reconciliation.matching import Matcher, open_matcher
from zanryu.reconciliation.questions import Condition, Query
from zanryu.reconciliation.reading import Fact, Name
from zanryu.store.embedded import EmbeddedStore, create_store
from zanryu.store.index_building import serialise

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.portal.search.documents import Document

_SEED: Final = 1945
_ASKED: Final = 1_000
_BATCH: Final = 50
_OFFICERS: Final = 1_000
_EACH_WITH_EACH: Final = 20
_PERSON: Final = ("Person",)
_CLASSES: Final = {
    "person": "zr:Person",
    "place": "zr:Place",
    "work": "zr:Work",
    "unit": "zr:MilitaryUnit",
    "academy": "zr:Academy",
}
_RANKS: Final = ("major", "captain", "colonel")


def write_names(path: Path, known: list[Document]) -> None:
    """Index names that no graph has."""
    writer = Writer(path)
    types = {document.iri: frozenset([term(_CLASSES[document.kind]).value]) for document in known}
    ranks = [(f"{BASE}vocab/{rank}", rank) for rank in _RANKS]
    types |= {iri: frozenset([term("zr:Rank").value]) for iri, _ in ranks}
    writer.add_things(types, {document.iri: document.claims for document in known})
    writer.add_names(
        Name(document.iri, name.text, name.language, name.property)
        for document in known
        for name in document.names
    )
    writer.add_names(Name(iri, rank, "en", term("skos:prefLabel").value) for iri, rank in ranks)
    held, born = term("zr:heldRank").value, term("zr:birthDate").value
    persons = [document.iri for document in known if document.kind == "person"]
    writer.add_facts(Fact(iri, held, ranks[place % 3][0], "", "1945") for place, iri in enumerate(persons))
    writer.add_facts(
        Fact(iri, born, f"19{place % 30:02}", EDTF_LEVEL_1.value) for place, iri in enumerate(persons)
    )
    with closing(writer.finish("x")) as database:
        Describer(database, writer.bits, {}, {}).write({})
        database.execute("COMMIT")


def _ways(persons: list[Document], chance: random.Random) -> dict[str, Callable[[], str]]:
    def name(which: int) -> str:
        return chance.choice(persons).names[which].text

    def spoilt(text: str, letter: str) -> str:
        place = chance.randrange(1, len(text) - 1)
        return text[:place] + letter + text[place + 1 :]

    return {
        "as printed": lambda: name(0),
        "the given name first": lambda: " ".join(reversed(name(0).split())),
        "without marks, small letters": lambda: " ".join(fold(name(2)).texts()),
        "adopted, with its marks": lambda: name(2),
        "kanji": lambda: name(1),
        "a letter wrong": lambda: spoilt(name(0), "q"),
        "a kanji wrong": lambda: spoilt(name(1), "鬼"),
        "a family name": lambda: name(0).split()[0],
        "nobody's name": lambda: spoilt(spoilt(spoilt(name(0), "x"), "w"), "v"),
    }


def _measure(matcher: Matcher, asked: dict[str, list[str]], *conditions: Condition) -> None:
    head = "| names | names a second | a second of processor time | slowest batch, ms | with candidates |"
    print(f"{head}\n| --- | --- | --- | --- | --- |")
    for label, names in asked.items():
        taken, answered = [], 0
        worked = time.process_time()
        for start in range(0, len(names), _BATCH):
            queries = [Query(name, _PERSON, conditions=conditions) for name in names[start : start + _BATCH]]
            began = time.perf_counter()
            found = matcher.match(queries)
            taken.append(time.perf_counter() - began)
            answered += sum(map(bool, found))
        rate, own = len(names) / sum(taken), len(names) / (time.process_time() - worked)
        slowest, share = max(taken) * 1000, answered / len(names)
        print(f"| {label} | {rate:,.0f} | {own:,.0f} | {slowest:.0f} | {share:.0%} |", flush=True)


def _compare_with_all(known: list[Document], names: list[str]) -> None:
    began = time.perf_counter()
    everything = [" ".join(sorted(fold(name.text).texts())) for document in known for name in document.names]
    folded = time.perf_counter() - began
    began = time.perf_counter()
    for name in names[:_EACH_WITH_EACH]:
        process.extract(" ".join(sorted(fold(name).texts())), everything, scorer=fuzz.ratio, score_cutoff=40)
    rate = _EACH_WITH_EACH / (time.perf_counter() - began)
    print(f"\nCompared with all names in memory: {rate:.1f} names a second, after {folded:.1f} s of folding.")


def _measure_reading(folder: Path) -> None:
    generate(_OFFICERS, folder / "graph.nq")
    create_store(folder / "store", folder / "graph.nq")
    store = EmbeddedStore(folder / "store", "x", serialise)
    began = time.perf_counter()
    write_index(store, folder / "graph.sqlite")
    seconds, triples = time.perf_counter() - began, store.health().triples
    print(f"\nRead from a graph of {triples:,} triples and indexed: {seconds:.1f} s.")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print how long the index takes, how large it is, and how many names a second are matched."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    wanted = parser.parse_args().names
    chance = random.Random(_SEED)
    known = list(documents(wanted, chance))
    ways = _ways([document for document in known if document.kind == "person"], chance)
    asked = {label: [make() for _ in range(_ASKED)] for label, make in ways.items()}
    mixed = [name for names in zip(*asked.values(), strict=True) for name in names][:_ASKED]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.sqlite"
        began = time.perf_counter()
        write_names(path, known)
        seconds, size = time.perf_counter() - began, path.stat().st_size / 1_048_576
        print(f"{wanted:,} names of {len(known):,} things: indexed in {seconds:.1f} s, {size:.0f} MiB.")
        began, before = time.perf_counter(), _megabytes()
        matcher = open_matcher(path)
        assert matcher
        opened = (time.perf_counter() - began) * 1000
        _measure(matcher, {**asked, "**all of these**": mixed})
        print(f"\nOpened in {opened:.1f} ms; the process grew by {_megabytes() - before:.0f} MiB.\n")
        print("With a rank and a year of birth to be checked:\n")
        _measure(
            matcher, {"all of these": mixed}, Condition("rank", ("major",)), Condition("birthDate", ("1919",))
        )
        _compare_with_all(known, mixed)
        _measure_reading(Path(folder))


if __name__ == "__main__":
    main()
