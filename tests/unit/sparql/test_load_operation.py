"""LOAD is refused in every spelling that Oxigraph would follow, and taken out where it may fail silently."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from zanryu.errors import Refused
from zanryu.sparql.load_operation import refuse_load, without_silent_loads

PREFIXES = "PREFIX : <http://x/> PREFIX load: <http://l/> PREFIX ex: <http://e/> "
LOADS = {
    "plain": "LOAD <a:x>",
    "without a space": "load<a:x>into graph<a:b>",
    "a comment between": "LOAD#<\n<a:x>",
    "a comment before": "#\rLOAD <a:x>",
    "second": "CLEAR ALL;LOAD <a:x>",
    "silent": "CLEAR ALL ; LOAD SILENT <a:x> INTO GRAPH <a:g>",
    "silent without a space": "LOADSILENT<a:x>",
    "keyword and name run together": PREFIXES + "LOAD:x",
    "run together with a prefix": PREFIXES + "LOADex:x",
    "run together, silent": PREFIXES + "LOADSILENTex:x",
    "run together, second": PREFIXES + "INSERT DATA {};LOADex:x;",
    "a prefix of that name": PREFIXES + "LOAD load:load",
    "a name with an escape": PREFIXES + "LOADex:a\\;b",
    "glued to a prologue": "PREFIX p:<a:x>LOAD<a:y>",
    "glued to a version": 'VERSION "1.2"LOAD<a:y>',
    "in what looks like a string": "INSERT {} WHERE { FILTER(?a<?b)#>'''\n};LOAD <a:x> #'''}",
    "run together in what looks like a string": PREFIXES
    + "INSERT {} WHERE { FILTER(?a<?b)#>'''\n};LOAD:x #'''}",
}
INNOCENT = {
    "in a string": 'INSERT DATA { <a:a> <a:b> "LOAD <a:x>" }',
    "in a comment": "INSERT DATA { <a:a> <a:b> 1 } # LOAD <a:x>",
    "in an IRI": "INSERT DATA { <a:load> <a:LOAD> <http://load/> }",
    "as a prefix": PREFIXES + "INSERT DATA { load:a load:b load:c ; load:d load:e . }",
    "as the prefix of a graph": PREFIXES + "DROP GRAPH load:g ; COPY load:a TO load:b ;",
    "in a pattern": PREFIXES + "WITH load:g DELETE { ?s ?p load:o } WHERE { GRAPH load:g { ?s load:p ?o } }",
}


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder = Path(tmp_path_factory.mktemp("parser"), "store")
    ox.Store(folder).flush()
    return ox.Store.read_only(str(folder))


@pytest.mark.parametrize("text", [*LOADS.values(), *INNOCENT.values()], ids=[*LOADS, *INNOCENT])
def test_every_spelling_here_is_an_update_to_oxigraph(parser: ox.Store, text: str) -> None:
    with pytest.raises(RuntimeError, match="read-write"):
        parser.update(text)


@pytest.mark.parametrize("text", LOADS.values(), ids=LOADS.keys())
def test_load_is_refused_in_every_spelling(text: str) -> None:
    with pytest.raises(Refused, match="LOAD in line"):
        refuse_load(text)


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT.keys())
def test_the_word_elsewhere_is_no_load(text: str) -> None:
    refuse_load(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LOAD SILENT <a:x>", "INSERT DATA {}"),
        ("load silent <a:x> into graph <a:g>;", "INSERT DATA {};"),
        (PREFIXES + "LOAD SILENT ex:a INTO GRAPH ex:b ; CLEAR ALL", PREFIXES + "INSERT DATA {} ; CLEAR ALL"),
        ("LOAD <a:x>", "LOAD <a:x>"),
        (
            'INSERT DATA { <a:a> <a:b> "LOAD SILENT <a:x>" }',
            'INSERT DATA { <a:a> <a:b> "LOAD SILENT <a:x>" }',
        ),
    ],
)
def test_a_silent_load_becomes_nothing(text: str, expected: str) -> None:
    assert without_silent_loads(text) == expected
