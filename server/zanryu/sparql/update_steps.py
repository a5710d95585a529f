"""An update request (SPARQL 1.1 Update, 3.1) as steps whose effect can be looked at before it is there.

The engine carries an update out and does not say what it changed. So each operation is rewritten into
CONSTRUCT queries: what they give is what the operation removes and adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.protocol import is_absolute_iri
from zanryu.sparql.tokens import read_tokens, unescape
from zanryu.store.gate.changes import Step, Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zanryu.sparql.tokens import Token

_NOTHING: Final = "{}"
_OPENING: Final = "{"
_CLOSING: Final = "}"
_OTHERS: Final = {"LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"}


def read_steps(text: str) -> list[Step]:
    """Return the steps of an update that the engine's parser has found well formed.

    :raises Refused: for an operation on whole graphs, and for a graph that is not named by an absolute IRI.
    """
    return list(_Reader(text).steps())


class _Reader:
    """Goes through the tokens of an update; declarations hold for all operations after them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(read_tokens(text))
        self._position = 0
        self._prologue = ""
        self._prefixes: dict[str, str] = {}

    def steps(self) -> Iterator[Step]:
        while self._position < len(self._tokens):
            word = self._word()
            if word in ("PREFIX", "BASE"):
                self._declare(word)
            elif word in ("WITH", "DELETE", "INSERT"):
                yield self._operation()
            elif word in _OTHERS:
                raise self._refused(
                    f"has {word}; graphs are changed triple by triple, with DELETE and INSERT"
                )
            else:
                self._position += 1  # the semicolon between operations

    def _declare(self, keyword: str) -> None:
        start = self._next().start
        name = self._next().text[:-1] if keyword == "PREFIX" else None
        iri = self._next()
        if name is not None:
            self._prefixes[name] = iri.text[1:-1]
        self._prologue += f"{self._text[start : iri.end]}\n"

    def _operation(self) -> Step:
        whole: str | None = None
        if self._take("WITH"):
            whole = self._graph()
        deletes: Sequence[tuple[str | None, str]] = ()
        inserts: Sequence[tuple[str | None, str]] = ()
        if self._take("DELETE"):
            if self._word() in ("DATA", "WHERE"):
                pattern = _NOTHING if self._next().text.upper() == "DATA" else None
                group, deletes = self._quads()
                return self._step(deletes, (), group if pattern is None else pattern)
            _, deletes = self._quads()
        if self._take("INSERT"):
            if self._take("DATA"):
                return self._step((), self._quads()[1], _NOTHING)
            _, inserts = self._quads()
        return self._modify(whole, deletes, inserts)

    def _modify(
        self,
        whole: str | None,
        deletes: Sequence[tuple[str | None, str]],
        inserts: Sequence[tuple[str | None, str]],
    ) -> Step:
        using: list[str] = []
        named: list[str] = []
        while self._take("USING"):
            (named if self._take("NAMED") else using).append(self._graph())
        self._take("WHERE")
        start, end = self._group()
        pattern = self._text[start:end]
        if whole:
            deletes, inserts = (
                [(graph or whole, part) for graph, part in parts] for parts in (deletes, inserts)
            )
        if using or named:
            return self._step(deletes, inserts, pattern, tuple(using), tuple(named))
        return self._step(deletes, inserts, pattern, (whole,) if whole else None)

    def _step(
        self,
        deletes: Iterable[tuple[str | None, str]],
        inserts: Iterable[tuple[str | None, str]],
        pattern: str,
        default_graphs: tuple[str, ...] | None = None,
        named_graphs: tuple[str, ...] | None = None,
    ) -> Step:
        def templates(parts: Iterable[tuple[str | None, str]]) -> tuple[Template, ...]:
            return tuple(
                Template(graph, f"{self._prologue}CONSTRUCT {{ {part} }} WHERE {pattern}")
                for graph, part in parts
            )

        return Step(templates(deletes), templates(inserts), default_graphs, named_graphs)

    def _quads(self) -> tuple[str, list[tuple[str | None, str]]]:
        """Return a group of quads (grammar rule 50) as it is, and its triples by graph."""
        begin = self._position
        start, end = self._group()
        inner, self._position = self._position, begin + 1
        found: dict[str | None, list[str]] = {}
        run: list[Token] = []
        while self._position < inner - 1:
            if self._word() == "GRAPH":
                _keep(found, None, run, self._text)
                run = []
                self._position += 1
                graph = self._graph()
                first = self._position + 1
                self._group()
                _keep(found, graph, self._tokens[first : self._position - 1], self._text)
            else:
                run.append(self._next())
        _keep(found, None, run, self._text)
        self._position = inner
        return self._text[start:end], [(graph, " .\n".join(parts)) for graph, parts in found.items()]

    def _group(self) -> tuple[int, int]:
        """Step over a group; return where its text begins and ends, braces included."""
        start, depth = self._tokens[self._position].start, 0
        while True:
            token = self._next()
            depth += (token.text == _OPENING) - (token.text == _CLOSING)
            if not depth:
                return start, token.end

    def _graph(self) -> str:
        token = self._next()
        iri = ""
        if token.kind == "iri":
            iri = unescape(token.text[1:-1])
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            iri = self._prefixes.get(prefix, "") + local.replace("\\", "")
        if not is_absolute_iri(iri):
            raise self._refused(f"names a graph by `{token.text}`; write its IRI in full", token)
        return iri

    def _word(self) -> str:
        token = self._tokens[self._position]
        return token.text.upper() if token.kind == "word" else ""

    def _take(self, word: str) -> bool:
        is_there = self._position < len(self._tokens) and self._word() == word
        self._position += is_there
        return is_there

    def _next(self) -> Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _refused(self, what: str, token: Token | None = None) -> Refused:
        line = self._text.count("\n", 0, (token or self._tokens[self._position]).start) + 1
        return Refused(f"The update {what} (line {line}).", line=line)


def _keep(found: dict[str | None, list[str]], graph: str | None, run: list[Token], text: str) -> None:
    """Keep the triples that these tokens are, without the dots and comments around them."""
    while run and run[0].text == ".":
        run = run[1:]
    while run and run[-1].text == ".":
        run = run[:-1]
    if run:
        found.setdefault(graph, []).append(text[run[0].start : run[-1].end])
