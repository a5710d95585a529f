"""What a change depends on (RFC 9110, 13.1): the data versions that it may be made on. Values only.

``If-Match`` names versions of the data, or for a graph a tag that its reader got; ``If-None-Match`` excludes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.errors import PreconditionFailed
from zanryu.web.conditional import ANY, is_there, is_unchanged, read_tags

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from zanryu.access.guard import Headers


def versions_of_data(headers: Headers, version: str) -> tuple[str, ...] | None:
    """Return the versions that a change of the data may be made on; ``None`` for any. It is of ``version``.

    :raises MalformedRequest: for a condition that is no list of tags.
    :raises PreconditionFailed: if If-None-Match excludes what is there.
    """
    if_match, _ = _read(headers, {f'"{version}"'}, "The data")
    return None if if_match in (None, ANY) else _named(if_match)


def versions_of_graph(
    headers: Headers, version: str, tags: AbstractSet[str], name: str
) -> tuple[str, ...] | None:
    """Return the versions that a change of a graph may be made on; see :func:`versions_of_data`.

    ``tags`` are those of its representations, none where it is not there; ``name`` is what people call it.
    """
    if_match, if_none_match = _read(headers, tags, name)
    if if_match is None:
        return None if if_none_match is None else (version,)
    return (*_named(if_match), *((version,) if is_unchanged(if_match, tags) else ()))


def _read(
    headers: Headers, tags: AbstractSet[str], name: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if_match, if_none_match = (
        None if (given := headers.get(header)) is None else read_tags(given, header)
        for header in ("If-Match", "If-None-Match")
    )
    if if_none_match and is_there(if_none_match, tags):
        raise PreconditionFailed(
            f"{name} is there, and If-None-Match says that it must not be. Get it, and decide again."
        )
    return if_match, if_none_match


def _named(if_match: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the versions that a condition names; a weak tag never holds for a change (13.1.1)."""
    return tuple(tag[1:-1] for tag in if_match or () if tag.startswith('"'))
