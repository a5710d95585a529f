"""Claims in Wikidata's model: values, qualifiers, references, ranks, and what is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from unit.wikidata.claimed import store_of
from zanryu.graph.namespaces import PREFIXES, term
from zanryu.web.words import Words
from zanryu.wikidata.expression.alignment import read_alignment
from zanryu.wikidata.expression.expressing import Reason, express, linked, sentence
from zanryu.wikidata.model import Item, Monolingual, Nothing, Rank, Reference, Snak, Text, Time, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.store.backend import Statement as Triple
    from zanryu.store.embedded import EmbeddedStore
    from zanryu.wikidata.expression.expressing import Expressed
    from zanryu.wikidata.model import Statement

    Say = Callable[[str], Expressed]

THINGS: Final = """
<https://w3id.org/zanryu/> zr:acceptanceThreshold 3 .
p:a a zr:Officer ; skos:exactMatch wd:Q901 .
p:unlinked a zr:Person .
u:b a zr:MilitaryUnit ; skos:exactMatch wd:Q902, <https://sws.geonames.org/1/> .
pl:c a zr:Place ; skos:exactMatch wd:Q903 .
pl:unlinked a zr:Place .
w:linked a zr:Book ; skos:exactMatch wd:Q904 ; zr:tier zv:secondary ; foaf:page <https://example.org/book> .
w:page a zr:WebSource ; zr:tier zv:secondary ; foaf:page <https://example.org/page> ;
  dcterms:title "A  Page"@en, "Une page"@fr ; dcterms:language "en" .
w:described a zr:WebSource ; zr:tier zv:secondary ; foaf:page <https://example.org/log> ;
  dcterms:title "a log, post 5"@en ; dcterms:language "ja" .
w:shelved a zr:Book ; zr:tier zv:secondary ; dcterms:title "Shelved"@en .
w:handbook a zr:WebSource ; zr:tier zv:tertiary ; foaf:page <https://example.org/handbook> .
w:handbook-copy a zr:WebSource ; zr:tier zv:tertiary ; foaf:page <https://a.example> ;
  zr:mirrorOf w:handbook .
w:guide a zr:WebSource ; zr:tier zv:tertiary ; foaf:page <https://example.org/guide> .
w:wikipedia a zr:Work ; zr:tier zv:tertiary ; dcterms:creator "ja.wikipedia contributors" .
w:wikipedia-page a zr:WebSource ; zr:tier zv:tertiary ; foaf:page <https://ja.wikipedia.org/wiki/X> .
w:wikipedia-copy a zr:WebSource ; zr:tier zv:tertiary ; foaf:page <https://b.example> ;
  zr:mirrorOf w:wikipedia .
w:ours a zr:WebSource ; zr:tier zv:secondary ; foaf:page <https://w3id.org/zanryu/id/person/a> .
"""
PLAIN: Final = "zr:work w:page ; zr:stance zv:supports"


def claim(slug: str, statement: str, *citations: str, rest: str = "", certainty: str = "zv:probable") -> str:
    nodes = [f"<{PREFIXES['cl']}{slug}/c{n}>" for n, _ in enumerate(citations or (PLAIN,), start=1)]
    cited = "".join(f"{n} {said} .\n" for n, said in zip(nodes, citations or (PLAIN,), strict=True))
    subject, predicate, value = statement.split(" ", 2)
    return (
        f"cl:{slug} a zr:Assertion ; rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ;"
        f" zr:certainty {certainty} ; zr:citation {', '.join(nodes)} {rest} .\n{cited}"
    )


CLAIMS: Final = "".join([
    claim("born", 'p:a zr:birthDate "1919-03~"'),
    claim("born-between", 'p:a zr:birthDate "1922/1923"'),
    claim("born-unknown", "p:a zr:birthDate zr:someValue"),
    claim("born-ancient", 'p:a zr:birthDate "-0044"'),
    claim("childless", "p:a zr:child zr:noValue"),
    claim("born-at", "p:a zr:birthPlace pl:c", rest='; zr:when "1919"'),
    claim("died-at", "p:a zr:deathPlace pl:c", rest='; zr:when "1949/1951"'),
    claim("born-nowhere", "p:a zr:birthPlace pl:unlinked"),
    claim("ambushed", "p:a zr:causeOfDeath zv:killed-in-ambush", rest="; zr:place pl:c ; zr:opponent u:b"),
    claim("ill", "p:a zr:causeOfDeath zv:illness"),
    claim("joined", "p:a zr:joined u:b", rest='; zr:when "1945-08"'),
    claim("member", "p:a zr:memberOf u:b", rest='; zr:when "1945-08/1954" ; zr:role zv:instructor'),
    claim("side", "p:a zr:joined <https://w3id.org/zanryu/id/organization/democratic-republic-of-vietnam>"),
    claim("name", 'p:a zr:nativeName "例示 太郎"@ja-Hani'),
    claim("name-latin", 'p:a zr:nativeName "Reiji Tarō"@ja-Latn'),
    claim("name-kana", 'p:a zr:kanaName "れいじ"@ja-Hira'),
    claim("unit-name", 'u:b zr:nativeName "例示部隊"@ja-Hani'),
    claim("helped", "p:a zr:aided u:b"),
    claim("of-nobody", 'p:unlinked zr:birthDate "1919"'),
    claim("possible", 'p:a zr:deathDate "1950"', certainty="zv:possible"),
    claim("doubtful", 'p:a zr:deathDate "1951"', certainty="zv:doubtful"),
    claim("refuted", 'p:a zr:deathDate "1952"', certainty="zv:refuted"),
    claim("denied", 'p:a zr:deathDate "1953"', rest="; zr:polarity zv:negative"),
    claim("rival", 'p:a zr:deathDate "1954"', rest="; zr:conflictsWith cl:best"),
    claim("best", 'p:a zr:deathDate "1955"', rest="; zr:status zv:preferred ; zr:conflictsWith cl:rival"),
    claim("other-rival", "p:a zr:birthPlace pl:c", rest="; zr:conflictsWith cl:best"),
    claim("deprecated", 'p:a zr:birthDate "1875"', rest="; zr:status zv:deprecated"),
    claim("misprint", 'p:a zr:birthDate "1876"',
          rest="; zr:status zv:deprecated ; zr:deprecationKind zv:deprecated-as-misprint"),
    claim("pages", 'p:a zr:birthDate "1901"', 'zr:work w:linked ; zr:locator "page 12"',
          'zr:work w:linked ; zr:locator "page 67 (69 of print)"',
          'zr:work w:linked ; zr:locator "pages 3 - 5, note 1"', 'zr:work w:linked ; zr:locator "section 2"',
          PLAIN),
    claim("described", 'p:a zr:birthDate "1902"', "zr:work w:described"),
    claim("shelved", 'p:a zr:birthDate "1903"', "zr:work w:shelved"),
    claim("shelved-and-page", 'p:a zr:birthDate "1904"', "zr:work w:shelved", PLAIN),
    claim("tertiary", 'p:a zr:birthDate "1905"', "zr:work w:handbook"),
    claim("tertiary-twice", 'p:a zr:birthDate "1906"', "zr:work w:handbook", "zr:work w:handbook-copy"),
    claim("tertiary-via", 'p:a zr:birthDate "1907"', "zr:work w:handbook",
          "zr:work w:guide ; zr:via w:handbook"),
    claim("tertiary-both", 'p:a zr:birthDate "1908"', "zr:work w:handbook", "zr:work w:guide"),
    claim("wikipedia", 'p:a zr:birthDate "1909"', "zr:work w:wikipedia-copy", "zr:work w:wikipedia-page"),
    claim("wikipedia-via", 'p:a zr:birthDate "1910"', "zr:work w:page ; zr:via w:wikipedia"),
    claim("wikipedia-beside", 'p:a zr:birthDate "1911"', "zr:work w:wikipedia-page", PLAIN),
    claim("ours", 'p:a zr:birthDate "1912"', "zr:work w:ours"),
    claim("disputed", 'p:a zr:birthDate "1913"', PLAIN, "zr:work w:linked ; zr:stance zv:disputes"),
    claim("mentioned", 'p:a zr:birthDate "1914"', "zr:work w:linked ; zr:stance zv:mentions"),
    claim("hedged", 'p:a zr:birthDate "1915"', f"{PLAIN} ; zr:hedge zv:hedge-believed"),
    claim("hedged-once", 'p:a zr:birthDate "1916"', f"{PLAIN} ; zr:hedge zv:hedge-believed",
          "zr:work w:linked"),
    claim("certified", 'p:a zr:birthDate "1917"', f"{PLAIN} ; zr:hedge zv:hedge-certified-date"),
    claim("hearsay", 'p:a zr:birthDate "1918"', f"{PLAIN} ; zr:hedge zv:hedge-hearsay"),
])  # fmt: skip
PAGE: Final = Reference(
    (Snak("P854", Text("https://example.org/page")), Snak("P1476", Monolingual("A Page", "en")))
)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """A store with the ontology and the claims."""
    return store_of(tmp_path_factory.mktemp("expressing"), THINGS + CLAIMS)


@pytest.fixture(scope="module")
def said(backend: EmbeddedStore) -> Say:
    """Returns a claim as it is expressed: ``said("born")``."""
    alignment = read_alignment(backend)
    things = [term(curie).value for curie in ("p:a", "p:unlinked", "u:b")]
    found = {one.claim: one for thing in things for one in express(backend, alignment, thing)}
    return lambda slug: found[PREFIXES["cl"] + slug]


def statement(expressed: Expressed) -> Statement:
    assert expressed.statement is not None
    return expressed.statement


def year(number: int) -> Time:
    return Time(f"+{number}-00-00T00:00:00Z", 9)


def test_a_claim_becomes_a_statement_with_its_source(said: Say) -> None:
    born = said("born")

    assert (born.item, born.withheld, born.unsaid) == ("Q901", (), ())
    assert statement(born).property == born.property == "P569"
    assert statement(born).value == born.value == Time("+1919-03-00T00:00:00Z", 10)
    assert statement(born).qualifiers == (Snak("P1480", Item("Q5727902")),)
    assert statement(born).references == (PAGE,)
    assert statement(born).rank is Rank.NORMAL


def test_an_interval_of_birth_is_one_of_its_days(said: Say) -> None:
    born = statement(said("born-between"))

    assert born.value == Time("+1920-00-00T00:00:00Z", 8)
    assert born.qualifiers == (Snak("P1319", year(1922)), Snak("P1326", year(1923)))


def test_unknown_and_no_value_are_said_as_such(said: Say) -> None:
    assert statement(said("born-unknown")).value == Unknown()
    assert statement(said("childless")).value == Nothing()


def test_a_date_that_has_no_form_is_not_said(said: Say) -> None:
    assert said("born-ancient").statement is None
    assert said("born-ancient").withheld == (Reason.VALUE_NOT_SAID,)


def test_a_thing_is_said_by_its_item(said: Say) -> None:
    assert statement(said("born-at")).value == Item("Q903")
    assert statement(said("born-at")).qualifiers == (Snak("P585", year(1919)),)


def test_a_thing_without_an_item_cannot_be_said(said: Say) -> None:
    assert said("born-nowhere").statement is None
    assert said("born-nowhere").withheld == (Reason.VALUE_NOT_LINKED,)
    assert said("ill").withheld == (Reason.VALUE_NOT_LINKED,)


def test_a_value_may_choose_the_property(said: Say) -> None:
    ambushed = said("ambushed")

    assert (statement(ambushed).property, ambushed.value) == ("P1347", Item("Q210392"))
    assert said("ill").property == "P509"
    assert statement(said("joined")).property == "P463"
    assert said("side").property == "P945"


def test_a_place_is_a_qualifier_and_what_has_none_is_listed(said: Say) -> None:
    assert statement(said("ambushed")).qualifiers == (Snak("P276", Item("Q903")),)
    assert said("ambushed").unsaid == ("zr:opponent",)
    assert said("member").unsaid == ("zr:role",)


def test_a_span_is_start_and_end_and_joining_is_a_start(said: Say) -> None:
    august = Time("+1945-08-00T00:00:00Z", 10)

    assert statement(said("member")).qualifiers == (Snak("P580", august), Snak("P582", year(1954)))
    assert statement(said("joined")).qualifiers == (Snak("P580", august),)


def test_what_happened_at_a_moment_lies_between_an_earliest_and_a_latest_date(said: Say) -> None:
    bounds = (Snak("P1319", year(1949)), Snak("P1326", year(1951)))

    assert statement(said("died-at")).qualifiers == bounds


def test_names_are_of_their_language_and_of_their_kind_of_thing(said: Say) -> None:
    assert statement(said("name")).property == "P1559"
    assert statement(said("name")).value == Monolingual("例示 太郎", "ja")
    assert statement(said("unit-name")).property == "P1705"
    assert statement(said("name-kana")).value == Text("れいじ")


def test_a_transcription_is_no_name_in_the_native_language(said: Say) -> None:
    assert said("name-latin").withheld == (Reason.VALUE_NOT_SAID,)


def test_what_wikidata_has_no_property_for_is_listed(said: Say) -> None:
    assert (said("helped").statement, said("helped").withheld) == (None, (Reason.NO_PROPERTY,))


def test_claims_about_what_is_not_linked_have_statements_for_a_new_item(said: Say) -> None:
    nobody = said("of-nobody")

    assert (nobody.item, nobody.withheld) == ("", (Reason.SUBJECT_NOT_LINKED,))
    assert statement(nobody).value == year(1919)


@pytest.mark.parametrize("slug", ["possible", "doubtful", "refuted", "denied", "rival"])
def test_what_the_editors_do_not_hold_is_never_deprecated(said: Say, slug: str) -> None:
    assert said(slug).statement is None or statement(said(slug)).rank is Rank.NORMAL


@pytest.mark.parametrize(
    ("slug", "reasons"),
    [
        ("possible", (Reason.UNCERTAIN,)),
        ("doubtful", (Reason.UNCERTAIN,)),
        ("refuted", (Reason.UNCERTAIN, Reason.REFUTED)),
        ("denied", (Reason.DENIED,)),
        ("rival", (Reason.OVERRULED,)),
        ("best", ()),
        ("other-rival", ()),
        ("deprecated", (Reason.DEPRECATED,)),
        ("misprint", (Reason.DEPRECATED,)),
    ],
)
def test_what_the_editors_do_not_hold_is_held_back(said: Say, slug: str, reasons: tuple[Reason, ...]) -> None:
    assert said(slug).withheld == reasons


@pytest.mark.parametrize(("slug", "number"), [("refuted", 1952), ("denied", 1953), ("deprecated", 1875)])
def test_what_cannot_be_said_can_be_compared(said: Say, slug: str, number: int) -> None:
    assert said(slug).statement is None
    assert (said(slug).value, said(slug).property[0]) == (year(number), "P")


def test_a_doubt_is_said_and_one_that_has_no_checked_value_is_listed(said: Say) -> None:
    assert statement(said("doubtful")).qualifiers == (Snak("P5102", Item("Q104378399")),)
    assert said("possible").unsaid == ("zr:certainty",)


def test_a_deprecated_claim_is_said_with_a_reason_alone(said: Say) -> None:
    misprint = statement(said("misprint"))

    assert misprint.rank is Rank.DEPRECATED
    assert misprint.qualifiers == (Snak("P2241", Item("Q734832")),)


def test_a_preferred_claim_says_why(said: Say) -> None:
    assert statement(said("best")).rank is Rank.PREFERRED
    assert statement(said("best")).qualifiers == (Snak("P7452", Item("Q98386534")),)


def test_each_citation_is_a_reference_of_its_own(said: Say) -> None:
    stated = Snak("P248", Item("Q904"))

    assert statement(said("pages")).references == (
        Reference((stated, Snak("P304", Text("12")))),
        Reference((stated, Snak("P304", Text("69")))),
        Reference((stated, Snak("P304", Text("3–5")))),
        Reference((stated,)),
        PAGE,
    )


def test_a_description_of_a_work_is_not_its_title(said: Say) -> None:
    assert statement(said("described")).references == (
        Reference((Snak("P854", Text("https://example.org/log")),)),
    )


def test_a_source_that_nobody_can_find_there_is_not_enough(said: Say) -> None:
    assert said("shelved").withheld == (Reason.SOURCE_WITHOUT_ITEM_OR_ADDRESS,)
    assert said("shelved-and-page").withheld == ()
    assert statement(said("shelved-and-page")).references == (PAGE,)


@pytest.mark.parametrize("slug", ["tertiary", "tertiary-twice", "tertiary-via"])
def test_one_tertiary_source_is_not_enough_however_often_it_is_copied(said: Say, slug: str) -> None:
    assert said(slug).withheld == (Reason.SINGLE_TERTIARY_SOURCE,)


def test_two_tertiary_sources_of_different_origin_are_enough(said: Say) -> None:
    assert said("tertiary-both").withheld == ()


@pytest.mark.parametrize("slug", ["wikipedia", "wikipedia-via", "ours"])
def test_wikidata_is_not_told_what_it_or_we_told(said: Say, slug: str) -> None:
    assert said(slug).withheld == (Reason.ONLY_WIKIMEDIA,)
    assert statement(said(slug)).references == ()


def test_a_page_of_wikimedia_is_left_out_beside_a_source(said: Say) -> None:
    assert said("wikipedia-beside").withheld == ()
    assert statement(said("wikipedia-beside")).references == (PAGE,)


def test_a_passage_that_disputes_is_a_qualifier_and_no_reference(said: Say) -> None:
    assert statement(said("disputed")).qualifiers == (Snak("P1480", Item("Q18912752")),)
    assert statement(said("disputed")).references == (PAGE,)


def test_a_mention_supports_nothing(said: Say) -> None:
    assert said("mentioned").withheld == (Reason.NO_SUPPORT,)


def test_a_hedge_is_said_if_no_source_is_plain(said: Say) -> None:
    assert statement(said("hedged")).qualifiers == (Snak("P1480", Item("Q18122778")),)
    assert statement(said("hedged-once")).qualifiers == ()
    assert statement(said("certified")).qualifiers == (Snak("P5102", Item("Q29509043")),)


def test_a_hedge_that_wikidata_cannot_say_holds_the_claim_back(said: Say) -> None:
    assert said("hearsay").withheld == (Reason.HEDGE_NOT_SAID,)
    assert said("hearsay").unsaid == ("zr:hedge",)


def test_claims_come_in_the_order_of_their_names(backend: EmbeddedStore) -> None:
    found = [one.claim for one in express(backend, read_alignment(backend), term("p:a").value)]

    assert found == sorted(found)
    assert len(found) > 40


def test_the_cost_is_a_few_look_ups_for_all_claims_together(backend: EmbeddedStore) -> None:
    counted = Counting(backend)

    express(counted, read_alignment(backend), term("p:a").value)

    assert (counted.described, counted.referred) == (3, 1)


def test_nothing_is_said_of_what_has_no_claims(backend: EmbeddedStore) -> None:
    assert express(backend, read_alignment(backend), "https://example.org/nobody") == []


def test_links_to_wikidata_are_told_from_others(backend: EmbeddedStore) -> None:
    found = linked(backend)

    assert {found[term(curie).value] for curie in ("p:a", "u:b", "pl:c", "w:linked")} == {
        "Q901", "Q902", "Q903", "Q904",
    }  # fmt: skip
    assert term("p:unlinked").value not in found


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence(reason: Reason) -> None:
    assert sentence(reason, Words("en")).endswith(".")


class Counting:
    """A backend that counts its look-ups."""

    def __init__(self, backend: EmbeddedStore) -> None:
        self.described = self.referred = 0
        self._backend = backend
        self.query, self.graphs, self.health = backend.query, backend.graphs, backend.health

    @property
    def version(self) -> str:
        """The version of the store behind it."""
        return self._backend.version

    def describe(self, *iris: str) -> list[Triple]:
        """Describe, and count."""
        self.described += 1
        return self._backend.describe(*iris)

    def referring(self, iri: str, *predicates: str) -> list[Triple]:
        """Look for what refers, and count."""
        self.referred += 1
        return self._backend.referring(iri, *predicates)
