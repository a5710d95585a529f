"""Stepping through the tokens of a query whose syntax is the engine's to judge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.tokens import read_tokens

if TYPE_CHECKING:
    from zanryu.sparql.tokens import Token

_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d*\.\d+|\d+)", re.ASCII)


class Cursor:
    """A place among the tokens of ``text``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(read_tokens(text))
        self._position = 0

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token from here on; ``None`` after the last."""
        at = self._position + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def word(self, ahead: int = 0) -> str:
        """Return the word or mark from here on in upper case, empty for every other token."""
        token = self.peek(ahead)
        return token.text.upper() if token and token.kind in ("word", "mark") else ""

    @property
    def start(self) -> int:
        """Where the next token begins."""
        token = self.peek()
        return token.start if token else len(self.text)

    @property
    def end(self) -> int:
        """Where the last token that was taken ends."""
        return self._tokens[self._position - 1].end if self._position else 0

    def next(self) -> Token:
        """Take a token.

        :raises Refused: if there is none.
        """
        token = self.peek()
        if token is None:
            raise unreadable("it ends too early")
        self._position += 1
        return token

    def take(self, *words: str) -> bool:
        """Take the next token if it is one of these words or marks."""
        is_there = self.word() in words
        self._position += is_there
        return is_there

    def expect(self, mark: str) -> None:
        """Take a mark or word that has to be there.

        :raises Refused: if it is not.
        """
        if not self.take(mark):
            raise self.unreadable()

    def bracket(self) -> str:
        """Take a bracket with all in it, and return it.

        :raises Refused: if it is never closed.
        """
        start, waiting = self.start, [_CLOSING.get(self.next().text, "")]
        while waiting:
            token = self.next()
            if token.kind != "mark":
                continue
            if token.text in _CLOSING:
                waiting.append(_CLOSING[token.text])
            elif token.text in _CLOSING.values() and token.text != waiting.pop():
                raise self.unreadable()
        return self.text[start : self.end]

    def number(self) -> str | None:
        """Take a number, of whose parts each is a token, if one is next."""
        found = _NUMBER.match(self.text, self.start)
        if found is None:
            return None
        while (token := self.peek()) and token.start < found.end():
            self._position += 1
        return found.group()

    def unreadable(self) -> Refused:
        """Return the error that says where the query could not be followed."""
        line = self.text.count("\n", 0, self.start) + 1
        return unreadable(f"`{self.text[self.start : self.start + 20]}` in line {line}", line=line)


def unreadable(what: str, **members: object) -> Refused:
    """Return the error of a query that cannot be taken apart."""
    return Refused(
        f"The query cannot be taken apart here: {what}. So its rows cannot be explained.", **members
    )
