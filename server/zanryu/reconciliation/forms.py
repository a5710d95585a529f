"""Asking the index which forms of names may be meant; what each question costs follows its own words.

First what has the same key; then what is a letter away from it, or has all its words; then, while there are
too few, what has all but one, or one of its rarest. Nothing is compared here but words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from zanryu.reconciliation.spelling import Script, Spelling, deletions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

_MOST_SAME: Final = 200
_MOST_WITH_ALL: Final = 80
_MOST_WITH_SOME: Final = 30
_MOST_GROUPS: Final = 5
_MOST_NEIGHBOURS: Final = 16
_TWO_LETTERS_FROM: Final = 8  # letters; a word so long may have two of them wrong
_FIELDS: Final = "form, thing, types, text, language, property, weight, script, words, readings, sounds"
_FORMS: Final = "SELECT " + ", ".join(f"forms.{name}" for name in _FIELDS.split(", "))
_BY_KEY: Final = (
    _FORMS
    + """ FROM keys JOIN forms ON forms.form = keys.form
WHERE keys.key = ? AND (forms.types & ? OR NOT ?) ORDER BY keys.form LIMIT ?"""
)
# CROSS JOIN: the words are looked for first, and in the order of the forms, until there are enough; of a word
# that very many have, no more is looked at if none of these has the type.
_BY_PARTS: Final = (
    _FORMS  # noqa: S608 - constants
    + """ FROM (SELECT rowid FROM parts WHERE parts MATCH ? LIMIT 5000) AS found
CROSS JOIN forms ON forms.form = found.rowid WHERE forms.types & ? OR NOT ? LIMIT ?"""
)
_NEIGHBOURS: Final = "SELECT DISTINCT word FROM deletions WHERE variant IN ({})"
_COUNTED: Final = "SELECT word, forms FROM vocabulary WHERE word IN ({})"


@dataclass(frozen=True, slots=True)
class Form:
    """A name of a thing as the index has it; ``thing`` is its number, ``types`` are bits."""

    number: int
    thing: int
    types: int
    property: str
    weight: float
    spelling: Spelling


def find_forms(database: sqlite3.Connection, asked: Spelling, types: int, wanted: int) -> list[Form]:
    """Return forms that may be meant, each once; ``types`` are bits of which a thing has to have one, or 0.

    ``wanted`` things are enough, but whatever is about as near as the nearest is always there.
    """
    return _Finding(database, asked, types).find(wanted)


class _Finding:
    """One question to the index."""

    def __init__(self, database: sqlite3.Connection, asked: Spelling, types: int) -> None:
        self._database = database
        self._asked = asked
        self._types = types
        self._found: dict[int, Form] = {}
        self._is_known = False

    def find(self, wanted: int) -> list[Form]:
        for key in self._asked.keys:
            self._take(_BY_KEY, key, _MOST_SAME)
        self._is_known = bool(self._found)
        if self._asked.is_compact:
            for word in self._near(self._asked.words[0], is_whole=True):
                self._take(_BY_KEY, word, _MOST_WITH_ALL)
        for groups in self._groups():
            self._take(_BY_PARTS, _all(groups), _MOST_WITH_ALL)
            if len(groups) > 1 and self._has_fewer(wanted):
                self._take_with_some(groups, wanted)
        return list(self._found.values())

    def _take_with_some(self, groups: list[list[str]], wanted: int) -> None:
        for left_out in range(len(groups)) if len(groups) > 2 else ():
            self._take(_BY_PARTS, _all(groups[:left_out] + groups[left_out + 1 :]), _MOST_WITH_SOME)
        for group in groups:
            if self._has_fewer(wanted):
                self._take(_BY_PARTS, _any(group), _MOST_WITH_SOME)

    def _has_fewer(self, wanted: int) -> bool:
        return len({form.thing for form in self._found.values()}) < wanted

    def _groups(self) -> Iterator[list[list[str]]]:
        """Yield the words to be looked for with those near each, the rarest first."""
        asked = self._asked
        if asked.is_compact:
            pairs = [part for part in asked.parts if part not in asked.readings + asked.sound_words]
            yield self._by_rarity([[pair] for pair in pairs])
        # By its sound alone nothing comes near to what has the same letters.
        sounds = () if self._is_known else asked.sound_words
        for words in (tuple(dict.fromkeys(asked.readings)), sounds):
            if words:
                yield self._by_rarity([[word, *self._near(word, is_whole=False)] for word in words])

    def _by_rarity(self, groups: list[list[str]]) -> list[list[str]]:
        """Return groups with those words alone that there are; of many the rarest."""
        words = [word for group in groups for word in group]
        rows = self._database.execute(_COUNTED.format(_places(words)), words)
        counts = {word: number for word, number in rows}
        known = [[word for word in group if word in counts] for group in groups]
        known = sorted((group for group in known if group), key=lambda group: sum(counts[w] for w in group))
        return known[:_MOST_GROUPS]

    def _near(self, word: str, *, is_whole: bool) -> list[str]:
        variants = list(deletions(word, is_whole=is_whole))
        if not variants:
            return []
        rows = self._database.execute(_NEIGHBOURS.format(_places(variants)), variants)
        reach = 2 if len(word) >= _TWO_LETTERS_FROM and not is_whole else 1
        near = ((OSA.distance(word, other, score_cutoff=reach), other) for (other,) in rows if other != word)
        return [other for distance, other in sorted(near) if distance <= reach][:_MOST_NEIGHBOURS]

    def _take(self, query: str, asked: str, most: int) -> None:
        if not asked:
            return
        for row in self._database.execute(query, (asked, self._types, self._types, most)):
            if row[0] not in self._found:
                self._found[row[0]] = form_of(row)


def forms_of(database: sqlite3.Connection, thing: int) -> list[Form]:
    """Return all forms of a thing."""
    query = f"SELECT {_FIELDS} FROM forms WHERE thing = ? ORDER BY form"  # noqa: S608 - constants
    return [form_of(row) for row in database.execute(query, (thing,))]


def form_of(row: tuple[int, int, int, str, str, str, float, str, str, str, str]) -> Form:
    """Return a form of the fields of the index."""
    number, thing, types, text, language, name, weight, script, words, *heard = row
    readings, sounds = (tuple(one.split()) for one in heard)
    spelling = Spelling(text, language, Script(script), tuple(words.split(" ")), readings, sounds)
    return Form(number, thing, types, name, weight, spelling)


def _places(values: Iterable[str]) -> str:
    return ", ".join("?" for _ in values)


def _any(words: list[str]) -> str:
    """Return an expression of FTS5; folded words are letters and digits, and mean nothing else in it."""
    return " OR ".join(f'"{word}"' for word in words)


def _all(groups: list[list[str]]) -> str:
    return " AND ".join(f"({_any(group)})" for group in groups)
