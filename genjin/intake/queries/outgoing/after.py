"""Deliveries, tickets and renewals as sheets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import local_day
from genjin.care.models import Renewal, Ticket
from genjin.care.queries.renewals import renewals_asked
from genjin.care.queries.tickets import tickets_asked
from genjin.care.rules.renewals import Outcome, days_left
from genjin.delivery.models import Project
from genjin.delivery.queries.projects import projects_asked, standings
from genjin.delivery.rules.plan import days_late
from genjin.intake.queries.outgoing.deals import COMPANY
from genjin.intake.queries.outgoing.money import CONTRACT
from genjin.intake.queries.outgoing.shape import Column, Kind, Line, Listing, field_of, title_of_field


def _standing(name: str, heading: Any) -> Column:
    return Column(name, heading, lambda line: getattr(line.beside, name), Kind.NUMBER)


DELIVERIES = Listing(
    "deliveries",
    pgettext_lazy("menu", "Delivery"),
    lambda user: Project.objects.visible_to(user).with_end(),
    lambda user, query, now: projects_asked(user, query, local_day(now)),
    (
        title_of_field(Project, "name"), *COMPANY, *CONTRACT, field_of(Project, "state"), _standing("percent", _("Progress in %")),
        _standing("done", _("Steps done")), _standing("steps", _("Steps")), _standing("overdue", _("Steps overdue")),
        _standing("risks", _("Open risks")), field_of(Project, "lead"),
        Column("owner", _("Owner of the customer"), lambda line: line.customer.owner or ""), field_of(Project, "starts_on", Kind.DAY), field_of(Project, "started_on", Kind.DAY),
        field_of(Project, "planned_end", Kind.DAY), field_of(Project, "expected_end", Kind.DAY),
        Column("late", _("Days late"), lambda line: days_late(line.row.dates, line.reader.today) or None, Kind.NUMBER),
        field_of(Project, "delivered_on", Kind.DAY), field_of(Project, "accepted_on", Kind.DAY), field_of(Project, "stopped_on", Kind.DAY),
        field_of(Project, "stop_reason", Kind.LONG, personal=True), field_of(Project, "notes", Kind.LONG, personal=True),
    ),
    whole="view=all",
    related=("customer__owner", "customer__pool", "contract", "lead"),
    beside=lambda rows, reader: standings(rows, reader.today),
)  # fmt: skip

TICKETS = Listing(
    "tickets",
    pgettext_lazy("care", "Tickets"),
    Ticket.objects.visible_to,
    tickets_asked,
    (
        field_of(Ticket, "number"), field_of(Ticket, "kind"), field_of(Ticket, "priority"), field_of(Ticket, "title", Kind.LONG, personal=True),
        *COMPANY, field_of(Ticket, "state"), field_of(Ticket, "owner"), field_of(Ticket, "opened_at", Kind.MOMENT), field_of(Ticket, "way"),
        Column("sender", Ticket._meta.get_field("sender").verbose_name, lambda line: line.person(line.row.sender), is_personal=True),
        field_of(Ticket, "sender_reach", personal=True), field_of(Ticket, "answer_due_at", Kind.MOMENT), field_of(Ticket, "answered_at", Kind.MOMENT, heading=_("Answered at")),
        field_of(Ticket, "due_at", Kind.MOMENT), field_of(Ticket, "solved_at", Kind.MOMENT), field_of(Ticket, "closed_at", Kind.MOMENT),
        field_of(Ticket, "reopened", Kind.NUMBER), title_of_field(Ticket, "project"), field_of(Ticket, "details", Kind.LONG, personal=True),
        field_of(Ticket, "solution", Kind.LONG, personal=True),
    ),
    whole="view=all",
    related=("customer__owner", "customer__pool", "owner", "project"),
)  # fmt: skip


def _days(line: Line) -> int | None:
    is_open = line.row.outcome == Outcome.OPEN
    return days_left(line.row.ends_on, line.reader.today) if is_open else None


RENEWALS = Listing(
    "renewals",
    _("Renewals"),
    Renewal.objects.visible_to,
    lambda user, query, now: renewals_asked(user, query, local_day(now)),
    (
        *COMPANY, *CONTRACT, Column("amount", _("Amount"), lambda line: line.row.contract.amount, Kind.MONEY), field_of(Renewal, "ends_on", Kind.DAY),
        Column("left", pgettext_lazy("renewal", "Days left"), _days, Kind.NUMBER), field_of(Renewal, "outcome", heading=_("Outcome")),
        Column("new_amount", _("New amount"), lambda line: line.row.amount, Kind.MONEY), field_of(Renewal, "owner"), field_of(Renewal, "plan", Kind.LONG, personal=True),
        field_of(Renewal, "plan_until", Kind.DAY), field_of(Renewal, "lost_reason"), field_of(Renewal, "reason", Kind.LONG, personal=True),
        field_of(Renewal, "decided_at", Kind.MOMENT),
    ),
    whole="state=",
    related=("customer__owner", "customer__pool", "contract", "owner", "lost_reason"),
)  # fmt: skip
