"""The chain of command as trees."""

from __future__ import annotations

from zanryu.portal.overviews.tree import Forest, Node


def told(nodes: list[Node[str]]) -> list[object]:
    return [(node.thing, "again") if node.is_repeated else (node.thing, *told(node.below)) for node in nodes]


def forest(**above: str) -> Forest[str]:
    """Return things by their names, each with the names above it, separated by spaces."""
    return Forest({name: name for name in above}, lambda name: above[name].split())


def test_what_belongs_to_something_stands_below_it() -> None:
    found = forest(army="", division="army", regiment="division", other="army")
    assert told(found.trees()) == [("army", ("division", ("regiment",)), ("other",))]


def test_the_largest_tree_comes_first_and_tells_what_others_repeat() -> None:
    found = forest(a="", b="", division="a b", regiment="division", brigade="b")
    assert told(found.trees()) == [
        ("b", ("division", ("regiment",)), ("brigade",)),
        ("a", ("division", "again")),
    ]


def test_what_has_nothing_above_or_below_it_is_told_apart() -> None:
    found = forest(army="", division="army", lonely="", elsewhere="unknown")
    assert found.alone() == ["lonely", "elsewhere"]
    assert told(found.trees()) == [("army", ("division",))]


def test_nothing_is_lost_in_a_circle() -> None:
    found = forest(a="c", b="a", c="b", itself="itself")
    assert told(found.trees()) == [("a", ("b", ("c", ("a", "again"))))]
    assert found.alone() == ["itself"]


def test_nothing_is_lost_in_a_chain_longer_than_any_stack() -> None:
    names = {f"n{number}": f"n{number - 1}" for number in range(5000)}
    trees = forest(**names).trees()

    def size(node: Node[str]) -> int:
        return 1 + sum(map(size, node.below))

    assert sum(map(size, trees)) == 5000
