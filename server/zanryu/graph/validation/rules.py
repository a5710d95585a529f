"""A constraint as what it reads: conjunctions of patterns that lead from a changed triple to ``$this``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zanryu.graph.validation.patterns import THIS, Conjunction, Fresh, NotLocal, Pattern, expanded, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib.term import Node

    from zanryu.graph.validation.patterns import Patterns
    from zanryu.graph.validation.targets import Target

_EVERYTHING = Pattern("~s", "~p", "~o")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A constraint with its target, what it reads, and what any row of it must match.

    A triple that matches one of ``unlocated`` cannot be traced to focus nodes: it affects them all.
    """

    name: Node
    target: Target
    conjunctions: tuple[Conjunction, ...]
    positive: tuple[Patterns, ...]
    unlocated: tuple[Pattern, ...]


def make_rule(
    name: Node, target: Target, read: Callable[[], tuple[Iterable[Conjunction], Iterable[Patterns]]]
) -> Rule:
    """Make a rule of what ``read`` returns: conjunctions, and what any row must match as alternatives.

    Where it raises :exc:`NotLocal`, every change affects every focus node.
    """
    about_target = [c for whole in target.conjunctions(Fresh()) for c in expanded(whole, Fresh())]
    try:
        conjunctions, positive = read()
    except NotLocal:
        return Rule(name, target, (), ((),), (_EVERYTHING,))
    located, unlocated = [], []
    for conjunction in (*about_target, *conjunctions):
        for pattern in conjunction.watched:
            way = _way(pattern, conjunction.patterns)
            if any(THIS in p.variables for p in way):
                located.append(_numbered(pattern, way))
            else:
                unlocated.append(pattern)
    unique = tuple(dict.fromkeys(located))
    return Rule(name, target, unique, tuple(positive), tuple(dict.fromkeys(unlocated)))


def _way(start: Pattern, patterns: Patterns) -> Patterns:
    """Return the patterns on the shortest ways from ``start`` to ``$this``, and what else they must match.

    All shortest ways from each of its ends, since one may lead through a hub. Longer ones only cost time.
    """
    there = _distances(frozenset([THIS]), patterns)
    kept, stops = set(start.variables), set()
    for end in start.variables & there.keys():
        here = _distances(frozenset([end]), patterns)
        stops |= {name for name in here if here[name] + there[name] == there[end]}
    kept |= stops
    return tuple(
        p for p in dict.fromkeys((start, *patterns)) if p.variables <= kept or len(p.variables & stops) > 1
    )


def _distances(start: frozenset[str], patterns: Patterns) -> dict[str, int]:
    """Return how many patterns lie between ``start`` and each variable that can be reached."""
    found = dict.fromkeys(start, 0)
    reached = set(start)
    for distance in range(1, len(patterns) + 1):
        reached |= {name for p in patterns if not reached.isdisjoint(p.variables) for name in p.variables}
        for name in reached:
            found.setdefault(name, distance)
    return found


def _numbered(watched: Pattern, patterns: Patterns) -> Conjunction:
    """Sort the patterns and name the variables by their order: then equal ways of several rules are one.

    A watched edge stays in its way if its object leads on too. So all edges of one node begin the same walk.
    """
    others = tuple(p for p in patterns if p != watched)
    is_star = not isinstance(watched.predicates, str) and watched.variables <= variables(others)
    way = sorted(patterns if is_star else others, key=_anonymous)
    slots = (slot for p in (*way, watched) for slot in (p.subject, p.predicates, p.object))
    names = dict.fromkeys(slot for slot in slots if isinstance(slot, str) and slot != THIS)
    numbers = {name: f"~{number}" for number, name in enumerate(names)}
    return Conjunction(tuple(p.renamed(numbers) for p in way), (watched.renamed(numbers),))


def _anonymous(pattern: Pattern) -> str:
    return str(pattern.renamed({name: "" for name in pattern.variables - {THIS}}))
