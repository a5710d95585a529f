"""The documentation names what there is: its links, commands, targets, terms and rules are checked.

``docs/shapes.md`` is generated from the shapes. To write it anew::

    .venv/bin/python tests/architecture/test_docs.py
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from zanryu import __version__
from zanryu.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted([*REPOSITORY.glob("*.md"), *DOCS.glob("*.md")])
COMMANDS = {
    command.name or command.callback.__name__ for command in app.registered_commands if command.callback
} | {group.name for group in app.registered_groups if group.name}

_LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+)(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL
)
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
_RULE = re.compile(r"S\d\d[a-z]?(-[a-z-]+)?")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def anchors(page: Path) -> set[str]:
    """Return the fragments that code hosts give to the headings of a page."""
    headings = _HEADING.findall(_CODE.sub("", text_of(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(page: Path) -> str:
    """Return all code of a page: the blocks, and the spans in the running text."""
    text = text_of(page)
    blocks = [found["body"] for found in _CODE.finditer(text)]
    return "\n".join([*blocks, *_SPAN.findall(_CODE.sub("", text))])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_pages_resolve(page: Path) -> None:
    broken = []
    for found in _LINK.finditer(_CODE.sub("", text_of(page))):
        path, _, fragment = found["target"].partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and target.suffix == ".md" and fragment not in anchors(target)):
            broken.append(found["target"])
    assert not broken, f"{name_of(page)} links to what is not there: {', '.join(broken)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", text_of(page))
    missing = [name for name, path in named if f"def {name}(" not in text_of(page.parent / path)]
    assert not missing, f"{name_of(page)} names tests that do not exist: {missing}"


def test_the_readme_names_the_two_commands_and_they_are_make_targets() -> None:
    shown = code(REPOSITORY / "README.md")
    assert "make serve" in shown
    assert "make test" in shown


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(REPOSITORY / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|[`\s])make ([a-z]+)\b", code(page), re.MULTILINE))
    assert named <= targets, (
        f"{name_of(page)} names make targets that do not exist: {sorted(named - targets)}"
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert any(f"zanryu {command}" in code(page) for page in PAGES), f"no page shows `zanryu {command}`"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?:^|[/\s$])zanryu ([a-z]+)\b", code(page), re.MULTILINE))
    assert named <= COMMANDS, f"{name_of(page)} names commands that do not exist: {sorted(named - COMMANDS)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_own_term_that_a_page_names_is_declared(page: Path) -> None:
    files = (REPOSITORY / "ontology").rglob("*.ttl")
    declared = {
        term for file in files for term in re.findall(r"^(z[rv]:[\w-]+)\s", text_of(file), re.MULTILINE)
    }
    named = set(re.findall(r"\bz[rv]:[A-Za-z0-9-]*[A-Za-z0-9]\b(?!-?…)", code(page)))
    assert named <= declared, f"{name_of(page)} names unknown terms: {sorted(named - declared)}"


def test_the_index_lists_every_page_of_the_documentation() -> None:
    index = text_of(DOCS / "README.md")
    missing = [p.name for p in DOCS.glob("*.md") if p.name != "README.md" and f"({p.name})" not in index]
    assert not missing, f"docs/README.md does not list {', '.join(missing)}"


def test_every_dependency_has_its_reason_in_the_design() -> None:
    project = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))
    extras = project["project"]["optional-dependencies"].values()
    required = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(r for e in extras for r in e),
    ]
    design = text_of(REPOSITORY / "DESIGN.md").lower()
    names = [re.split(r"[<>=!~\[; ]", requirement)[0].lower() for requirement in required]
    missing = [name for name in names if f"`{name}`" not in design]
    assert not missing, f"DESIGN.md gives no reason for {', '.join(missing)}"


def test_the_citation_and_the_changelog_name_the_version_of_the_package() -> None:
    assert f"\nversion: {__version__}\n" in text_of(REPOSITORY / "CITATION.cff")
    assert f"## [{__version__}]" in text_of(REPOSITORY / "CHANGELOG.md")


# ------------------------------------------------------------------ docs/shapes.md, generated


def test_the_list_of_shapes_is_current() -> None:
    assert text_of(DOCS / "shapes.md") == shapes_page(), (
        "docs/shapes.md is not what shapes/ says. "
        "Write it anew: .venv/bin/python tests/architecture/test_docs.py"
    )


def shapes_page() -> str:
    """Return the listing of every rule: number, severity and English message, by file."""
    folder = REPOSITORY / "shapes"
    files = [*sorted(folder.glob("*.ttl")), *sorted((folder / "rdf12").glob("*.ttl"))]
    graph = Graph()
    for file in files:
        graph.parse(file)
    sections = [section for file in files if (section := "\n".join(_section(file, graph)))]
    return "\n\n".join([_HEAD, *sections]) + "\n"


_HEAD = """# The rules

<!-- Generated from shapes/ by tests/architecture/test_docs.py. Do not edit by hand. -->

`zanryu check` reports the number of a rule, and the message in English, Japanese or Vietnamese (`--lang`).
A violation stops a build; a warning or an info does not. `{?value}` and the like stand for the value found.
Rules of one number belong together: `S05-work`, `S05-locator` and `S05-stance` are all reported as S05.
How to add a rule is in [CONTRIBUTING.md](../CONTRIBUTING.md#change-recipes)."""


def _section(file: Path, graph: Graph) -> Iterator[str]:
    rules = [URIRef(f"https://w3id.org/zanryu/shapes/{name}") for name in _names(file)]
    if rules:
        title = file.relative_to(REPOSITORY / "shapes").with_suffix("").as_posix()
        yield f"## {title}\n\n{text_of(file).splitlines()[0].lstrip('# ')}\n"
        yield "| rule | severity | message |\n|---|---|---|"
        yield from (f"| {_local(r)} | {_severity(graph, r)} | {_message(graph, r)} |" for r in rules)


def _names(file: Path) -> list[str]:
    found = re.findall(r"^zs:([\w-]+)", text_of(file), re.MULTILINE)
    return sorted({name for name in found if _RULE.fullmatch(name)})


def _local(rule: Node) -> str:
    return str(rule).rsplit("/", 1)[-1]


def _severity(graph: Graph, rule: Node) -> str:
    """Return the severity: a rule in SPARQL has that of the shape that holds it (SHACL, section 5.1)."""
    is_sparql = (rule, RDF.type, SH.SPARQLConstraint) in graph
    holders: list[Node] = list(graph.subjects(SH.sparql, rule)) if is_sparql else [rule]
    assert holders, f"{_local(rule)} hangs from no shape"
    found = {graph.value(holder, SH.severity) or SH.Violation for holder in holders}
    return ", ".join(sorted(_local(s).rsplit("#", 1)[-1].lower() for s in found))


def _message(graph: Graph, rule: Node) -> str:
    said = [str(m) for m in graph.objects(rule, SH.message) if isinstance(m, Literal) and m.language == "en"]
    assert len(said) == 1, f"{_local(rule)} needs one English message"
    return said[0].replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    (DOCS / "shapes.md").write_text(shapes_page(), encoding="utf-8")
