"""Fingerprints of archived texts: whether a hedge's cue stands in a text, without keeping the text.

The sources are other people's writing and are not copied here. What is kept of a text that was read whole is
its SHA-256 digest and the truncated digests of all its runs of one to eight tokens: enough to prove that
"credited by some" is in it, literally and in this order, and not enough to read it.

A token is a word, a single Han or kana character, or a punctuation mark; case counts, white space does not.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.errors import InputNotFound

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_RUN = 8
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")
_SUFFIX = ".fingerprint"
_PER_LINE = 12


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``digest`` is the SHA-256 of the text in hex; ``runs`` the truncated digests of its runs of tokens."""

    digest: str
    runs: frozenset[str]

    def contains(self, cue: str) -> bool:
        """Return whether the words of ``cue`` stand in the text, in this order and case."""
        tokens = _TOKEN.findall(cue)
        return 0 < len(tokens) <= LONGEST_RUN and _digest(tokens) in self.runs


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a text."""
    tokens = _TOKEN.findall(text)
    spans = ((i, i + n) for n in range(1, LONGEST_RUN + 1) for i in range(len(tokens) - n + 1))
    return Fingerprint(
        hashlib.sha256(text.encode()).hexdigest(),
        frozenset(_digest(tokens[start:end]) for start, end in spans),
    )


def _digest(tokens: list[str]) -> str:
    return hashlib.sha256(" ".join(tokens).encode()).hexdigest()[:10]


def write_fingerprint(text: str, folder: Path, name: str) -> Path:
    """Write the fingerprint of the text archived as ``name`` and return its path."""
    kept = fingerprint(text)
    runs = sorted(kept.runs)
    lines = [" ".join(runs[i : i + _PER_LINE]) for i in range(0, len(runs), _PER_LINE)]
    path = folder / (name + _SUFFIX)
    path.write_text("\n".join([kept.digest, *lines]) + "\n", encoding="ascii")
    return path


def read_fingerprint(folder: Path, name: str) -> Fingerprint | None:
    """Read the fingerprint of the text archived as ``name``; ``None`` where there is none.

    :raises InputNotFound: if the name leads out of the folder.
    """
    path = folder / (name + _SUFFIX)
    if path.parent != folder:
        raise InputNotFound(f"“{name}” is not the name of an archived text.")
    if not path.is_file():
        return None
    digest, *lines = path.read_text(encoding="ascii").splitlines()
    return Fingerprint(digest, frozenset(run for line in lines for run in line.split()))
