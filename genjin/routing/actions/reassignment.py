"""Another owner for a customer nobody was in touch with 72 hours after its assignment: proposed, granted by a click."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.actions import decide
from genjin.approvals.actions.steps import close
from genjin.approvals.models import Request
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.ownership import LetGo, give_by_rule
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind
from genjin.kit.errors import RuleError
from genjin.routing.actions.runs import write_hits
from genjin.routing.models import RuleHit, RuleRun
from genjin.routing.queries.reassignment import KIND, PER_RUN, owed, successors


@transaction.atomic
def propose_reassignments(now: datetime) -> RuleRun | None:
    """Propose another owner to the leads, up to a number a run, and drop proposals that are over; a batch to undo.

    A clock is proposed for once, unless its owner took the proposal back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(727012)")  # two workers take turns
    drop_overtaken(now)
    found = list(owed())
    if not found:
        return None
    rows, left_over = found[:PER_RUN], len(found[PER_RUN:])
    run = RuleRun.objects.create(kind=RuleRun.Kind.ESCALATE, at=now, count=len(rows), left_over=left_over)
    chosen = successors([row.customer for row in rows], now)
    Request.objects.bulk_create(
        Request(
            kind=KIND, subject=_subject(chosen.get(row.customer_id)), asked_by_id=row.responsible_id or 0, asked_at=now,
            reason=_("Nobody was in touch within 72 hours of the assignment."), customer_id=row.customer_id,
            data={"run": run.pk, "clock": row.pk, "owner": row.responsible_id,
                  "to": person.pk if (person := chosen.get(row.customer_id)) else None},
        )
        for row in rows
    )  # fmt: skip
    record(None, "reassignments.proposed", at=now, subject_id=run.pk, count=len(rows), left_over=left_over)
    return run


def _subject(person: User | None) -> str:
    return _("Give it to %(name)s") % {"name": person.name} if person else _("Give it to somebody else")


def drop_overtaken(now: datetime) -> int:
    """Close proposals whose customer was contacted, changed hands or left meanwhile; returns how many."""
    rows = list(Request.objects.open().filter(kind=KIND).select_for_update(of=("self",)).order_by("pk"))
    standing = set(
        Deadline.objects.running().filter(pk__in=[row.data["clock"] for row in rows], customer__deleted_at=None)
        .values_list("pk", flat=True)
    )  # fmt: skip
    over = [row for row in rows if row.data["clock"] not in standing]
    for row in over:
        close(None, row, Request.Status.WITHDRAWN, "", now=now)
    return len(over)


@transaction.atomic
def grant_reassignment(actor: User, request: Request, *, answer: str = "", now: datetime) -> Customer:
    """Give the customer to who is proposed: a run of its own, so that it can be taken back.

    Raises RuleError `reassignment_over` (409) when somebody was in touch or it changed hands, `successor_missing`.
    """
    row = lock_one(actor, request.customer_id or 0)
    clock = Deadline.objects.running().filter(pk=request.data["clock"], kind=DeadlineKind.FIRST_CONTACT)
    if row.owner_id != request.data["owner"] or not clock.exists():
        sentence = _("Somebody was in touch, or it has another owner by now; decline the proposal.")
        raise RuleError(sentence, "reassignment_over", status=409)
    person = User.objects.active().filter(pk=request.data["to"] or 0).first()
    if person is None or person.pk == row.owner_id:
        sentence = _("Nobody is free to take it; assign the customer yourself.")
        raise RuleError(sentence, "successor_missing")
    if decide(actor, request, grant=True, answer=answer, now=now).status != Request.Status.GRANTED:
        return row
    reason = _("No contact 72 hours after the assignment")
    run = RuleRun.objects.create(kind=RuleRun.Kind.ASSIGN, at=now, by=actor, count=1)
    owners = Deadline.objects.running().filter(customer=row).exclude(kind=DeadlineKind.CUSTOMER_WAIT)
    ended = LetGo([], list(owners.values_list("pk", flat=True)))
    write_hits(RuleHit(run=run, rule=_("Reassignment"), why=reason), [row], ended, owner=person)
    give_by_rule([row], person, reason=reason, actor=actor, now=now)
    row.refresh_from_db()
    return row
