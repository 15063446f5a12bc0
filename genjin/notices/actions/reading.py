"""What somebody has read, and how they want to be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions.tell import ring
from genjin.notices.models import Delivery, Habits, Notice, UrgentKinds
from genjin.notices.rules import HowSoon, NoticeKind, manner_of
from genjin.notices.rules.times import LONGEST_QUIET, quiet_length

KEPT, LOG_KEPT = timedelta(days=365), timedelta(days=90)


@transaction.atomic
def mark_read(actor: User, *, ids: Sequence[int] | None = None, now: datetime) -> int:
    """Note that one has read some of one's notices, or all; returns how many were new to one."""
    rows = Notice.objects.visible_to(actor).unread()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    count = rows.update(read_at=now)
    if count:
        ring(actor.pk)
    return count


@transaction.atomic
def save_habits(actor: User, values: Mapping[str, Any], *, now: datetime) -> Habits:
    """Choose how one is told: `by_mail`, `by_robot`, quiet hours, and `modes` by kind; what is not given stays.

    Raises RuleError `kind_unknown`, `mode_unknown`, `always_told` for a kind that cannot be off, `quiet_too_long`.
    """
    row, _made = Habits.objects.select_for_update().get_or_create(person=actor)
    for name in values.keys() & {"by_mail", "by_robot", "quiet_from", "quiet_until"}:
        setattr(row, name, values[name])
    for kind, mode in dict(values.get("modes") or {}).items():
        _check_mode(kind, mode)
        row.modes[kind] = mode
    _check_quiet(row.quiet_from, row.quiet_until)
    row.save()
    record(actor, "notices.chosen", at=now, subject_id=actor.pk)
    return row


def _check_mode(kind: str, mode: str) -> None:
    if kind not in NoticeKind.values:
        raise RuleError(_("There is no notice of this kind: %(kind)s.") % {"kind": kind[:40]}, "kind_unknown")
    if mode not in HowSoon.values:
        raise RuleError(_("Choose at once, digest or off."), "mode_unknown")
    if mode == HowSoon.OFF and not manner_of(kind).may_be_off:
        sentence = _("“%(kind)s” cannot be off; choose at once or digest.") % {"kind": NoticeKind(kind).label}
        raise wrong_at(kind, sentence, "always_told")


def _check_quiet(quiet_from: time, quiet_until: time) -> None:
    if quiet_length(quiet_from, quiet_until) > LONGEST_QUIET:
        sentence = _("Quiet hours last 16 hours at most.")
        raise wrong_at("quiet_until", sentence, "quiet_too_long")


@transaction.atomic
def set_urgent_kinds(actor: User, kinds: Sequence[str], *, now: datetime) -> UrgentKinds:
    """Say which kinds wait for nobody's morning. Raises RuleError `kind_unknown`."""
    require(actor, Right.MANAGE_SETTINGS)
    unknown = sorted(set(kinds) - set(NoticeKind.values))
    if unknown:
        raise RuleError(_("There is no notice of this kind: %(kind)s.") % {"kind": unknown[0][:40]}, "kind_unknown")  # fmt: skip
    row = UrgentKinds.objects.create(kinds=sorted(set(kinds)), at=now, by=actor)
    record(actor, "notices.urgent_set", at=now, subject_id=row.pk, kinds=row.kinds)
    return row


@transaction.atomic
def forget_old(now: datetime) -> int:
    """Forget what was read a year ago, and the log of what left the page after 90 days; returns how many notices."""
    over = Delivery.objects.exclude(status=Delivery.Status.WAITING).filter(created_at__lt=now - LOG_KEPT)
    over.delete()
    return Notice.objects.filter(read_at__lt=now - KEPT).delete()[0]
