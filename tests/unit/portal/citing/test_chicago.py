"""Works of the graph in the Chicago style, each read against the manual (18th ed., chapters 13 and 14)."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path
from re import sub
from typing import TYPE_CHECKING, Final

import pytest
from citeproc import CitationStylesStyle

from zanryu.graph.namespaces import BASE
from zanryu.portal.citing import styles
from zanryu.portal.citing.styles import AUTHOR_DATE, NOTES, note, reference_list
from zanryu.portal.citing.works import work_reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from zanryu.store.embedded import EmbeddedStore

DOI: Final = "https://doi.org/10.3917/gmcc.202.0081"
TIEN_PHONG: Final = (
    "https://m.baogialai.com.vn/chuyen-it-biet-ve-co-van-nhat-hy-sinh-tai-mook-den-nam-1946-post216429.amp"  # noqa: E501
)

# Work: the note, the entry of the bibliography, the parenthesis, the entry of the reference list.
GOLDEN: Final = {
    # A book. No place of publication: the 18th edition does not ask for it.
    "spector-2007": (
        "Ronald Spector, *In the Ruins of Empire: The Japanese Surrender and the Battle for Postwar Asia* "
        "(Random House, 2007)",
        "Spector, Ronald. *In the Ruins of Empire: The Japanese Surrender and the Battle for Postwar Asia*. "
        "Random House, 2007.",
        "(Spector 2007)",
        "Spector, Ronald. 2007. *In the Ruins of Empire: The Japanese Surrender and the Battle for Postwar "
        "Asia*. Random House.",
    ),
    # Two authors: the first is turned round, and a comma follows it.
    "companion-2002": (
        "Robert Buzzanco and Marilyn B. Young, *A Companion to the Vietnam War* (Blackwell, 2002)",
        "Buzzanco, Robert, and Marilyn B. Young. *A Companion to the Vietnam War*. Blackwell, 2002.",
        "(Buzzanco and Young 2002)",
        "Buzzanco, Robert, and Marilyn B. Young. 2002. *A Companion to the Vietnam War*. Blackwell.",
    ),
    # An article with volume and issue; pages abbreviated.
    "goscha-2003": (
        "Christopher E. Goscha, “Building Force: Asian Origins of Twentieth-Century Military Science in Vietnam "
        "(1905–54),” *Journal of Southeast Asian Studies* 34, no. 3 (2003): 535–60",
        "Goscha, Christopher E. “Building Force: Asian Origins of Twentieth-Century Military Science in Vietnam "
        "(1905–54).” *Journal of Southeast Asian Studies* 34, no. 3 (2003): 535–60.",
        "(Goscha 2003)",
        "Goscha, Christopher E. 2003. “Building Force: Asian Origins of Twentieth-Century Military Science in "
        "Vietnam (1905–54).” *Journal of Southeast Asian Studies* 34 (3): 535–60.",
    ),
    # A double issue without a volume, and a DOI, which goes before any other address.
    "goscha-2001": (
        "Christopher E. Goscha, “Alliés tardifs : les apports techniques des déserteurs japonais au Viet-Minh "
        "durant les premières années de la guerre franco-vietnamienne,” *Guerres mondiales et conflits "
        f"contemporains*, nos. 202–203 (2001): 81–109, {DOI}",
        "Goscha, Christopher E. “Alliés tardifs : les apports techniques des déserteurs japonais au Viet-Minh "
        "durant les premières années de la guerre franco-vietnamienne.” *Guerres mondiales et conflits "
        f"contemporains*, nos. 202–203 (2001): 81–109. {DOI}.",
        "(Goscha 2001)",
        "Goscha, Christopher E. 2001. “Alliés tardifs : les apports techniques des déserteurs japonais au "
        "Viet-Minh durant les premières années de la guerre franco-vietnamienne.” *Guerres mondiales et "
        f"conflits contemporains*, nos. 202–203: 81–109. {DOI}.",
    ),
    # A chapter: publisher and year are those of the book.
    "goscha-2002": (
        "Christopher E. Goscha, “Belated Asian Allies: The Technical and Military Contributions of Japanese "
        "Deserters (1945-50),” in *A Companion to the Vietnam War* (Blackwell, 2002)",
        "Goscha, Christopher E. “Belated Asian Allies: The Technical and Military Contributions of Japanese "
        "Deserters (1945-50).” In *A Companion to the Vietnam War*, 37–64. Blackwell, 2002.",
        "(Goscha 2002)",
        "Goscha, Christopher E. 2002. “Belated Asian Allies: The Technical and Military Contributions of "
        "Japanese Deserters (1945-50).” In *A Companion to the Vietnam War*, 37–64. Blackwell.",
    ),
    # A thesis, of which kind is not said. The title's own question mark stays.
    "mitchell-1995": (
        "James Alexander Mitchell, “Surrender? What surrender? Yan Xishan's reconsolidation of power in Taiyuan, "
        "July-August, 1945” (thesis, University of British Columbia, 1995), "
        "https://open.library.ubc.ca/cIRcle/collections/ubctheses/831/items/1.0086952",
        "Mitchell, James Alexander. “Surrender? What surrender? Yan Xishan's reconsolidation of power in "
        "Taiyuan, July-August, 1945.” Thesis, University of British Columbia, 1995. "
        "https://open.library.ubc.ca/cIRcle/collections/ubctheses/831/items/1.0086952.",
        "(Mitchell 1995)",
        "Mitchell, James Alexander. 1995. “Surrender? What surrender? Yan Xishan's reconsolidation of power in "
        "Taiyuan, July-August, 1945.” Thesis, University of British Columbia. "
        "https://open.library.ubc.ca/cIRcle/collections/ubctheses/831/items/1.0086952.",
    ),
    # A Japanese author romanised, in Japanese order without a comma, with the characters; the title
    # romanised in italics, its characters without.
    "kamo-2008": (
        "Kamo Tokuji 加茂徳治, *Kwangai Rikugun Shikan Gakkō: Betonamu No Senshi O Hagukumi Tomoni Tatakatta "
        "Kunenkan* クァンガイ陸軍士官学校 ベトナムの戦士を育み共に闘った9年間 (暁印書館, 2008)",
        "Kamo Tokuji 加茂徳治. *Kwangai Rikugun Shikan Gakkō: Betonamu No Senshi O Hagukumi Tomoni Tatakatta "
        "Kunenkan* クァンガイ陸軍士官学校 ベトナムの戦士を育み共に闘った9年間. 暁印書館, 2008.",
        "(Kamo 2008)",
        "Kamo Tokuji 加茂徳治. 2008. *Kwangai Rikugun Shikan Gakkō: Betonamu No Senshi O Hagukumi Tomoni "
        "Tatakatta Kunenkan* クァンガイ陸軍士官学校 ベトナムの戦士を育み共に闘った9年間. 暁印書館.",
    ),
    # A book without a year.
    "yamane-memoir": (
        "Yamane Yoshito 山根良人, ラオスに捧げたわが青春 (n.d.)",
        "Yamane Yoshito 山根良人. ラオスに捧げたわが青春. n.d.",
        "(Yamane n.d.)",
        "Yamane Yoshito 山根良人. n.d. ラオスに捧げたわが青春.",
    ),
    # Vietnamese names are not turned round; quotation marks within others are single.
    "nguyen-vu-ky-2019": (
        "Nguyễn Vũ Kỳ, “Hoạt động của người Nhật ‘Việt Nam mới’ thời kỳ 1945 - 1954,” *Tạp chí Phát triển Khoa "
        "học và Công nghệ – Khoa học Xã hội & Nhân văn* 3, no. 1 (2019): 55–62, "
        "https://thuvientailieu.vn/tai-lieu/hoat-dong-cua-nguoi-nhat-viet-nam-moi-thoi-ky-1945-1954-57007",
        "Nguyễn Vũ Kỳ. “Hoạt động của người Nhật ‘Việt Nam mới’ thời kỳ 1945 - 1954.” *Tạp chí Phát triển Khoa "
        "học và Công nghệ – Khoa học Xã hội & Nhân văn* 3, no. 1 (2019): 55–62. "
        "https://thuvientailieu.vn/tai-lieu/hoat-dong-cua-nguoi-nhat-viet-nam-moi-thoi-ky-1945-1954-57007.",
        "(Nguyễn Vũ Kỳ 2019)",
        "Nguyễn Vũ Kỳ. 2019. “Hoạt động của người Nhật ‘Việt Nam mới’ thời kỳ 1945 - 1954.” *Tạp chí Phát triển "
        "Khoa học và Công nghệ – Khoa học Xã hội & Nhân văn* 3 (1): 55–62. "
        "https://thuvientailieu.vn/tai-lieu/hoat-dong-cua-nguoi-nhat-viet-nam-moi-thoi-ky-1945-1954-57007.",
    ),
    # A newspaper article that nobody signed: its title comes first.
    "bao-gia-lai-mook-den": (
        f"“Chuyện ít biết về cố vấn Nhật hy sinh tại Mook Đen năm 1946,” *Báo Gia Lai*, {TIEN_PHONG}",
        f"“Chuyện ít biết về cố vấn Nhật hy sinh tại Mook Đen năm 1946.” *Báo Gia Lai*. {TIEN_PHONG}.",
        "(“Chuyện ít biết về cố vấn Nhật hy sinh tại Mook Đen năm 1946” n.d.)",
        f"“Chuyện ít biết về cố vấn Nhật hy sinh tại Mook Đen năm 1946.” n.d. *Báo Gia Lai*. {TIEN_PHONG}.",
    ),
    # A newspaper article whose title nobody saw: our description, in brackets and without quotation marks.
    "47news-2003-07-13": (
        "[Report of 47News, 13 July 2003], *47News*, July 13, 2003",
        "[Report of 47News, 13 July 2003]. *47News*, July 13, 2003.",
        "([Report of 47News, 13 July 2003] 2003)",
        "[Report of 47News, 13 July 2003]. 2003. *47News*, July 13.",
    ),
    # A page of an archive; titles of web sites stand in roman type.
    "jacar-38th-army": (
        "Japan Center for Asian Historical Records, “第38軍,” Japan Center for Asian Historical Records, "
        "glossary, https://jacar.go.jp/glossary/term/0100-0040-0150-0010-0010-0010.html",
        "Japan Center for Asian Historical Records. “第38軍.” Japan Center for Asian Historical Records, "
        "glossary. https://jacar.go.jp/glossary/term/0100-0040-0150-0010-0010-0010.html.",
        "(Japan Center for Asian Historical Records n.d.)",
        "Japan Center for Asian Historical Records. n.d. “第38軍.” Japan Center for Asian Historical Records, "
        "glossary. https://jacar.go.jp/glossary/term/0100-0040-0150-0010-0010-0010.html.",
    ),
    # An author in characters alone: nobody says how they are read, or where the family name ends.
    "aonuma-2006": (
        "青沼陽一郎, 帰還せず 残留日本兵60年目の証言 (新潮社, 2006)",
        "青沼陽一郎. 帰還せず 残留日本兵60年目の証言. 新潮社, 2006.",
        "(青沼陽一郎 2006)",
        "青沼陽一郎. 2006. 帰還せず 残留日本兵60年目の証言. 新潮社.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("work", GOLDEN)
def test_a_work_is_cited_as_the_manual_has_it(graph: EmbeddedStore, work: str) -> None:
    reference = work_reference(graph, f"{BASE}id/work/{work}")
    made = [
        note(reference, NOTES),
        *reference_list([reference], NOTES),
        note(reference, AUTHOR_DATE),
        *reference_list([reference], AUTHOR_DATE),
    ]
    assert tuple(_marked(part.html) for part in made) == GOLDEN[work]
    assert [part.text for part in made] == [part.replace("*", "") for part in GOLDEN[work]]


def test_works_of_one_author_and_year_have_letters(graph: EmbeddedStore) -> None:
    works = ("goscha-dictionary-2011", "goscha-2001", "spector-2007")
    found = [work_reference(graph, f"{BASE}id/work/{work}") for work in works]
    twin = replace(found[0], iri="urn:twin", item={**found[0].item, "title": "Another"})
    entries = [entry.text for entry in reference_list([*found, twin], AUTHOR_DATE)]
    assert [entry[:39] for entry in entries] == [
        "Goscha, Christopher E. 2001. “Alliés ta",
        "Goscha, Christopher E. 2011a. Another. ",
        "Goscha, Christopher E. 2011b. Historica",
        "Spector, Ronald. 2007. In the Ruins of ",
    ]


TRANSLATED = """
w:x a zr:Book ; dcterms:title "Lá thư"@vi ; dcterms:language "vi" ; dcterms:creator "Doe, Jane" ;
  dcterms:publisher "A & B" ; dcterms:issued "1946?"^^edtf:EDTF-level1 ;
  <http://id.loc.gov/vocabulary/relators/trl> "Roe, Richard" .
"""


def test_a_translator_and_a_doubted_year_are_told(make: Callable[[str], EmbeddedStore]) -> None:
    reference = work_reference(make(TRANSLATED), f"{BASE}id/work/x")
    assert note(reference, NOTES).text == "Jane Doe, Lá thư, trans. Richard Roe (A & B, [ca. 1946])"
    entries = [reference_list([reference], style)[0].text for style in (NOTES, AUTHOR_DATE)]
    assert entries == [
        "Doe, Jane. Lá thư. Translated by Richard Roe. A & B, [ca. 1946].",
        "Doe, Jane. [ca. 1946]. Lá thư. Translated by Richard Roe. A & B.",
    ]


def test_nothing_of_a_title_becomes_markup(make: Callable[[str], EmbeddedStore]) -> None:
    title = "<img src=x onerror=alert(1)> & \\ue000</i></script> https://a.example/?q=<b>&r"
    graph = make(f'w:x a zr:Article ; dcterms:language "en" ; dcterms:title "{title}"@en .')
    reference = work_reference(graph, f"{BASE}id/work/x")
    for part in (note(reference, NOTES), *reference_list([reference], AUTHOR_DATE)):
        assert "<img" not in part.html
        assert "</script" not in part.html
        assert "<b>" not in part.html
        assert "<img src=x onerror=alert(1)> & </i></script>" in part.text


def _marked(html: str) -> str:
    """Return HTML with italics as asterisks and without links."""
    return unescape(sub(r"</?a[^>]*>", "", sub(r"</?i>", "*", html)))


@pytest.mark.parametrize(
    "path", sorted(Path(styles.__file__).parent.glob("*.csl")), ids=lambda path: path.stem
)
def test_a_style_is_valid(path: Path) -> None:
    CitationStylesStyle(str(path), validate=True)  # it warns of what the schema of CSL does not have
