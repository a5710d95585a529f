"""What may be meant by what somebody is typing: things, types and properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import PREFIXES
from zanryu.naming.folding import fold
from zanryu.naming.labels import best
from zanryu.reconciliation.names import GROUPS
from zanryu.reconciliation.questions import Suggestion
from zanryu.reconciliation.spelling import MAX_CHARACTERS, spell

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from zanryu.reconciliation.spelling import Spelling

_THING: Final = "SELECT thing, iri, types, labels, described FROM things WHERE {} = ?"
_MOST_FORMS: Final = 400  # of one thing there may be several
_BEGINNING: Final = """SELECT DISTINCT thing FROM (
  SELECT forms.thing FROM parts CROSS JOIN forms ON forms.form = parts.rowid WHERE parts MATCH ? LIMIT ?
) LIMIT ?"""
_KEYED: Final = """SELECT DISTINCT forms.thing FROM keys JOIN forms ON forms.form = keys.form
WHERE keys.key = ? ORDER BY keys.form LIMIT ?"""
_TYPES: Final = "SELECT name, labels FROM types WHERE things > 0 ORDER BY things DESC, name"
_PROPERTIES: Final = """SELECT name, labels, range, MAX(things) AS most FROM properties
WHERE type IN (SELECT bit FROM types WHERE name = ?) OR ? = '' GROUP BY name ORDER BY most DESC, name"""


class Suggester:
    """Asks one index in one language."""

    def __init__(self, database: sqlite3.Connection, language: str) -> None:
        self._database = database
        self._language = language

    def suggest(self, prefix: str, kind: str, limit: int) -> list[Suggestion]:
        """Return at most ``limit`` things, types or properties (``kind``) that begin so."""
        if kind == "entity":
            return self._entities(prefix, limit)
        found = self.types() if kind == "type" else self.properties()
        return [one for one in found if _begins(one, prefix)][: max(0, limit)]

    def things(self, iris: Iterable[str]) -> list[Suggestion]:
        """Return what there is to say of things."""
        return [thing for iri in iris if (thing := self._thing("iri", iri))]

    def types(self) -> list[Suggestion]:
        """Return the types that things have."""
        rows = self._database.execute(_TYPES)
        return [Suggestion(name, *self._name(json.loads(labels), name), "") for name, labels in rows]

    def properties(self, type_name: str = "") -> list[Suggestion]:
        """Return the groups, then the properties that are claimed of things of a type, or of any."""
        asked = type_name.removeprefix(PREFIXES["zr"])
        groups = [Suggestion(name, name, "en", "") for name in GROUPS]
        rows = self._database.execute(_PROPERTIES, (asked, asked))
        return groups + [
            Suggestion(name, *self._name(json.loads(labels), name), "", (values,) if values else ())
            for name, labels, values, _ in rows
        ]

    def _entities(self, prefix: str, limit: int) -> list[Suggestion]:
        spelling = spell(prefix)
        if spelling is None or limit <= 0:
            return []
        places = [place for key in spelling.keys for (place,) in self._database.execute(_KEYED, (key, limit))]
        places += [
            p for (p,) in self._database.execute(_BEGINNING, (_beginning(spelling), _MOST_FORMS, limit))
        ]
        found = (self._thing("thing", place) for place in list(dict.fromkeys(places))[:limit])
        return [thing for thing in found if thing]

    def _thing(self, column: str, value: object) -> Suggestion | None:
        row = self._database.execute(_THING.format(column), (value,)).fetchone()
        if row is None:
            return None
        _, iri, types, labels, described = row
        said = json.loads(described)
        line = said.get(self._language.partition("-")[0].lower(), said.get("en", ""))
        return Suggestion(iri, *self._name(json.loads(labels), iri), line, self._types_of(types))

    def _types_of(self, types: int) -> tuple[str, ...]:
        rows = self._database.execute("SELECT name FROM types WHERE ? >> bit & 1 ORDER BY bit DESC", (types,))
        return tuple(name for (name,) in rows)

    def _name(self, labels: Sequence[Sequence[str]], otherwise: str) -> tuple[str, str]:
        return best([(text, tag) for text, tag in labels], self._language) or (otherwise, "")


def _beginning(spelling: Spelling) -> str:
    """Return an expression of FTS5 for the words of a name, the last of which may be unfinished."""
    if spelling.is_compact:
        letters = spelling.words[0]
        words = [letters[place : place + 2] for place in range(max(1, len(letters) - 1))]
        return " AND ".join(f'"{word}"' for word in words) + ("*" if len(letters) == 1 else "")
    whole = [f'("{word}" OR "{key}")' for word, key in zip(spelling.words, spelling.readings, strict=True)]
    last = f'("{spelling.words[-1]}" * OR "{spelling.readings[-1]}" *)'
    return " AND ".join([*whole[:-1], last])


def _begins(one: Suggestion, prefix: str) -> bool:
    """Return whether the name or identifier of a type or property, or a word of it, begins so."""
    asked = fold(prefix[:MAX_CHARACTERS]).joined
    name = fold(one.name)
    starts = (name.joined[start:] for start, _ in name.words)
    return one.id.casefold().startswith(asked) or any(text.startswith(asked) for text in starts)
