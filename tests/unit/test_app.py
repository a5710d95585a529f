"""The application is made in steps, and its faults are ours to read, not the client's."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from zanryu.app import create_app
from zanryu.config import Settings
from zanryu.errors import InputNotFound
from zanryu.store.embedded import EmbeddedStore, create_store

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A built store with one triple."""
    triple = ox.Triple(ox.NamedNode("http://h/a"), ox.NamedNode("http://h/p"), ox.Literal("x", language="vi"))
    (tmp_path / "data.nq").write_text(f"{triple} <http://h/g> .\n", encoding="utf-8")
    create_store(tmp_path / "store", tmp_path / "data.nq")
    (tmp_path / "dist").mkdir()
    (tmp_path / "current").mkdir()
    record = {"inputs": "", "version": "0123456789abcdef", "counts": {"persons": 0}}
    (tmp_path / "current" / "build.json").write_text(json.dumps(record), encoding="utf-8")
    return Settings(store=tmp_path / "store")


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


def test_without_a_build_the_message_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match="zanryu build"):
        create_app(Settings(store=tmp_path / "store"))


def test_a_dataset_that_is_named_and_not_there_is_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputNotFound):
        create_app(settings, tmp_path / "nothing")


def test_importing_the_application_opens_nothing() -> None:
    code = "import zanryu.app, sys; sys.exit('pyshacl' in sys.modules or 'granian' in sys.modules)"
    server = Path(__file__).resolve().parents[2] / "server"

    assert (
        subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(server)}, check=False).returncode
        == 0
    )


def test_a_fault_of_ours_is_a_500_with_an_id_that_is_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(EmbeddedStore, "query", fail)
    with caplog.at_level(logging.ERROR, "zanryu"):
        response = app.test_client().get("/sparql?query=ASK{}")
    problem = json.loads(response.data)

    assert (response.status_code, problem["status"]) == (500, 500)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "secret" not in response.text
    assert problem["instance"].removeprefix("urn:uuid:") in caplog.text
    assert "secret of the house" in caplog.text


def test_health_fails_when_the_data_cannot_be_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(EmbeddedStore, "health", fail)
    response = app.test_client().get("/health")

    assert (response.status_code, json.loads(response.data)["status"]) == (503, "failing")
