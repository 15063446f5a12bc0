"""Recording how customers use what they bought, and the review of it each quarter (S3-18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.care.actions.repurchase import propose
from genjin.care.models import UsageFigure
from genjin.care.queries.usage import with_live_contract
from genjin.care.rules.usage import LONGEST_METRIC, Figures, Origin, check_figures, quarter_of
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.events.models import Event
from genjin.followups.actions.tasks import NewTask, plan_for, require_hand_in
from genjin.followups.rules import TaskKind
from genjin.followups.rules.cadence import CLOSES_AT
from genjin.kit.errors import not_found
from genjin.kit.money import show_number
from genjin.kit.text import clean

CHUNK = 200
REVIEW_WORKING_DAYS = 10  # for the quarter's review
REVIEW_OPENED = "usage.review_opened"


@dataclass(frozen=True, slots=True)
class NewUsage:
    """Whose figures, and which."""

    customer: Customer
    figures: Figures


@transaction.atomic
def record_usage(
    actor: User, rows: Sequence[NewUsage], *, origin: str = Origin.HAND, now: datetime
) -> list[UsageFigure]:
    """Write figures, over those of the same customer, metric and period; rules then propose what to offer.

    All or none: the first that cannot be is refused. Said again with the same figures it changes nothing. Raises RuleError as `check_figures`,
    `not_found` (404), `forbidden` and `not_yours` (403).
    """
    require(actor, Right.SERVE)
    today = local_day(now)
    asked = {row.customer.pk for row in rows}
    held = (
        Customer.objects.visible_to(actor).filter(pk__in=asked).select_for_update(of=("self",)).order_by("pk")
    )
    customers = {row.pk: row for row in held}
    if len(customers) != len(asked):
        raise not_found()
    for customer in customers.values():
        require_hand_in(actor, customer, Right.SERVE)
    for row in rows:
        check_figures(row.figures, today)
    kept = [_write(actor, row, origin, now) for row in rows]
    propose([figure.customer_id for figure in kept], now)
    return kept


def _write(actor: User, new: NewUsage, origin: str, now: datetime) -> UsageFigure:
    customer, given = new.customer, new.figures
    metric = clean(given.metric)[:LONGEST_METRIC]
    known = {
        "percent": given.percent, "value": given.value, "active_users": given.active_users, "last_login_on": given.last_login_on,
    }  # fmt: skip
    row = UsageFigure.objects.filter(customer=customer, metric=metric, period=given.period.code).first()
    if row is not None and all(getattr(row, name) == figure for name, figure in known.items()):
        return row
    row = row or UsageFigure(customer=customer, metric=metric, period=given.period.code)
    for name, figure in known.items():
        setattr(row, name, figure)
    row.ends_on, row.origin, row.recorded_at, row.recorded_by = given.period.last, origin, now, actor
    row.save()
    record(
        actor, "usage.recorded", at=now, customer_id=customer.pk, subject_id=row.pk, name=metric,
        note=f"{given.period.code} {_in_short(row)}".strip(),
    )  # fmt: skip
    return row


def _in_short(row: UsageFigure) -> str:
    if row.percent is not None:
        return f"{show_number(row.percent)}%"
    if row.value is not None:
        return show_number(row.value)
    return str(row.active_users) if row.active_users is not None else str(row.last_login_on)


def open_reviews(now: datetime) -> int:
    """Open the quarter's review of how each customer with a running contract uses it; once a quarter; returns how many.

    A chunk a transaction: whoever is stopped goes on with those that have none yet.
    """
    quarter = quarter_of(local_day(now))
    begun = datetime.combine(quarter.first, time(), company_zone())
    done = Event.objects.filter(kind=REVIEW_OPENED, at__gte=begun, data__quarter=quarter.code)
    waiting = with_live_contract(local_day(now)).exclude(pk__in=done.values("customer_id"))
    ids = list(waiting.values_list("pk", flat=True))
    return sum(
        _open_reviews(ids[start : start + CHUNK], quarter.code, now) for start in range(0, len(ids), CHUNK)
    )


@transaction.atomic
def _open_reviews(ids: Sequence[int], quarter: str, now: datetime) -> int:
    day = work_calendar().add_working_days(local_day(now), REVIEW_WORKING_DAYS)
    due_at = datetime.combine(day, CLOSES_AT, company_zone())
    rows = Customer.objects.in_work().filter(pk__in=ids).select_related("owner").order_by("pk")
    locked = list(rows.select_for_update(of=("self",), skip_locked=True))
    told = set(
        Event.objects.filter(kind=REVIEW_OPENED, customer_id__in=ids, data__quarter=quarter).values_list("customer_id", flat=True)
    )  # fmt: skip
    opened = 0
    for row in locked:
        if row.pk in told or row.owner is None or not row.owner.is_active:
            continue
        objective = _("Review how it is used, %(quarter)s: figures, plan to buy again") % {"quarter": quarter}
        plan_for(
            None, row, NewTask(objective=objective, due_at=due_at, assignee=row.owner, kind=TaskKind.REVIEW), now=now
        )  # fmt: skip
        record(None, REVIEW_OPENED, at=now, customer_id=row.pk, quarter=quarter, name=quarter, note="")
        opened += 1
    return opened
