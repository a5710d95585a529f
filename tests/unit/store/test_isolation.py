from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from unit.store.conftest import SERIALISERS, is_complete, output_of, wait_until
from zanryu.errors import QueryAborted
from zanryu.store.backend import RESULTS_JSON, UNION
from zanryu.store.isolation import Isolation
from zanryu.store.workers import Limits, WorkerPool


def run(program: str, *, unconfined: str = "") -> str:
    """Run a program after ``isolate``, in its own process; ``unconfined`` runs before it."""
    beginning = f"import os, sys\nimport zanryu.store.isolation as isolation\n{unconfined}\n"
    confined = f"{beginning}status = isolation.isolate(os.getppid())\n{program}"
    return output_of(confined)


def attempt(statement: str) -> str:
    return f"try:\n    {statement}\n    print('done')\nexcept OSError as error:\n    print(error.strerror)"


@pytest.mark.parametrize(
    "clause", ["SERVICE <{url}> { ?s ?p ?o }", "OPTIONAL { SERVICE SILENT <{url}> { ?s ?p ?o } }"]
)
def test_a_query_sent_past_every_check_opens_no_connection(pool: WorkerPool, clause: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        if not pool.isolation_status().has_no_network:
            assert {"network_namespace", "system_call_filter"} <= set(pool.isolation_status().missing())
            pytest.skip("this kernel refuses both layers, and the status says so")
        query = f"SELECT * {{ {clause.replace('{url}', url)} }}"
        try:
            b"".join(pool.query(query, UNION, RESULTS_JSON, timeout_seconds=10))
        except QueryAborted as error:
            assert error.members["reason"] == "engine"
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.skipif("not sys.platform.startswith('linux')")
class TestLayers:
    def test_the_filter_refuses_sockets_of_every_family(self) -> None:
        if run("print(status.system_call_filter)") != "True":
            pytest.skip("this kernel has no system call filter")
        for family in ("AF_INET", "AF_INET6", "AF_UNIX"):
            assert run("import socket\n" + attempt(f"socket.socket(socket.{family})")) == "Permission denied"

    def test_the_filter_refuses_programs(self) -> None:
        if run("print(status.system_call_filter)") != "True":
            pytest.skip("this kernel has no system call filter")
        assert run(attempt("os.execv(sys.executable, [sys.executable, '-c', '0'])")) == "Permission denied"

    def test_the_namespace_alone_has_no_way_out(self) -> None:
        alone = "isolation._filter_system_calls = lambda: False"
        if run("print(status.network_namespace)", unconfined=alone) != "True":
            pytest.skip("this kernel or container refuses network namespaces")
        connect = attempt("socket.create_connection(('127.0.0.1', 1), timeout=5)")
        assert run(f"import socket\n{connect}", unconfined=alone) == "Network is unreachable"

    def test_a_refused_namespace_is_told_and_the_worker_goes_on(self) -> None:
        refused = "isolation._leave_network = lambda: False"
        assert run("print(status.network_namespace, *status.missing())", unconfined=refused).startswith(
            "False network_namespace"
        )

    def test_without_the_system_s_calls_nothing_is_claimed(self) -> None:
        none = "isolation._libc = lambda: object()"
        wanted = "print(status.has_no_network, status.no_new_privileges, status.dies_with_server)"
        assert run(wanted, unconfined=none) == "False False False"

    def test_no_file_can_be_written(self, tmp_path: Path) -> None:
        write = "print(isolation.limit_files())\n" + attempt(
            f"open({str(tmp_path / 'file')!r}, 'w', buffering=1).write('text\\n')"
        )
        assert run(write) == "True\nFile too large"

    def test_memory_beyond_the_limit_is_refused(self) -> None:
        program = (
            "print(isolation.limit_memory(2**25))\nblock = bytearray(2**23)\n"
            "try:\n    bytearray(2**26)\nexcept MemoryError:\n    print('refused')"
        )
        assert run(program).split() == ["True", "refused"]

    def test_a_worker_whose_server_is_gone_does_not_start(self) -> None:
        program = "import zanryu.store.isolation as isolation\nisolation.isolate(1 << 22)\nprint('running')"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")


def test_a_worker_inherits_neither_files_nor_environment(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "which no query may learn")
    with (tmp_path / "open").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        pool = WorkerPool(snapshot, "v1", SERIALISERS, Limits(workers=1, spares=0))
        wait_until(lambda: is_complete(pool))
        (worker,) = pool._dispatcher.everyone()
        home = Path(f"/proc/{worker.process.pid}")
        names = {
            target
            for link in (home / "fd").iterdir()
            if not (target := str(link.readlink())).startswith(str(snapshot))
        }
        environment = (home / "environ").read_bytes()
        folder = (home / "cwd").readlink()
        pool.close()

    assert {name for name in names if not name.startswith(("socket:", "pipe:", "anon_inode:"))} == {
        os.devnull
    }
    assert sum(name.startswith("socket:") for name in names) == 1
    assert b"SECRET" not in environment
    assert folder == Path("/")


def test_the_status_names_what_is_missing() -> None:
    status = Isolation(system_call_filter=True, memory_limit=True)
    assert status.has_no_network
    assert status.missing() == ["network_namespace", "no_new_privileges", "dies_with_server", "file_limits"]
    assert not Isolation().has_no_network
