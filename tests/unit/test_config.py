from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zanryu.config import PREFIX, Settings, read_settings, settings_table
from zanryu.errors import InvalidSetting

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset

VALUES: dict[str, tuple[str, object]] = {
    "host": ("::1", "::1"),
    "port": ("8080", 8080),
    "store": ("elsewhere/store", Path("elsewhere/store")),
    "acceptance_threshold": ("2", 2),
    "query_timeout_seconds": ("2.5", 2.5),
    "max_body_bytes": ("10", 10),
}


def _other(name: str) -> tuple[str, object]:
    """Return a value for a setting that this module has no example of: its default."""
    default = next(f.default for f in fields(Settings) if f.name == name)
    return str(default), default


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_each_setting_is_read_from_the_environment(name: str) -> None:
    text, value = VALUES.get(name) or _other(name)

    settings = read_settings({PREFIX + name.upper(): text})

    assert getattr(settings, name) == value
    assert type(getattr(settings, name)) is type(getattr(Settings(), name)) or isinstance(value, Path)


def test_without_an_environment_the_defaults_hold() -> None:
    assert read_settings({"PATH": "/usr/bin", "ZANRYUX": "1"}) == Settings()


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZANRYU_PORT", "9999")

    assert read_settings().port == 9999


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        pytest.param("ZANRYU_PROT", "Did you mean ZANRYU_PORT", id="letters swapped"),
        pytest.param("ZANRYU_QUERY_TIMEOUT", "ZANRYU_QUERY_TIMEOUT_SECONDS", id="unit forgotten"),
        pytest.param("ZANRYU_port", "Did you mean ZANRYU_", id="lower case"),
        pytest.param("ZANRYU_XQZWVBJK", "Known settings: ", id="nothing near"),
    ],
)
def test_an_unknown_setting_is_refused_with_what_is_near(variable: str, hint: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{variable} is not a setting") as refused:
        read_settings({variable: "1"})

    assert hint in refused.value.detail


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        pytest.param("ZANRYU_PORT", "http", "type int", id="port in words"),
        pytest.param("ZANRYU_PORT", "", "type int", id="empty port"),
        pytest.param("ZANRYU_PORT", "65536", "a TCP port from 0 to 65535", id="port too high"),
        pytest.param("ZANRYU_PORT", "-1", "a TCP port from 0 to 65535", id="negative port"),
        pytest.param("ZANRYU_ACCEPTANCE_THRESHOLD", "5", "from 0 to 4", id="threshold too high"),
        pytest.param("ZANRYU_ACCEPTANCE_THRESHOLD", "2.5", "type int", id="threshold between levels"),
        pytest.param("ZANRYU_QUERY_TIMEOUT_SECONDS", "0", "more than 0 seconds", id="no time"),
        pytest.param("ZANRYU_QUERY_TIMEOUT_SECONDS", "nan", "more than 0 seconds", id="no number"),
        pytest.param("ZANRYU_QUERY_TIMEOUT_SECONDS", "soon", "type float", id="time in words"),
        pytest.param("ZANRYU_MAX_BODY_BYTES", "0", "more than 0 bytes", id="no body"),
    ],
)
def test_an_impossible_value_is_refused_with_what_to_give(variable: str, value: str, wanted: str) -> None:
    with pytest.raises(InvalidSetting, match=rf"^{variable} is ") as refused:
        read_settings({variable: value})

    assert wanted in refused.value.detail


def test_settings_do_not_change_after_they_are_read() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_the_dumps_lie_beside_the_store() -> None:
    assert Settings(store=Path("a/store")).dist == Path("a/dist")


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_every_setting_says_what_it_means(name: str) -> None:
    assert next(f.metadata["meaning"] for f in fields(Settings) if f.name == name)


def test_the_page_about_settings_shows_the_table_of_the_program(dataset: Dataset) -> None:
    page = (dataset.root / "docs" / "settings.md").read_text(encoding="utf-8")

    _, begin, rest = page.partition("| variable |")
    shown = (begin + rest).partition("\n\n")[0].rstrip("\n") + "\n"
    assert shown == settings_table(), (
        "docs/settings.md is not up to date: replace its table by what "
        "`python -c 'from zanryu.config import settings_table; print(settings_table())'` prints"
    )
