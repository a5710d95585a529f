"""``zanryu wikidata gaps``: what Wikidata has, lacks or contradicts of the claims."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zanryu.commands.options import Language, LanguageOption, StoreOption, settings_of
from zanryu.commands.wikidata_batch import open_gaps
from zanryu.errors import InputNotFound, InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zanryu.config import Settings
    from zanryu.web.words import Words
    from zanryu.wikidata.report.gap_keeping import Overview
    from zanryu.wikidata.report.gaps import Gaps, Report
    from zanryu.wikidata.report.side_by_side import Line, SideBySide

_SHOWN = 3


def gaps(
    things: Annotated[
        list[str] | None, typer.Argument(metavar="PERSON…", help="ishii-takuo, unit/34th-army, or an IRI.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row for each claim and statement.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, a JSON object a line.")] = False,
    language: LanguageOption = Language.en,
    store: StoreOption = None,
) -> None:
    """Compare claims with what `zanryu wikidata fetch` read: claim by claim, or without a PERSON in numbers.

    Nothing is asked of Wikidata and nothing is changed but the counts over time, beside what was read. With
    --csv or --json and without a PERSON, everything that is linked is written claim by claim.

    Examples: zanryu wikidata gaps · zanryu wikidata gaps ho-chi-minh · zanryu wikidata gaps --csv > gaps.csv
    """
    if as_csv and as_json:
        raise InvalidSetting("Choose one of --csv and --json.")
    settings = settings_of(store)
    with open_gaps(settings) as found:
        reports = _reports(found, things) if things else found.reports()
        if as_json:
            _print_json(reports, found.own)
        elif as_csv:
            _print_csv(reports)
        elif things:
            _print_reports(found, reports, language)
        else:
            _print_overview(found, settings, language)


def _reports(found: Gaps, things: Iterable[str]) -> Iterator[Report]:
    from zanryu.wikidata.handover.asked_things import thing_iri

    for text in things:
        iri = thing_iri(text)
        report = found.report(iri)
        if report is None:
            if not found.backend.describe(iri):
                raise InputNotFound(f"{text} is not in the graph.")
            raise InputNotFound(f"{text} is linked to no item of Wikidata; see data/links.ttl.")
        yield report


def _print_json(reports: Iterable[Report], own: Iterable[str]) -> None:
    from zanryu.wikidata.report.gap_data import as_document

    for report in reports:
        typer.echo(json.dumps(as_document(report, own), ensure_ascii=False))


def _print_csv(reports: Iterable[Report]) -> None:
    from zanryu.wikidata.report.gap_data import as_csv

    sys.stdout.buffer.write(as_csv(reports).encode())


def _print_reports(found: Gaps, reports: Iterable[Report], language: str) -> None:
    from zanryu.naming.labels import Labels
    from zanryu.portal.entity.dates import date_in_words
    from zanryu.store.backend import iri
    from zanryu.wikidata.report.beside import BesidePages

    beside = BesidePages(found, Labels(found.backend), date_in_words)
    for report in reports:
        name = beside.labels.show(iri(report.iri), language).text
        for line in _told(name, beside.present(report, language)):
            typer.echo(line)


def _told(name: str, told: SideBySide) -> Iterator[str]:
    if not told.is_read:
        unread = f"{told.item} was not read; run `zanryu wikidata fetch {told.item}`."
        yield f"{name}: {told.problem or unread}"
        return
    merged = f", now {told.target}" if told.target else ""
    yield f"{name}: {told.item}{merged}, revision {told.revision} of {told.modified[:10] or 'an unknown day'}"
    for group in told.groups:
        yield f"\n  {group.name} ({len(group.lines)}): {group.meaning}"
        for line in group.lines:
            yield from _lines(line)
    yield f"\n  {told.outside} statements of properties that are not claimed here"


def _lines(line: Line) -> Iterator[str]:
    yield f"    {line.property.text}{f' {line.number}' if line.number else ''}: {line.why}"
    if line.ours:
        sources = "; ".join(
            f"{one.work.text if one.work else '–'}{', ' if one.place else ''}{one.place}"
            for one in line.ours.sources
        )
        yield f"      ours    {line.ours.value.text} [{sources}] {line.ours.name}"
        for why in line.ours.withheld:
            yield f"              not handed over: {why}"
    for side in line.theirs:
        named = [
            ", ".join(f"{part.property.text} {part.value.text}" for part in one.parts) for one in side.sources
        ]
        more = [f"{len(named) - _SHOWN} more"] if len(named) > _SHOWN else []
        standing = f" ({side.standing})" if side.standing else ""
        yield f"      theirs  {side.value.text}{standing} [{'; '.join([*named[:_SHOWN], *more])}]"


def _print_overview(found: Gaps, settings: Settings, language: str) -> None:
    from zanryu.web.words import Words
    from zanryu.wikidata.report.gap_keeping import overview, with_history

    made = with_history(overview(found), settings.wikidata)
    words = Words(language)
    typer.echo(f"Things that are linked to an item: {len(made.things)}, of which {len(made.read)} were read.")
    typer.echo(f"Officers without an item: {made.unlinked.count}.")
    if not made.read:
        typer.echo("Nothing can be compared; run `zanryu wikidata fetch --linked`.")
        return
    _print_kinds(made, words)
    _print_things(made, words)


def _print_kinds(made: Overview, words: Words) -> None:
    from zanryu.wikidata.comparison import kinds

    typer.echo()
    for kind, count in made.counts().items():
        typer.echo(f"{count:6}  {kinds.name(kind, words)}")


def _print_things(made: Overview, words: Words) -> None:
    from zanryu.graph.namespaces import compact
    from zanryu.wikidata.comparison import kinds

    typer.echo()
    for thing in made.read:
        counts = (f"{kinds.name(kind, words).lower()} {n}" for kind, n in thing.counts.items() if n)
        typer.echo(f"{compact(thing.iri)} {thing.item} revision {thing.revision}: {', '.join(counts)}")
