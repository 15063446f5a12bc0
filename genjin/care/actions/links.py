"""What customers do by themselves: report a problem, say whether it is solved. Nothing here tells or changes a customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.rules import new_secret
from genjin.care.actions.deeds import confirm_ticket, reopen_ticket
from genjin.care.actions.steps import keep_task, note_event
from genjin.care.models import ReportLink, Ticket
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.reports import DAILY_REPORTS, Report, check_report
from genjin.care.rules.tickets import ACCEPT_WITHIN
from genjin.care.rules.words import ConfirmedBy, TicketWay
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.delivery.models import Project
from genjin.events.actions import record
from genjin.followups.actions.tasks import require_hand_in
from genjin.kit.errors import RuleError, not_found
from genjin.kit.masking import mask_words
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.selling.actions.numbers import next_number
from genjin.selling.rules.numbers import Numbered


@transaction.atomic
def make_report_link(
    actor: User, customer: Customer, project: Project | None, *, now: datetime
) -> ReportLink:
    """Make the address of a page on which this customer reports problems: 128 random bits, until it is taken back.

    Raises RuleError `not_found` (404) for another customer's delivery, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.SERVE)
    if project is not None and project.customer_id != row.pk:
        raise not_found()
    link = ReportLink.objects.create(
        customer=row, project=project, key=new_secret(16), created_at=now, created_by=actor
    )
    record(
        actor,
        "report_link.made",
        at=now,
        customer_id=row.pk,
        subject_id=link.pk,
        name=str(project or ""),
        note="",
    )
    return link


@transaction.atomic
def revoke_report_link(actor: User, link: ReportLink, *, now: datetime) -> ReportLink:
    """Take the address of a page back. Raises RuleError `link_over` (409), `not_yours` (403)."""
    row = (
        ReportLink.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("customer")
        .get(pk=link.pk)
    )
    require_hand_in(actor, row.customer, Right.SERVE)
    if row.revoked_at is not None:
        raise RuleError(_("There is no link to take back."), "link_over", status=409)
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    record(
        actor, "report_link.revoked", at=now, customer_id=row.customer_id, subject_id=row.pk, name="", note=""
    )
    return row


def open_report_page(key: str) -> ReportLink:
    """Return the link of a page a customer opened. Raises RuleError `link_over` (404), the same for whatever leads nowhere."""
    row = ReportLink.objects.standing().select_related("project").filter(key=key).first()
    if row is None:
        raise RuleError(_("This page does not exist, or is closed."), "link_over", status=404)
    return row


@dataclass(frozen=True, slots=True)
class Sent:
    """What a visitor sent: the report, when the page was opened, and what only machines fill in."""

    report: Report
    opened_at: datetime
    decoy: str = ""


@transaction.atomic
def report_problem(key: str, sent: Sent, *, now: datetime) -> Ticket | None:
    """Keep what a customer reports as a draft until a colleague accepts it; a machine's, and the same again, are thrown away.

    Returns None for those. Raises RuleError `link_over` (404), `report_full` (429), `report_incomplete`.
    """
    link = open_report_page(key)
    report = check_report(sent.report)
    if sent.decoy or now - sent.opened_at < timedelta(seconds=2):
        return None
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=link.customer_id)
    earlier = Ticket.objects.filter(
        customer=customer, way=TicketWay.LINK, opened_at__gt=now - timedelta(days=1)
    )
    if earlier.filter(title=report.title, details=report.details).exists():
        return None
    if earlier.count() >= DAILY_REPORTS:
        raise RuleError(
            _("Much was reported today; please call us, or try again tomorrow."), "report_full", status=429
        )
    ticket = Ticket.objects.create(
        number=next_number(Numbered.TICKET, now=now), customer=customer, project=link.project, kind=TicketKind.COMPLAINT,
        priority=Priority.NORMAL, title=report.title, details=report.details, way=TicketWay.LINK, sender=report.name,
        sender_reach=report.reach, state=TicketState.DRAFT, opened_at=now, counts_from=now, answer_due_at=now + ACCEPT_WITHIN,
        due_at=now + ACCEPT_WITHIN,
    )  # fmt: skip
    keep_task(None, ticket, now)
    note_event(None, ticket, "reported", now, report.details)
    who = responsible_for(customer)
    tell(
        [who] if who else [], NoticeKind.TICKET_REPORTED, key=f"ticket:{ticket.pk}:reported", at=now, customer_id=customer.pk,
        subject_id=ticket.pk, number=ticket.number, what=mask_words(ticket.title),
    )  # fmt: skip
    return ticket


def open_confirmation(key: str, *, now: datetime) -> Ticket:
    """Return the solved ticket whose customer opened its page. Raises RuleError `link_over` (404)."""
    row = Ticket.objects.asking(key, now).first()
    if row is None:
        raise RuleError(_("This was answered already, or is over."), "link_over", status=404)
    return row


@transaction.atomic
def answer_confirmation(key: str, *, is_solved: bool, text: str, now: datetime) -> Ticket:
    """Take the customer's yes or no: confirmed, or open again with what is not solved yet.

    Raises RuleError `link_over` (404), `reason_missing`.
    """
    row = open_confirmation(key, now=now)
    if is_solved:
        return confirm_ticket(None, row, how=ConfirmedBy.LINK, text=text, now=now)
    return reopen_ticket(None, row, reason=text, now=now)
