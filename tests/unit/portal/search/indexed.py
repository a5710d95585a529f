"""A small index of invented things, in the ways that names are written here."""

from __future__ import annotations

from zanryu.graph.namespaces import BASE, term
from zanryu.portal.search.documents import Document, Text

LABEL = term("skos:prefLabel").value
ADOPTED = term("zr:adoptedName").value
NOTE = term("skos:editorialNote").value
PRIMARY, TERTIARY = term("zv:primary").value, term("zv:tertiary").value


def thing(
    name: str, *names: str, claims: int = 1, note: str = "", tiers: tuple[str, ...] = (TERTIARY,)
) -> Document:
    """Return a document; ``name`` is its kind and slug, a name ``Text@language``."""
    written = [text.rpartition("@") for text in names]
    return Document(
        f"{BASE}id/{name}",
        name.partition("/")[0],
        [Text(text, language, LABEL) for text, _, language in written],
        [Text(note, "en", NOTE)] if note else [],
        claims,
        list(tiers),
    )


THINGS = (
    thing("person/ishii", "Ishii Takuo@en", "石井卓雄@ja", "Nguyễn Văn Thông@vi", claims=54),
    thing("person/ishida", "Ishida Ryōsuke@en", "石田良助@ja", claims=3, tiers=(PRIMARY, TERTIARY)),
    thing("person/inoue", "Inoue Jun'ichi@en", "井上順一@ja", claims=2),
    thing("person/son", "Nguyễn Sơn@vi", "グエン・ソン@ja", claims=20, note="He hired Ishii."),
    thing("person/kunizawa", "Kunizawa@en", "國澤@ja", claims=2),
    thing("place/quang-ngai", "Quảng Ngãi@vi", "クァンガイ@ja", claims=9),
    thing("place/hanoi", "Hà Nội@vi", claims=9),
    thing("academy/quang-ngai", "Quảng Ngãi Military Academy@en", claims=55),
    thing("organization/viet-minh", "Việt Minh@vi", claims=40),
    thing("work/ishii", "Ishii Takuo@en", claims=54, tiers=(PRIMARY,)),
    thing("claim/ishii-1", note="Said to have met Ishii at Quảng Ngãi; reportedly twice.", claims=1),
)
