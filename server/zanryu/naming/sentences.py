"""A claim named by what it says, where it has no name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.web.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zanryu.naming.labels import Shown


def named_by_parts(parts: Sequence[Shown], language: str) -> str:
    """Return subject, property and value in a line: a sentence where the property is joined to its value."""
    if len(parts) == 3 and parts[1].is_joined:  # noqa: PLR2004
        subject, verb, value = (part.text for part in parts)
        return Words(language).pgettext(
            "a claim, its verb joined to the value",
            "%(subject)s %(verb)s %(value)s",
            subject=subject,
            verb=verb,
            value=value,
        )
    return " · ".join(part.text for part in parts)
