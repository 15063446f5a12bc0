"""What each sign weighs: versions a person confirms, and proposals where a sign was wrong too often."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.models import ChurnAlert, ChurnWeights
from genjin.care.queries.churn import judged_rows, weights_in_force
from genjin.care.rules.accuracy import LOWEST_PRECISION, by_part, check_weights, lower_weights
from genjin.care.rules.churn import Part
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean

LOOKS_BACK = timedelta(days=365)
ASKS_AGAIN = timedelta(days=30)  # after a proposal was put aside


@transaction.atomic
def save_weights(  # noqa: PLR0913 (one form, one version)
    actor: User,
    weights: Mapping[str, int],
    *,
    raise_at: int,
    high_at: int,
    limit_per_run: int,
    reason: str,
    now: datetime,
) -> ChurnWeights:
    """Put a new version in force; the ones before stay readable. Raises RuleError `reason_missing` and as `check_weights`."""
    require(actor, Right.MANAGE_SETTINGS)
    check_weights(weights, raise_at, high_at, limit_per_run)
    words = clean(reason)
    if not words:
        sentence = _("Say why the weights change.")
        raise wrong_at("reason", sentence, "reason_missing")
    before = weights_in_force()
    row = ChurnWeights.objects.create(
        weights=dict(weights), raise_at=raise_at, high_at=high_at, limit_per_run=limit_per_run, reason=words, made_at=now, made_by=actor
    )  # fmt: skip
    changes = {
        part: [before.weights.get(part, 0), weight] for part, weight in weights.items() if before.weights.get(part, 0) != weight
    }  # fmt: skip
    record(actor, "churn_weights.saved", at=now, subject_id=row.pk, changes=changes, reason=words)
    return row


@transaction.atomic
def propose_weights(now: datetime) -> ChurnWeights | None:
    """Propose to halve the weight of signs that were wrong too often in a year; a person confirms it. Returns the proposal.

    Nothing is proposed while one waits, nor within 30 days after one was put aside.
    """
    asked = ChurnWeights.objects.exclude(state=ChurnWeights.State.IN_FORCE)
    if (
        asked.filter(state=ChurnWeights.State.PROPOSED).exists()
        or asked.filter(decided_at__gt=now - ASKS_AGAIN).exists()
    ):
        return None
    current = weights_in_force()
    counted = by_part(
        judged_rows(ChurnAlert.objects.filter(raised_at__gt=now - LOOKS_BACK), local_day(now - LOOKS_BACK))
    )
    lowered = lower_weights(current.weights, counted)
    changed = [part for part, weight in lowered.items() if weight != current.weights[part]]
    if not changed or sum(lowered.values()) < current.raise_at:
        return None
    reason = _("Right less than %(percent)d%% of the time: %(parts)s") % {
        "percent": LOWEST_PRECISION,
        "parts": ", ".join(f"{Part(part).label} {counted[part].precision}%" for part in changed),
    }
    row = ChurnWeights.objects.create(
        weights=lowered, raise_at=current.raise_at, high_at=current.high_at, limit_per_run=current.limit_per_run,
        state=ChurnWeights.State.PROPOSED, reason=reason, made_at=now,
    )  # fmt: skip
    record(None, "churn_weights.proposed", at=now, subject_id=row.pk, reason=reason)
    return row


@transaction.atomic
def settle_weights(actor: User, proposal: ChurnWeights, *, accept: bool, now: datetime) -> ChurnWeights:
    """Confirm proposed weights, or put them aside. Raises RuleError `forbidden` (403), `decided_already` (409)."""
    require(actor, Right.MANAGE_SETTINGS)
    row = ChurnWeights.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.state != ChurnWeights.State.PROPOSED:
        raise RuleError(_("This proposal is decided already."), "decided_already", status=409)
    row.decided_at, row.decided_by = now, actor
    if accept:
        row.state = ChurnWeights.State.CONFIRMED
        row.save()
        return save_weights(
            actor, row.weights, raise_at=row.raise_at, high_at=row.high_at, limit_per_run=row.limit_per_run, reason=row.reason, now=now
        )  # fmt: skip
    row.state = ChurnWeights.State.DISMISSED
    row.save()
    record(actor, "churn_weights.dismissed", at=now, subject_id=row.pk)
    return row
