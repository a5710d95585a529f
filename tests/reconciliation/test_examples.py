"""What the official examples of queries say is valid is read, and what they say is invalid is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciliation.specification import FOLDER, VERSIONS, examples, faults
from zanryu.errors import MalformedRequest
from zanryu.reconciliation.batches import read_batch, read_draft_batch
from zanryu.reconciliation.extending import read_extension
from zanryu.reconciliation.given import read_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUERIES = "reconciliation-query-batch"
EXTENSIONS = "data-extension-query"


def _cases(*names: str) -> Any:
    if not FOLDER.is_dir():
        skipped = pytest.mark.skip(reason=f"the examples are not here: {FOLDER}")
        return [pytest.param(None, None, None, None, id="absent", marks=skipped)]
    return [
        pytest.param(version, name, is_valid, path, id="/".join((version, *path.parts[-3:])))
        for version in VERSIONS
        for wanted in names
        for name, is_valid, path in examples(version, wanted)
    ]


def _reader(version: str, name: str) -> Callable[[bytes], object]:
    if name == EXTENSIONS:
        return lambda body: read_extension(body, "extend", 50)
    if version == "0.2":
        return lambda body: read_batch(body.decode(), 50, "en")
    return lambda body: read_draft_batch(body, 50, "en")


@pytest.mark.parametrize(("version", "name", "is_valid", "path"), _cases(QUERIES, EXTENSIONS))
def test_an_official_example_is_read_as_it_is_labelled(
    version: str, name: str, is_valid: bool, path: Path
) -> None:
    read, body = _reader(version, name), path.read_bytes()

    if is_valid:
        assert read(body)
    else:
        with pytest.raises(MalformedRequest) as refused:
            read(body)
        assert "field" in refused.value.members


@pytest.mark.parametrize(
    ("version", "name", "is_valid", "path"),
    _cases("manifest", "*-response", "*-proposal", "*-result-batch", QUERIES, EXTENSIONS),
)
def test_the_schemas_tell_valid_from_invalid_as_labelled(
    version: str, name: str, is_valid: bool, path: Path
) -> None:
    if not (FOLDER / version / "schemas" / f"{name}.json").is_file():
        pytest.skip(f"{version} has examples of {name} and no schema")

    found = faults(version, name, read_json(path.read_bytes(), "").value)

    assert (not found) is is_valid, found
