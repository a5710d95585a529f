"""The number of a version in a path, such as ``/history/12``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from werkzeug.routing import IntegerConverter

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.sansio.blueprints import BlueprintSetupState

NUMBER: Final = "0|[1-9][0-9]{0,11}"


class VersionNumber(IntegerConverter):
    """A number as it is written here, and no other way: each version has one address."""

    regex = NUMBER


def add_version_rule(blueprint: Blueprint) -> None:
    """Have the rules of a blueprint that follow know ``<version:number>``."""
    blueprint.record(_add_converter)


def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["version"] = VersionNumber
