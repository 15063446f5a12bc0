"""Facts of what comes after the sale: satisfaction, tickets, renewals, alarms."""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.care.models import ChurnAlert, Renewal, Survey, Ticket
from genjin.care.rules import TicketKind
from genjin.care.rules.churn import Answer
from genjin.care.rules.renewals import Outcome
from genjin.customers.models import StageChange
from genjin.customers.rules import Stage
from genjin.insights.queries.facts.base import Fact, Split, Window, choices, known
from genjin.insights.queries.facts.journey import hours_between

SURVEY = Fact(
    "survey", "survey", lambda window: known(Survey.objects.exclude(rating=None), "answered_at", window), at="answered_at", person=F("responsible_id"),
    splits={"rating": Split(_("Rating"), F("rating"), is_number=True)},
    parts={"bad": Q(rating__lte=2), "asked": Q(nps__isnull=False)},
    sums={"rating": F("rating"), "nps": Case(When(nps__gte=9, then=Value(100)), When(nps__lte=6, then=Value(-100)), When(nps__isnull=False, then=Value(0)))},
)  # fmt: skip


def _tickets(window: Window) -> "QuerySet[Ticket]":
    rows = known(Ticket.objects.filter(merged_into=None), "opened_at", window)
    return rows.annotate(hours=hours_between(F("solved_at"), F("opened_at")))


TICKET = Fact(
    "ticket", "ticket", _tickets, at="opened_at", person=F("owner_id"),
    splits={"kind": Split(pgettext_lazy("split", "Kind of ticket"), F("kind"), choices(TicketKind)), "hours": Split(_("Hours until solved"), F("hours"), is_number=True)},
    parts={"solved": Q(solved_at__isnull=False), "in_time": Q(solved_at__lte=F("due_at"))},
)  # fmt: skip
RENEWAL = Fact(
    "renewal", "renewal", lambda window: known(Renewal.objects.exclude(outcome__in=[Outcome.OPEN, Outcome.VOID]), "decided_at", window), at="ends_on", is_day=True,
    person=F("owner_id"), splits={"outcome": Split(_("Outcome"), F("outcome"), choices(Outcome))},
    parts={"kept": ~Q(outcome=Outcome.LOST)},
)  # fmt: skip


def _alarms(window: Window) -> "QuerySet[ChurnAlert]":
    return known(ChurnAlert.objects.all(), "raised_at", window)


ALARM = Fact(
    "alarm", "alarm", _alarms, at="raised_at", person=F("responsible_id"),
    splits={"answer": Split(_("Answer"), F("answer"), choices(Answer))},
    parts={"answered": ~Q(answer=""), "true": ~Q(answer__in=["", Answer.FALSE])},
)  # fmt: skip


def _churned(window: Window) -> "QuerySet[StageChange]":
    """Customers that had bought and were lost, and whether an alarm had been raised before."""
    rows = known(StageChange.objects.filter(origin__in=[Stage.WON, Stage.REPEAT], target=Stage.LOST), "at", window)  # fmt: skip
    raised = ChurnAlert.objects.filter(customer=OuterRef("customer"), raised_at__lte=OuterRef("at"))
    return rows.annotate(was_foreseen=Exists(raised.order_by()))


CHURNED = Fact("churned", "change", _churned, at="at", person=F("by_id"), parts={"foreseen": Q(was_foreseen=True)})  # fmt: skip
