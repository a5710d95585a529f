"""The triple patterns of one subject (SPARQL 1.2 Query, 19.8, rules 81 to 118), and what is none.

The engine has the last word about syntax: this reads what it would take, and each triple that comes of it is
looked up in the data before anything is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import RDF_REIFIES, RDF_TYPE, term

if TYPE_CHECKING:
    from zanryu.sparql.why.cursor import Cursor

TYPE: Final = f"<{RDF_TYPE.value}>"
REIFIES: Final = f"<{RDF_REIFIES.value}>"
_NIL: Final = f"<{term('rdf:nil').value}>"
_VERBS: Final = {"a", "^", "!", "("}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a pattern: a ``variable`` (by its name), a ``term`` (as SPARQL spells it) or ``unnamed``.

    ``triple`` has three slots of its own.
    """

    kind: str
    text: str = ""
    parts: tuple[Slot, ...] = ()


UNNAMED: Final = Slot("unnamed")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern, and how the query spells it."""

    subject: Slot
    predicate: Slot
    object: Slot
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a query that no triple answers for: ``kind`` says why, ``text`` is its spelling."""

    kind: str
    text: str


@dataclass(slots=True)
class Patterns:
    """Reads the triples at a cursor."""

    cursor: Cursor
    found: list[Pattern] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def same_subject(self) -> None:
        """Take the triples of one subject (rule 81)."""
        start = self.cursor.start
        subject = self._node()
        self._properties(subject, self.cursor.text[start : self.cursor.end])

    def _properties(self, subject: Slot, said: str) -> None:
        """Take verbs and objects of a subject, which the query spells as ``said``."""
        cursor = self.cursor
        while self._begins_verb():
            start = cursor.start
            verb = self._verb()
            begun = f"{said} {cursor.text[start : cursor.end]}"
            self._object(subject, verb, begun)
            while cursor.take(","):
                self._object(subject, verb, begun)
            if not cursor.take(";"):
                return
            while cursor.take(";"):
                pass

    def _begins_verb(self) -> bool:
        token = self.cursor.peek()
        return token is not None and (token.kind in ("variable", "iri", "name") or token.text in _VERBS)

    def _object(self, subject: Slot, verb: Slot, begun: str) -> None:
        """Take an object and what is annotated to its triple (rule 97)."""
        cursor, start = self.cursor, self.cursor.start
        value = self._node()
        text = f"{begun} {cursor.text[start : cursor.end]}"
        self._emit(subject, verb, value, text)
        reifier = UNNAMED
        while True:
            if cursor.take("~"):
                is_named = (token := cursor.peek()) and token.kind in ("variable", "iri", "name", "blank")
                reifier = self._node() if is_named else UNNAMED
                self._reify(reifier, subject, verb, value, text)
            elif cursor.word() == "{" and cursor.word(1) == "|":
                cursor.next()
                cursor.next()
                self._properties(reifier, f"~ {text}")
                cursor.expect("|")
                cursor.expect("}")
                reifier = UNNAMED
            else:
                return

    def _reify(self, reifier: Slot, subject: Slot, verb: Slot, value: Slot, text: str) -> None:
        triple = Slot("triple", parts=(subject, verb, value))
        self._emit(reifier, Slot("term", REIFIES), triple, text)

    def _emit(self, subject: Slot, verb: Slot, value: Slot, text: str) -> None:
        text = " ".join(text.split())
        if verb.kind == "path":
            self.gaps.append(Gap("path", text))
        elif _is_unnamed(subject) or _is_unnamed(value):
            self.gaps.append(Gap("unnamed", text))
        elif verb.kind == "inverse":
            self.found.append(Pattern(value, Slot("term", verb.text), subject, text))
        else:
            self.found.append(Pattern(subject, verb, value, text))

    def _verb(self) -> Slot:
        """Take a variable or a path (rule 94); a path of one step is a term, or one backwards."""
        cursor, start = self.cursor, self.cursor.start
        token = cursor.peek()
        if token and token.kind == "variable":
            return Slot("variable", cursor.next().text[1:])
        is_inverse = cursor.take("^")
        is_path = self._path_step()
        while cursor.take("/", "|"):
            is_path = True
            cursor.take("^")
            self._path_step()
        if is_path:
            return Slot("path", cursor.text[start : cursor.end])
        name = cursor.text[start : cursor.end].removeprefix("^").strip()
        return Slot("inverse" if is_inverse else "term", TYPE if name == "a" else name)

    def _path_step(self) -> bool:
        """Take one step of a path; return whether it is more than a name."""
        cursor = self.cursor
        is_more = cursor.take("!")
        cursor.take("^")
        if cursor.word() == "(":
            cursor.bracket()
            is_more = True
        else:
            cursor.next()
        while cursor.word() in ("*", "+", "?") and not self._begins_number():
            cursor.next()
            is_more = True
        return is_more

    def _begins_number(self) -> bool:
        after = self.cursor.text[self.cursor.start + 1 : self.cursor.start + 2]
        return self.cursor.word() == "+" and after.isdigit()

    def _node(self) -> Slot:
        """Take a subject or an object."""
        cursor = self.cursor
        token = cursor.peek()
        if token is None:
            raise cursor.unreadable()
        if token.kind == "mark":
            return self._compound()
        if token.kind == "variable":
            return Slot("variable", cursor.next().text[1:])
        if token.kind == "blank":
            cursor.next()
            return UNNAMED
        if token.kind == "string":
            return self._literal()
        if (number := cursor.number()) is not None:
            return Slot("term", number)
        if token.kind in ("iri", "name") or token.text in ("true", "false"):
            return Slot("term", cursor.next().text)
        raise cursor.unreadable()

    def _compound(self) -> Slot:
        cursor = self.cursor
        if cursor.word() == "<" and cursor.word(1) == "<":
            return self._quoted()
        if (number := cursor.number()) is not None:
            return Slot("term", number)
        if cursor.take("["):
            self._properties(UNNAMED, "[]")
            cursor.expect("]")
            return UNNAMED
        if cursor.take("("):
            if cursor.take(")"):
                return Slot("term", _NIL)
            while not cursor.take(")"):
                self._node()
            return UNNAMED
        raise cursor.unreadable()

    def _quoted(self) -> Slot:
        """Take ``<<( s p o )>>``, or ``<< s p o ~ r >>``, which stands for its reifier (rules 107 to 113)."""
        cursor, start = self.cursor, self.cursor.start
        cursor.next()
        cursor.next()
        is_term = cursor.take("(")
        subject, verb, value = self._node(), self._verb(), self._node()
        if is_term:
            for mark in (")", ">", ">"):
                cursor.expect(mark)
            return Slot("triple", parts=(subject, verb, value))
        reifier = UNNAMED
        if cursor.take("~") and cursor.word() != ">":
            reifier = self._node()
        cursor.expect(">")
        cursor.expect(">")
        self._reify(reifier, subject, verb, value, cursor.text[start : cursor.end])
        return reifier

    def _literal(self) -> Slot:
        cursor, start = self.cursor, self.cursor.start
        cursor.next()
        token = cursor.peek()
        is_tagged = token is not None and token.kind == "language" and token.start == cursor.end
        if is_tagged or cursor.take("^^"):
            cursor.next()
        return Slot("term", cursor.text[start : cursor.end])


def _is_unnamed(slot: Slot) -> bool:
    return slot.kind == "unnamed" or any(map(_is_unnamed, slot.parts))
