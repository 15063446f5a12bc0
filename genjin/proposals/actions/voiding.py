"""A change after a version was handed in: what waits or was approved is void."""

from datetime import datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.actions import void_requests
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState

KIND = "discount"


def void_approval(actor: User, version: ProposalVersion, now: datetime) -> None:
    """Make a locked version a draft again, unsaved; requests for its discount are void."""
    why = _("%(name)s changed the proposal.") % {"name": actor.name}
    void_requests(KIND, where={"version": version.pk}, why=why, now=now)
    version.state, version.approved_by, version.approved_at = VersionState.DRAFT, None, None
