"""Raising alarms at night, and answering them (S3-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, leads_of, local_day, work_calendar
from genjin.care.actions.churn_weights import propose_weights
from genjin.care.actions.plans import Step, end_plan, keep_plan
from genjin.care.models import ChurnAlert, ChurnWeights, WinBack
from genjin.care.queries.churn import Foreseen, foresee, readings, watched, weights_in_force
from genjin.care.rules.churn import (
    ANSWER_WORKING_DAYS,
    QUIET_AFTER_ANSWER,
    QUIET_AFTER_FALSE,
    Answer,
    Result,
    explain,
)
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.events.actions import end_day, is_day_done, record
from genjin.events.models import Bookmark
from genjin.followups.actions.subject_clocks import SubjectClock, meet_subject_clock, set_subject_clock
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.cadence import CLOSES_AT
from genjin.followups.rules.clocks import midnight
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind

LOOKED, REACHED = "churn_looked", "churn_reached"  # the whole look; up to which customer today's went


def look_nightly(now: datetime) -> int:
    """Raise the alarms of the day once, a chunk a transaction; stopped, it goes on where it was. Returns how many.

    At most `limit_per_run` a night; who is left over comes the next night, since those before have their alarm.
    """
    today = local_day(now)
    if is_day_done(LOOKED, today):
        return 0
    settings = weights_in_force()
    reached, _made = Bookmark.objects.get_or_create(name=REACHED)
    tonight = ChurnAlert.objects.filter(raised_at__gte=midnight(today, company_zone())).count()
    raised = 0
    for found in foresee(now, after=reached.event_id):
        room = max(settings.limit_per_run - tonight - raised, 0)
        raised += raise_alarms([one.customer.pk for one in found][:room], now, settings)
        if found:
            Bookmark.objects.filter(name=REACHED).update(event_id=found[-1].customer.pk)
        if tonight + raised >= settings.limit_per_run:
            break
    with transaction.atomic():
        Bookmark.objects.filter(name=REACHED).update(event_id=0)
        end_day(LOOKED, today)
    propose_weights(now)
    return raised


@transaction.atomic
def raise_alarms(customer_ids: Sequence[int], now: datetime, settings: ChurnWeights | None = None) -> int:
    """Raise an alarm for each of these customers whose signs reach the limit and that has none open; returns how many.

    What was foreseen is asked again of the locked rows.
    """
    kept = settings or weights_in_force()
    rows = watched().filter(pk__in=customer_ids).select_related("owner", "pool").order_by("pk")
    locked = list(rows.select_for_update(of=("self",), skip_locked=True))
    has_one = set(ChurnAlert.objects.open().filter(customer__in=locked).values_list("customer_id", flat=True))
    found = readings([row for row in locked if row.pk not in has_one], now, kept)
    due_at = answer_by(now)
    made = [_raise(one, now, due_at) for one in found if one.reading.score >= kept.raise_at]
    _tell(made, kept, now)
    return len(made)


def _raise(one: Foreseen, now: datetime, due_at: datetime) -> ChurnAlert:
    customer = one.customer
    alert = ChurnAlert.objects.create(
        customer=customer, responsible=responsible_for(customer), raised_at=now, due_at=due_at, score=one.reading.score,
        parts=[sign.as_json() for sign in one.reading.signs],
    )  # fmt: skip
    set_subject_clock(
        SubjectClock(DeadlineKind.CHURN, customer.pk, alert.pk, alert.responsible_id, now, due_at)
    )
    record(
        None, "churn.raised", at=now, customer_id=customer.pk, subject_id=alert.pk, name=str(alert.score), note=in_short(alert)
    )  # fmt: skip
    return alert


def answer_by(now: datetime) -> datetime:
    """Return until when an alarm is answered: the evening of the third working day."""
    day = work_calendar().add_working_days(local_day(now), ANSWER_WORKING_DAYS)
    return datetime.combine(day, CLOSES_AT, company_zone())


def in_short(alert: ChurnAlert) -> str:
    """Return the reasons of an alarm in one line."""
    return "; ".join(explain(part) for part in alert.parts)[:200]


def _tell(alerts: Sequence[ChurnAlert], settings: ChurnWeights, now: datetime) -> None:
    """Tell who answers; who leads them, too, when the score is high."""
    tellings: list[Telling] = []
    for alert in alerts:
        words = {"score": alert.score, "why": in_short(alert)}
        people = {alert.responsible_id} - {None}
        if alert.score >= settings.high_at and alert.responsible is not None:
            people |= {lead.pk for lead in leads_of(alert.responsible)}
        tellings += [
            Telling(pk, NoticeKind.CHURN_RAISED, f"churn:{alert.pk}", alert.customer_id, alert.pk, words)
            for pk in sorted(person for person in people if person is not None)
        ]
    tell_many(tellings, at=now)


@dataclass(frozen=True, slots=True)
class WinBackPlan:
    """Why the customer may leave, what is done, by whom, until when."""

    reason: str
    measures: str
    owner: User
    until: date | None


@transaction.atomic
def answer_alarm(
    actor: User,
    alert: ChurnAlert,
    answer: str,
    *,
    why: str = "",
    plan: WinBackPlan | None = None,
    now: datetime,
) -> ChurnAlert:
    """Answer an alarm: acting with a plan to win the customer back, false with the reason, or known already.

    Called false, the same parts are silent for 60 days. Raises RuleError `answer_unknown`, `reason_missing`,
    `plan_missing`, `answered_already` (409), `not_yours` (403), and those of the plan.
    """
    row = _held(actor, alert)
    if row.answer:
        raise RuleError(_("This alarm is answered already."), "answered_already", status=409)
    if answer not in Answer.values:
        raise wrong_at("answer", _("Say whether you act, it is false, or known already."), "answer_unknown")
    words = clean(why)
    if answer == Answer.FALSE and not words:
        raise wrong_at("why", _("Say why it is a false alarm."), "reason_missing")
    row.answer, row.answered_at, row.answered_by, row.why = answer, now, actor, words
    if answer == Answer.ACTING:
        if plan is None:
            raise wrong_at("measures", _("Write what you do to keep the customer."), "plan_missing")
        _write_plan(actor, row, plan, now)
    else:
        row.closed_at = now
        row.silent_until = now + (QUIET_AFTER_FALSE if answer == Answer.FALSE else QUIET_AFTER_ANSWER)
    row.save()
    meet_subject_clock(DeadlineKind.CHURN, row.pk, at=now, now=now)
    record(
        actor, "churn.answered", at=now, customer_id=row.customer_id, subject_id=row.pk, name=str(Answer(answer).label),
        note=(plan.measures if plan and answer == Answer.ACTING else words)[:200], answer=answer,
    )  # fmt: skip
    return row


def _write_plan(actor: User, row: ChurnAlert, plan: WinBackPlan, now: datetime) -> WinBack:
    reason, measures = clean(plan.reason), clean(plan.measures)
    if not reason:
        raise wrong_at("reason", _("Write why the customer may leave."), "reason_missing")
    if not measures:
        raise wrong_at("measures", _("Write what you do to keep the customer."), "plan_missing")
    if plan.until is None or plan.until < local_day(now):
        raise wrong_at("until", _("Choose a day from today on."), "due_in_past")
    if not plan.owner.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": plan.owner.name}
        raise wrong_at("owner", sentence, "assignee_inactive")
    known: dict[str, Any] = {"reason": reason, "measures": measures, "owner": plan.owner, "until": plan.until}
    made, _new = WinBack.objects.update_or_create(
        alert=row, defaults=known, create_defaults={**known, "made_at": now}
    )
    words = _("Win back: %(what)s") % {"what": measures}
    made.task = keep_plan(actor, row.customer, made.task, Step(words, plan.until, plan.owner), now=now)
    made.save(update_fields=["task"])
    return made


@transaction.atomic
def change_win_back(actor: User, alert: ChurnAlert, plan: WinBackPlan, *, now: datetime) -> WinBack:
    """Write the plan to win a customer back anew. Raises RuleError `not_acting` (409) and those of the plan."""
    row = _held(actor, alert)
    _require_acting(row)
    made = _write_plan(actor, row, plan, now)
    record(
        actor, "churn.planned", at=now, customer_id=row.customer_id, subject_id=row.pk, name="", note=made.measures[:200]
    )  # fmt: skip
    return made


@transaction.atomic
def close_win_back(actor: User, alert: ChurnAlert, result: str, *, outcome: str, now: datetime) -> WinBack:
    """Say what came of it: won back or lost. Raises RuleError `result_unknown`, `outcome_missing`, `not_acting` (409)."""
    row = _held(actor, alert)
    _require_acting(row)
    if result not in {Result.WON_BACK, Result.LOST}:
        raise wrong_at("result", _("Say whether the customer is won back or lost."), "result_unknown")
    words = clean(outcome)
    if not words:
        raise wrong_at("outcome", _("Write what came of it."), "outcome_missing")
    plan = WinBack.objects.get(alert=row)
    plan.result, plan.outcome, plan.closed_at = result, words, now
    plan.save(update_fields=["result", "outcome", "closed_at"])
    end_plan(actor, plan.task, words, now=now)
    row.closed_at, row.silent_until = now, now + QUIET_AFTER_ANSWER
    row.save(update_fields=["closed_at", "silent_until"])
    record(
        actor, "churn.closed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=str(Result(result).label),
        note=words[:200], result=result,
    )  # fmt: skip
    return plan


def _require_acting(row: ChurnAlert) -> None:
    if row.answer != Answer.ACTING or row.closed_at is not None:
        raise RuleError(_("Nobody acts on this alarm just now."), "not_acting", status=409)


def _held(actor: User, alert: ChurnAlert) -> ChurnAlert:
    """Lock an alarm the actor may answer."""
    seen = ChurnAlert.objects.visible_to(actor).get(pk=alert.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    require_hand_in(actor, customer, Right.SERVE)
    row = ChurnAlert.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    row.customer = customer
    return row
