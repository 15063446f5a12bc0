"""Every write of this floor, a module per process."""

from genjin.events.actions.reading import end_day, is_day_done, read_trail
from genjin.events.actions.trail import (
    CHANNEL,
    announce,
    enqueue,
    forget_replies,
    once,
    record,
    record_heartbeat,
    record_many,
    remember_reply,
    whisper,
)

__all__ = [
    "CHANNEL",
    "announce",
    "end_day",
    "enqueue",
    "forget_replies",
    "is_day_done",
    "once",
    "read_trail",
    "record",
    "record_heartbeat",
    "record_many",
    "remember_reply",
    "whisper",
]
