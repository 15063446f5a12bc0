"""How each kind of notice comes: at once, in the morning's digest, or in the page only. Pure."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.notices.rules.kinds import NoticeKind


class HowSoon(models.TextChoices):
    """When a kind leaves the page by mail and robot; in the page it stands at once, always."""

    AT_ONCE = "at_once", pgettext_lazy("notice", "At once")
    DIGEST = "digest", pgettext_lazy("notice", "In the morning's digest")
    OFF = "off", pgettext_lazy("notice", "In the page only")


class Channel(models.TextChoices):
    MAIL = "mail", gettext_lazy("E-mail")
    ROBOT = "robot", gettext_lazy("Robot")


@dataclass(frozen=True, slots=True)
class Manner:
    """The usual way of a kind: when it is sent, its icon, whether a toast shows it, whether it may be turned off."""

    mode: HowSoon = HowSoon.AT_ONCE
    icon: str = "bell"
    is_loud: bool = False
    may_be_off: bool = True


MANNERS: dict[str, Manner] = {
    NoticeKind.TASK_GIVEN: Manner(icon="checklist", is_loud=True),
    NoticeKind.DEADLINE_WARNED: Manner(HowSoon.DIGEST, icon="clock"),
    NoticeKind.DEADLINE_BREACHED: Manner(icon="clock-exclamation", is_loud=True),
    NoticeKind.DEADLINE_ESCALATED: Manner(icon="clock-exclamation", is_loud=True),
    NoticeKind.DEADLINE_HIGH_RISK: Manner(icon="alert-triangle", is_loud=True, may_be_off=False),
    NoticeKind.DEADLINE_REASSIGN: Manner(icon="user-share", is_loud=True, may_be_off=False),
    NoticeKind.DEADLINE_DIGEST: Manner(icon="clock-exclamation", is_loud=True),
    NoticeKind.REVIEW_DUE: Manner(HowSoon.DIGEST, icon="calendar-event"),
    NoticeKind.CO_AUTHOR: Manner(icon="file-text", is_loud=True),
    NoticeKind.OFFER_OPENED: Manner(HowSoon.DIGEST, icon="eye"),
    NoticeKind.REPORT_HANDED_IN: Manner(HowSoon.DIGEST, icon="file-text"),
    NoticeKind.REPORT_COMMENTED: Manner(HowSoon.DIGEST, icon="message-circle"),
    NoticeKind.TEAM_REVIEW_MADE: Manner(icon="clipboard-text"),
    NoticeKind.TEAM_REVIEW_PUBLISHED: Manner(icon="clipboard-text"),
    NoticeKind.REVIEW_ACTION_GIVEN: Manner(icon="checklist", is_loud=True),
    NoticeKind.REVIEW_ACTION_DUE: Manner(icon="clock", is_loud=True),
    NoticeKind.PLAN_FILED: Manner(HowSoon.DIGEST, icon="clipboard-text"),
    NoticeKind.PLAN_RETURNED: Manner(icon="clipboard-text", is_loud=True),
    NoticeKind.COLLABORATOR: Manner(icon="user-plus"),
    NoticeKind.MENTIONED: Manner(icon="at", is_loud=True),
    NoticeKind.COMMENTED: Manner(HowSoon.DIGEST, icon="message-circle"),
    NoticeKind.TASK_ANSWERED: Manner(icon="checklist", is_loud=True),
    NoticeKind.TASK_ASKS_BACK: Manner(icon="help", is_loud=True),
    NoticeKind.TASK_EXPLAINED: Manner(icon="checklist"),
    NoticeKind.TASK_REOPENED: Manner(icon="checklist", is_loud=True),
    NoticeKind.CUSTOMER_GIVEN: Manner(icon="user-plus", is_loud=True, may_be_off=False),
    NoticeKind.CUSTOMERS_GIVEN: Manner(icon="users", is_loud=True, may_be_off=False),
    NoticeKind.CUSTOMER_TAKEN: Manner(icon="user-share"),
    NoticeKind.CUSTOMERS_TAKEN: Manner(icon="user-share"),
    NoticeKind.RECYCLE_WARNED: Manner(icon="arrow-back-up", is_loud=True, may_be_off=False),
    NoticeKind.RECYCLE_WARNED_MANY: Manner(icon="arrow-back-up", is_loud=True, may_be_off=False),
    NoticeKind.RECYCLED: Manner(HowSoon.DIGEST, icon="arrow-back-up"),
    NoticeKind.RECYCLED_MANY: Manner(HowSoon.DIGEST, icon="arrow-back-up"),
    NoticeKind.HANDOVER_OFFERED: Manner(icon="user-share", is_loud=True, may_be_off=False),
    NoticeKind.HANDOVER_ACCEPTED: Manner(HowSoon.DIGEST, icon="user-share"),
    NoticeKind.HANDOVER_DECLINED: Manner(icon="user-share", is_loud=True),
    NoticeKind.HANDOVER_UNANSWERED: Manner(icon="user-share", is_loud=True),
    NoticeKind.EVIDENCE_WITHDRAWN: Manner(icon="file-text", is_loud=True),
    NoticeKind.GATE_DEBT_EXPIRED: Manner(icon="alert-triangle", is_loud=True, may_be_off=False),
    NoticeKind.GRADE_SET_OVER: Manner(icon="star", is_loud=True),
    NoticeKind.SCORE_SET_OVER: Manner(icon="target-arrow"),
    NoticeKind.REQUEST_ASKED: Manner(icon="inbox", is_loud=True),
    NoticeKind.REQUEST_GRANTED: Manner(icon="inbox", is_loud=True),
    NoticeKind.REQUEST_DECLINED: Manner(icon="inbox", is_loud=True),
    NoticeKind.REQUEST_REMINDED: Manner(icon="inbox", is_loud=True),
    NoticeKind.REQUEST_UNANSWERED: Manner(icon="inbox", is_loud=True),
    NoticeKind.REQUEST_VOIDED: Manner(icon="inbox", is_loud=True),
    NoticeKind.SURVEY_GIVEN: Manner(icon="star"),
    NoticeKind.TICKET_GIVEN: Manner(icon="ticket", is_loud=True),
    NoticeKind.TICKET_ARISEN: Manner(icon="ticket", is_loud=True),
    NoticeKind.TICKET_REPORTED: Manner(icon="ticket", is_loud=True, may_be_off=False),
    NoticeKind.TICKET_CONFIRMED: Manner(HowSoon.DIGEST, icon="ticket"),
    NoticeKind.TICKET_REOPENED: Manner(icon="ticket", is_loud=True),
    NoticeKind.BAD_RATING: Manner(icon="alert-triangle", is_loud=True, may_be_off=False),
    NoticeKind.CHURN_RAISED: Manner(icon="alert-triangle", is_loud=True, may_be_off=False),
    NoticeKind.REPURCHASE_PROPOSED: Manner(HowSoon.DIGEST, icon="refresh"),
    NoticeKind.MILESTONE_DUE: Manner(icon="cash"),
    NoticeKind.CONTRACT_NAMED: Manner(icon="file-text", is_loud=True),
    NoticeKind.CONTRACT_SIGNED: Manner(icon="file-text", is_loud=True),
    NoticeKind.MONEY_IN: Manner(icon="cash"),
    NoticeKind.INVOICE_ISSUED: Manner(icon="receipt"),
    NoticeKind.DELIVERY_GIVEN: Manner(icon="truck", is_loud=True),
    NoticeKind.DELIVERY_SLIPPED: Manner(icon="calendar-event", is_loud=True),
    NoticeKind.DELIVERY_LATE: Manner(icon="clock-exclamation", is_loud=True),
    NoticeKind.DELIVERY_RISK: Manner(icon="alert-triangle", is_loud=True),
    NoticeKind.DELIVERY_DONE: Manner(HowSoon.DIGEST, icon="truck"),
    NoticeKind.DELIVERY_ACCEPTED: Manner(icon="truck", is_loud=True),
    NoticeKind.IMPORT_DONE: Manner(HowSoon.OFF, icon="upload"),
    NoticeKind.IMPORT_FAILED: Manner(icon="upload", is_loud=True),
    NoticeKind.EXPORT_READY: Manner(HowSoon.OFF, icon="download"),
    NoticeKind.EXPORT_FAILED: Manner(HowSoon.OFF, icon="download"),
    NoticeKind.TASK_ARISEN: Manner(icon="checklist"),
    NoticeKind.DAILY_BRIEF: Manner(icon="calendar-event"),
    NoticeKind.TEAM_BRIEF: Manner(icon="calendar-event"),
    NoticeKind.MAILBOX_FAILING: Manner(icon="mail", may_be_off=False),
    NoticeKind.BACKUP_FAILED: Manner(icon="server", is_loud=True, may_be_off=False),
    NoticeKind.ROBOT_STOPPED: Manner(icon="alert-triangle", is_loud=True, may_be_off=False),
}


def manner_of(kind: str) -> Manner:
    """Return the usual way of a kind; the plain one for a kind that is gone."""
    return MANNERS.get(kind, Manner())


def mode_of(kind: str, chosen: dict[str, str]) -> HowSoon:
    """Return when a kind is sent to somebody who chose `chosen` (mode by kind); some kinds cannot be off."""
    manner = manner_of(kind)
    try:
        mode = HowSoon(chosen.get(kind, manner.mode))
    except ValueError:
        mode = manner.mode
    return HowSoon.DIGEST if mode == HowSoon.OFF and not manner.may_be_off else mode
