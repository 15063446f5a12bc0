"""A score set by hand above the rules, for a reason and a while; and the word about a grade that differs from them."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.bulk_write import update_rows
from genjin.customers.actions.derive import RATED, facts_of, rerate_rows
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Customer, Override
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules.overrides import check_override, is_above, last_day
from genjin.customers.rules.score import propose_grade, score
from genjin.events.actions import record

SET = (*RATED, "score_override", "is_grade_confirmed", "version", "updated_at")


@transaction.atomic
def override_score(
    actor: User, customer: Customer, points: int, *, reason: str, until: date, now: datetime
) -> Override:
    """Let a customer's score be `points` until a day, whatever the rules say; the class follows (idea 3).

    Who leads the owner decides, as the score opens a gate. Raises RuleError `override_reason_missing`, `override_range`,
    `override_needless`, `until_range`.
    """
    row, today = lock_one(actor, customer.pk), local_day(now)
    require_edit(actor, row, Right.APPROVE)
    computed = score(facts_of(row), current_rules(), today)
    check_override(points, computed, reason)
    day = last_day(until, today)
    end_standing([row.pk], Override.Axis.SCORE, Override.End.REPLACED, now)
    made = Override.objects.create(
        customer=row, axis=Override.Axis.SCORE, value=str(points), computed=str(computed), reason=reason.strip(), by=actor,
        at=now, until=day,
    )  # fmt: skip
    row.score_override = points
    rate_again([row], now)
    record(
        actor, "score.overridden", at=now, customer_id=row.pk, subject_id=made.pk, origin=str(computed), target=str(points),
        until=day.isoformat(), reason=made.reason,
    )  # fmt: skip
    return made


@transaction.atomic
def take_back_score(actor: User, customer: Customer, *, now: datetime) -> Customer:
    """Let the rules say the score again before the day; without a score set by hand nothing happens."""
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.APPROVE)
    if row.score_override is None:
        return row
    was = row.score
    end_standing([row.pk], Override.Axis.SCORE, Override.End.TAKEN_BACK, now)
    row.score_override = None
    rate_again([row], now)
    record(
        actor,
        "score.taken_back",
        at=now,
        customer_id=row.pk,
        origin=str(was),
        target=str(row.score),
        reason="",
    )
    return row


def note_grades(actor: User, rows: Sequence[Customer], *, reason: str, day: date, now: datetime) -> None:
    """Keep which just graded rows differ from the rules, until a day; a step of grading.

    A grade that the rules say, or had proposed, is a confirmation and stands for good. `rows` carry the new grade and
    still the proposal that was decided about.
    """
    today = local_day(now)
    end_standing([row.pk for row in rows], Override.Axis.GRADE, Override.End.REPLACED, now)
    said = [(row, propose_grade(facts_of(row), today)[0]) for row in rows]
    Override.objects.bulk_create(
        Override(
            customer=row, axis=Override.Axis.GRADE, value=row.grade, computed=computed, reason=reason, by=actor, at=now,
            until=day,
        )
        for row, computed in said
        if is_above(row.grade, computed, row.grade_proposal)
    )  # fmt: skip


def end_standing(ids: Sequence[int], axis: str, end: str, now: datetime) -> None:
    """End the standing words about an axis of customers."""
    Override.objects.standing().filter(customer__in=ids, axis=axis).update(ended_at=now, end=end)


def rate_again(rows: Sequence[Customer], now: datetime) -> None:
    """Rate locked rows whose overrides changed, and write what follows, as the next version."""
    rerate_rows(rows, now)
    for row in rows:
        row.version, row.updated_at = row.version + 1, now
    update_rows(rows, SET)


def forget_overrides(now: datetime, *, most: int = 500) -> list[tuple[Override, Customer]]:
    """End overrides whose last day is over, so that the rules count again; returns them with their customers as they were.

    Up to `most` at once; call again while there are more. The floor above plans the tasks anew and tells people.
    """
    due = Override.objects.run_out(local_day(now)).order_by("customer_id", "pk")
    asked = set(due.values_list("customer_id", flat=True)[:most])
    # The customer first, as whoever sets or takes back a word locks it; then what still stands is read.
    locked = Customer.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(asked)
    words = list(due.filter(customer__in=locked))
    rows = {one.customer_id: locked[one.customer_id] for one in words}
    before = {pk: copy(row) for pk, row in rows.items()}
    for one in words:
        row = rows[one.customer_id]
        if one.axis == Override.Axis.SCORE:
            row.score_override = None
        else:
            row.is_grade_confirmed = False
    Override.objects.filter(pk__in=[one.pk for one in words]).update(ended_at=now, end=Override.End.EXPIRED)
    if rows:
        rate_again(list(rows.values()), now)
    for one in words:
        one.customer = rows[one.customer_id]
        target = str(one.customer.grade if one.axis == Override.Axis.GRADE else one.customer.score)
        record(
            None, "override.expired", at=now, customer_id=one.customer_id, subject_id=one.pk, origin=one.value, target=target,
            reason=one.reason,
        )  # fmt: skip
    return [(one, before[one.customer_id]) for one in words]
