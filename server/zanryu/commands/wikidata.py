"""``zanryu wikidata``: what Wikidata says, and what is handed over to it."""

from __future__ import annotations

import re
from pathlib import Path  # noqa: TC003 - typer reads the types of parameters
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import DataOption, StoreOption, settings_of  # noqa: TC001 - see above
from zanryu.commands.wikidata_batch import batch
from zanryu.commands.wikidata_gaps import gaps
from zanryu.errors import InputNotFound, InvalidSetting
from zanryu.progress import steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from zanryu.graph.sources import Dataset
    from zanryu.wikidata.entities.cache import Cache
    from zanryu.wikidata.entities.fetching import Fetched, Wanted
    from zanryu.wikidata.model import Entity

app = typer.Typer(
    help="Read items of Wikidata, compare them with the claims, and hand claims over.", no_args_is_help=True
)

ItemsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="Q…", help="Items; Q42@123 is the revision 123 of Q42.")
]


app.command("batch")(batch)
app.command("gaps")(gaps)


@app.command("fetch")
def fetch_items(
    items: ItemsArgument = None,
    linked: Annotated[
        bool, typer.Option("--linked", help="All items that the dataset links to (skos:exactMatch).")
    ] = False,
    store: StoreOption = None,
    data: DataOption = None,
) -> None:
    """Read items of Wikidata and keep them, each at its revision, beside the store.

    What is kept and did not change is not read again. Wikidata wants to know who asks: set
    ZANRYU_WIKIDATA_CONTACT to your e-mail address or web page. At most three questions are asked at once, and
    pauses that Wikidata asks for are kept. Exit code 1: an item could not be read; the others were.

    Examples: zanryu wikidata fetch --linked · zanryu wikidata fetch Q36014 Q748780
    """
    from zanryu.graph.sources import find_dataset, read
    from zanryu.wikidata.entities.cache import Cache
    from zanryu.wikidata.entities.client import open_client
    from zanryu.wikidata.entities.fetching import Happened, fetch

    settings = settings_of(store)
    dataset = find_dataset(data) if linked else None
    found = _linked(dataset, read(dataset.files())) if dataset else []
    wanted = _wanted([*(items or []), *found])
    fetched: list[Fetched] = []
    with (
        open_client(settings.wikidata_origin, settings.wikidata_contact) as wikidata,
        steps("Fetching", len(wanted)) as progress,
    ):
        for one in fetch(wanted, Cache(settings.wikidata), wikidata):
            fetched.append(one)
            progress(one.asked)
    for one in fetched:
        typer.echo(str(one))
    happened = [one.happened for one in fetched]
    counts = (f"{happened.count(kind)} {kind}" for kind in Happened if kind in happened)
    typer.echo(f"{', '.join(counts)}: {settings.wikidata}")
    if {Happened.FAILED, Happened.NOT_ASKED} & set(happened):
        raise typer.Exit(1)


@app.command("import")
def import_items(
    items: ItemsArgument = None,
    linked: Annotated[
        bool, typer.Option("--linked", help="All items that were read and that the dataset links to.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.ttl", help="The file to write.", show_default="stdout")
    ] = None,
    store: StoreOption = None,
    data: DataOption = None,
) -> None:
    """Write what Wikidata says of our things as claims, cited to the item at its revision.

    Nothing is asked of Wikidata: what `zanryu wikidata fetch` kept is read. Only properties with an alignment
    are taken. Left out, and told with the reason, are statements whose only references are "imported from" a
    Wikimedia project or pages of ours, and those whose value is nothing that the dataset knows. The claims
    are held for possible; look at each, and put the file into data/claims/.

    Examples: zanryu wikidata import Q36014 · zanryu wikidata import --linked --out data/claims/wikidata.ttl
    """
    from zanryu.graph.sources import find_dataset, read
    from zanryu.wikidata.comparison.sourcing import own_addresses
    from zanryu.wikidata.entities.cache import Cache
    from zanryu.wikidata.imports.importing import import_entity
    from zanryu.wikidata.imports.known import Known
    from zanryu.wikidata.imports.revision_work import turtle_of

    if out and (out.exists() or out.suffix != ".ttl"):
        raise InvalidSetting(f"{out}: give the name of a new .ttl file.")
    settings = settings_of(store)
    cache = Cache(settings.wikidata)
    dataset = find_dataset(data)
    quads = read(dataset.files())
    kept = [item for item in _linked(dataset, quads) if cache.revisions(item)] if linked else []
    wanted = _wanted([*(items or []), *kept])
    known, own = Known.of(quads, cache.target), own_addresses(settings)
    imported = [import_entity(_entity(cache, item), known, own) for item in wanted]
    for one in imported:
        for left in one.left_out:
            typer.echo(f"left out {left}", err=True)
        typer.echo(str(one), err=True)
    if out:
        _write(out, turtle_of(imported))
    else:
        typer.echo(turtle_of(imported), nl=False)


def _wanted(items: list[str]) -> list[Wanted]:
    from zanryu.wikidata.entities.cache import require_id
    from zanryu.wikidata.entities.fetching import Wanted

    if not items:
        raise InvalidSetting("Say which items, as in Q36014, or --linked for all; there is none to look at.")
    wanted = []
    for item in dict.fromkeys(items):
        entity_id, at, revision = item.partition("@")
        if at and not re.fullmatch(r"[1-9][0-9]{0,17}", revision):
            raise InvalidSetting(f"{item!r} names no revision; give one like Q42@1997465481.")
        wanted.append(Wanted(require_id(entity_id), int(revision or 0)))
    return wanted


def _linked(dataset: Dataset, quads: Iterable[Quad]) -> list[str]:
    from zanryu.wikidata.imports.links import linked_items

    found = linked_items(quads)
    if not found:
        raise InvalidSetting(f"{dataset.root} links to no item of Wikidata (skos:exactMatch).")
    return found


def _entity(cache: Cache, item: Wanted) -> Entity:
    entity = cache.at(item.id, item.revision) if item.revision else cache.newest(item.id)
    if entity is None:
        name = f"{item.id}@{item.revision}" if item.revision else item.id
        raise InputNotFound(f"{name} was not read yet; run `zanryu wikidata fetch {name}` first.")
    return entity


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputNotFound(f"{path}: {error.strerror or error}.") from None
