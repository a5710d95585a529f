"""Bringing an index from one version of live data to a later one, by what was changed in between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE
from zanryu.portal.search.documents import claim_of, kind_of, own_things
from zanryu.portal.search.index import change, tiers_of
from zanryu.portal.search.reading import Reader

if TYPE_CHECKING:
    from zanryu.portal.search.searching import Index
    from zanryu.store.backend import Backend
    from zanryu.store.history.journal import Journal

_OWN: Final = re.compile(rb"<(" + re.escape(BASE).encode() + rb"id/[^>]+)>")
# More is made anew as fast, and in a process of its own.
_MAX_VERSIONS: Final = 500
_MAX_THINGS: Final = 2_000


def digest_of(journal: Journal, version: str) -> str:
    """Return the digest of the change that made a version; empty for a build, and for one that is unknown."""
    base, number = _parts(version)
    if not 0 < number <= len(journal):
        return ""
    heading = journal.heading(number)
    return heading.digest if heading.base == base else ""


def step(index: Index, backend: Backend, journal: Journal) -> bool:
    """Bring an index to the version of ``backend``; return whether it could be done, and cheaply.

    Every IRI in the files of the versions between is looked up again: what a claim was about, what it is
    about now, the works it cites.
    """
    version, before = backend.version, index.version
    known, wanted = _parts(before)[1], _parts(version)[1]
    if not _follows(journal, index, version) or not known < wanted <= known + _MAX_VERSIONS:
        return False
    files = (journal.read_file(number) for number in range(known + 1, wanted + 1))
    things = own_things({iri.decode() for file in files for iri in _OWN.findall(file)})
    reader = Reader(backend)
    things |= {reader.subject_of(iri) for iri in things if claim_of(iri)}
    things |= _of_moved_works(index, reader, things)
    things = {iri for iri in things if kind_of(iri)}
    if len(things) > _MAX_THINGS:
        return False
    documents = {iri: reader.document(iri) for iri in sorted(things)}
    change(index.path, documents, version, digest_of(journal, version))
    return True


def _follows(journal: Journal, index: Index, version: str) -> bool:
    """Return whether the versions after that of the index lead to ``version``, all over the same build."""
    base, number = _parts(version)
    known_base, known = _parts(index.version)
    if known_base != base or not digest_of(journal, version):
        return False
    first_base = journal.heading(known + 1).base if known < number else ""
    return first_base == base and index.history == digest_of(journal, index.version)


def _of_moved_works(index: Index, reader: Reader, things: set[str]) -> set[str]:
    """Return what is found under another tier, because a work that says it has another."""
    works = [iri for iri in things if kind_of(iri) == "work"]
    before = tiers_of(index.path, works)
    claims: set[str] = set()
    for work in works:
        if before[work] != [tier for tier in [reader.tier_of(work)] if tier]:
            claims |= reader.claims_citing(work)
    return claims | {reader.subject_of(claim) for claim in claims}


def _parts(version: str) -> tuple[str, int]:
    """Return the build of a version and its number, 0 for the build itself."""
    base, hyphen, number = version.rpartition("-")
    return (base, int(number)) if hyphen and number.isdecimal() else (version, 0)
