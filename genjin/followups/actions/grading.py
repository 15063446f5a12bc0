"""Grading with what follows from it: tasks planned anew, the clock of the plan. Doors call these, not the floor below."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions import axes
from genjin.customers.actions.derive import RATED, rating, rerate_rows
from genjin.customers.actions.overrides import forget_overrides
from genjin.customers.models import Customer, Override
from genjin.customers.rules import GradeProposal
from genjin.events.actions import record
from genjin.followups.actions.deadlines import start_plan
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import GradePolicy
from genjin.followups.queries.regrade import Regrade, regrade_of
from genjin.followups.rules.grades import GradeTerms, as_stored, check_policy
from genjin.kit.errors import RuleError
from genjin.notices.actions.tell import Telling, tell_many
from genjin.notices.rules import NoticeKind


@transaction.atomic
def grade_customers(  # noqa: PLR0913
    actor: User,
    ids: Sequence[int],
    grade: str,
    *,
    reason: str,
    keep: Collection[int] = (),
    seen: str = "",
    until: date | None = None,
    now: datetime,
) -> Regrade:
    """Confirm or change the grade of customers; open follow-up tasks move as the policy says (S0-27, S2-13).

    Tasks in `keep` (ids) stay where they are. `seen` is the mark of the preview the person looked at: when it differs
    from what would be done now, raises RuleError `preview_outdated` (409). Starts the clock of the plan for owned
    customers. Raises what `customers.actions.axes.grade_customers` does.
    """
    rows = axes.grade_customers(
        actor, ids, grade, reason=reason, until=until, now=now
    )  # as they were, locked
    found = regrade_of(rows, grade, now, keep=keep)
    if seen and seen != regrade_of(rows, grade, now).mark:
        sentence = _("Tasks or grades changed meanwhile; look at the difference again.")
        raise RuleError(sentence, "preview_outdated", status=409)
    _replan(actor, rows, found, now)
    return found


def _replan(actor: User | None, rows: Sequence[Customer], found: Regrade, now: datetime) -> None:
    _move(found)
    for move in found.moves:
        record(
            actor, "task.replanned", at=now, customer_id=move.task.customer_id, subject_id=move.task.pk,
            objective=move.task.objective, origin=move.old.isoformat(), target=move.new.isoformat(), grade=found.grade,
        )  # fmt: skip
    pks = [row.pk for row in rows]
    refresh_next_steps(pks, now)
    start_plan(pks, now)


@transaction.atomic
def end_overrides(now: datetime) -> int:
    """Let the rules count again where a grade or score was set by hand until yesterday; returns how many.

    Tasks move as with any other grade; the owner is told.
    """
    ended = forget_overrides(now)
    regraded: dict[str, list[Customer]] = defaultdict(list)
    for one, before in ended:
        if one.axis == Override.Axis.GRADE and before.grade != one.customer.grade:
            regraded[one.customer.grade].append(before)
    for grade, rows in regraded.items():
        live = [row for row in rows if row.deleted_at is None]
        _replan(None, live, regrade_of(live, grade, now), now)
    tell_many(
        [_telling(one) for one, before in ended if before.owner_id and before.deleted_at is None], at=now
    )
    return len(ended)


def _telling(one: Override) -> Telling:
    grade_or_score = one.customer.grade if one.axis == Override.Axis.GRADE else str(one.customer.score)
    words = {"was": one.value, "day": one.until.isoformat(), "now": grade_or_score}
    kind = NoticeKind.GRADE_SET_OVER if one.axis == Override.Axis.GRADE else NoticeKind.SCORE_SET_OVER
    assert one.customer.owner_id is not None  # noqa: S101 (narrows the type)
    return Telling(one.customer.owner_id, kind, f"override.expired:{one.pk}", one.customer_id, one.pk, words)


def _move(found: Regrade) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE followups_task t SET due_at = v.due FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, due)"
            " WHERE t.id = v.id",
            [[move.task.pk for move in found.moves], [move.new for move in found.moves]],
        )


def refresh_proposal(row: Customer, now: datetime, *, heard: bool, answered: bool) -> None:
    """Rate a locked customer again after a contact (S0-25..27); `heard` a new need, `answered` ends a silence."""
    before = rating(row)
    if answered and row.grade_proposal == GradeProposal.DORMANT:
        row.grade_proposal = ""
    rerate_rows([row], now, heard=heard)
    if before != rating(row):
        Customer.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in RATED})


@transaction.atomic
def publish_grade_policy(
    actor: User, terms: Mapping[str, GradeTerms], *, dormant_days: int, note: str = "", now: datetime
) -> GradePolicy:
    """Publish the next version of all grades' terms; open tasks keep their days. Raises RuleError `grade_policy_invalid`."""
    require(actor, Right.MANAGE_SETTINGS)
    check_policy(terms, dormant_days)
    newest = GradePolicy.objects.select_for_update().first()
    published = GradePolicy.objects.create(
        version=(newest.version if newest else 1) + 1, terms={grade: as_stored(one) for grade, one in terms.items()},
        dormant_days=dormant_days, note=note.strip()[:300], published_at=now, published_by=actor,
    )  # fmt: skip
    record(actor, "grade_policy.published", at=now, subject_id=published.pk, version=published.version)
    return published
