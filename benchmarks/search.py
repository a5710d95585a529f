"""The search at 100,000 names: how long answers and suggestions take, and what the index costs.

``python -m benchmarks.search`` makes names from parts with a fixed seed, indexes them, and asks each kind of
question several hundred times, each time another. ``--names`` is for other scales. The index is asked
directly: HTTP and the page around it are not measured. Reading a graph is measured on fewer officers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.generator import generate
from zanryu.graph.namespaces import BASE, term
from zanryu.portal.search.documents import Document, Text
from zanryu.portal.search.index import create
from zanryu.portal.search.reading import Reader
from zanryu.portal.search.searching import Filters, Index
from zanryu.portal.search.terms import Question
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEED: Final = 1945
_TIMES: Final = 300
_OFFICERS: Final = 1_000
_LABEL, _NOTE, _ADOPTED = (
    term(name).value for name in ("skos:prefLabel", "skos:editorialNote", "zr:adoptedName")
)
_TIERS: Final = [term(f"zv:{name}").value for name in ("primary", "secondary", "tertiary")]
_PARTS: Final = {
    "first": "石 井 田 中 山 本 高 橋 林 藤 谷 加 原 川 村 松 木 森 島 野 上 大 小 西 北",
    "last": "卓 雄 三 郎 光 信 徳 治 正 夫 喜 久 男 俊 英 和 茂 弘 良 助 一 二 武 清 博",
    "syllable": "ka ki ku sa shi su so ta chi tsu to na ni no ha hi fu ho ma mi mu mo ya yu yo ra ri ro",
    "family": "Nguyễn Nguyễn Nguyễn Trần Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
    "given": "Sơn Văn Thông Thị Minh Ngọc Đức Hùng Dũng Chí Quang Hải Long Bình Thanh Phúc Trung Tuấn",
    "place": "Quảng Ngãi Bình Định Hà Nội Sài Gòn Tuy Hòa Nha Trang Huế Đà Nẵng Cao Bằng Lạng",
    "word": "reportedly said to have met the unit of a battalion in the academy when war was over and",
}


def documents(names: int, chance: random.Random) -> Iterator[Document]:
    """Yield persons with three names each, and a place or a work after every ninth."""
    made = number = 0
    while made < names:
        number += 1
        document = _place(number, chance) if number % 10 == 0 else _person(number, chance)
        made += len(document.names)
        yield document


def _person(number: int, chance: random.Random) -> Document:
    kanji = "".join(_some("first", 2, chance) + _some("last", 2, chance))
    family, given = (_word(chance) for _ in range(2))
    adopted = " ".join(_some("family", 1, chance) + _some("given", 2, chance))
    note = " ".join(_some("word", 20, chance)) if number % 3 == 0 else ""
    return Document(
        f"{BASE}id/person/p{number}",
        "person",
        [
            Text(f"{family} {given}", "en", _LABEL),
            Text(kanji, "ja", _LABEL),
            Text(adopted, "vi", _ADOPTED),
        ],
        [Text(note, "en", _NOTE)] if note else [],
        min(500, int(chance.paretovariate(1))),
        chance.sample(_TIERS, chance.randint(1, 3)),
    )


def _place(number: int, chance: random.Random) -> Document:
    kind = chance.choice(["place", "work", "unit", "academy"])
    name = " ".join([*_some("place", 2, chance), *_some("word", 1, chance), str(number)])
    tier = [chance.choice(_TIERS)]
    return Document(f"{BASE}id/{kind}/x{number}", kind, [Text(name, "vi", _LABEL)], [], number % 60, tier)


def _some(kind: str, number: int, chance: random.Random) -> list[str]:
    return chance.choices(_PARTS[kind].split(), k=number)


def _word(chance: random.Random) -> str:
    word = "".join(_some("syllable", chance.randint(2, 4), chance))
    return word.replace("o", "ō", 1).capitalize() if chance.random() < 0.2 else word.capitalize()


def _questions(known: list[Document], chance: random.Random) -> dict[str, Callable[[], str]]:
    persons = [document.names for document in known if document.kind == "person"]

    def name(which: int) -> str:
        return chance.choice(persons)[which].text

    def cut(text: str, shortest: int) -> str:
        return text[: max(shortest, len(text) // 2)]

    return {
        "a whole name": lambda: name(0),
        "the given name first": lambda: " ".join(reversed(name(0).split())),
        "a family name": lambda: name(0).split()[0],
        "an adopted name, without diacritics": lambda: " ".join(Question(name(2)).folded.texts()),
        "a frequent word (nguyen, tran)": lambda: Question(name(2)).folded.texts()[0],
        "the beginning of a name": lambda: cut(name(0), 3),
        "four kanji": lambda: name(1),
        "two kanji": lambda: name(1)[:2],
        "one kanji": lambda: name(1)[0],
        "a letter wrong": lambda: name(0)[:2] + "q" + name(0)[3:],
        "words of a note": lambda: " ".join(_some("word", 2, chance)),
    }


def _typed(known: list[Document], chance: random.Random) -> Iterator[str]:
    """Yield what is in the box after each letter of some names."""
    while True:
        text = chance.choice(chance.choice(known).names).text
        yield from (text[:length] for length in range(1, len(text) + 1) if text[:length].strip())


def _times(work: Callable[[Question], object], asked: list[str]) -> list[float]:
    """Return for each question how many milliseconds it takes, its reading included."""
    taken = []
    for text in asked:
        began = time.perf_counter()
        work(Question(text))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _row(label: str, taken: list[float]) -> str:
    taken.sort()
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return f"| {label} | {p50:.1f} | {p95:.1f} | {taken[-1]:.1f} |"


def _measure(index: Index, known: list[Document], chance: random.Random) -> None:
    everything: list[float] = []
    print("| question | p50 ms | p95 ms | worst ms |\n| --- | --- | --- | --- |")
    for label, make in _questions(known, chance).items():
        taken = _times(index.search, [make() for _ in range(_TIMES)])
        everything += taken
        print(_row(label, taken))
    print(_row("**all of these**", everything))
    names = [chance.choice(document.names).text for document in chance.sample(known, _TIMES)]
    narrowed = _times(partial(index.search, filters=Filters("person", _TIERS[0])), names)
    print(_row("narrowed to a kind and a tier", narrowed))
    typed = _typed(known, chance)
    suggested = _times(index.suggest, [next(typed) for _ in range(_TIMES * 5)])
    print(_row("**suggestions**, after each letter", suggested))


def _measure_reading(folder: Path) -> None:
    generate(_OFFICERS, folder / "graph.nq")
    create_store(folder / "store", folder / "graph.nq")
    store = EmbeddedStore(folder / "store", "x", lambda *_: b"")
    began = time.perf_counter()
    create(folder / "graph.sqlite", Reader(store).all(), "x")
    seconds, triples = time.perf_counter() - began, store.health().triples
    print(f"\nRead from a graph of {triples:,} triples and indexed: {seconds:.1f} s.")


def main() -> None:
    """Print how long the index takes, how large it is, and the percentiles of each kind of question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    names = parser.parse_args().names
    chance = random.Random(_SEED)
    known = list(documents(names, chance))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.sqlite"
        began = time.perf_counter()
        create(path, known, "x")
        seconds = time.perf_counter() - began
        size = path.stat().st_size / 1_048_576
        print(f"{names:,} names of {len(known):,} things: indexed in {seconds:.1f} s, {size:.0f} MiB.\n")
        index = Index(path)
        _measure(index, known, chance)
        index.close()
        _measure_reading(Path(folder))


if __name__ == "__main__":
    main()
