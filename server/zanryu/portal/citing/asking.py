"""What a request for a citation asks: of what, in which form. A mistake names its parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zanryu.errors import MalformedRequest, NotAcceptable
from zanryu.naming.iris import page_path
from zanryu.portal.citing.formats import CHICAGO, OFFERS
from zanryu.web.negotiation import Choice, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_QUERY: Final = 8000
_SINGLE: Final = ("iri", "query", "format", "bibliography", "lang")
# CrossRef's and DataCite's way of asking for a style.
_STYLED: Final = re.compile(r"text/x-bibliography\s*;[^,]*?\bstyle\s*=\s*\"?([\w-]+)", re.IGNORECASE)
_STYLE_NAMES: Final = {
    "chicago-author-date": "chicago-author-date",
    "chicago-notes": "chicago-notes",
    "chicago-notes-bibliography": "chicago-notes",
    "chicago-fullnote-bibliography": "chicago-notes",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A thing by its IRI, or a query; the whole bibliography of the thing, or how it is cited itself."""

    choice: Choice
    iri: str = ""
    query: str = ""
    is_bibliography: bool = False


def read_request(values: Callable[[str], Sequence[str]], accept: str | None) -> Asked:
    """Return what is asked, by the values of each parameter and the Accept header.

    :raises MalformedRequest: with the name of the parameter that is wrong.
    :raises NotAcceptable: if no form of a citation is acceptable.
    """
    given = {name: _once(name, values(name)) for name in _SINGLE}
    iri, query = given["iri"] or "", given["query"] or ""
    if bool(iri) is bool(query):
        raise MalformedRequest(
            "Say what is cited: `iri=` with the IRI of a thing of this graph, or `query=` with a query"
            + (", but not both." if iri else "."),
            parameter="iri",
        )
    if iri and page_path(iri) is None:
        raise MalformedRequest(
            f"`iri={iri[:80]}` is no IRI of this graph; there is no page of it here.", parameter="iri"
        )
    if len(query) > MAX_QUERY:
        raise MalformedRequest(
            f"`query` has {len(query)} characters; an address for it can have {MAX_QUERY}.", parameter="query"
        )
    return Asked(_choice(given["format"], accept), iri, query, _is_bibliography(given["bibliography"], query))


def _once(name: str, found: Sequence[str]) -> str | None:
    if len(found) > 1:
        raise MalformedRequest(f"`{name}` is given {len(found)} times. Send it once.", parameter=name)
    return found[0] if found else None


def _is_bibliography(text: str | None, query: str) -> bool:
    if text not in (None, "", "0", "1"):
        raise MalformedRequest(
            f"`bibliography={text[:20]}` is neither 1, for all sources, nor 0.", parameter="bibliography"
        )
    if text == "1" and query:
        raise MalformedRequest(
            "The result of a query has no bibliography; ask for that of a thing.",
            parameter="bibliography",
        )
    return text == "1"


def _choice(format_name: str | None, accept: str | None) -> Choice:
    styled = _STYLED.search(accept or "") if format_name is None else None
    if styled:
        style = _STYLE_NAMES.get(styled[1].lower())
        if style is None:
            raise NotAcceptable(
                f"The style `{styled[1]}` is not here. Ask for one of: {', '.join(CHICAGO)}.",
                available=list(CHICAGO),
            )
        return Choice(CHICAGO[style], CHICAGO[style].name)
    return choose(accept, OFFERS, format_name)
