"""Showing a few fields of a customer to somebody outside: asked for, allowed, opened, ended. Each is in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.accounts.rules import new_secret
from genjin.approvals.actions import NewRequest, ask, decide, withdraw
from genjin.approvals.models import Request
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.models import Share
from genjin.followups.rules.shares import SHAREABLE, check_share
from genjin.kit.errors import RuleError

KIND = "share"


@dataclass(frozen=True, slots=True)
class NewShare:
    """Who is to read what of a customer, what for, and for how many days."""

    recipient: str
    purpose: str
    fields: Sequence[str]
    days: int = 7


@transaction.atomic
def share_customer(actor: User, customer: Customer, new: NewShare, *, now: datetime) -> Share:
    """Make a link for a third party; it opens nothing before who leads the asker allowed it (S1-20).

    Raises RuleError `share_incomplete`, `share_field_unknown`, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    check_share(new.recipient, new.purpose, new.fields, new.days)
    may_allow = actor.may(Right.APPROVE)
    share = Share.objects.create(
        customer=row, recipient=new.recipient.strip()[:80], purpose=new.purpose.strip()[:200],
        fields=[name for name in SHAREABLE if name in new.fields], key=new_secret(16),
        expires_at=now + timedelta(days=new.days), made_at=now, made_by=actor, allowed_by=actor if may_allow else None,
    )  # fmt: skip
    _note(actor, "share.made", share, now)
    if not may_allow:
        asked = _("Show to %(recipient)s: %(fields)s") % {
            "recipient": share.recipient,
            "fields": "、".join(str(SHAREABLE[name]) for name in share.fields),
        }
        ask(
            actor,
            NewRequest(KIND, asked, share.purpose, customer_id=row.pk, data={"share": share.pk}),
            now=now,
        )
    return share


@transaction.atomic
def grant_share(actor: User, request: Request, *, answer: str = "", now: datetime) -> Share:
    """Say yes: the link opens. Raises RuleError `share_revoked`, `share_over` (409) when it ended meanwhile."""
    share = _held(request)
    if share.revoked_at is not None:
        sentence = _("The link was taken back meanwhile; decline the request.")
        raise RuleError(sentence, "share_revoked", status=409)
    if share.expires_at <= now:
        sentence = _("The days the link was asked for are over; return the request.")
        raise RuleError(sentence, "share_over", status=409)
    row = decide(actor, request, grant=True, answer=answer, now=now)
    if row.status == Request.Status.GRANTED:
        share.allowed_by = actor
        share.save(update_fields=["allowed_by"])
        _note(actor, "share.allowed", share, now)
    return share


@transaction.atomic
def decline_share(actor: User, request: Request, *, answer: str, now: datetime) -> Share:
    """Return it with a reason: the link never opens."""
    share = _held(request)
    decide(actor, request, grant=False, answer=answer, now=now)
    return _end(actor, share, now)


@transaction.atomic
def withdraw_share(actor: User, request: Request, *, now: datetime) -> Share:
    """Take one's own request back, and the link with it. Raises what `withdraw` raises."""
    share = _held(request)
    withdraw(actor, request, now=now)
    return _end(actor, share, now)


def _held(request: Request) -> Share:
    """Return the share somebody asked for, locked after its customer; sight is asked of the request."""
    share = Share.objects.get(pk=request.data["share"])
    Customer.objects.select_for_update(of=("self",)).get(pk=share.customer_id)
    return Share.objects.select_for_update(of=("self",)).get(pk=share.pk)


def _end(actor: User, share: Share, now: datetime) -> Share:
    if share.revoked_at is None:
        share.revoked_at = now
        share.save(update_fields=["revoked_at"])
        _note(actor, "share.revoked", share, now)
    return share


@transaction.atomic
def revoke_share(actor: User, share: Share, *, now: datetime) -> Share:
    """End a link before its time; a second time changes nothing. Raises RuleError `not_yours` (403)."""
    row = (
        Share.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("customer")
        .get(pk=share.pk)
    )
    require_edit(actor, row.customer, Right.CHANGE_CUSTOMER)
    return _end(actor, row, now)


@transaction.atomic
def open_share(key: str, *, now: datetime) -> Share:
    """Return the share behind a link a stranger opened, and count it. Raises RuleError `share_over` (404)."""
    found = Share.objects.readable(now).select_for_update(of=("self",)).select_related("customer")
    share = found.filter(key=key).first()
    if share is None:
        raise RuleError(_("This link is over, or was taken back."), "share_over", status=404)
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1, opened_at=now)
    if share.opened_at is None or local_day(share.opened_at) != local_day(now):
        _note(None, "share.opened", share, now)
    return share


def _note(actor: User | None, kind: str, share: Share, now: datetime) -> None:
    shown = "、".join(str(SHAREABLE[name]) for name in share.fields)
    record(
        actor, kind, at=now, customer_id=share.customer_id, subject_id=share.pk, name=share.recipient, note=f"{share.purpose} · {shown}"
    )  # fmt: skip
