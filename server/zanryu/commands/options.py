"""Options that several commands have."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zanryu.config import read_settings

if TYPE_CHECKING:
    from zanryu.config import Settings


class Language(StrEnum):
    """The languages of the messages and the labels; see ``zanryu.web.languages``."""

    en = "en"
    ja = "ja"
    vi = "vi"


# A change has ZANRYU_WRITE_TIMEOUT_SECONDS (30), and so has each of those that wait before it.
DEFAULT_TIMEOUT_SECONDS: Final = 600.0

StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the built store.", show_default="var/store")
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Another dataset: a folder with ontology/, data/, shapes/ and queries/."),
]

ServerOption = Annotated[
    str | None, typer.Option("--server", help="Address of a running server, to which it is sent.")
]
TokenFileOption = Annotated[
    Path | None,
    typer.Option("--token-file", help="File with your token for --server, or - for standard input."),
]
TimeoutOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        help="With --server: how long an answer of it may take, its queue and further tries included.",
    ),
]
LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of names and messages.")]
MessageOption = Annotated[str, typer.Option("--message", help="Why, for the history.")]


def settings_of(store: Path | None) -> Settings:
    """Return the settings, with the store that an option names."""
    settings = read_settings()
    return replace(settings, store=store) if store else settings
