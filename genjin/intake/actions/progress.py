"""How far a batch is: told at least once a second while somebody works on it, and stopped when nobody wants it."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from genjin.intake.models import ImportBatch

TOLD_EVERY = 0.4  # seconds
TRIED_EVERY = 0.2
LOCK = 727003
THOUSAND = 1000


class Stopped(Exception):  # noqa: N818 (somebody's wish, not a failure)
    """The batch was cancelled, or its options changed: whoever works on it leaves it as it is."""


class Teller:
    """Tells how far a batch is in one phase. Raises Stopped once it is not in the state it was when it began."""

    def __init__(self, batch: ImportBatch, phase: ImportBatch.Phase, total: int) -> None:
        self._still = ImportBatch.objects.filter(pk=batch.pk, status=batch.status, attempt=batch.attempt)
        self._phase, self._total = phase, total
        self._last = 0.0

    def __call__(self, done: int) -> None:
        moment = time.monotonic()
        if moment - self._last < TOLD_EVERY and done < self._total:
            return
        self._last = moment
        told = {"phase": self._phase, "phase_done": done, "phase_total": self._total}
        if not self._still.update(told_at=timezone.now(), **told):
            raise Stopped

    def share(self, share: float) -> None:
        """Tell a share of 1, in thousandths."""
        self(int(share * THOUSAND))

    def still(self) -> None:
        """Tell that somebody is at it, just before the end of the phase."""
        self(self._total - 1)


def reading(batch: ImportBatch) -> Teller:
    """Return who tells how far a file is read."""
    return Teller(batch, ImportBatch.Phase.READING, THOUSAND)


@contextmanager
def alone_with(batch_id: int, *, wait: float = 0) -> Iterator[bool]:
    """Give whether nobody else works on a batch, and keep others away while the block runs; tries for `wait` seconds."""
    ends = time.monotonic() + wait
    while not (got := _ask("SELECT pg_try_advisory_lock(%s, %s)", batch_id)) and time.monotonic() < ends:
        time.sleep(TRIED_EVERY)
    try:
        yield got
    finally:
        if got:
            _ask("SELECT pg_advisory_unlock(%s, %s)", batch_id)


def _ask(statement: str, batch_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK, batch_id])
        return bool(cursor.fetchone()[0])


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Let Python look for cycles rarely while rows by the hundred thousand are laid out: they hold none."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
