"""What the service says of itself: the manifest of 0.2, and that of the draft of 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zanryu import __version__
from zanryu.reconciliation.extending import CLAIMS, CONTENTS
from zanryu.reconciliation.identifiers import IDENTIFIER_SPACE, SCHEMA_SPACE

if TYPE_CHECKING:
    from zanryu.web.words import Words

_WIDTH: Final = 430
_HEIGHT: Final = 260
_KINDS: Final = ("entity", "property", "type")


@dataclass(frozen=True, slots=True)
class Manifests:
    """The manifests of a service at ``address`` (without a slash at its end), below ``path`` of it.

    ``types`` are proposed to whoever begins; ``batch_size`` is how many names a request may have.
    """

    address: str
    path: str
    types: list[dict[str, Any]]
    batch_size: int
    words: Words

    def published(self) -> dict[str, Any]:
        """Return the manifest of 0.2. The protocol has no place for ``batchSize``; OpenRefine reads it."""
        service = f"{self.address}{self.path}"
        suggest = {
            kind: {"service_url": self.address, "service_path": f"{self.path}/suggest/{kind}"}
            for kind in _KINDS
        }
        return {
            "versions": ["0.2"],
            **self._said(),
            "identifierSpace": IDENTIFIER_SPACE,
            "schemaSpace": SCHEMA_SPACE,
            "view": {"url": f"{self.address}/id/{{{{id}}}}"},
            "feature_view": {"url": f"{service}/about#{{{{id}}}}"},
            "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
            "suggest": suggest,
            "extend": {
                "propose_properties": {"service_url": self.address, "service_path": f"{self.path}/propose"},
                "property_settings": [
                    {
                        "name": setting["id"],
                        "label": setting["name"],
                        "help_text": setting["helpText"],
                        **{name: setting[name] for name in ("type", "default", "choices") if name in setting},
                    }
                    for setting in self._settings()
                ],
            },
        }

    def draft(self) -> dict[str, Any]:
        """Return the manifest of the draft of 1.0; ``+`` in its templates (RFC 6570) keeps the slash."""
        return {
            "versions": ["1.0-draft"],
            **self._said(),
            "lang": self.words.language,
            "view": {"url": f"{self.address}/id/{{+id}}"},
            "featureView": {"url": f"{self.address}{self.path.removesuffix('/v1')}/about#{{id}}"},
            "preview": {"width": _WIDTH, "height": _HEIGHT},
            "suggest": dict.fromkeys(_KINDS, True),
            "extend": {"proposeProperties": True, "propertySettings": self._settings()},
            "standardizedScore": True,
        }

    def _said(self) -> dict[str, Any]:
        return {
            "name": self.words.gettext("Zanryū: Japanese officers who stayed in Indochina"),
            "documentation": f"{self.address}{self.path.removesuffix('/v1')}/about",
            "serviceVersion": __version__,
            "defaultTypes": self.types,
            "batchSize": self.batch_size,
        }

    def _settings(self) -> list[dict[str, Any]]:
        """Return what a user may choose for each property, in the words of the draft."""
        gettext = self.words.gettext
        contents = {
            "name": gettext("things of this graph"),
            "literal": gettext("names, as text"),
            "id": gettext("identifiers, as text"),
        }
        claims = {
            "live": gettext("all but those denied, deprecated or overruled"),
            "accepted": gettext("only those that are accepted"),
            "all": gettext("all, the discarded too"),
        }
        return [
            {
                "type": "number",
                "id": "limit",
                "name": gettext("Values"),
                "default": 0,
                "helpText": gettext("At most so many for each row; 0 is all"),
            },
            _select("content", gettext("Give"), contents, gettext("What a cell holds"), CONTENTS),
            _select("claims", gettext("Claims"), claims, gettext("Which claims give a value"), CLAIMS),
        ]


def _select(
    identifier: str, name: str, choices: dict[str, str], help_text: str, order: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "type": "select",
        "id": identifier,
        "name": name,
        "default": order[0],
        "helpText": help_text,
        "choices": [{"value": value, "name": choices[value]} for value in order],
    }
