"""Every write of this floor, a module per process."""

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
    "enqueue",
    "forget_replies",
    "once",
    "record",
    "record_heartbeat",
    "record_many",
    "remember_reply",
    "whisper",
]
