"""Alarms follow what becomes of their customers: over with the lost, the released and the binned, in the hands of who answers now."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.care.actions.each import each
from genjin.care.actions.plans import end_plan
from genjin.care.models import ChurnAlert, WinBack
from genjin.care.queries.churn import handed_on, idle
from genjin.care.queries.keepers import who_now
from genjin.care.rules.churn import Answer, Result
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.subject_clocks import SubjectClock, end_subject_clocks, set_subject_clock
from genjin.followups.rules import DeadlineKind

MOST_ROWS = 500


def keep_alarms(now: datetime) -> int:
    """Close the open alarms nobody can answer any more, and hand those to be answered to who looks after the customer now.

    Returns how many changed. What somebody acts on ends with the loss of the customer only.
    """
    closed = each(idle()[:MOST_ROWS], lambda row: _close(row, now))
    return closed + each(handed_on(), _hand_on)


@transaction.atomic
def _close(alert: ChurnAlert, now: datetime) -> int:
    Customer.objects.select_for_update(of=("self",)).get(pk=alert.customer_id)
    row = idle().select_for_update(of=("self",)).filter(pk=alert.pk).first()
    if row is None:
        return 0
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    end_subject_clocks(DeadlineKind.CHURN, [row.pk], now)
    why = _("The customer was lost, released or deleted.")
    plan = WinBack.objects.filter(alert=row, result=Result.OPEN).first()
    if row.answer == Answer.ACTING and plan is not None:
        plan.result, plan.outcome, plan.closed_at = Result.LOST, _("The customer was lost."), now
        plan.save(update_fields=["result", "outcome", "closed_at"])
        end_plan(None, plan.task, plan.outcome, now=now)
        why = plan.outcome
    record(None, "churn.closed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=why, note="")
    return 1


@transaction.atomic
def _hand_on(alert: ChurnAlert) -> int:
    held = Customer.objects.select_for_update(of=("self",)).select_related("owner", "pool")
    customer = held.get(pk=alert.customer_id)
    rows = ChurnAlert.objects.unanswered().select_for_update(of=("self",)).select_related("responsible")
    row = rows.filter(pk=alert.pk).first()
    who = who_now(row, customer) if row is not None else None
    if row is None or who is None or who.pk == row.responsible_id:
        return 0
    row.responsible = who
    row.save(update_fields=["responsible"])
    set_subject_clock(
        SubjectClock(DeadlineKind.CHURN, customer.pk, row.pk, who.pk, row.raised_at, row.due_at)
    )
    return 1
