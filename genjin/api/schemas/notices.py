"""What somebody was told, and how they want to be told, as seen from outside."""

from datetime import datetime, time

from pydantic import Field

from genjin.api.paging import Cut
from genjin.api.wire import In, Out, Ref
from genjin.notices.actions.letters import Shown, address_of
from genjin.notices.models import Habits
from genjin.notices.rules import HowSoon, NoticeKind, label_of, mode_of


class NoticeFilter(Cut):
    """Which notices."""

    unread: bool | None = Field(None, description="only unread ones, or only read ones")
    kind: str | None = Field(None, max_length=24)


class NoticeOut(Out):
    """A notice as its reader may see it now: of a customer out of sight neither name nor words, and no address."""

    id: int
    kind: str
    label: str
    text: str
    customer: Ref | None
    subject_id: int | None
    url: str | None
    at: datetime
    read_at: datetime | None


class Counted(Out):
    """How many notices were read by this."""

    read: int


class HabitsIn(In):
    """How one wants to be told; what is left out stays as it is."""

    by_mail: bool | None = None
    by_robot: bool | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    modes: dict[str, HowSoon] | None = Field(None, max_length=100, description="mode by kind")


class HabitsOut(Out):
    """How one is told: ways, quiet hours, and the mode of every kind."""

    by_mail: bool
    by_robot: bool
    quiet_from: str
    quiet_until: str
    modes: dict[str, HowSoon]


def show_notice(one: Shown, customer: Ref | None) -> NoticeOut:
    """Return a notice by field."""
    notice = one.notice
    return NoticeOut(
        id=notice.pk, kind=notice.kind, label=label_of(notice.kind), text=one.text, customer=customer,
        subject_id=notice.subject_id if one.is_open else None, url=address_of(notice) if one.is_open else None,
        at=notice.at, read_at=notice.read_at,
    )  # fmt: skip


def show_habits(row: Habits) -> HabitsOut:
    """Return somebody's choices, the usual ones where they chose nothing."""
    return HabitsOut(
        by_mail=row.by_mail, by_robot=row.by_robot, quiet_from=row.quiet_from.strftime("%H:%M"),
        quiet_until=row.quiet_until.strftime("%H:%M"),
        modes={kind.value: mode_of(kind, row.modes) for kind in NoticeKind},
    )  # fmt: skip
