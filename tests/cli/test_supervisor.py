"""Real processes: a supervisor in a process of its own, whose children write their ids into files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

SUPERVISOR = """
import sys
from genjin.cli import supervisor
supervisor.STOP_SECONDS = 1
ids = sys.argv[1:]
child = '''
import os, pathlib, signal, sys, time
if "stubborn" in sys.argv[1]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1] + ".new").write_text(str(os.getpid()))
os.replace(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
'''
children = [supervisor.Child(name, [sys.executable, "-c", child, name], {}) for name in ids]
supervisor.supervise(children, say=print, tick=lambda: None)
"""


def wait_for[T](look: Callable[[], T | None], seconds: float = 15) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing happened in time")


def child_id(file: Path, *, other_than: int = 0) -> int | None:
    number = int(file.read_text()) if file.exists() else 0
    return number if number != other_than else None


def is_gone(number: int) -> bool:
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def start():
    processes: list[subprocess.Popen[str]] = []

    def run(*files: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-u", "-c", SUPERVISOR, *map(str, files)]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def test_a_killed_child_is_started_again(start, tmp_path):
    supervisor = start(tmp_path / "web")
    first = wait_for(lambda: child_id(tmp_path / "web"))
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: child_id(tmp_path / "web", other_than=first))
    assert "exit -9, restart in 2 s" in supervisor.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_also_a_child_that_will_not_listen(start, tmp_path, number):
    files = [tmp_path / "web", tmp_path / "stubborn"]
    supervisor = start(*files)
    children = [wait_for(lambda file=file: child_id(file)) for file in files]
    supervisor.send_signal(number)
    assert supervisor.wait(10) == 0
    assert all(is_gone(child) for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_when_the_supervisor_is_killed(start, tmp_path):
    supervisor = start(tmp_path / "web")
    child = wait_for(lambda: child_id(tmp_path / "web"))
    supervisor.kill()
    wait_for(lambda: is_gone(child))
