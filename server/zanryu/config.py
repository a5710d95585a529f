"""Settings: one table, read from the environment (``ZANRYU_NAME``), overridden by command-line options."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zanryu.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "ZANRYU_"
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
# In a policy of a page, so nothing but an origin (RFC 6454, 6.2).
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?\Z")
_ABOVE_ZERO = (
    "query_timeout_seconds", "write_timeout_seconds", "query_memory_bytes", "result_bytes", "result_rows",
    "max_body_bytes", "validation_timeout_seconds", "validation_bytes", "federation_timeout_seconds",
    "federation_rows", "federation_bytes",
)  # fmt: skip
_FROM_ZERO = ("query_workers", "validation_workers", "cache_bytes", "max_age_seconds", "budget_errors")


def _setting(default: object, meaning: str) -> Any:  # noqa: ANN401 - dataclass field, typed by its annotation
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its unit in its name; ``docs/settings.md`` is generated from this table."""

    host: str = _setting("127.0.0.1", "address that `zanryu serve` listens on")
    port: int = _setting(8000, "TCP port that `zanryu serve` listens on")
    store: Path = _setting(Path("var/store"), "folder of the built store")
    token_file: Path = _setting(
        Path("tokens.json"),
        "file of the digests of the editors' tokens; a relative path begins beside the store",
    )
    writes: bool = _setting(
        False, "whether editors with a token (`zanryu token create`) may change the graph over HTTP"
    )
    write_timeout_seconds: float = _setting(30.0, "a change is given up after this many seconds")
    snapshots_kept: int = _setting(20, "newest versions whose data is kept ready; older ones are made again")
    versions_kept: int = _setting(
        8, "old versions that may be read at once; their data is made again, and kept until room is needed"
    )
    acceptance_threshold: int = _setting(
        3, "lowest certainty level (0 refuted … 4 certain) at which a claim yields an accepted triple"
    )
    query_timeout_seconds: float = _setting(30.0, "a query, or matching, is stopped after this many seconds")
    query_workers: int = _setting(0, "processes that evaluate queries; 0 is one for each core")
    query_queue_length: int = _setting(64, "queries that may wait for a worker; more are refused with 503")
    query_memory_bytes: int = _setting(
        1_073_741_824, "memory in bytes that a query may need before it is stopped"
    )
    result_bytes: int = _setting(268_435_456, "largest answer to a query in bytes")
    result_rows: int = _setting(1_000_000, "largest answer to a query in rows or triples")
    budget_seconds: float = _setting(
        120.0, "seconds of query time that a client address (IPv4, or IPv6 /64) may save up; 0 sets no limit"
    )
    budget_refill_seconds_per_minute: float = _setting(
        60.0, "seconds of query time that a client address is given each minute"
    )
    budget_errors: int = _setting(
        60, "failed queries that a client address may have before it has to wait; 0 sets no limit"
    )
    budget_refill_errors_per_minute: float = _setting(
        30.0, "failed queries that a client address is given each minute"
    )
    queries_per_client: int = _setting(
        16, "queries that a client address may have under way at once, waiting ones too; 0 sets no limit"
    )
    budget_loopback: bool = _setting(
        False, "whether the budgets and the queries at once are limited for clients on this machine too"
    )
    trusted_proxies: int = _setting(
        0, "proxies in front of the server: so many entries of X-Forwarded-For are believed, from the right"
    )
    federation_origins: str = _setting(
        "",
        "origins that queries may ask by SERVICE, separated by commas; empty allows none. Wikidata is at "
        "`https://query.wikidata.org, https://query-scholarly.wikidata.org, https://qlever.dev`",
    )
    federation_private_addresses: bool = _setting(
        False, "whether the name of a listed origin may lead to an address that is not public"
    )
    federation_timeout_seconds: float = _setting(
        15.0, "all SERVICE of a query together are given up after this many seconds of its time"
    )
    federation_rows: int = _setting(10_000, "largest answer to one SERVICE in rows")
    federation_bytes: int = _setting(4_194_304, "largest answer to one SERVICE in bytes, unpacked")
    max_body_bytes: int = _setting(1_048_576, "largest request body in bytes")
    reconciliation_batch: int = _setting(
        50, "names that one request to /reconcile may match, and things that it may ask values of"
    )
    public_address: str = _setting(
        "",
        "where clients reach the server, as in `https://data.example.org`, for answers that have to name it; "
        "empty is the address that a request came to",
    )
    prepare_indexes: bool = _setting(True, "make the indexes of search and lists when the server starts")
    validation_workers: int = _setting(
        1, "processes that validate what is sent to /validate; 0 takes the page away"
    )
    validation_queue_length: int = _setting(
        8, "documents that may wait to be validated; more are refused with 503"
    )
    validation_timeout_seconds: float = _setting(10.0, "a validation is stopped after this many seconds")
    validation_bytes: int = _setting(524_288, "largest document that is validated in bytes")
    cache_bytes: int = _setting(67_108_864, "bytes of answers kept in memory; 0 keeps none")
    max_age_seconds: int = _setting(60, "an answer may be reused for this many seconds without asking again")
    page_threads: int = _setting(8, "threads that make pages")
    access_log: Path = _setting(
        Path("-"), "file of the access log, one JSON object a line; `-` is standard output, `none` is nothing"
    )
    metrics_public: bool = _setting(False, "whether /metrics answers others than this machine and admins")
    stop_grace_seconds: int = _setting(
        35, "a server that is told to stop finishes what it is answering for at most this many seconds"
    )
    wikidata_folder: Path = _setting(
        Path("wikidata"), "folder of what was read of Wikidata; a relative path begins beside the store"
    )
    wikidata_contact: str = _setting(
        "",
        "e-mail address or web page of whoever runs this: `zanryu wikidata fetch` gives it in its "
        "User-Agent, as Wikidata requires, and asks nothing without it",
    )
    wikidata_origin: str = _setting(
        "https://www.wikidata.org", "where `zanryu wikidata fetch` asks; http:// only for this machine"
    )
    quickstatements_origin: str = _setting(
        "https://quickstatements.toolforge.org",
        "where batches for Wikidata are looked through and run (QuickStatements 2); empty offers none",
    )
    quickstatements3_origin: str = _setting(
        "https://qs-dev.toolforge.org", "the same for QuickStatements 3, which knows ranks"
    )

    @property
    def dist(self) -> Path:
        """The built files for download: beside the store, since one build makes both."""
        return self.store.parent / "dist"

    @property
    def live(self) -> Path:
        """The folder of what was written since a build; it has to outlast every build."""
        return self.store.parent / "live"

    @property
    def history(self) -> Path:
        """The journal of what was written."""
        return self.live / "history"

    @property
    def tokens(self) -> Path:
        """The file of who may write."""
        return self.store.parent / self.token_file

    @property
    def wikidata(self) -> Path:
        """The folder of what was read of Wikidata."""
        return self.store.parent / self.wikidata_folder

    def __post_init__(self) -> None:
        """Refuse values that cannot work, naming the setting."""
        for name, holds, wanted in (*self._limits(), *self._budgets(), *self._origins()):
            _require(holds, name, getattr(self, name), wanted)

    def _limits(self) -> Iterator[tuple[str, bool, str]]:
        yield "port", 0 <= self.port <= 65535, "a TCP port from 0 to 65535"
        yield "acceptance_threshold", 0 <= self.acceptance_threshold <= 4, "a certainty level from 0 to 4"
        for name in _FROM_ZERO:
            yield name, getattr(self, name) >= 0, f"0 {name.rpartition('_')[2]} or more"
        for name in _ABOVE_ZERO:
            yield name, getattr(self, name) > 0, f"more than 0 {name.rpartition('_')[2]}"
        yield "snapshots_kept", self.snapshots_kept >= 2, "2 versions or more"
        yield "versions_kept", self.versions_kept >= 1, "1 version or more"
        yield "query_queue_length", self.query_queue_length >= 0, "0 queries or more"
        yield "reconciliation_batch", self.reconciliation_batch >= 1, "1 name or more"
        yield "validation_queue_length", self.validation_queue_length >= 0, "0 documents or more"
        yield "page_threads", self.page_threads > 0, "1 thread or more"
        yield "stop_grace_seconds", self.stop_grace_seconds > 0, "1 second or more"

    def _origins(self) -> Iterator[tuple[str, bool, str]]:
        for name in ("public_address", "quickstatements_origin", "quickstatements3_origin"):
            value = getattr(self, name)
            yield name, not value or bool(_ORIGIN.match(value)), "https://host without a path, or nothing"

    def _budgets(self) -> Iterator[tuple[str, bool, str]]:
        yield "budget_seconds", self.budget_seconds >= 0, "0 seconds or more"
        # Without a refill, who has spent a budget would be shut out for good.
        for name in ("budget_refill_seconds_per_minute", "budget_refill_errors_per_minute"):
            yield name, getattr(self, name) > 0, "more than 0 a minute"
        yield "queries_per_client", self.queries_per_client >= 0, "0 queries or more"
        yield "trusted_proxies", self.trusted_proxies >= 0, "0 proxies or more"


def _require(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise InvalidSetting(f"{PREFIX}{name.upper()} is {value!r}; give {wanted}.")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment`` (default: the process's own).

    An unknown ``ZANRYU_*`` variable is an error that names the near misses: a mistyped setting that is
    silently ignored would be a setting that the operator believes to be in force.
    """
    environment = os.environ if environment is None else environment
    known = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            raise InvalidSetting(_unknown(variable, list(known)))
        setting = known[variable]
        values[setting.name] = _convert(variable, text, type(setting.default))
    return Settings(**values)


def _unknown(variable: str, known: list[str]) -> str:
    near = get_close_matches(variable, known, n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known settings: {', '.join(known)}."
    return f"{variable} is not a setting. {hint}"


def _convert(variable: str, text: str, kind: type[Any]) -> object:
    try:
        return _BOOLEANS[text.lower()] if kind is bool else kind(text)
    except KeyError:
        raise InvalidSetting(f"{variable} is {text!r}; give true or false.") from None
    except ValueError:
        raise InvalidSetting(f"{variable} is {text!r}; give a value of type {kind.__name__}.") from None


def settings_table() -> str:
    """Return the table of all settings in Markdown, as ``docs/settings.md`` shows it."""
    rows = [
        f"| `{PREFIX}{f.name.upper()}` | {f.metadata['meaning']} | `{f.default}` |" for f in fields(Settings)
    ]
    return "\n".join(["| variable | meaning | default |", "|---|---|---|", *rows]) + "\n"
