"""Where the deed of a notice is done: kind, customer and subject lead to a page."""

from collections.abc import Callable

from django.urls import reverse

from genjin.notices.models import Notice
from genjin.notices.rules import NoticeKind


def _of(name: str, query: str = "") -> Callable[[Notice], str]:
    return lambda _notice: reverse(name) + query


def _at(name: str) -> Callable[[Notice], str]:
    """Lead to the page of the subject; to the list of notices when there is none."""
    return lambda notice: reverse(name, args=[notice.subject_id]) if notice.subject_id else reverse("notices:list")  # fmt: skip


def _customer(notice: Notice, anchor: str = "") -> str:
    return reverse("customers:detail", args=[notice.customer_id]) + anchor


def _task(notice: Notice) -> str:
    if not notice.subject_id:
        return _customer(notice, "#composer-summary")
    return reverse("followups:task", args=[notice.subject_id])


def _comment(notice: Notice) -> str:
    return reverse("customers:comment", args=[notice.customer_id, notice.subject_id])


PAGES: dict[str, Callable[[Notice], str]] = {
    NoticeKind.TASK_GIVEN: _task,
    NoticeKind.TASK_ANSWERED: _task,
    NoticeKind.TASK_ASKS_BACK: _task,
    NoticeKind.TASK_EXPLAINED: _task,
    NoticeKind.TASK_REOPENED: _task,
    NoticeKind.TASK_ARISEN: lambda notice: _customer(notice, "#composer-summary"),
    NoticeKind.CUSTOMERS_GIVEN: _of("home"),
    NoticeKind.CUSTOMERS_TAKEN: _of("customers:list"),
    NoticeKind.RECYCLE_WARNED_MANY: _of("routing:leaving"),
    NoticeKind.RECYCLED_MANY: _of("customers:list"),
    NoticeKind.CUSTOMER_GIVEN: lambda notice: _customer(notice, "#composer-summary"),
    NoticeKind.RECYCLE_WARNED: lambda notice: _customer(notice, "#composer-summary"),
    NoticeKind.HANDOVER_OFFERED: _at("routing:handover"),
    NoticeKind.HANDOVER_ACCEPTED: _at("routing:handover"),
    NoticeKind.HANDOVER_DECLINED: _at("routing:handover"),
    NoticeKind.HANDOVER_UNANSWERED: _at("routing:handover"),
    NoticeKind.EVIDENCE_WITHDRAWN: lambda notice: _customer(notice, "?tab=evidence"),
    NoticeKind.GATE_DEBT_EXPIRED: lambda notice: _customer(notice, "?tab=evidence"),
    NoticeKind.GRADE_SET_OVER: lambda notice: reverse("customers:scores", args=[notice.customer_id]),
    NoticeKind.SCORE_SET_OVER: lambda notice: reverse("customers:scores", args=[notice.customer_id]),
    NoticeKind.REQUEST_ASKED: _at("requests:detail"),
    NoticeKind.REQUEST_REMINDED: _at("requests:detail"),
    NoticeKind.REQUEST_UNANSWERED: _at("requests:detail"),
    NoticeKind.REQUEST_GRANTED: _at("requests:detail"),
    NoticeKind.REQUEST_DECLINED: _at("requests:detail"),
    NoticeKind.REQUEST_VOIDED: _at("requests:detail"),
    NoticeKind.IMPORT_DONE: _at("intake:batch"),
    NoticeKind.IMPORT_FAILED: _at("intake:batch"),
    NoticeKind.EXPORT_READY: _at("exports:export"),
    NoticeKind.EXPORT_FAILED: _at("exports:export"),
    NoticeKind.MILESTONE_DUE: _at("contracts:contract"),
    NoticeKind.CONTRACT_NAMED: _at("contracts:contract"),
    NoticeKind.CONTRACT_SIGNED: _at("contracts:contract"),
    NoticeKind.MONEY_IN: _at("contracts:contract"),
    NoticeKind.INVOICE_ISSUED: _at("contracts:contract"),
    NoticeKind.REPORT_HANDED_IN: _at("reports:report"),
    NoticeKind.REPORT_COMMENTED: _at("reports:report"),
    NoticeKind.TEAM_REVIEW_MADE: _at("reviews:review"),
    NoticeKind.TEAM_REVIEW_PUBLISHED: _at("reviews:review"),
    NoticeKind.REVIEW_ACTION_GIVEN: _at("reviews:settle"),
    NoticeKind.REVIEW_ACTION_DUE: _at("reviews:settle"),
    NoticeKind.SURVEY_GIVEN: _at("care:survey"),
    NoticeKind.TICKET_GIVEN: _at("care:ticket"),
    NoticeKind.TICKET_ARISEN: _at("care:ticket"),
    NoticeKind.TICKET_REPORTED: _at("care:ticket"),
    NoticeKind.TICKET_CONFIRMED: _at("care:ticket"),
    NoticeKind.TICKET_REOPENED: _at("care:ticket"),
    NoticeKind.BAD_RATING: _at("care:ticket"),
    NoticeKind.PLAN_FILED: lambda notice: _customer(notice, "#plan"),
    NoticeKind.PLAN_RETURNED: lambda notice: _customer(notice, "#plan"),
    NoticeKind.COLLABORATOR: lambda notice: _customer(notice, "#team"),
    NoticeKind.MENTIONED: _comment,
    NoticeKind.COMMENTED: _comment,
    NoticeKind.DEADLINE_WARNED: lambda notice: _customer(notice, "#composer-summary"),
    NoticeKind.DEADLINE_BREACHED: lambda notice: _customer(notice, "#composer-summary"),
    NoticeKind.DEADLINE_DIGEST: _of("followups:deadlines"),
    NoticeKind.CHURN_RAISED: _at("churn:alert"),
    NoticeKind.REPURCHASE_PROPOSED: _at("usage:proposal"),
    NoticeKind.DEADLINE_REASSIGN: _of("routing:proposals"),
    NoticeKind.DAILY_BRIEF: _of("home"),
    NoticeKind.TEAM_BRIEF: _of("home"),
    NoticeKind.DELIVERY_GIVEN: _at("delivery:project"),
    NoticeKind.DELIVERY_SLIPPED: _at("delivery:project"),
    NoticeKind.DELIVERY_LATE: _at("delivery:project"),
    NoticeKind.DELIVERY_RISK: _at("delivery:project"),
    NoticeKind.DELIVERY_DONE: _at("delivery:project"),
    NoticeKind.DELIVERY_ACCEPTED: _at("delivery:project"),
    NoticeKind.MAILBOX_FAILING: _of("settings:mailboxes"),
    NoticeKind.CO_AUTHOR: _at("proposals:proposal"),
    NoticeKind.OFFER_OPENED: _at("proposals:proposal"),
    NoticeKind.BACKUP_FAILED: _of("settings:system"),
    NoticeKind.ROBOT_STOPPED: _of("settings:robots"),
}


def page_of(notice: Notice) -> str:
    """Return the address of the page where the notice is dealt with; kinds that say nothing lead to the customer."""
    page = PAGES.get(notice.kind)
    if page is not None:
        return page(notice)
    return _customer(notice) if notice.customer_id else reverse("notices:list")
