"""What a server lets its clients do. Chosen when it is started; nothing in a request can choose it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zanryu.graph.namespaces import BASE
from zanryu.sparql.federation.origins import Origin, read_origins

if TYPE_CHECKING:
    from zanryu.config import Settings
    from zanryu.store.backend import QueryDataset


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of an endpoint; the same code serves every one.

    ``writes``: updates and changes to graphs are open to all who reach the server. ``unites``: the default
    graph is the union of the named graphs, else the store has one of its own. ``resolves``: a relative IRI in
    a query or update is resolved against the endpoint's address, else refused. ``address`` is the server's
    public one, with a slash at its end; ``graph_names`` is what the names of directly identified graphs begin
    with. ``origins``: the servers that a query may ask by SERVICE.
    """

    writes: bool
    unites: bool
    resolves: bool
    address: str
    graph_names: str
    origins: frozenset[Origin] = frozenset()

    @property
    def endpoint(self) -> str:
        """The address that queries and updates are sent to, as the service description names it."""
        return f"{self.address}sparql"

    @property
    def base_iri(self) -> str:
        """What relative IRIs are resolved against, or empty."""
        return self.endpoint if self.resolves else ""

    def dataset(self, named: QueryDataset) -> QueryDataset:
        """Return the dataset of a request as this policy has it: its default graph, its base IRI."""
        if self.unites and not self.base_iri:
            return named
        return replace(named, has_own_default=not self.unites, base_iri=self.base_iri)

    def at(self, address: str) -> Policy:
        """Return the policy for a server at an address (``http://127.0.0.1:8000/``); its graphs are below."""
        return replace(self, address=address, graph_names=f"{address}graphs/")


PUBLISHED: Final = Policy(
    writes=False,
    unites=True,
    resolves=False,
    # The public address, not the one a request claims to have come to: a Host header must get into no answer.
    address=BASE,
    graph_names=f"{BASE}graph/",
)
SCRATCH: Final = Policy(writes=True, unites=False, resolves=True, address=BASE, graph_names=BASE).at(
    "http://127.0.0.1:8000/"
)


def published_policy(settings: Settings) -> Policy:
    """Return the policy of the published server, with the origins that the operator lists.

    :raises InvalidSetting: if an entry of the list is no origin.
    """
    return replace(PUBLISHED, origins=read_origins(settings.federation_origins))
