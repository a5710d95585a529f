"""The stores of all servers, made once from the same generated file and kept for the next run."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pyoxigraph as ox

from benchmarks import claims, generator
from benchmarks.servers import OXIGRAPH, RDFLIB
from zanryu.config import Settings
from zanryu.graph.sources import find_dataset
from zanryu.store.build import Build, current_build
from zanryu.store.embedded import create_store

_STAMP = "made-from.json"


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the stores are; triples of each named graph; seconds of generating and of loading."""

    home: Path
    counts: dict[str, int]
    generated_seconds: float
    loaded_seconds: float

    @property
    def triples(self) -> int:
        """All triples; no triple is in two graphs."""
        return sum(self.counts.values())


def make(home: Path, officers: int) -> Stores:
    """Generate and load what is not there yet."""
    home.mkdir(parents=True, exist_ok=True)
    stamp, made_from = home / _STAMP, _digest(officers)
    if stamp.is_file():
        known = json.loads(stamp.read_text(encoding="utf-8"))
        if known.pop("digest") == made_from:
            return Stores(home, **known)
        stamp.unlink()
    nquads = home / "claims.nq"
    start = time.monotonic()
    counts = generator.generate(officers, nquads)
    generated = time.monotonic()
    lay_out(home, nquads, counts)
    known = {
        "counts": counts,
        "generated_seconds": generated - start,
        "loaded_seconds": time.monotonic() - generated,
    }
    nquads.unlink()
    stamp.write_text(json.dumps({"digest": made_from, **known}), encoding="utf-8")
    return Stores(home, **known)


def _digest(officers: int) -> str:
    """Return a digest of everything that the stores follow from."""
    digest = hashlib.sha256(f"{officers} {ox.__version__}".encode())
    programs = [Path(str(module.__file__)) for module in (claims, generator)]
    for path in [*programs, Path(__file__), *sorted((find_dataset().root / "ontology").rglob("*.ttl"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def lay_out(home: Path, nquads: Path, counts: dict[str, int]) -> None:
    """Write the stores of all servers: one database, loaded once, and hard-linked snapshots of it."""
    settings = replace(Settings(), store=home / "store")
    current = home / "current"
    for old in (current, home / OXIGRAPH, home / RDFLIB):
        shutil.rmtree(old, ignore_errors=True)
    (current / "dist").mkdir(parents=True)
    create_store(current / "store", nquads)
    database = ox.Store(str(current / "store"))
    for name in (OXIGRAPH, RDFLIB):
        database.backup(str(home / name))
    del database
    record = Build("benchmark", "benchmark", counts)
    written = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "reused"}
    (current / "build.json").write_text(json.dumps(written), encoding="utf-8")
    for name in ("store", "dist"):
        (home / name).unlink(missing_ok=True)
        (home / name).symlink_to(Path("current") / name)
    if current_build(settings) is None:
        raise RuntimeError(f"{home} is not laid out as `zanryu build` does it now")
