from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

import zanryu
from zanryu.cli import app, main
from zanryu.graph.archive import read_fingerprint
from zanryu.web.languages import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.config import Settings
    from zanryu.graph.sources import Dataset

_COMMANDS = sorted(
    command.name or (command.callback.__name__ if command.callback else "")
    for command in app.registered_commands
)


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Outcome: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, as the installed command does."""
    for name in [name for name in os.environ if name.startswith("ZANRYU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TERMINAL_WIDTH", "200")

    def _run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["zanryu", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return _run


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("template", "x.xlsx"),
        ("import", "x.csv"),
        ("export", "--table", "claims"),
        ("wikidata", "gaps"),
    ],
    ids=lambda command: " ".join(command),
)
def test_a_language_that_is_not_spoken_is_refused_with_those_that_are(
    run: Run, command: tuple[str, ...]
) -> None:
    told = run(*command, "--lang", "xx")

    assert told.code == 2
    assert all(f"'{language}'" in told.err for language in LANGUAGES)


@pytest.mark.parametrize(
    ("name", "why"),
    [("nobody-of-this-name", "is not in the graph"), ("igawa-sei", "is linked to no item")],
)
def test_what_cannot_be_compared_with_wikidata_is_told_with_the_reason(
    run: Run, built: Settings, name: str, why: str
) -> None:
    told = run("wikidata", "gaps", name, "--store", built.store)

    assert told.code == 2
    assert f"{name} {why}" in told.err


def _claims(dataset: Dataset) -> Path:
    return dataset.data / "claims" / "sato-haru.ttl"


def _spoil(dataset: Dataset, old: str = "zv:ija-colonel", new: str = "zv:ija-kernel") -> None:
    text = _claims(dataset).read_text(encoding="utf-8")
    assert old in text
    _claims(dataset).write_text(text.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------- as a process


def _start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    return subprocess.run(
        [sys.executable, "-c", "from zanryu.cli import main; main()", *map(str, arguments)],
        env={**clean, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_a_check_without_findings_exits_with_0(small: Dataset) -> None:
    ended = _start("check", "--data", small.root)

    assert (ended.returncode, ended.stdout) == (0, "0 violations, 0 warnings, 0 info\n")


def test_a_check_with_violations_exits_with_1(small_dataset: Dataset) -> None:
    _spoil(small_dataset)

    ended = _start("check", "--data", small_dataset.root)

    assert ended.returncode == 1
    assert "violation S54" in ended.stdout


def test_a_mistake_in_the_environment_exits_with_2_and_one_line(small: Dataset) -> None:
    ended = _start("check", "--data", small.root, ZANRYU_PROT="8000")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("zanryu: ZANRYU_PROT is not a setting. Did you mean ZANRYU_PORT")
    assert ended.stderr.count("\n") == 1


# ---------------------------------------------------------------- help and errors


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ended = run()

    assert "zanryu build" in ended.out + ended.err
    assert all(name in ended.out + ended.err for name in _COMMANDS)


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_help_of_each_command_says_what_it_does_and_what_each_option_means(run: Run, name: str) -> None:
    ended = run(name, "--help")

    words = re.sub(r"[^\w.]+", " ", ended.out)
    command = next(c for c in app.registered_commands if name in (c.name, c.callback and c.callback.__name__))
    assert command.callback is not None
    assert command.callback.__doc__ is not None
    first_sentence = re.sub(r"[^\w.]+", " ", command.callback.__doc__.strip().splitlines()[0])
    assert ended.code == 0
    assert first_sentence.strip() in words
    for line in ended.out.splitlines():
        if found := re.search(r"(--[a-z-]+) +<\w+>(.*)", line):
            assert re.search(r"[A-Za-z]{3,}.*[a-z]", found[2]), f"{found[1]} says nothing"


@pytest.mark.parametrize("name", ["check", "query"])
def test_the_help_of_the_commands_for_everyday_use_has_examples(run: Run, name: str) -> None:
    assert f"Examples: zanryu {name}" in " ".join(run(name, "--help").out.split())


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"zanryu {zanryu.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["chek"], "No such command 'chek'", id="unknown command"),
        pytest.param(["check", "--forma", "json"], "No such option", id="unknown option"),
        pytest.param(["check", "--format", "xml"], "'xml' is not one of", id="unknown form"),
        pytest.param(["check", "--data", "nowhere"], "nowhere is not a dataset", id="no dataset"),
        pytest.param(
            ["check", "nowhere.ttl"], "nowhere.ttl: no such file or folder", id="no such file to check"
        ),
        pytest.param(["query", "nowhere.rq"], "nowhere.rq: No such file or directory", id="no such query"),
        pytest.param(["format", "nowhere.ttl"], "nowhere.ttl: no such file", id="no such file to format"),
        pytest.param(["archive", "nowhere.txt"], "nowhere.txt: no such file", id="no such text"),
        pytest.param(["serve", "--port", "99999", "--store", "x"], "99999", id="impossible port"),
        pytest.param(["serve", "--port", "http"], "--port", id="port in words"),
    ],
)
def test_a_mistake_of_usage_exits_with_2_and_no_stack_trace(
    run: Run, arguments: list[str], said: str
) -> None:
    ended = run(*arguments)

    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_a_syntax_error_is_one_line_with_its_place(run: Run, small_dataset: Dataset) -> None:
    _claims(small_dataset).write_text("cl:a a .", encoding="utf-8")

    ended = run("check", "--data", small_dataset.root)

    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(r"zanryu: \S+sato-haru\.ttl:1:\d+: [^\n]+\n", ended.err)


# ---------------------------------------------------------------- check


def test_the_findings_are_written_as_json(run: Run, small_dataset: Dataset) -> None:
    _spoil(small_dataset)

    ended = run("check", "--data", small_dataset.root, "--format", "json")

    assert ended.code == 1
    assert "S54" in {record["constraint"] for record in json.loads(ended.out)}


def test_the_messages_are_written_in_the_language_asked_for(run: Run, small_dataset: Dataset) -> None:
    _spoil(small_dataset)

    assert "用語" in run("check", "--data", small_dataset.root, "--lang", "ja").out


def test_a_check_of_a_file_without_findings_exits_with_0(run: Run, small_dataset: Dataset) -> None:
    _spoil(small_dataset)

    assert run("check", "--data", small_dataset.root, small_dataset.data / "works.ttl").code == 0


def test_warnings_alone_exit_with_0(run: Run, small_dataset: Dataset) -> None:
    persons = small_dataset.data / "persons.ttl"
    text = persons.read_text(encoding="utf-8").replace(" ;\n    zr:nationality zv:vietnamese", "")
    persons.write_text(text, encoding="utf-8")

    ended = run("check", "--data", small_dataset.root)

    assert (ended.code, ended.out.splitlines()[-1]) == (0, "0 violations, 1 warning, 0 info")


# ---------------------------------------------------------------- build


def test_a_build_says_what_it_made_and_a_second_that_nothing_changed(
    run: Run, small: Dataset, tmp_path: Path
) -> None:
    store = tmp_path / "var" / "store"

    first = run("build", "--data", small.root, "--store", store)
    second = run("build", "--data", small.root, "--store", store)

    assert first.out.startswith("Built: version ")
    assert "9 claims" in first.out
    assert second.out == first.out.replace("Built", "Nothing changed")
    assert (first.code, second.code) == (0, 0)


def test_a_build_of_data_with_violations_exits_with_1(
    run: Run, small_dataset: Dataset, tmp_path: Path
) -> None:
    _spoil(small_dataset)

    ended = run("build", "--data", small_dataset.root, "--store", tmp_path / "var" / "store")

    assert (ended.code, ended.out) == (1, "")
    assert "nothing was built. Run `zanryu check`" in ended.err


# ---------------------------------------------------------------- format


def test_files_in_house_style_are_left_alone(run: Run, small_dataset: Dataset) -> None:
    before = _claims(small_dataset).stat().st_mtime_ns

    assert run("format", "--data", small_dataset.root) == (0, "", "")
    assert _claims(small_dataset).stat().st_mtime_ns == before


def test_a_check_of_the_format_names_the_file_and_changes_nothing(run: Run, small_dataset: Dataset) -> None:
    _spoil(small_dataset, "    zr:rationale", "zr:rationale")
    before = _claims(small_dataset).read_text(encoding="utf-8")

    ended = run("format", "--check", "--data", small_dataset.root)

    assert (ended.code, ended.out) == (1, f"would change {_claims(small_dataset)}\n")
    assert _claims(small_dataset).read_text(encoding="utf-8") == before


def test_formatting_brings_the_file_back_into_house_style(run: Run, small_dataset: Dataset) -> None:
    before = _claims(small_dataset).read_text(encoding="utf-8")
    _spoil(small_dataset, "    zr:rationale", "zr:rationale")

    ended = run("format", _claims(small_dataset))

    assert (ended.code, ended.out) == (0, f"formatted {_claims(small_dataset)}\n")
    assert _claims(small_dataset).read_text(encoding="utf-8") == before


def test_a_comment_that_formatting_would_lose_exits_with_2(run: Run, small_dataset: Dataset) -> None:
    _spoil(small_dataset, "    zr:rationale", "    # why\n    zr:rationale")

    ended = run("format", _claims(small_dataset))

    assert ended.code == 2
    assert "a comment here would be lost" in ended.err


# ---------------------------------------------------------------- archive and query


def test_archiving_a_text_keeps_its_fingerprint_and_says_how_to_name_it(
    run: Run, small_dataset: Dataset, tmp_path: Path
) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("He is said to have taught there.", encoding="utf-8")

    ended = run("archive", text, "--data", small_dataset.root)

    kept = read_fingerprint(small_dataset.archive(), "letter.txt")
    assert ended.code == 0
    assert 'zr:archivedAs "letter.txt"' in ended.out
    assert kept is not None
    assert kept.contains("said to have")


def test_a_query_file_is_answered_from_the_store(run: Run, built: Settings, tmp_path: Path) -> None:
    file = tmp_path / "count.rq"
    file.write_text(
        "SELECT (COUNT(?c) AS ?n) WHERE { ?c a <https://w3id.org/zanryu/ontology/Assertion> }",
        encoding="utf-8",
    )

    ended = run("query", file, "--format", "json", "--store", built.store)

    assert ended.code == 0
    assert int(json.loads(ended.out)["results"]["bindings"][0]["n"]["value"]) > 0


def test_a_query_without_a_store_says_to_build_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("ASK { ?s ?p ?o }", encoding="utf-8")

    ended = run("query", file, "--store", tmp_path / "nowhere")

    assert ended.code == 2
    assert "zanryu build" in ended.err
