"""``zanryu wikidata batch``: claims as commands that a person hands over to Wikidata."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads the types of parameters
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import StoreOption, settings_of
from zanryu.errors import InputNotFound, InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.config import Settings
    from zanryu.web.words import Words
    from zanryu.wikidata.handover.batches import Handover
    from zanryu.wikidata.report.gaps import Gaps


def batch(  # noqa: PLR0913 - as many as the command has options
    things: Annotated[
        list[str] | None, typer.Argument(metavar="PERSON…", help="ishii-takuo, unit/34th-army, or an IRI.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that is linked to Wikidata.")] = False,
    include: Annotated[
        str, typer.Option(help="What is held back and to go all the same, by reason, with commas.")
    ] = "",
    create: Annotated[bool, typer.Option("--create", help="Make items for what is not linked.")] = False,
    retrieved: Annotated[
        str, typer.Option(metavar="DAY", help="When you opened the pages that are cited by address.")
    ] = "",
    v3: Annotated[bool, typer.Option("--v3", help="For QuickStatements 3: with ranks.")] = False,
    output: Annotated[Path | None, typer.Option("--out", help="A folder for the files.")] = None,
    store: StoreOption = None,
) -> None:
    """Write claims as commands for QuickStatements, and list what is held back with the reason.

    Nothing is sent anywhere: you look through a batch of at most 200 commands and run it there, under your
    own account. Without --out one batch is printed, and what is held back on stderr. What Wikidata has is
    compared first, as `zanryu wikidata fetch` read it.

    Examples: zanryu wikidata batch ho-chi-minh · zanryu wikidata batch --all --out var/wikidata-batches ·
    zanryu wikidata batch ishii-takuo --create
    """
    from zanryu.web.words import Words
    from zanryu.wikidata.expression.expressing import linked
    from zanryu.wikidata.handover.asked_things import thing_iri, wanted
    from zanryu.wikidata.handover.gathering import handover_of

    asked = wanted(include.split(","), creates=create, v3=v3, retrieved=retrieved)
    if bool(things) == every:
        raise InvalidSetting("Say which things, as in `zanryu wikidata batch ho-chi-minh`, or --all.")
    with open_gaps(settings_of(store)) as gaps:
        iris = list(linked(gaps.backend)) if every else [thing_iri(text) for text in things or []]
        found = handover_of(gaps, iris, asked)
    if output:
        _write(found, output, Words("en"))
    else:
        _print(found, Words("en"))


@contextmanager
def open_gaps(settings: Settings) -> Iterator[Gaps]:
    """Yield what reports are made of: the newest data of the store, and what was read of Wikidata."""
    from zanryu.sparql.results import serialise
    from zanryu.store.embedded import EmbeddedStore
    from zanryu.store.newest import newest
    from zanryu.wikidata.report.gaps import Gaps

    with newest(settings) as snapshot:
        backend = EmbeddedStore(snapshot.folder, snapshot.version, serialise)
        yield Gaps.over(backend, settings)


def _write(found: Handover, folder: Path, words: Words) -> None:
    from zanryu.wikidata.handover.handover_files import files

    for name, content in files(found, words):
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise InputNotFound(f"{path} cannot be written: {error.strerror or error}.") from None
        typer.echo(path)
    typer.echo(_summary(found))


def _print(found: Handover, words: Words) -> None:
    from zanryu.graph.namespaces import compact
    from zanryu.wikidata.handover.hindrances import why

    if len(found.batches) > 1:
        raise InvalidSetting(f"These are {len(found.batches)} batches; give --out with a folder for them.")
    for one in found.batches:
        typer.echo(one.text, nl=False)
    for held in found.held:
        names = ", ".join(compact(claim) for claim in held.claims) or compact(held.thing)
        reasons = "; ".join(f"{reason}: {why(reason, words)}" for reason in held.reasons)
        typer.echo(f"held back {names}: {reasons}", err=True)
    typer.echo(_summary(found), err=True)


def _summary(found: Handover) -> str:
    batches = f"{len(found.batches)} {'batch' if len(found.batches) == 1 else 'batches'}"
    return (
        f"{found.commands} commands in {batches}, {len(found.held)} held back; data version {found.version}"
    )
