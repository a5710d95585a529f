"""Things below things: the chain of command as trees that can be read from the top."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")
_DEEPEST: Final = 20  # a list in lists can be no deeper than a reader, or a stack


@dataclass(slots=True)
class Node(Generic[T]):
    """A thing with what is right below it. Where it ``is_repeated``, what is below it was told before."""

    thing: T
    below: list[Node[T]] = field(default_factory=list)
    is_repeated: bool = False


class Forest(Generic[T]):
    """Things by their names, in their order, with the names of what is right ``above`` each.

    A thing below several is under each. Nothing is lost in a circle, or too deep: it begins a tree itself.
    """

    def __init__(self, things: Mapping[str, T], above: Callable[[T], Sequence[str]]) -> None:
        self._things = things
        self._below: dict[str, list[str]] = {}
        self._has_above: set[str] = set()
        for name, thing in things.items():
            for other in above(thing):
                if other in things and other != name:
                    self._below.setdefault(other, []).append(name)
                    self._has_above.add(name)

    def trees(self) -> list[Node[T]]:
        """Return the trees, the largest first."""
        seen: set[str] = set()
        tops = [name for name in self._things if name in self._below and name not in self._has_above]
        found = [self._grow(name, seen) for name in sorted(tops, key=self._size, reverse=True)]
        found += [self._grow(name, seen) for name in self._things if name in self._has_above - seen]
        return found

    def alone(self) -> list[T]:
        """Return the things that have nothing above or below them."""
        return [
            thing
            for name, thing in self._things.items()
            if name not in self._below and name not in self._has_above
        ]

    def _size(self, top: str) -> int:
        reached, waiting = {top}, [top]
        while waiting:
            new = [name for name in self._below.get(waiting.pop(), []) if name not in reached]
            reached.update(new)
            waiting += new
        return len(reached)

    def _grow(self, top: str, seen: set[str]) -> Node[T]:
        root = Node(self._things[top])
        seen.add(top)
        growing = deque([(top, root, 1)])
        while growing:
            name, node, depth = growing.popleft()
            for child in self._below.get(name, []) if depth < _DEEPEST else []:
                below = Node(self._things[child], is_repeated=child in seen and child in self._below)
                node.below.append(below)
                if child not in seen:
                    seen.add(child)
                    growing.append((child, below, depth + 1))
        return root
