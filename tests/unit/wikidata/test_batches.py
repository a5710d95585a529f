"""Batches: what goes of some claims, what is held back and why, and that nothing goes that has a trap."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from unit.wikidata.test_quickstatements import BOOK, BORN, DATATYPES, PAGE
from wikidata.parsed_batches import parse
from zanryu.web.words import Words
from zanryu.wikidata.comparison.comparing import Rules
from zanryu.wikidata.comparison.kinds import Kind, Why
from zanryu.wikidata.expression.expressing import Expressed, Reason, Termbox
from zanryu.wikidata.handover.batches import MAX_COMMANDS, Handover, in_batches
from zanryu.wikidata.handover.choosing import Chooser
from zanryu.wikidata.handover.entries import Thing, Wanted
from zanryu.wikidata.handover.hindrances import INCLUDABLE, Hindrance, name_of, why
from zanryu.wikidata.handover.line_values import Trap
from zanryu.wikidata.handover.traps import Validator
from zanryu.wikidata.handover.written_values import Obstacle
from zanryu.wikidata.model import (
    Entity,
    Item,
    Rank,
    Reference,
    Snak,
    Statement,
    Text,
    Time,
    Unknown,
)

NOBODY: Final = Termbox({}, {}, {})
EMPTY: Final = Entity("Q42", 1)
RANK: Final = Statement("P410", Item("Q222"), references=(BOOK,))
_KNOWN: Final = DATATYPES | {"P410": "wikibase-item", "P19": "wikibase-item", "P143": "wikibase-item"}


def claim(statement: Statement | None, *withheld: Reason, name: str = "c1", item: str = "Q42") -> Expressed:
    return Expressed(f"claim/{name}", "person/a", item, statement, withheld)


def thing(*expressed: Expressed, there: Entity | None = EMPTY, terms: Termbox = NOBODY) -> Thing:
    return Thing("person/a", "Q42", expressed, terms, there)


def new(*expressed: Expressed, terms: Termbox = NOBODY) -> Thing:
    return Thing("person/a", "", expressed, terms, instance_of="Q5")


def over(*things: Thing, include: tuple[str, ...] = (), creates: bool = False, v3: bool = False) -> Handover:
    wanted = Wanted(frozenset(include), creates, v3)
    found = in_batches(things, Chooser(wanted, Rules(_KNOWN), Validator(_KNOWN, v3=v3)), "1")
    for batch in found.batches:
        assert len(batch.lines) <= MAX_COMMANDS
        assert Validator(_KNOWN, v3=v3).check(batch.text) == []
        parse(batch.text)
    return found


def lines(handover: Handover) -> list[str]:
    return [line for batch in handover.batches for line in batch.lines]


def reasons(handover: Handover) -> list[tuple[str, ...]]:
    return [held.reasons for held in handover.held]


def test_what_wikidata_lacks_goes() -> None:
    found = over(thing(claim(BORN)))
    assert lines(found) == ['Q42\tP569\t+1919-03-00T00:00:00Z/10\tS248\tQ111111\tS304\t"45"']
    assert (found.version, found.held) == ("1", ())


def test_claims_that_say_the_same_are_one_statement_with_all_references() -> None:
    found = over(thing(claim(BORN), claim(replace(BORN, references=(PAGE, BOOK)), name="c2")))
    (entry,) = found.batches[0].entries
    assert entry.claims == ("claim/c1", "claim/c2")
    assert parse(found.batches[0].text).statements["Q42"] == [replace(BORN, references=(BOOK, PAGE))]


@pytest.mark.parametrize("reason", [Reason.UNCERTAIN, Reason.DEPRECATED, Reason.SINGLE_TERTIARY_SOURCE])
def test_what_is_withheld_goes_only_when_it_is_included(reason: Reason) -> None:
    assert reasons(over(thing(claim(BORN, reason)))) == [(reason,)]
    assert lines(over(thing(claim(BORN, reason)), include=(reason,)))


def test_of_two_reasons_the_one_that_is_not_included_is_told() -> None:
    both = claim(BORN, Reason.UNCERTAIN, Reason.DEPRECATED)
    assert reasons(over(thing(both), include=("uncertain",))) == [(Reason.DEPRECATED,)]


def test_what_cannot_be_said_is_listed() -> None:
    found = over(thing(claim(None, Reason.NO_PROPERTY)), include=("no-property",))
    assert (lines(found), reasons(found)) == ([], [(Reason.NO_PROPERTY,)])


def test_an_item_that_was_not_read_gets_nothing_unless_asked() -> None:
    unread = thing(claim(BORN), there=None, terms=Termbox({"ja": "甲"}, {}, {}))
    assert reasons(over(unread)) == [(Hindrance.NOT_READ,), (Hindrance.NOT_READ,)]
    asked = over(unread, include=("not-read",))
    assert len(lines(asked)) == 1
    assert reasons(asked) == [(Hindrance.NOT_READ,)]  # a label might replace one


def test_a_merged_item_is_spoken_of_by_the_number_it_has_today() -> None:
    merged = thing(claim(BORN), there=Entity("Q7", 1, asked="Q42"))
    assert lines(over(merged))[0].startswith("Q7\t")


def _there(*statements: Statement) -> Entity:
    return Entity("Q42", 1, statements=statements)


def test_our_reference_goes_on_the_statement_that_says_the_same() -> None:
    there = _there(replace(BORN, references=(PAGE,), id="Q42$A"))
    found = over(thing(claim(replace(BORN, references=(PAGE, BOOK))), there=there))
    assert lines(found) == ['Q42\tP569\t+1919-03-00T00:00:00Z/10\tS248\tQ111111\tS304\t"45"']


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        (replace(BORN, references=(BOOK,)), Why.SAME_AND_SOURCE),
        (replace(BORN, value=Time("+1919-00-00T00:00:00Z", 9)), Why.FINER_HERE),
        (replace(BORN, value=Time("+1919-03-07T00:00:00Z", 11), references=(PAGE,)), Why.FINER_THERE),
        (replace(BORN, value=Time("+1920-00-00T00:00:00Z", 9)), Why.OTHER_VALUE),
        (replace(BORN, rank=Rank.DEPRECATED), Why.DEPRECATED_THERE),
        (
            replace(BORN, references=(PAGE,), qualifiers=(Snak("P580", Time("+1918-00-00T00:00:00Z", 9)),)),
            Hindrance.OTHER_QUALIFIERS_THERE,
        ),
        (
            replace(BORN, references=(PAGE,), value=Time("+1919-03-01T00:00:00Z", 10)),
            Hindrance.OTHER_SPELLING_THERE,
        ),
    ],
    ids=["source", "coarser", "finer", "other", "deprecated", "qualified", "spelling"],
)
def test_what_stands_against_it_there_is_told(theirs: Statement, reason: Why | Hindrance) -> None:
    found = over(thing(claim(BORN), there=_there(theirs)))
    assert (lines(found), reasons(found)) == ([], [(reason,)])


def test_a_conflict_goes_when_it_is_included() -> None:
    there = _there(replace(BORN, value=Time("+1920-00-00T00:00:00Z", 9)))
    assert lines(over(thing(claim(BORN), there=there), include=(Kind.CONFLICT,)))


def test_a_circa_of_ours_is_not_put_on_a_certain_date_of_theirs() -> None:
    circa = replace(BORN, qualifiers=(Snak("P31", Item("Q5727902")),))
    there = _there(replace(BORN, references=(PAGE,)))
    assert not lines(over(thing(claim(circa), there=there), include=(Kind.BY_HAND,)))


def test_the_same_value_with_other_qualifiers_goes_once_and_in_version_3_apart() -> None:
    twice = [
        claim(replace(RANK, qualifiers=(Snak("P580", Time(f"+{year}-00-00T00:00:00Z", 9)),)), name=year)
        for year in ("1940", "1945")
    ]
    assert reasons(over(thing(*twice))) == [(Hindrance.SAME_VALUE_TWICE,)]
    assert [line.split("\t")[0] for line in lines(over(thing(*twice), v3=True))] == ["+Q42", "Q42"]


def test_a_rank_needs_version_3() -> None:
    preferred = thing(claim(replace(BORN, rank=Rank.PREFERRED)))
    assert reasons(over(preferred)) == [(Obstacle.RANK_NEEDS_V3,)]
    assert "\tR+\t" in lines(over(preferred, v3=True))[0]


def test_a_reference_with_a_trap_stays_and_the_others_go() -> None:
    trapped = Reference((Snak("P248", Item("Q1")), Snak("P304", Text("ch. “One”|2"))))
    found = over(thing(claim(replace(BORN, references=(trapped, BOOK)))))
    assert len(lines(found)) == 1
    (held,) = found.held
    assert set(held.reasons) == {Trap.CURLY_QUOTES, Trap.SEPARATOR}
    assert held.said.endswith('S304\t"ch. “One”|2"')


_IMPORTED: Final = Reference((Snak("P143", Item("Q1")),))


@pytest.mark.parametrize("references", [(), (_IMPORTED,)], ids=["none", "import"])
def test_a_statement_without_a_source_stays(references: tuple[Reference, ...]) -> None:
    found = over(thing(claim(replace(BORN, references=references))))
    assert lines(found) == []
    assert reasons(found) in ([(Trap.NO_REFERENCE,)], [(Trap.NOT_A_SOURCE,)])


def test_no_item_is_made_unless_asked() -> None:
    found = over(new(claim(BORN, Reason.SUBJECT_NOT_LINKED, item="")))
    assert (lines(found), reasons(found)) == ([], [(Reason.SUBJECT_NOT_LINKED,)])


def test_a_new_item_is_made_with_terms_its_class_and_one_reference_each() -> None:
    said = claim(replace(BORN, references=(BOOK, PAGE)), Reason.SUBJECT_NOT_LINKED, item="")
    found = over(new(said, terms=Termbox({"ja": "甲"}, {"vi": ("Ví Dụ",)}, {"ja": "乙"})), creates=True)
    assert lines(found) == [
        "CREATE",
        'LAST\tDja\t"乙"',
        'LAST\tLja\t"甲"',
        'LAST\tAvi\t"Ví Dụ"',
        'LAST\tP31\tQ5\tS248\tQ111111\tS304\t"45"',
        'LAST\tP569\t+1919-03-00T00:00:00Z/10\tS248\tQ111111\tS304\t"45"',
    ]
    assert reasons(found) == [(Hindrance.FURTHER_REFERENCE,)]
    assert found.batches[0].makes_items


def test_an_unknown_value_waits_until_the_new_item_is_there() -> None:
    unknown = claim(replace(BORN, value=Unknown()), Reason.SUBJECT_NOT_LINKED, item="")
    found = over(new(unknown), creates=True)
    assert (lines(found), reasons(found)) == ([], [(Trap.UNKNOWN_IN_NEW,), (Hindrance.NOTHING_SOURCED,)])


def test_an_item_of_a_class_that_is_not_mapped_is_not_made() -> None:
    unmapped = replace(new(claim(BORN, Reason.SUBJECT_NOT_LINKED, item="")), instance_of="")
    assert reasons(over(unmapped, creates=True)) == [(Hindrance.KIND_NOT_MAPPED,)]


def test_a_label_that_is_there_is_not_replaced() -> None:
    labels, aliases = {"ja": "丙", "en": "A"}, {"ja": ("丁",)}
    there = Entity("Q42", 1, labels=labels, descriptions={"en": "other"}, aliases=aliases)
    ours = Termbox({"ja": "甲", "en": "A", "vi": "A"}, {"ja": ("丁",)}, {"en": "officer", "ja": "乙"})
    found = over(thing(there=there, terms=ours))
    assert lines(found) == ['Q42\tDja\t"乙"', 'Q42\tLvi\t"A"', 'Q42\tAja\t"甲"']
    assert reasons(found) == [(Hindrance.OTHER_TERM_THERE,)]


def test_a_description_that_is_the_label_stays() -> None:
    found = over(thing(there=EMPTY, terms=Termbox({"ja": "甲"}, {}, {"ja": "甲"})))
    assert reasons(found) == [(Trap.SAME_AS_LABEL,)]


def _many(number: int, count: int) -> Thing:
    ranks = (claim(replace(RANK, value=Item(f"Q{n + 1}")), name=f"{n}") for n in range(count))
    return Thing(f"person/{number}", f"Q{number}", tuple(ranks), NOBODY, Entity(f"Q{number}", 1))


def test_no_batch_has_more_than_200_commands_and_those_of_an_item_are_together() -> None:
    found = over(_many(30, 120), _many(4, 120), _many(100, 60), _many(5, 450))
    subjects = [[line.split("\t")[0] for line in batch.lines] for batch in found.batches]
    assert [(len(batch), list(dict.fromkeys(batch))) for batch in subjects] == [
        (120, ["Q4"]),
        (200, ["Q5"]),
        (200, ["Q5"]),
        (170, ["Q5", "Q30"]),
        (60, ["Q100"]),
    ]


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_each_reason_is_told_in_a_sentence(language: str) -> None:
    words = Words(language)
    every = [reason for kind in (Reason, Obstacle, Hindrance, Trap, Why) for reason in kind]
    assert all(why(reason, words) for reason in every)
    if language == "en":
        assert [reason for reason in every if not why(reason, words).endswith(".")] == []
    assert all(name_of(reason, words) for reason in INCLUDABLE)


def test_the_values_of_what_may_be_included_are_told_apart() -> None:
    assert len({reason.value for reason in INCLUDABLE}) == len(INCLUDABLE)


def test_the_order_of_things_does_not_change_the_batches() -> None:
    things = [_many(number, 50) for number in (3, 20, 100)]
    assert over(*things) == over(*reversed(things))


def test_two_things_with_one_item_are_spoken_of_together() -> None:
    first, second = thing(claim(BORN)), replace(thing(claim(RANK, name="c2")), iri="person/b")
    other = replace(_many(41, 1), iri="person/0")
    assert [line.split("\t")[0] for line in lines(over(first, other, second))] == ["Q41", "Q42", "Q42"]


def test_a_new_item_with_too_many_lines_stays_in_one_batch() -> None:
    ranks = (
        claim(replace(RANK, value=Item(f"Q{n + 1}")), Reason.SUBJECT_NOT_LINKED, name=f"{n}", item="")
        for n in range(250)
    )
    found = over(new(*ranks), creates=True)
    assert [len(batch.lines) for batch in found.batches] == [200]
    assert reasons(found) == [(Hindrance.TOO_MANY,)] * 52
