"""Drawing a sample of the customers one leads, and judging it one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, work_calendar
from genjin.accounts.rules import new_secret
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, open_tasks
from genjin.followups.queries.conditions import Condition, written
from genjin.followups.rules import TaskKind
from genjin.kit.errors import RuleError, wrong_at
from genjin.quality.models import SpotCheck, SpotCheckItem
from genjin.quality.queries.samples import base_of
from genjin.quality.rules.samples import Result, answer_due, check_size, draw, mark_of


@dataclass(frozen=True, slots=True)
class NewSample:
    """How many customers, and out of which; the seed is the server's."""

    size: int
    conditions: Sequence[Condition] = ()
    match: str = "all"


@transaction.atomic
def draw_sample(actor: User, new: NewSample, *, now: datetime) -> SpotCheck:
    """Draw customers at random out of those the actor leads (S1-13).

    The seed is made here and kept with the mark of the base, so that anybody can draw the same sample again and
    nobody could know it before. Raises RuleError `forbidden` (403), `sample_size_invalid`, `sample_base_empty`.
    """
    require(actor, Right.REVIEW_QUALITY)
    check_size(new.size)
    base = dict(base_of(actor, new.conditions, new.match).values_list("pk", "owner_id"))
    if not base:
        raise RuleError(_("Nobody you lead has a customer like that."), "sample_base_empty")
    seed = new_secret()
    drawn = draw(base, new.size, seed)
    sample = SpotCheck.objects.create(
        drawn_at=now, drawn_by=actor, seed=seed, size=new.size, conditions=written(new.conditions), match=new.match,
        base_count=len(base), base_mark=mark_of(base),
    )  # fmt: skip
    SpotCheckItem.objects.bulk_create(
        SpotCheckItem(spot_check=sample, customer_id=pk, owner_id=base[pk], position=at)
        for at, pk in enumerate(drawn, start=1)
    )
    record(actor, "sample.drawn", at=now, subject_id=sample.pk, size=len(drawn), base=len(base), seed=seed)
    return sample


def _locked(actor: User, item: SpotCheckItem) -> SpotCheckItem:
    require(actor, Right.REVIEW_QUALITY)
    row = SpotCheckItem.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=item.pk)
    if row.result != Result.WAITING:
        raise RuleError(_("This one has been judged already."), "sample_decided", status=409)
    return row


@transaction.atomic
def pass_item(actor: User, item: SpotCheckItem, *, comment: str = "", now: datetime) -> SpotCheckItem:
    """Say that a customer of the sample is in order (S1-13). Raises RuleError `sample_decided` (409)."""
    row = _locked(actor, item)
    return _decide(actor, row, Result.PASSED, comment, now=now)


@transaction.atomic
def return_item(actor: User, item: SpotCheckItem, *, comment: str, now: datetime) -> SpotCheckItem:
    """Return a customer of the sample to its owner with a comment, as a task due in three working days (S1-13).

    Without an owner it is only noted. Raises RuleError `comment_missing`, `sample_decided` (409).
    """
    row = _locked(actor, item)
    if not comment.strip():
        sentence = _("Write what is to be mended.")
        raise wrong_at("comment", sentence, "comment_missing")
    customer = (
        Customer.objects.select_for_update(of=("self",)).select_related("owner").get(pk=row.customer_id)
    )
    if customer.owner is not None and customer.owner.is_active:
        objective = _("Spot check: %(comment)s") % {"comment": comment.strip()}
        due = answer_due(now, work_calendar(), company_zone())
        planned = NewTask(objective, due, customer.owner, kind=TaskKind.TODO)
        row.task = open_tasks(actor, customer, [planned], now=now)[0]
        refresh_next_steps([customer.pk], now)
    return _decide(actor, row, Result.RETURNED, comment, now=now)


def _decide(actor: User, row: SpotCheckItem, result: Result, comment: str, *, now: datetime) -> SpotCheckItem:
    row.result, row.comment, row.decided_at, row.decided_by = result, comment.strip()[:500], now, actor
    row.save(update_fields=["result", "comment", "decided_at", "decided_by", "task"])
    record(
        actor, f"sample.{result}", at=now, customer_id=row.customer_id, subject_id=row.spot_check_id,
        comment=row.comment,
    )  # fmt: skip
    return row
