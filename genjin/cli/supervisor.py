"""Keeps the processes of `genjin serve` alive and takes them down together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

TICK = 0.2
STOP_SECONDS = 8.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
# The number of this wish in Linux' prctl: "send me a signal when my parent dies".
PR_SET_PDEATHSIG = 1
LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """One process to keep alive; the pause before its next start doubles until it runs steadily."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self, now: float) -> None:
        self.started = now
        self.process = subprocess.Popen(
            self.command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            # A group of its own: Ctrl-C reaches only the supervisor, which then stops its children in order.
            start_new_session=True,
            # No threads run here yet, and nothing else ends a child when its parent was killed.
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
        )

    def look_after(self, now: float) -> str | None:
        """Start the process when it is due; return how it ended when it has just ended."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.kill()
        self.process = None
        self.pause = 1.0 if now - self.started > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        self.due = now + self.pause
        return f"{self.name}: exit {code}, restart in {self.pause:.0f} s"

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Kill what is left of the process and of its own children, which may hold the port."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def wait(self, deadline: float) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.kill()
        self.process.wait()


def die_with(parent: int) -> Callable[[], None] | None:
    """Return what a new child does to be stopped by the system (Linux) when `parent` is killed."""
    if LIBRARY is None:
        return None

    def bind() -> None:
        LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def supervise(children: list[Child], *, say: Callable[[str], None], tick: Callable[[], None]) -> None:
    """Run `children` until SIGINT or SIGTERM, then stop all of them within ten seconds.

    `say` gets a line for every child that had to be restarted, `tick` is called five times a second.
    """
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stopping:
            for child in children:
                line = child.look_after(time.monotonic())
                if line:
                    say(line)
            tick()
            time.sleep(TICK)
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.wait(deadline)
        for number, handler in before.items():
            signal.signal(number, handler)
