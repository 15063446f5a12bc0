"""The laws of following up: cadence, what counts as a contact, which day is next, what a task asks. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import RuleError
from genjin.kit.text import fold
from genjin.kit.working_days import WorkCalendar


class Method(TextChoices):
    """How one was in touch (S2-15)."""

    PHONE = "phone", pgettext_lazy("method", "Phone")
    WECHAT = "wechat", gettext_lazy("WeChat")
    VISIT = "visit", gettext_lazy("Visit")
    EMAIL = "email", pgettext_lazy("method", "E-mail")
    MEETING = "meeting", gettext_lazy("Online meeting")
    SMS = "sms", gettext_lazy("SMS")
    EVENT = "event", pgettext_lazy("method", "Event")
    OTHER = "other", gettext_lazy("Other")


class Mood(TextChoices):
    POSITIVE = "positive", gettext_lazy("Positive")
    NEUTRAL = "neutral", gettext_lazy("Neutral")
    NEGATIVE = "negative", gettext_lazy("Negative")


class TaskKind(TextChoices):
    FOLLOW_UP = "follow_up", gettext_lazy("Follow up")
    TODO = "todo", gettext_lazy("To do")


class TaskStatus(TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", gettext_lazy("Done")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


class DeadlineKind(TextChoices):
    FIRST_CONTACT = "first_contact", gettext_lazy("First contact within 24 hours")
    BASE_INFO = "base_info", gettext_lazy("Base information within 24 hours")
    RECYCLE = "recycle", gettext_lazy("Goes back to the pool")


GAP_DAYS = {"A": 7, "B": 14, "C": 30}  # S2-10..12
MOST_PER_WEEK_A = 2  # S0-16
RECORD_WITHIN = timedelta(hours=24)  # S2-14
FIRST_CONTACT_WITHIN = timedelta(hours=24)
BASE_INFO_WITHIN = timedelta(hours=24)  # S2-8
EFFECTIVE_LETTERS = 10
OPENS_AT = time(9, 0)


def propose_next_contact(grade: str, last: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return when to be in touch again: the grade's gap after `last`, on a working day at 09:00 (S2-10..12)."""
    day = last + timedelta(days=GAP_DAYS[grade])
    return calendar.next_working_moment(datetime.combine(day, OPENS_AT, zone), opens=OPENS_AT, zone=zone)


def first_mornings(grade: str, today: date, calendar: WorkCalendar, zone: ZoneInfo) -> list[datetime]:
    """Return the working mornings on which a first contact is in time: after `today`, up to the grade's gap.

    Many new customers are spread over them, so that nobody has to call 500 people on one day (S2-10..12).
    """
    last = propose_next_contact(grade, today, calendar, zone)
    days = (today + timedelta(days=ahead) for ahead in range(1, GAP_DAYS[grade] + 1))
    mornings = [datetime.combine(day, OPENS_AT, zone) for day in days if calendar.is_working(day)]
    return mornings or [last]


def is_effective(summary: str, earlier: set[str], *, has_file: bool) -> bool:
    """Whether a contact counts: ten letters or a file, and not a copy of an earlier text (model.md)."""
    text = fold(summary)
    if text in earlier:
        return False
    return has_file or len(text) >= EFFECTIVE_LETTERS


def is_late(happened_at: datetime, recorded_at: datetime) -> bool:
    """Whether a record was written more than 24 hours after the contact (S2-14)."""
    return recorded_at - happened_at > RECORD_WITHIN


def too_often_hint(grade: str, contacts_this_week: int, days_since_last: int | None) -> str:
    """Return a gentle hint when a customer is contacted more than its grade allows, else "" (S0-16, S0-18)."""
    if grade == "A" and contacts_this_week > MOST_PER_WEEK_A:
        return _("More than twice this week already; leave some room.")
    if grade == "C" and days_since_last is not None and days_since_last < GAP_DAYS["C"]:
        return _("A C customer is contacted once a month; avoid disturbing.")
    return ""


def check_moment(happened_at: datetime, now: datetime) -> None:
    """Refuse a contact in the future. Raises RuleError `happened_in_future`."""
    if happened_at > now + timedelta(minutes=5):
        sentence = _("A contact cannot lie in the future; plan it as a next action.")
        raise RuleError(sentence, "happened_in_future", fields={"happened_at": [sentence]})


def check_summary(summary: str) -> None:
    """Refuse an empty record. Raises RuleError `summary_missing`."""
    if not fold(summary):
        sentence = _("Write what was said.")
        raise RuleError(sentence, "summary_missing", fields={"summary": [sentence]})


def check_due(due_at: datetime, now: datetime) -> None:
    """Refuse a next step that is over already. Raises RuleError `due_in_past`."""
    if due_at < now - timedelta(days=1):
        sentence = _("Choose a day from today on.")
        raise RuleError(sentence, "due_in_past", fields={"due_at": [sentence]})


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be kept: its ending, its first bytes, whether it may be shown in the page."""

    ending: str
    magic: tuple[bytes, ...]
    is_inline: bool = False


_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
FILE_KINDS = {
    kind.ending: kind
    for kind in (
        FileKind("png", (b"\x89PNG\r\n\x1a\n",), is_inline=True),
        FileKind("jpg", (b"\xff\xd8\xff",), is_inline=True),
        FileKind("jpeg", (b"\xff\xd8\xff",), is_inline=True),
        FileKind("webp", (b"RIFF",), is_inline=True),
        FileKind("pdf", (b"%PDF-",), is_inline=True),
        FileKind("docx", _ZIP),
        FileKind("xlsx", _ZIP),
        FileKind("pptx", _ZIP),
        FileKind("doc", _OLE),
        FileKind("xls", _OLE),
        FileKind("ppt", _OLE),
        FileKind("txt", ()),
        FileKind("csv", ()),
        FileKind("mp3", (b"ID3", b"\xff\xfb", b"\xff\xf3")),
        FileKind("m4a", ()),
        FileKind("amr", (b"#!AMR",)),
    )
}
LARGEST_FILE = 20 * 1024 * 1024


def check_file(name: str, size: int, head: bytes) -> FileKind:
    """Return the kind of an upload, judged by ending and content; raises RuleError `file_refused`."""
    kind = FILE_KINDS.get(name.rpartition(".")[2].lower())
    if kind is None or (kind.magic and not head.startswith(kind.magic)):
        sentence = _("%(name)s is not a file of an accepted kind (%(kinds)s), or its content is another.")
        words = {"name": name, "kinds": ", ".join(FILE_KINDS)}
        raise RuleError(sentence % words, "file_refused", fields={"files": [sentence % words]})
    if size > LARGEST_FILE:
        sentence = _("%(name)s is larger than 20 MB; make it smaller.") % {"name": name}
        raise RuleError(sentence, "file_too_large", status=413, fields={"files": [sentence]})
    return kind
