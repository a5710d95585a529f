"""What the release holds for download, read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_MEDIA_TYPES: Final = {
    ".ttl": "text/turtle; charset=utf-8",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Dump:
    """A file of the release; ``sha256`` is empty for the list of checksums itself."""

    name: str
    size_bytes: int
    sha256: str

    @property
    def media_type(self) -> str:
        """The Content-Type."""
        return media_type(self.name)


def media_type(name: str) -> str:
    """Return the Content-Type of a file of the release."""
    _, dot, extension = name.rpartition(".")
    return _MEDIA_TYPES.get(dot + extension if dot else "", "application/octet-stream")


def list_dumps(folder: Path) -> list[Dump]:
    """Return the files of the release with their checksums, sorted by name; empty without a release."""
    if not folder.is_dir():
        return []
    sums = _read_sums(folder / "SHA256SUMS")
    files = sorted(
        p for p in folder.iterdir() if p.is_file() and not (p.is_symlink() or p.name.startswith("."))
    )
    return [Dump(path.name, path.stat().st_size, sums.get(path.name, "")) for path in files]


def list_files(folder: Path) -> list[tuple[str, str]]:
    """Return the path on this server and the Content-Type of each dump that holds data."""
    return [(f"/dumps/{dump.name}", dump.media_type) for dump in list_dumps(folder) if "." in dump.name]


def _read_sums(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in pairs}
