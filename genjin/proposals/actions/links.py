"""Links under which a stranger reads a sent version: made, opened, revoked."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.proposals.actions.rights import held, require_sell
from genjin.proposals.actions.trail import called, note
from genjin.proposals.models import ProposalLink, ProposalVersion
from genjin.proposals.rules.drafts import check_sent

LONGEST_DAYS = 365
KEY_BYTES = 16  # 128 bits


@transaction.atomic
def share(actor: User, version: ProposalVersion, *, days: int, now: datetime) -> ProposalLink:
    """Make a link under which whoever has it reads this version. Raises RuleError `version_not_sent` (409), `link_days`."""
    row = held(actor, version)
    require_sell(actor, row.proposal.customer)
    check_sent(row.state)
    if not 1 <= days <= LONGEST_DAYS:
        sentence = _("Between 1 and %(days)d days.") % {"days": LONGEST_DAYS}
        raise wrong_at("days", sentence, "link_days")
    link = ProposalLink.objects.create(
        version=row, key=secrets.token_urlsafe(KEY_BYTES), created_at=now, created_by=actor, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    note(actor, row, "offer.shared", words=local_day(link.expires_at).isoformat(), now=now)
    return link


@transaction.atomic
def revoke(actor: User, link: ProposalLink, *, now: datetime) -> ProposalLink:
    """End a link at once. Raises RuleError `not_yours` (403), `link_over` (409)."""
    row = held(actor, ProposalVersion(pk=link.version_id))
    require_sell(actor, row.proposal.customer)
    kept = ProposalLink.objects.select_for_update().get(pk=link.pk)
    if kept.revoked_at is not None:
        raise RuleError(_("This link was revoked already."), "link_over", status=409)
    kept.revoked_at = now
    kept.save(update_fields=["revoked_at"])
    note(actor, row, "offer.unshared", now=now)
    return kept


@transaction.atomic
def open_link(key: str, *, now: datetime) -> ProposalVersion:
    """Return the version a stranger may read, and count the look; the first of a day is told (S3-11).

    Raises RuleError `link_over` (404): an unknown, expired and revoked link, and one of a deleted customer, read the same.
    """
    found = ProposalLink.objects.readable(now).select_for_update(of=("self",)).filter(key=key)
    link = found.select_related("version__proposal__customer").first()
    if link is None:
        raise RuleError(_("This link does not exist, or is over."), "link_over", status=404)
    last, version = link.last_opened_at, link.version
    ProposalLink.objects.filter(pk=link.pk).update(opened_count=F("opened_count") + 1, last_opened_at=now)
    if last is None or local_day(last) < local_day(now):
        note(None, version, "offer.opened", now=now)
        proposal = version.proposal
        people = {pk for pk in (proposal.customer.owner_id, link.created_by_id) if pk is not None}
        tell(
            people, NoticeKind.OFFER_OPENED, key=f"offer:{link.pk}:{local_day(now)}", at=now,
            customer_id=proposal.customer_id, subject_id=proposal.pk, what=called(version),
        )  # fmt: skip
    return version
