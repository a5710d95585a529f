"""A server in operation, started as an operator starts it: told to reload, to stop, to show its figures."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import termios
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from select import select
from typing import IO, TYPE_CHECKING, Any, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from attack.server import (
    ASK,
    ENDLESS,
    ROWS,
    Answer,
    Server,
    census,
    free_port,
    pause,
    serving,
    target_of,
    wait_until,
)
from zanryu.access.register import Tokens
from zanryu.access.tokens import Scope
from zanryu.config import Settings
from zanryu.errors import InputNotFound, Refused
from zanryu.front.reload_command import reload_servers
from zanryu.store.build import build, current_build, current_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zanryu.graph.sources import Dataset

SECONDS: Final = 60.0
STRANGER: Final = {"X-Forwarded-For": "203.0.113.7"}
NEIGHBOUR: Final = {"X-Forwarded-For": "203.0.113.8"}
# Some seconds of work for a worker, and then an answer: forty million combinations.
SLOW: Final = (
    "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }}" for i in range(7))
    + " VALUES ?v { 0 1 2 3 } FILTER(?v0 != ?v) }"
)
PROGRAM: Final = "from zanryu.cli import main; main()"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `zanryu` as a person would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    environment = kept | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "server")}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def figures(server: Server) -> dict[tuple[str, ...], float]:
    """Return the figures by name and the values of their labels."""
    families = text_string_to_metric_families(server.get("/metrics").text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def health(server: Server) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(server.get("/health").body)
    return document


@pytest.fixture(scope="module")
def server(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind one proxy that it trusts: a test says whose address the proxy saw."""
    folder = tmp_path_factory.mktemp("operated")
    with serving(
        small_settings.store,
        folder,
        access_log=str(folder / "access.log"),
        token_file=str(folder / "tokens.json"),
        trusted_proxies="1",
        budget_errors="3",
        budget_refill_errors_per_minute="0.001",
        budget_seconds="1",
        budget_refill_seconds_per_minute="0.001",
        query_timeout_seconds="60",
    ) as started:
        yield started


# ------------------------------------------------------------------ /health and /metrics


def test_health_tells_of_life_data_workers_queue_and_isolation(server: Server) -> None:
    answer = server.get("/health")
    document = json.loads(answer.body)

    assert (answer.status, answer.media_type, answer.headers["cache-control"]) == (
        200,
        "application/json",
        "no-store",
    )
    assert {name: document[name] for name in ("status", "live", "ready")} == {
        "status": "ok",
        "live": True,
        "ready": True,
    }
    assert document["triples"] > 100
    assert document["workers"]["count"] >= 1
    assert document["queue"] == {"length": 0, "limit": 64}
    assert set(document["isolation"]) == {"network_namespace", "no_network", "missing"}


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_the_operators_pages_answer_head_and_options_and_refuse_the_rest(server: Server, path: str) -> None:
    head, options, post = (server.ask(method, path) for method in ("HEAD", "OPTIONS", "POST"))

    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 100
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (post.status, post.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert {answer.headers["access-control-allow-origin"] for answer in (head, options, post)} == {"*"}


def test_figures_are_by_route_and_not_by_path(server: Server) -> None:
    for path in ("/page/person/sato-haru", "/page/person/sato-haru", "/nowhere/1", "/nowhere/2"):
        server.get(path)

    found = figures(server)

    assert found["zanryu_http_requests_total", "/page/<kind>/<path:slug>", "200"] == 2
    assert found["zanryu_http_requests_total", "unmatched", "404"] == 2
    assert found["zanryu_http_request_duration_seconds_count", "unmatched"] == 2
    assert found["zanryu_cache_lookups_total", "hit"] >= 1
    assert found["zanryu_cache_bytes",] > 0
    assert found["zanryu_query_workers_started_total",] >= 1
    assert found["zanryu_data_info", health(server)["version"]] == 1
    assert not [key for key in found if any("nowhere" in part or "sato" in part for part in key)]


def test_a_worker_that_is_killed_is_counted_with_the_reason(server: Server) -> None:
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"GET {target_of(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    wait_until(lambda: figures(server)["zanryu_query_workers", "busy"] == 1, SECONDS, "a worker is busy")

    connection.close()

    wait_until(
        lambda: figures(server).get(("zanryu_query_workers_lost_total", "cancelled")) == 1,
        SECONDS,
        "the loss is counted",
    )


def test_figures_are_for_this_machine_and_for_nobody_without_a_token(server: Server) -> None:
    refused = server.ask("GET", "/metrics", {"X-Forwarded-For": "198.51.100.7"})

    assert (refused.status, refused.media_type) == (401, "application/problem+json")
    assert refused.headers["www-authenticate"] == 'Bearer realm="zanryu"'
    assert "scope `admin`" in json.loads(refused.body)["detail"]
    assert b"zanryu_" not in refused.body


def test_figures_are_for_who_has_a_token_of_the_scope_admin_wherever_he_is(server: Server) -> None:
    tokens = Tokens(server.output.parent / "tokens.json")
    secrets = {scope: tokens.create(f"Prometheus, {scope}", scope, "never") for scope in Scope}
    elsewhere = {"X-Forwarded-For": "198.51.100.8"}

    def ask(secret: str) -> Answer:
        return server.ask("GET", "/metrics", {**elsewhere, "Authorization": f"Bearer {secret}"})

    admin, editor = ask(secrets[Scope.admin].secret), ask(secrets[Scope.write].secret)
    tokens.revoke(secrets[Scope.admin].token.id)
    revoked = ask(secrets[Scope.admin].secret)

    assert (admin.status, admin.headers["cache-control"]) == (200, "no-store")
    assert b"zanryu_http_requests_total" in admin.body
    assert (editor.status, revoked.status) == (403, 401)
    assert editor.headers["www-authenticate"].endswith('error="insufficient_scope", scope="admin"')
    assert revoked.headers["www-authenticate"].endswith('error="invalid_token"')


def test_who_guesses_tokens_at_the_figures_has_to_wait(server: Server) -> None:
    headers = {"X-Forwarded-For": "198.51.100.9"}

    guesses = [
        server.ask("GET", "/metrics", {**headers, "Authorization": f"Bearer zan_{n}"}).status
        for n in range(4)
    ]

    assert guesses == [401, 401, 401, 429]
    assert server.get("/metrics").status == 200


def test_who_comes_through_a_proxy_that_nobody_told_of_is_not_this_machine(
    small_settings: Settings, tmp_path: Path
) -> None:
    with serving(small_settings.store, tmp_path, access_log="none") as server:
        for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            assert server.ask("GET", "/metrics", {header: "127.0.0.1"}).status == 401, header
            assert server.get("/metrics").status == 200


def test_figures_can_be_made_public(small_settings: Settings, tmp_path: Path) -> None:
    with serving(small_settings.store, tmp_path, metrics_public="true", trusted_proxies="1") as server:
        assert server.ask("GET", "/metrics", STRANGER).status == 200


# ------------------------------------------------------------------ budgets


def test_who_fails_too_often_has_to_wait_and_others_do_not(server: Server) -> None:
    known = server.ask("GET", target_of(ASK), STRANGER)
    failures = [server.ask("GET", f"/sparql?query=SELEC{i}", STRANGER) for i in range(4)]

    problem = json.loads(failures[3].body)
    assert [answer.status for answer in failures] == [400, 400, 400, 429]
    assert failures[3].media_type == "application/problem+json"
    assert int(failures[3].headers["retry-after"]) == problem["retry_after_seconds"] > 0
    assert problem["budget"] == "errors"
    assert problem["instance"] == f"urn:uuid:{failures[3].headers['x-request-id']}"
    assert server.ask("GET", target_of(ASK + " # other"), STRANGER).status == 429
    assert server.ask("GET", target_of(ASK + " # other"), NEIGHBOUR).status == 200
    # What costs nothing stays free: an answer that is kept, a page.
    assert (known.status, server.ask("GET", target_of(ASK), STRANGER).status) == (200, 200)
    assert server.ask("GET", "/page/person/sato-haru", STRANGER).status == 200


def test_who_uses_much_time_has_to_wait_and_what_he_writes_into_the_header_changes_nothing(
    server: Server,
) -> None:
    def ask(query: str, written: str) -> int:
        headers = {"X-Forwarded-For": f"{written}2001:db8:1:2::5"}
        return server.ask("GET", target_of(query), headers, timeout_seconds=SECONDS).status

    assert ask(SLOW, "") == 200

    assert ask(ASK + " # slow", "") == 429
    assert ask(ASK + " # slow", "198.51.100.1, ") == 429
    assert (
        server.ask("GET", target_of(ASK + " # slow"), {"X-Forwarded-For": "2001:db8:1:2:9::"}).status == 429
    )
    assert server.ask("GET", target_of(ASK + " # slow"), {"X-Forwarded-For": "2001:db8:1:3::5"}).status == 200


def test_an_operator_on_this_machine_can_see_what_a_refused_client_sees(server: Server) -> None:
    header = {"X-Zanryu-Test-Budget": "spend"}
    server.get(target_of(ASK))

    tested = server.ask("GET", target_of(ASK), header)

    assert (tested.status, "retry-after" in tested.headers) == (429, True)
    assert server.get(target_of(ASK)).status == 200
    assert server.ask("GET", target_of(ASK + " # test"), header | NEIGHBOUR).status == 200


# ------------------------------------------------------------------ queries at once


@contextmanager
def asking_at_once(server: Server, queries: int) -> Iterator[list[socket.socket]]:
    """Yield the connections on which one client has sent so many queries that do not end, and leave them."""
    with ExitStack() as stack:
        connections = []
        for number in range(queries):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), SECONDS))
            target = target_of(f"{ENDLESS} # {number}")
            headers = "".join(f"{name}: {value}\r\n" for name, value in STRANGER.items())
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
            connections.append(connection)
        yield connections


def answered(connections: list[socket.socket]) -> list[socket.socket]:
    return select(connections, [], [], 0)[0]


def test_who_asks_too_much_at_once_is_told_so_and_another_client_is_answered(
    small_settings: Settings, tmp_path: Path
) -> None:
    limits = {"trusted_proxies": "1", "query_workers": "2", "queries_per_client": "1"}
    with serving(small_settings.store, tmp_path, access_log="none", **limits) as server:
        kept = server.ask("GET", target_of(ASK), STRANGER)
        with asking_at_once(server, 9) as connections:
            wait_until(lambda: len(answered(connections)) == 8, SECONDS, "all but one are refused")
            told = [connection.recv(65_536) for connection in answered(connections)]
            neighbour = server.ask("GET", target_of(f"{ASK} # neighbour"), NEIGHBOUR, timeout_seconds=10)
            again = server.ask("GET", target_of(f"{ASK} # again"), STRANGER)
            free = [
                server.ask("GET", target_of(ASK), STRANGER),
                server.ask("GET", target_of(ASK), {**STRANGER, "If-None-Match": kept.headers["etag"]}),
                server.ask("GET", "/page/person/sato-haru", STRANGER),
            ]
            this_machine = [server.query(f"{ASK} # {number}") for number in range(3)]
        wait_until(lambda: figures(server)["zanryu_under_way_clients",] == 0, SECONDS, "the client has left")

        assert len(told) == 8
        assert all(b"HTTP/1.1 429 " in text and b"too-many-at-once" in text for text in told)
        assert (again.status, again.headers["retry-after"], neighbour.status) == (429, "1", 200)
        assert json.loads(again.body)["limit"] == 1
        assert [answer.status for answer in (*free, *this_machine)] == [200, 304, 200, 200, 200, 200]
        assert server.ask("GET", target_of(f"{ASK} # later"), STRANGER).status == 200


def test_no_client_fills_the_queue(small_settings: Settings, tmp_path: Path) -> None:
    limits = {"query_workers": "1", "query_queue_length": "4", "queries_per_client": "3"}
    with (
        serving(small_settings.store, tmp_path, access_log="none", trusted_proxies="1", **limits) as server,
        ThreadPoolExecutor(1) as client,
    ):
        with asking_at_once(server, 20) as connections:
            wait_until(lambda: len(answered(connections)) == 17, SECONDS, "all but three are refused")
            neighbour = client.submit(server.ask, "GET", target_of(f"{ASK} # neighbour"), NEIGHBOUR)
            wait_until(
                lambda: figures(server)["zanryu_query_queue_length",] == 3, SECONDS, "a place in the queue"
            )

        assert neighbour.result().status == 200
        found = figures(server)
        assert (found["zanryu_under_way_refusals_total",], found["zanryu_query_refusals_total",]) == (17, 0)


# ------------------------------------------------------------------ ids and the log


def test_every_answer_has_an_id_that_the_log_and_the_problem_have(server: Server) -> None:
    targets = ("/", "/nowhere", "/sparql?query=SELEC", "/health", "/id/person/sato-haru", target_of(ASK))

    answers = [server.ask("GET", target, NEIGHBOUR) for target in targets]

    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == len(targets)
    log = server.output.parent / "access.log"
    wait_until(lambda: set(ids) <= _logged(log), SECONDS, "the log has the ids")
    for answer, found in zip(answers, ids, strict=True):
        if answer.media_type == "application/problem+json":
            assert json.loads(answer.body)["instance"] == f"urn:uuid:{found}"


def _logged(path: Path) -> set[str]:
    whole, _, _ = path.read_text().rpartition("\n")  # a line may be half written
    return {json.loads(line)["id"] for line in whole.splitlines()}


def test_the_log_and_the_terminal_never_hold_what_was_asked(server: Server) -> None:
    secret = "whoaskedthis"  # noqa: S105 - not one of ours
    query = f"SELECT * {{ ?s ?p '{secret}' }}"
    server.ask("GET", target_of(query), NEIGHBOUR)
    server.ask("GET", target_of(f"{secret} {{"), NEIGHBOUR)
    server.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", **NEIGHBOUR}, query.encode())
    bearer = {"Authorization": f"Bearer {secret}", "Content-Type": "application/sparql-update", **NEIGHBOUR}
    server.ask("POST", f"/sparql?access_token={secret}", bearer, b"INSERT DATA {}")
    server.ask("POST", "/sparql", bearer, b"INSERT DATA {}")
    server.ask("GET", f"/nowhere?token={secret}", {"Authorization": secret, "Referer": secret, **NEIGHBOUR})
    last = server.ask("GET", f"/graphs?graph=urn:{secret}", NEIGHBOUR).headers["x-request-id"]
    log = server.output.parent / "access.log"
    wait_until(lambda: last in _logged(log), SECONDS, "the log is written")

    assert secret not in log.read_text() + server.errors()
    assert "203.0.113" not in log.read_text() + server.errors()


# ------------------------------------------------------------------ reload


@pytest.fixture
def operated(small_dataset: Dataset, tmp_path: Path) -> Settings:
    """A build of a dataset that the test may change."""
    settings = Settings(store=tmp_path / "var" / "store")
    build(small_dataset, settings)
    return settings


def rename(dataset: Dataset, old: str, new: str) -> None:
    path = dataset.data / "persons.ttl"
    text = path.read_text(encoding="utf-8")
    assert f'"{old}"@en' in text
    path.write_text(text.replace(f'"{old}"@en', f'"{new}"@en'), encoding="utf-8")


NAME: Final = target_of(
    "SELECT ?n { <https://w3id.org/zanryu/id/person/sato-haru> "
    "<http://www.w3.org/2004/02/skos/core#prefLabel> ?n FILTER(LANG(?n) = 'en') }"
)
WATCHED: Final = (NAME, "/page/person/sato-haru", "/data/person/sato-haru.nt", "/dumps/zanryu.nq", "/sparql")


class Load:
    """Asks in a loop: by every second client on one connection, by the others on one for each request."""

    def __init__(self, port: int) -> None:
        self.failures: list[str] = []
        self.seen: dict[tuple[int, str], list[bool]] = {}
        self._port = port
        self._is_over = threading.Event()

    def ask(self, client: int, new_name: bytes) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        while not self._is_over.is_set():
            for target in WATCHED:
                try:
                    connection.request("GET", target, headers={"Accept": f"{ROWS}, */*;q=0.5"})
                    response = connection.getresponse()
                    body, status = response.read(), response.status
                except (OSError, HTTPException) as error:
                    self.failures.append(f"{target}: {error!r}")
                    return
                if status != 200:
                    self.failures.append(f"{target}: {status} {body[:200]!r}")
                self.seen.setdefault((client, target), []).append(new_name in body)
                if client % 2:
                    connection.close()
            pause(0.01)  # or the build beside it would come to nothing on a small machine
        connection.close()

    @contextmanager
    def running(self, new_name: str, clients: int = 4) -> Iterator[None]:
        with ThreadPoolExecutor(clients) as threads:
            asking = [threads.submit(self.ask, client, new_name.encode()) for client in range(clients)]
            yield
            self._is_over.set()
            for future in asking:
                future.result()


def test_a_reload_under_load_fails_no_request_and_turns_every_answer_once(
    operated: Settings, small_dataset: Dataset, tmp_path: Path
) -> None:
    with serving(operated.store, tmp_path, access_log="none") as server:
        before, load = health(server)["version"], Load(server.port)
        with load.running("Sato Renamed"):
            wait_until(lambda: len(load.seen) == 4 * len(WATCHED), SECONDS, "all clients ask")
            rename(small_dataset, "Satō Haru", "Sato Renamed")
            built = run("build", "--force", "--data", str(small_dataset.root), "--store", str(operated.store))
            assert not any(any(seen) for seen in load.seen.values()), "a build changes nothing that is served"
            told = run("reload", "--store", str(operated.store))
            turned = {key: len(seen) for key, seen in load.seen.items()}
            wait_until(
                lambda: all(len(seen) > turned[key] + 2 for key, seen in load.seen.items()), SECONDS, "more"
            )
        after = health(server)["version"]

        assert (built.returncode, told.returncode) == (0, 0), built.stderr + told.stderr
        assert load.failures == []
        assert before != after == getattr(current_build(operated), "version", None)
        assert f"version {after} in place of {before}" in told.stdout
        for (_, target), seen in load.seen.items():
            assert seen == sorted(seen), f"{target} went back to the old data"
            assert seen[-1] is (target != "/sparql")
        assert figures(server)["zanryu_reloads_total", "done"] == 1
        assert server.query(ASK).status == 200
        assert len(server.workers()) >= 2


def test_a_reload_ends_no_query_that_is_under_way(
    operated: Settings, small_dataset: Dataset, tmp_path: Path
) -> None:
    with serving(operated.store, tmp_path, access_log="none") as server, ThreadPoolExecutor(1) as client:
        waiting = client.submit(server.get, target_of(SLOW), ROWS, SECONDS)
        wait_until(lambda: figures(server)["zanryu_query_workers", "busy"] == 1, SECONDS, "it is evaluated")
        rename(small_dataset, "Satō Haru", "Sato Renamed")
        build(small_dataset, operated)
        server.process.send_signal(signal.SIGHUP)

        assert waiting.result().status == 200
        wait_until(lambda: "Sato Renamed" in server.get(NAME, ROWS).text, SECONDS, "the new build is served")


def test_a_build_that_cannot_be_opened_leaves_the_old_one_and_says_so(
    operated: Settings, tmp_path: Path
) -> None:
    with serving(operated.store, tmp_path, access_log="none") as server:
        good, home = current_folder(operated), operated.store.parent
        record = json.loads((good / "build.json").read_text()) | {"version": "broken"}
        for name in ("store", "dist"):
            (home / "builds" / "broken" / name).mkdir(parents=True)
        (home / "builds" / "broken" / "build.json").write_text(json.dumps(record))
        (home / "current").unlink()
        (home / "current").symlink_to("builds/broken")

        with pytest.raises(Refused, match="still serves .*, not broken"):
            list(reload_servers(operated, wait_seconds=1))

        assert server.get("/page/person/sato-haru").status == 200
        assert health(server)["version"] != "broken"
        assert figures(server)["zanryu_reloads_total", "failed"] == 1
        assert "reload failed, the old build stays" in server.errors()


def test_a_build_that_is_served_outlives_two_later_ones(
    operated: Settings, small_dataset: Dataset, tmp_path: Path
) -> None:
    served = current_folder(operated)
    with serving(operated.store, tmp_path, access_log="none", query_timeout_seconds="1") as server:
        for _ in range(2):
            build(small_dataset, operated, force=True)
        server.query(ENDLESS)  # its worker is killed, and the next one opens the same build

        assert served.is_dir()
        assert [server.query(f"{ASK} # {number}").status for number in range(8)] == [200] * 8
    build(small_dataset, operated, force=True)
    assert not served.exists()


def test_reload_says_when_nothing_runs_also_after_a_crash(operated: Settings, tmp_path: Path) -> None:
    with serving(operated.store, tmp_path, access_log="none") as server:
        everyone = [process.id for process in server.census()]
        server.process.kill()
        server.process.wait()
        wait_until(lambda: not any(map(lives, everyone)), SECONDS, "no process is left")

    with pytest.raises(InputNotFound, match="No server runs over"):
        list(reload_servers(operated))
    missing = run("reload", "--store", str(tmp_path / "nothing"))
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "zanryu build" in missing.stderr


def test_a_port_that_is_taken_is_refused(server: Server, small_settings: Settings) -> None:
    second = run("serve", "--port", str(server.port), "--store", str(small_settings.store))

    assert second.returncode == 2
    assert f"port {server.port} cannot be listened to" in second.stderr


# ------------------------------------------------------------------ stop


def lives(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


@contextmanager
def group_serving(store: Path, **settings: str) -> Iterator[Server]:
    """Yield a server whose processes are a group of their own, as under a service manager or a terminal."""
    port = free_port()
    command = [sys.executable, "-c", PROGRAM, "serve", "--store", str(store), "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZANRYU_")}
    given = {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "server"), "ZANRYU_ACCESS_LOG": "none"}
    environment = kept | given | {f"ZANRYU_{name.upper()}": value for name, value in settings.items()}
    with subprocess.Popen(
        command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    ) as process:
        server = Server(port, process, Path(os.devnull))
        try:
            wait_until(
                lambda: not refuses(port) and server.get("/health").status == 200, SECONDS, "it serves"
            )
            yield server
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_stop_finishes_what_is_under_way_refuses_what_comes_and_leaves_nothing(
    small_settings: Settings, number: signal.Signals
) -> None:
    with group_serving(small_settings.store) as server, ThreadPoolExecutor(1) as client:
        everyone = [process.id for process in census(server.process.pid)]
        waiting = client.submit(server.get, target_of(SLOW), ROWS, SECONDS)
        wait_until(lambda: figures(server)["zanryu_query_workers", "busy"] == 1, SECONDS, "it is evaluated")

        os.killpg(server.process.pid, number)

        wait_until(lambda: refuses(server.port), SECONDS, "new connections are refused")
        os.killpg(server.process.pid, number)  # whoever is impatient tells it twice
        assert server.process.poll() is None, "it did not wait for the answer"
        assert not waiting.done()
        answer = waiting.result()
        assert (answer.status, server.process.wait(SECONDS)) == (200, 0)
        assert re.fullmatch(r"\d+", json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])
    assert len(everyone) >= 3
    assert not [process for process in everyone if lives(process)]


def test_a_stop_waits_no_longer_than_its_grace(small_settings: Settings) -> None:
    with group_serving(small_settings.store, stop_grace_seconds="1") as server:
        everyone = [process.id for process in census(server.process.pid)]
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(f"GET {target_of(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: figures(server)["zanryu_query_workers", "busy"] == 1, SECONDS, "it is evaluated")

        server.process.terminate()

        server.process.wait(20)  # far from the 30 seconds that the query may take
        assert connection.recv(100) == b"", "no part of an answer"
        connection.close()
    wait_until(lambda: not any(map(lives, everyone)), SECONDS, "no process is left")


@contextmanager
def in_a_terminal(store: Path, folder: Path, *, nohup: bool = False) -> Iterator[tuple[Server, IO[bytes]]]:
    """Yield a server that leads the session of a terminal, and the terminal's other end: closing it hangs up.

    Whether SIGHUP is ignored is said here: it is inherited, and the tests themselves may run with nohup(1).
    """
    ours, theirs = pty.openpty()
    port = free_port()
    ignored = "signal.SIG_IGN" if nohup else "signal.SIG_DFL"
    program = (
        "import fcntl, signal; "
        f"fcntl.ioctl(0, {termios.TIOCSCTTY}, 0); signal.signal(signal.SIGHUP, {ignored}); {PROGRAM}"
    )
    arguments = ["serve", "--store", str(store), "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "server")}
    output = subprocess.DEVNULL if nohup else theirs
    with (
        os.fdopen(ours, "rb", buffering=0) as terminal,
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=environment | {"ZANRYU_ACCESS_LOG": "none"},
            stdin=theirs,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=folder,
        ) as process,
    ):
        os.close(theirs)
        server = Server(port, process, Path(os.devnull))
        try:
            wait_until(lambda: not refuses(port), SECONDS, "it serves")
            yield server, terminal
        finally:
            process.kill()  # else this would wait for ever for a server that did not end


def reloads(server: Server) -> float:
    return figures(server)["zanryu_reloads_total", "done"]


@pytest.mark.skipif(sys.platform != "linux", reason="terminals differ")
def test_a_server_ends_with_the_terminal_it_was_started_in(small_settings: Settings, tmp_path: Path) -> None:
    with in_a_terminal(small_settings.store, tmp_path) as (server, terminal):
        everyone = [found.id for found in census(server.process.pid)]
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: reloads(server) == 1, SECONDS, "it reloads")

        terminal.close()

        server.process.wait(SECONDS)
    wait_until(lambda: not any(map(lives, everyone)), SECONDS, "no process is left")


@pytest.mark.skipif(sys.platform != "linux", reason="terminals differ")
def test_a_server_that_was_started_with_nohup_outlives_its_terminal(
    small_settings: Settings, tmp_path: Path
) -> None:
    with in_a_terminal(small_settings.store, tmp_path, nohup=True) as (server, terminal):
        terminal.close()

        wait_until(lambda: reloads(server) == 1, SECONDS, "the signal that it is sent is told as a reload")
        assert server.query(ASK).status == 200


def test_the_lock_of_a_running_server_is_not_inherited_by_the_process_that_serves(
    server: Server, small_settings: Settings
) -> None:
    path = small_settings.store.parent / f"server-{server.port}.pid"

    assert json.loads(path.read_text()) == {
        "process": server.process.pid,
        "host": "127.0.0.1",
        "port": server.port,
    }
    with path.open("r+b") as file, pytest.raises(BlockingIOError):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
