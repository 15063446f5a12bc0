"""Saying who has to agree to what: a version at a time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.models import Flow
from genjin.approvals.rules.flows import KINDS, StepRule, check_steps, write_steps
from genjin.events.actions import record
from genjin.kit.errors import RuleError


@transaction.atomic
def save_flow(actor: User, kind: str, steps: Sequence[StepRule], *, now: datetime) -> Flow:
    """Put the next version of a kind's steps in force; without steps who leads the asker decides.

    Requests under way keep the steps they began with. Raises RuleError `kind_unknown` and what `check_steps` raises.
    """
    require(actor, Right.MANAGE_SETTINGS)
    if kind not in KINDS:
        raise RuleError(_("There is no such kind of request."), "kind_unknown", status=404)
    check_steps(steps, frozenset(User.objects.active().values_list("pk", flat=True)))
    version = _replace(kind, now)
    row = Flow.objects.create(
        kind=kind, version=version, steps=write_steps(steps), made_at=now, made_by=actor
    )
    record(actor, "flow.set", at=now, subject_id=row.pk, what=kind, version=version, steps=row.steps)
    return row


@transaction.atomic
def reset_flow(actor: User, kind: str, *, now: datetime) -> None:
    """Go back to the usual steps of a kind. Raises RuleError `kind_unknown`."""
    require(actor, Right.MANAGE_SETTINGS)
    if kind not in KINDS:
        raise RuleError(_("There is no such kind of request."), "kind_unknown", status=404)
    _replace(kind, now)
    record(actor, "flow.reset", at=now, what=kind)


def _replace(kind: str, now: datetime) -> int:
    """End the version in force and return the number of the next; two savers take turns, at the first one, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('approvals_flow'))")
    Flow.objects.current().filter(kind=kind).update(replaced_at=now)
    newest = Flow.objects.filter(kind=kind).aggregate(newest=Max("version"))["newest"]
    return int(newest or 0) + 1
