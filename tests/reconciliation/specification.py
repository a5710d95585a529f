"""The specification's schemas and examples, in place beside the repository; they may not be there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = (
    Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "wikidata" / "recon-schemas"
)
VERSIONS: Final = ("0.2", "1.0-draft")
_PUBLISHED: Final = "https://reconciliation-api.github.io/specs"
_SWAGGER: Final = "http://swagger.io/v2/schema.json"
needs_specification = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the schemas are not here: {FOLDER}")


@cache
def _registry(version: str) -> Registry[Any]:
    resources = []
    for path in sorted((FOLDER / version / "schemas").glob("*.json")):
        schema = DRAFT202012.create_resource(json.loads(path.read_bytes()))
        # One names itself under /draft/ in 0.2, too: what they refer to is in their own folder.
        resources += [(f"{_PUBLISHED}/{base}/schemas/{path.name}", schema) for base in (version, "draft")]
        if path.name == "openapi.json":
            resources.append((_SWAGGER, schema))
    registry: Registry[Any] = Registry()
    return registry.with_resources(resources)


@cache
def _validator(version: str, name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / version / "schemas" / f"{name}.json").read_bytes())
    return Draft202012Validator(schema, registry=_registry(version))


def faults(version: str, name: str, document: object) -> list[str]:
    """Return what a schema of a version finds wrong with a document."""
    return [
        f"{error.json_path}: {error.message}" for error in _validator(version, name).iter_errors(document)
    ]


def examples(version: str, name: str = "*") -> Iterator[tuple[str, bool, Path]]:
    """Yield the official examples for a schema: its name, whether it is labelled valid, and the file."""
    for path in sorted((FOLDER / version / "examples").glob(f"{name}/*/*.json")):
        yield path.parts[-3], path.parts[-2] == "valid", path
