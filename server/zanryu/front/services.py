"""What answers are made by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.sparql.policy import PUBLISHED, Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.front.evaluator import Evaluator
    from zanryu.front.operation import Operation
    from zanryu.front.wsgi_bridge import WsgiBridge
    from zanryu.store.versions import Versions
    from zanryu.web.headers import Freshness


@dataclass(frozen=True, slots=True)
class Services:
    """What answers are made by. ``version`` tells the data version at hand, and costs little.

    ``beside`` tells for a path the state of what its pages show beside the data, and costs as little.
    """

    bridge: WsgiBridge
    evaluator: Evaluator
    version: Callable[[], str]
    freshness: Freshness
    cache_bytes: int
    max_body_bytes: int
    close_engine: Callable[[], None] = lambda: None
    policy: Policy = PUBLISHED
    operation: Operation | None = None
    versions: Versions | None = None
    beside: Callable[[str], str] = lambda path: ""

    def close(self) -> None:
        """Begin nothing more, and end the engine's processes."""
        self.bridge.close()
        self.evaluator.close()
        self.close_engine()
        if self.versions:
            self.versions.close()
