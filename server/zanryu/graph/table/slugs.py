"""The names of new claims: subject, topic and number, in the words that the data uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from zanryu.graph.namespaces import PREFIXES, RDF_PREDICATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zanryu.graph.table.claims import Claim

_NUMBER = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,9})", re.ASCII)
_UNFIT = re.compile(r"[^a-z0-9]+")


class Slugs:
    """Mints names; each is given once.

    The topic of a property is the word that most claims of it have, such as "unit" for zr:servedIn; where
    there are none, the property's own name. The number is the next after the highest.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        topics: dict[NamedNode, Counter[str]] = defaultdict(Counter)
        self._highest: Counter[str] = Counter()
        for claim in claims:
            self.keep(claim.name)
            found = _NUMBER.fullmatch(_local(claim.name))
            about = f"{_local(claim.subject)}-" if claim.subject else ""
            if not found or not about or not found["stem"].startswith(about):
                continue
            for claimed in claim.values(RDF_PREDICATE):
                if isinstance(claimed, NamedNode):
                    topics[claimed][found["stem"].removeprefix(about)] += 1
        self._topics = {p: min(c, key=lambda topic: (-c[topic], topic)) for p, c in topics.items()}

    def keep(self, name: NamedNode) -> None:
        """Note a name that is taken."""
        if found := _NUMBER.fullmatch(_local(name)):
            self._highest[found["stem"]] = max(self._highest[found["stem"]], int(found["number"]))

    def mint(self, subject: NamedNode, claimed: NamedNode) -> NamedNode:
        """Return a new name for a claim about ``subject`` with the property ``claimed``."""
        topic = self._topics.get(claimed) or _local(claimed)
        stem = _UNFIT.sub("-", f"{_local(subject)}-{topic}".lower()).strip("-")
        self._highest[stem] += 1
        return NamedNode(f"{PREFIXES['cl']}{stem}-{self._highest[stem]}")


def _local(node: NamedNode) -> str:
    return re.split(r"[/#]", node.value)[-1]
