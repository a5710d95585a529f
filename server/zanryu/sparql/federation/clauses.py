"""The SERVICE clauses of a query, cut out of its text: for their endpoints, each with its own question.

What is left is read once more in every way that the engine may read it (see :mod:`zanryu.sparql.readings`),
before anybody is asked. An answer must not be able to become part of the query, so at the place of a clause
no reading may be inside a string, and none may have a quotation mark that an answer could close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import Refused
from zanryu.sparql.federation.origins import Endpoint, Origin, read_endpoint
from zanryu.sparql.federation.prologue import read_prologue
from zanryu.sparql.readings import find
from zanryu.sparql.service_clause import refuse_service, service_line
from zanryu.sparql.tokens import read_tokens, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zanryu.sparql.federation.prologue import Prologue
    from zanryu.sparql.readings import Place
    from zanryu.sparql.tokens import Token

MAX_SERVICES: Final = 8
_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_NOTHING: Final = "{}"
_QUOTES: Final = ('"', "'")


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """A clause: where in the text it is (``start`` to ``end``, ``line`` from 1), and what it asks whom."""

    start: int
    end: int
    line: int
    is_silent: bool
    endpoint: Endpoint
    pattern: str


@dataclass(frozen=True, slots=True)
class FederatedQuery:
    """A query with the clauses that others answer; ``prologue`` holds its declarations."""

    text: str
    prologue: str
    clauses: tuple[ServiceClause, ...]

    def question(self, clause: ServiceClause, max_rows: int) -> str:
        """Return what the endpoint of a clause is asked: one row more than may be taken, to tell too many."""
        return f"{self.prologue}\nSELECT * {clause.pattern}\nLIMIT {max_rows + 1}"

    def with_solutions(self, blocks: Sequence[str]) -> str:
        """Return the query with each clause replaced by its solutions, each on one line.

        :raises Refused: if SERVICE could be read in it after all.
        """
        text = self._with(blocks)
        line = service_line(text)
        if line is not None:
            raise _refused(line, "could be read as having SERVICE in what another server answered")
        return text

    def without_services(self) -> str:
        """Return the query with nothing in the place of each clause."""
        return self._with([_NOTHING] * len(self.clauses))

    def _with(self, blocks: Sequence[str]) -> str:
        parts, position = [], 0
        for clause, block in zip(self.clauses, blocks, strict=True):
            # As many lines as before, so that the engine's messages name the lines that the client knows.
            lines = "\n" * self.text.count("\n", clause.start, clause.end)
            parts += [self.text[position : clause.start], " ", block, " ", lines]
            position = clause.end
        return "".join((*parts, self.text[position:]))


def read_federated(text: str, origins: frozenset[Origin]) -> FederatedQuery | None:
    """Return a query with its clauses, or ``None`` if it has none.

    :raises Refused: unless every one names an endpoint of these origins, and the text reads in one way.
    """
    line = service_line(text)
    if line is None:
        return None
    if not origins:
        refuse_service(text)
    if unescape(text) != text:
        raise _refused(line, "has SERVICE and `\\u` escapes; write the characters themselves")
    prologue = read_prologue(text)
    if prologue.next_word not in _FORMS:
        raise _refused(line, "has SERVICE, and does not begin with BASE, PREFIX and SELECT, or another form")
    query = FederatedQuery(text, prologue.text, tuple(_read_clauses(text, prologue, origins)))
    if len(query.clauses) > MAX_SERVICES:
        raise _refused(query.clauses[MAX_SERVICES].line, f"has more than {MAX_SERVICES} SERVICE clauses")
    _require_one_reading(query)
    return query


def _read_clauses(text: str, prologue: Prologue, origins: frozenset[Origin]) -> Iterator[ServiceClause]:
    tokens = read_tokens(text)
    for token in tokens:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            yield _read_clause(text, token, tokens, prologue, origins)


def _read_clause(
    text: str, keyword: Token, tokens: Iterator[Token], prologue: Prologue, origins: frozenset[Origin]
) -> ServiceClause:
    line = text.count("\n", 0, keyword.start) + 1
    target = next(tokens, None)
    is_silent = target is not None and target.kind == "word" and target.text.upper() == "SILENT"
    if is_silent:
        target = next(tokens, None)
    endpoint = read_endpoint(_read_target(target, prologue, line))
    if endpoint is None or endpoint.origin not in origins:
        raise _refused(
            line, "asks by SERVICE a server that is not on this server's list; ask it yourself and join"
        )
    start, end = _read_group(tokens, line)
    pattern = text[start:end]
    if service_line(pattern) is not None:
        raise _refused(line, "has, or may have, a SERVICE inside of a SERVICE; ask that one beside it")
    return ServiceClause(keyword.start, end, line, is_silent, endpoint, pattern)


def _read_target(target: Token | None, prologue: Prologue, line: int) -> str:
    if target is not None and target.kind == "iri":
        return target.text[1:-1]
    # `SILENTx:y` is one name to the grammar, and may be SILENT and `x:y` to a parser without a lexer.
    if target is not None and target.kind == "name" and not target.text.upper().startswith("SILENT"):
        iri = prologue.expand(target.text)
        if iri is not None:
            return iri
    raise _refused(line, "has SERVICE without the IRI of a server; write `SERVICE <https://…> { … }`")


def _read_group(tokens: Iterator[Token], line: int) -> tuple[int, int]:
    """Return where the group begins and ends, braces included."""
    depth, start = 0, 0
    for token in tokens:
        if depth == 0 and token.text != "{":
            break
        start = start if depth else token.start
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return start, token.end
    raise _refused(line, "has SERVICE without a whole group `{ … }` after the IRI")


def _require_one_reading(query: FederatedQuery) -> None:
    rest = query.without_services()
    line = service_line(rest)
    if line is not None:
        raise _refused(line, "has SERVICE in a spelling that can be read in two ways; put spaces around it")
    places, shift = [], 0
    for clause in query.clauses:
        places.append(clause.start + shift)
        lines = query.text.count("\n", clause.start, clause.end)
        shift += len(_NOTHING) + 2 + lines - (clause.end - clause.start)

    def is_open(token: Token, _place: Place, _text: str) -> bool:
        if token.kind == "string":
            return any(token.start < place < token.end for place in places)
        return token.kind == "mark" and token.text in _QUOTES

    position = find(rest, is_open)
    if position is not None:
        raise _refused(
            rest.count("\n", 0, position) + 1,
            "has SERVICE, and a quotation mark that can be read in two ways; "
            "in an IRI, write %27 for an apostrophe",
        )


def _refused(line: int, what: str) -> Refused:
    return Refused(f"The query {what} (line {line}).", line=line)
