from __future__ import annotations

import pytest

from unit.store.conftest import output_of

_PROGRAM = """
import ctypes, os, platform, struct, threading
from zanryu.store.turns import take_long_turns

NUMBERS = {"x86_64": 315, "aarch64": 275}  # sched_getattr(2)

def turn():
    told = ctypes.create_string_buffer(48)
    if ctypes.CDLL(None).syscall(NUMBERS[platform.machine()], 0, told, 48, 0):
        raise OSError("sched_getattr")
    _, policy, _, nice, _, nanoseconds, _, _ = struct.unpack("=IIQiIQQQ", told)
    print(policy, nice, nanoseconds)

os.nice(3)
turn()
print(take_long_turns())
turn()
thread = threading.Thread(target=turn)
thread.start()
thread.join()
"""


@pytest.mark.skipif("not sys.platform.startswith('linux')")
def test_turns_become_longer_and_nothing_else_changes() -> None:
    before, taken, after, of_thread = output_of(_PROGRAM).splitlines()
    policy, nice, usual = map(int, before.split())
    if usual == 0:
        pytest.skip("this kernel tells no length of a turn (before 6.12)")
    assert taken == "True"
    assert after == of_thread == f"{policy} {nice} 20000000"
    assert nice == 3
    assert usual < 20_000_000
