"""Being away: asked for by oneself, granted by who leads; from then on rules give nothing new, and the lead stands in."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import Absence, User
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.models import Request
from genjin.events.actions import record
from genjin.kit.errors import wrong_at

KIND = "absence"


@transaction.atomic
def ask_for_absence(actor: User, starts_on: date, ends_on: date, *, reason: str, now: datetime) -> Request:
    """Ask to be away for some days. Raises RuleError `days_reversed`, `days_over`, `reason_missing`, `asked_already` (409)."""
    if ends_on < starts_on:
        sentence = _("The last day lies before the first.")
        raise wrong_at("ends_on", sentence, "days_reversed")
    if ends_on < now.date():
        sentence = _("These days are over already.")
        raise wrong_at("ends_on", sentence, "days_over")
    subject = _("Away from %(first)s to %(last)s") % {"first": starts_on, "last": ends_on}
    data = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    return ask(actor, NewRequest(KIND, subject, reason, data=data), now=now)


@transaction.atomic
def grant_absence(actor: User, request: Request, *, answer: str = "", now: datetime) -> Absence | None:
    """Grant the days: from then on somebody counts as away; None while others have to agree. Raises what `decide` does."""
    if decide(actor, request, grant=True, answer=answer, now=now).status != Request.Status.GRANTED:
        return None
    absence = Absence.objects.create(
        person_id=request.asked_by_id, starts_on=date.fromisoformat(request.data["starts_on"]),
        ends_on=date.fromisoformat(request.data["ends_on"]), note=request.reason[:80],
    )  # fmt: skip
    record(
        actor, "absence.saved", at=now, subject_id=absence.pk, person=absence.person_id,
        starts_on=absence.starts_on.isoformat(), ends_on=absence.ends_on.isoformat(),
    )  # fmt: skip
    return absence
