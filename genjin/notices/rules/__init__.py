"""The pure rules of telling people: kinds and sentences, manners, times, tries, the words of robots."""

from genjin.notices.rules.kinds import SENTENCES, NoticeKind, label_of, sentence
from genjin.notices.rules.manners import Channel, HowSoon, manner_of, mode_of
from genjin.notices.rules.robots import RobotKind

__all__ = [
    "SENTENCES",
    "Channel",
    "HowSoon",
    "NoticeKind",
    "RobotKind",
    "label_of",
    "manner_of",
    "mode_of",
    "sentence",
]
