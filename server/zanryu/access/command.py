"""``zanryu token create · list · revoke``: who may write, as the operator says."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zanryu.access.tokens import NEVER, Scope
from zanryu.config import read_settings

if TYPE_CHECKING:
    from zanryu.access.register import Tokens
    from zanryu.access.tokens import Token

app = typer.Typer(
    help="Say who may write: make, list and revoke the tokens of editors.", no_args_is_help=True
)

_SCOPES: Final = "write: to change the graph. admin: that, and to read /metrics from another machine."
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the store that is written to.", show_default="var/store"),
]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Name of the editor, as the history shall show it.")],
    scope: Annotated[Scope, typer.Option(help=_SCOPES)] = Scope.write,
    expires: Annotated[
        str, typer.Option(help="Last day (UTC) on which it is good: 90d, 2027-01-31 or never.")
    ] = "90d",
    store: StoreOption = None,
) -> None:
    """Make a token for an editor, and print it, once.

    The token alone goes to standard output, so that it can be piped to where it is kept.

    Examples: zanryu token create --name "Nguyen Van A" ·
    zanryu token create --name "Prometheus" --scope admin --expires 365d
    """
    token, secret = _tokens(store).create(name, scope, expires)
    typer.echo(secret)
    sys.stderr.write(
        f"Token {token.id} of {token.name}, to {token.scope}, {_until(token)}. "
        "Copy it now: only its digest is kept, and it will not be shown again.\n"
    )


@app.command("list")
def list_tokens(store: StoreOption = None) -> None:
    """List every token there ever was, with its state; never the tokens themselves."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    found = _tokens(store).everyone()
    if not found:
        typer.echo('There are no tokens. `zanryu token create --name "Nguyen Van A"` makes one.')
        return
    today = datetime.now(UTC).date()
    table = Table("id", "name", "scope", "created", "expires", "state", header_style="bold")
    for token in found:
        dates = str(token.created.date()), str(token.expires or NEVER)
        table.add_row(str(token.id), escape(token.name), token.scope, *dates, token.state(today))
    Console().print(table)


@app.command()
def revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID", help="Id of the token, as the list shows it.")],
    store: StoreOption = None,
) -> None:
    """Make a token good for nothing, from the next request on. A running server needs no restart."""
    token = _tokens(store).revoke(token_id)
    typer.echo(f"Token {token.id} of {token.name} is {token.state(datetime.now(UTC).date())}.")


def _tokens(store: Path | None) -> Tokens:
    from zanryu.access.register import Tokens

    settings = read_settings()
    return Tokens((replace(settings, store=store) if store else settings).tokens)


def _until(token: Token) -> str:
    return f"good to the end of {token.expires} (UTC)" if token.expires else "good until it is revoked"
