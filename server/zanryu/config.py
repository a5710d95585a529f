"""Settings: one table, read from the environment (``ZANRYU_NAME``), overridden by command-line options."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zanryu.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "ZANRYU_"


def _setting(default: object, meaning: str) -> Any:  # noqa: ANN401 - dataclass field, typed by its annotation
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its unit in its name; ``docs/settings.md`` is generated from this table."""

    host: str = _setting("127.0.0.1", "address that `zanryu serve` listens on")
    port: int = _setting(8000, "TCP port that `zanryu serve` listens on")
    store: Path = _setting(Path("var/store"), "folder of the built store")
    acceptance_threshold: int = _setting(
        3, "lowest certainty level (0 refuted … 4 certain) at which a claim yields an accepted triple"
    )
    query_timeout_seconds: float = _setting(30.0, "a query is stopped after this many seconds")
    max_body_bytes: int = _setting(1_048_576, "largest request body in bytes")
    cache_bytes: int = _setting(67_108_864, "bytes of answers kept in memory; 0 keeps none")
    max_age_seconds: int = _setting(60, "an answer may be reused for this many seconds without asking again")
    page_threads: int = _setting(8, "threads that make pages")
    access_log: Path = _setting(
        Path("-"), "file of the access log, one JSON object a line; `-` is standard output, `none` is nothing"
    )

    @property
    def dist(self) -> Path:
        """The built files for download: beside the store, since one build makes both."""
        return self.store.parent / "dist"

    def __post_init__(self) -> None:
        """Refuse values that cannot work, naming the setting."""
        _require(0 <= self.port <= 65535, "port", self.port, "a TCP port from 0 to 65535")
        _require(
            0 <= self.acceptance_threshold <= 4,
            "acceptance_threshold",
            self.acceptance_threshold,
            "a certainty level from 0 to 4",
        )
        _require(
            self.query_timeout_seconds > 0,
            "query_timeout_seconds",
            self.query_timeout_seconds,
            "more than 0 seconds",
        )
        _require(self.max_body_bytes > 0, "max_body_bytes", self.max_body_bytes, "more than 0 bytes")
        _require(self.cache_bytes >= 0, "cache_bytes", self.cache_bytes, "0 bytes or more")
        _require(self.max_age_seconds >= 0, "max_age_seconds", self.max_age_seconds, "0 seconds or more")
        _require(self.page_threads > 0, "page_threads", self.page_threads, "1 thread or more")


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
        return kind(text)
    except ValueError:
        raise InvalidSetting(f"{variable} is {text!r}; give a value of type {kind.__name__}.") from None


def settings_table() -> str:
    """Return the table of all settings in Markdown, as ``docs/settings.md`` shows it."""
    rows = [
        f"| `{PREFIX}{f.name.upper()}` | {f.metadata['meaning']} | `{f.default}` |" for f in fields(Settings)
    ]
    return "\n".join(["| variable | meaning | default |", "|---|---|---|", *rows]) + "\n"
