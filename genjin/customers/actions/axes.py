"""Moving customers along their axes: grade, tags; the stage has its service on the floor above."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.actions.bulk_write import update_rows
from genjin.customers.actions.derive import facts_of
from genjin.customers.actions.overrides import note_grades
from genjin.customers.actions.ownership import lock_visible, require_edit, require_work
from genjin.customers.models import Customer, GradeChange, Tag
from genjin.customers.rules import Grade, GradeProposal
from genjin.customers.rules.overrides import last_day
from genjin.customers.rules.regrade import mark_of
from genjin.customers.rules.score import check_grade_reason
from genjin.events.actions import record
from genjin.kit.errors import RuleError

GRADED = (
    "grade", "grade_reason", "is_grade_confirmed", "grade_proposal", "grade_proposal_reason", "grade_settled", "version",
    "updated_at",
)  # fmt: skip


@transaction.atomic
def grade_customers(
    actor: User, ids: Sequence[int], grade: str, *, reason: str, until: date | None = None, now: datetime
) -> list[Customer]:
    """Confirm or change the grade of customers, with the reason kept (S0-11, S0-25); returns them as they were.

    Whoever decides about a proposal is not asked again on the same facts. A grade that differs from what the rules
    say counts until a day (in 90 days unless `until` is given), then they count again. The floor above plans the
    tasks anew. Raises RuleError `grade_unknown`, `grade_reason_missing`, `until_range`.
    """
    require(actor, Right.GRADE)
    if grade not in Grade.values:
        raise RuleError(_("Choose A, B or C."), "grade_unknown", fields={"grade": [_("Choose A, B or C.")]})
    check_grade_reason(reason)
    day = last_day(until, local_day(now))
    rows = lock_visible(actor, ids)
    for row in rows:
        require_edit(actor, row, Right.GRADE)
    before = [copy(row) for row in rows]
    for row in rows:
        row.grade, row.grade_reason, row.is_grade_confirmed = grade, reason.strip(), True
    note_grades(actor, rows, reason=reason.strip(), day=day, now=now)
    for row in rows:
        if row.grade_proposal != GradeProposal.DORMANT:
            row.grade_settled = mark_of(facts_of(row), local_day(now)) if row.grade_proposal else ""
            row.grade_proposal = row.grade_proposal_reason = ""
        row.version, row.updated_at = row.version + 1, now
    update_rows(rows, GRADED)
    GradeChange.objects.bulk_create(
        [
            GradeChange(customer=row, at=now, by=actor, origin=row.grade, target=grade, reason=reason.strip())
            for row in before
        ]
    )
    for row in before:
        record(
            actor, "customer.graded", at=now, customer_id=row.pk, origin=row.grade, target=grade, reason=reason.strip()
        )  # fmt: skip
    return before


@transaction.atomic
def tag_customers(
    actor: User, ids: Sequence[int], *, add: Sequence[Tag] = (), remove: Sequence[Tag] = (), now: datetime
) -> int:
    """Put tags on customers and take others off; returns how many customers (S1-15)."""
    require(actor, Right.CHANGE_CUSTOMER)
    rows = lock_visible(actor, ids)
    for row in rows:
        require_work(actor, row, Right.CHANGE_CUSTOMER)
    through = Customer.tags.through
    through.objects.bulk_create(
        [through(customer_id=row.pk, tag_id=tag.pk) for row in rows for tag in add], ignore_conflicts=True
    )
    through.objects.filter(
        customer_id__in=[row.pk for row in rows], tag_id__in=[tag.pk for tag in remove]
    ).delete()
    for row in rows:
        record(
            actor, "customer.tagged", at=now, customer_id=row.pk,
            added=[str(tag) for tag in add], removed=[str(tag) for tag in remove],
        )  # fmt: skip
    return len(rows)


@transaction.atomic
def tag_by_words(
    actor: User, ids: Sequence[int], words: Sequence[str], *, remove: Sequence[Tag] = (), now: datetime
) -> int:
    """Tag customers with words as people write them; new tags are made, or none of it when one is refused."""
    add = [make_tag(actor, word) for word in words if word.strip()]
    return tag_customers(actor, ids, add=add, remove=remove, now=now)


@transaction.atomic
def make_tag(actor: User, text: str) -> Tag:
    """Return the tag written as `组-名` or `名`, made when it is new. Raises RuleError `tag_empty`."""
    require(actor, Right.CHANGE_CUSTOMER)
    group, dash, name = text.strip().partition("-")
    if not dash:
        group, name = "", group
    if not name.strip():
        raise RuleError(_("Write the tag's name."), "tag_empty")
    tag, _created = Tag.objects.get_or_create(namespace=group.strip()[:30], name=name.strip()[:40])
    return tag
