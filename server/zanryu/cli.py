"""The command line: ``zanryu check · build · serve · reload · query · format · archive · token``.

Exit codes: 0 success, 1 findings, 2 usage or input error.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the types of parameters
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu import __version__
from zanryu.access import command as token_commands
from zanryu.commands import wikidata as wikidata_commands
from zanryu.commands.backup import backup, restore
from zanryu.commands.history import history, verify
from zanryu.commands.options import DataOption, Language, LanguageOption, StoreOption, settings_of
from zanryu.commands.revert import revert
from zanryu.commands.tables import export, import_claims, template
from zanryu.config import read_settings
from zanryu.errors import InputNotFound, InvalidSetting, ZanryuError
from zanryu.progress import steps

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="zanryu",
    help="A knowledge graph of the Japanese officers who stayed in Indochina after August 1945. "
    "Begin with `zanryu build` and `zanryu serve`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(token_commands.app, name="token")
app.add_typer(wikidata_commands.app, name="wikidata")


class CheckFormat(StrEnum):
    """Forms of the findings of a check."""

    text = "text"
    json = "json"
    turtle = "turtle"
    sarif = "sarif"


def main() -> None:
    """Run the command line; a mistake of the user's is one line on stderr, never a stack trace."""
    try:
        app()
    except ZanryuError as error:
        sys.stderr.write(f"zanryu: {error.detail}\n")
        raise SystemExit(error.exit_code) from None


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if version:
        typer.echo(f"zanryu {__version__}")
        raise typer.Exit


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders to report on; without any, the whole dataset."),
    ] = None,
    form: Annotated[CheckFormat, typer.Option("--format", help="Form of the findings.")] = CheckFormat.text,
    language: LanguageOption = Language.en,
    data: DataOption = None,
) -> None:
    """Check Turtle files: syntax, terms, entities, dates, hedge cues and all shapes.

    Single files are read in the context of the whole dataset. Exit code 0: no violations (warnings and
    infos are printed), 1: violations, 2: a file cannot be read.

    Examples: zanryu check · zanryu check data/claims/ishii-takuo.ttl · zanryu check --format sarif
    """
    from zanryu.graph import reporting
    from zanryu.graph.checking import check as run
    from zanryu.graph.sources import find_dataset

    settings = read_settings()
    with steps("Checking", 4) as progress:
        located = run(find_dataset(data), paths or [], settings.acceptance_threshold, progress)
    forms: dict[CheckFormat, Callable[[], str]] = {
        CheckFormat.text: lambda: reporting.as_text(located, language),
        CheckFormat.json: lambda: reporting.as_json(located),
        CheckFormat.turtle: lambda: reporting.as_turtle(located),
        CheckFormat.sarif: lambda: reporting.as_sarif(located),
    }
    typer.echo(forms[form]())
    if any(found.finding.level == "violation" for found in located):
        raise typer.Exit(1)


@app.command()
def build(
    store: StoreOption = None,
    data: DataOption = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
) -> None:
    """Check the dataset, derive what follows from the claims, write all dumps and the store.

    Nothing is done when nothing changed; a failed or interrupted build leaves the old one whole.
    The dumps are beside the store, in dist/, with SHA256SUMS.
    """
    from zanryu.graph.sources import find_dataset
    from zanryu.store.build import build as run

    settings = settings_of(store)
    with steps("Building", 15) as progress:
        built = run(find_dataset(data), settings, progress, force=force)
    said = ", ".join(f"{count} {name}" for name, count in built.counts.items())
    typer.echo(
        f"{'Nothing changed' if built.reused else 'Built'}: version {built.version} in {settings.store}"
    )
    typer.echo(said)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8000")] = None,
    store: StoreOption = None,
    data: DataOption = None,
    scratch: Annotated[
        bool, typer.Option("--scratch", help="Serve an empty playground that everybody here may change.")
    ] = False,
) -> None:
    """Serve the SPARQL endpoint, the linked data and the pages, from the built store.

    With --scratch: an empty store with open updates and graph store, on this machine alone, gone at the end.
    """
    settings = settings_of(store)
    if host is not None:
        settings = replace(settings, host=host)
    if port is not None:
        settings = replace(settings, port=port)
    if not scratch:
        from zanryu.front.serving import serve as run

        run(settings, data)
    elif store or data:
        raise InvalidSetting("--scratch begins with an empty store; leave --store and --data out.")
    else:
        from zanryu.front.scratch import serve_scratch

        serve_scratch(settings)


@app.command()
def reload(store: StoreOption = None) -> None:
    """Have the running server take up the newest build, without dropping a request; returns when it has.

    The same as SIGHUP to `zanryu serve`. Exit code 2: nothing runs over the store, or the build cannot be
    taken up, and what was served before is served on; the reason is printed.
    """
    from zanryu.front.reload_command import reload_servers

    for line in reload_servers(settings_of(store)):
        typer.echo(line)


@app.command()
def query(
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="File with a SPARQL query, or - for stdin.")
    ],
    form: Annotated[
        str,
        typer.Option(
            "--format", help="table, json, xml, csv, tsv; for graphs ttl, nt, nq, trig, rdf, jsonld."
        ),
    ] = "table",
    store: StoreOption = None,
) -> None:
    """Ask the newest data of the store a SPARQL query, and print the answer.

    Examples: zanryu query queries/cq02-who-taught-at-quang-ngai.rq ·
    echo 'ASK { ?s ?p ?o }' | zanryu query - --format json
    """
    from zanryu.sparql.command import print_answer, read_query

    print_answer(settings_of(store), read_query(source), form)


@app.command("format")
def format_files(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Turtle files; without any, those of data/.")
    ] = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Bring Turtle files of data/ into house style: one subject block each, one predicate a line, sorted."""
    from zanryu.graph.sources import find_dataset
    from zanryu.graph.turtle import format_turtle

    changed = 0
    for path in paths or sorted(find_dataset(data).data.rglob("*.ttl")):
        if not path.is_file():
            raise InputNotFound(f"{path}: no such file.")
        text = path.read_text(encoding="utf-8")
        formatted = format_turtle(text, str(path))
        if formatted != text:
            changed += 1
            typer.echo(f"{'would change' if only_check else 'formatted'} {path}")
            if not only_check:
                path.write_text(formatted, encoding="utf-8")
    if only_check and changed:
        raise typer.Exit(1)


@app.command()
def archive(
    text: Annotated[Path, typer.Argument(help="A text file that was read as a source (UTF-8).")],
    data: DataOption = None,
) -> None:
    """Fingerprint a text, so that `zanryu check` can find hedge cues in it without keeping a copy.

    Name the file on the work with zr:archivedAs.
    """
    from zanryu.graph.archive import write_fingerprint
    from zanryu.graph.sources import find_dataset

    if not text.is_file():
        raise InputNotFound(f"{text}: no such file.")
    folder = find_dataset(data).archive()
    folder.mkdir(exist_ok=True)
    path = write_fingerprint(text.read_text(encoding="utf-8"), folder, text.name)
    typer.echo(f'{path}\nOn the work: zr:archivedAs "{text.name}"')


app.command("import")(import_claims)
for command in (template, export, history, revert, verify, backup, restore):
    app.command()(command)
