"""Score rules: drafts that run in shadow, publishing one, and rating everybody by it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.actions.bulk_write import update_rows
from genjin.customers.actions.derive import RATED, rating, rerate_rows
from genjin.customers.models import Customer, CustomerQuerySet, ScoreRuleSet
from genjin.customers.queries.scores import last_look, turned
from genjin.customers.rules import RuleSet
from genjin.customers.rules.score import check_rule_set
from genjin.events.actions import enqueue, record
from genjin.kit.errors import wrong_at


@transaction.atomic
def save_draft(
    actor: User, rules: RuleSet, *, draft: ScoreRuleSet | None = None, note: str = "", now: datetime
) -> ScoreRuleSet:
    """Write a draft of the score rules, new or over `draft`; it rates in shadow and has no effect. Raises `rule_set_invalid`.

    A back-test counts for what it looked at: a draft changed afterwards has to be looked at again.
    """
    require(actor, Right.MANAGE_SETTINGS)
    check_rule_set(rules.rows, rules.pass_mark, rules.ordinary_mark)
    row = (
        ScoreRuleSet()
        if draft is None
        else ScoreRuleSet.objects.drafts().select_for_update().get(pk=draft.pk)
    )
    row.rows = [[one.key, one.points] for one in rules.rows]
    row.pass_mark, row.ordinary_mark = rules.pass_mark, rules.ordinary_mark
    row.industries, row.note = list(rules.industries), note.strip()[:300]
    row.saved_at, row.saved_by = now, actor
    row.save()
    record(actor, "rule_set.drafted", at=now, subject_id=row.pk, note=row.note)
    return row


@transaction.atomic
def discard_draft(actor: User, draft: ScoreRuleSet, *, now: datetime) -> None:
    """Throw a draft away."""
    require(actor, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().select_for_update().get(pk=draft.pk)
    record(actor, "rule_set.discarded", at=now, subject_id=row.pk, note=row.note)
    row.delete()


@transaction.atomic
def publish_rule_set(actor: User, draft: ScoreRuleSet, *, reason: str = "", now: datetime) -> ScoreRuleSet:
    """Publish a draft as the next version; a job rates all customers with it afterwards (S3-6).

    Raises RuleError `backtest_missing` unless somebody looked at a back-test of exactly this draft, or `reason` says why not.
    """
    require(actor, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().select_for_update().get(pk=draft.pk)
    look = last_look(row)
    if look is None and not reason.strip():
        sentence = _("Look at a back-test of this draft first, or say why it is published without.")
        raise wrong_at("reason", sentence, "backtest_missing")
    newest = ScoreRuleSet.objects.published().aggregate(newest=Max("version"))["newest"] or 1
    row.version, row.published_at, row.published_by = newest + 1, now, actor
    row.unproven_reason = "" if look else reason.strip()
    row.save()
    record(
        actor, "rule_set.published", at=now, subject_id=row.pk, version=row.version, backtest=look.pk if look else None,
        reason=row.unproven_reason,
    )  # fmt: skip
    enqueue("customers.rate_all")
    return row


def rate_all(now: datetime, *, chunk: int = 500) -> int:
    """Rate every customer by the rules in force; returns how many have another score, label or proposed grade.

    A chunk is one transaction, so that others work on meanwhile.
    """
    return _rate(Customer.objects.live(), now, chunk)


def rate_turned(now: datetime, *, chunk: int = 500) -> int:
    """Rate those of whom the calendar may say something else than on the day they were rated, as `rate_all` does.

    Their day is kept in any case, so that each of them is asked once.
    """
    return _rate(turned(local_day(now)), now, chunk, keep_day=True)


def _rate(rows: CustomerQuerySet, now: datetime, chunk: int, *, keep_day: bool = False) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), chunk):
        with transaction.atomic():
            changed += _rate_some(ids[start : start + chunk], now, keep_day=keep_day)
    return changed


def _rate_some(ids: list[int], now: datetime, *, keep_day: bool) -> int:
    rows = list(Customer.objects.live().filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))
    before = {row.pk: rating(row) for row in rows}
    rerate_rows(rows, now)
    changed = [row for row in rows if rating(row) != before[row.pk]]
    if written := rows if keep_day else changed:
        update_rows(written, RATED)
    return len(changed)
