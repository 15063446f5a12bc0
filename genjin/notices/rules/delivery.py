"""How often a message is tried, and how fast a robot may speak. Pure."""

from datetime import datetime, timedelta

# After the first failure, the second, ... ; the last one is repeated. Printed in docs/operations.md.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
TRIED_FOR = timedelta(hours=75)
JITTER = 0.2
LEASE = timedelta(minutes=5)  # longer than any attempt may take
# A robot may say twenty things in any minute: five at once, and one more every four seconds.
BURST, EVERY = 5, timedelta(seconds=4)


def next_try(
    attempts: int, first_tried: datetime, now: datetime, *, dice: float, asked: timedelta = timedelta()
) -> datetime | None:
    """Return when a message that failed `attempts` times is tried again; None when 75 hours are over.

    `dice` in [0, 1) spreads the waits by a fifth up and down; `asked` is the wait the receiver asked for. The
    last try comes at the end of the 75 hours.
    """
    end = first_tried + TRIED_FOR
    if now >= end:
        return None
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    spread = wait * (1 - JITTER + 2 * JITTER * dice)
    return min(now + max(spread, asked), end)


def spend(tokens: float, since: datetime | None, now: datetime) -> float | None:
    """Return what is left of a robot's tokens after one more message; None when it must wait.

    Never more than `BURST` are saved up, so that no minute sees more than twenty. A clock set back gives nothing.
    """
    gained = max(timedelta(), now - since) / EVERY if since is not None else BURST
    have = min(float(BURST), tokens + gained)
    return have - 1 if have >= 1 else None
