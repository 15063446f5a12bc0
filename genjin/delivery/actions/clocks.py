"""The clock of a project's end, and who hears that it passed. Steps of other actions, and a job."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from genjin.accounts.queries import company_zone, leads_of_many, local_day
from genjin.delivery.models import Project
from genjin.delivery.rules import UNDELIVERED
from genjin.delivery.rules.plan import days_late
from genjin.followups.actions.subject_clocks import (
    SubjectClock,
    end_subject_clocks,
    meet_subject_clock,
    set_subject_clock,
)
from genjin.followups.rules import DeadlineKind
from genjin.kit.masking import mask_words
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind


def end_of(day: date) -> datetime:
    """Return the moment a day is over in the company's time zone."""
    return datetime.combine(day + timedelta(days=1), time(), company_zone())


def keep_clock(project: Project, now: datetime) -> None:
    """Set or move the clock of a project still to be delivered; without an end, or with nothing to deliver, none runs."""
    day = project.dates.end
    if project.state not in UNDELIVERED or day is None:
        end_subject_clocks(DeadlineKind.DELIVERY, [project.pk], now)
        return
    set_subject_clock(
        SubjectClock(
            DeadlineKind.DELIVERY, project.customer_id, project.pk, project.lead_id or project.customer.owner_id,
            min(now, end_of(day)), end_of(day),
        )
    )  # fmt: skip


def meet_clock(project: Project, on: date, now: datetime) -> None:
    """Stop the clock: what was promised is delivered."""
    meet_subject_clock(DeadlineKind.DELIVERY, project.pk, at=min(now, end_of(on)), now=now)


@transaction.atomic
def tell_late(now: datetime) -> int:
    """Tell the customer's owner and who leads them of projects whose end has passed, once for every end; returns how many.

    Who is in charge and who leads those hear of it by the ladder of their clock.
    """
    today = local_day(now)
    rows = list(
        Project.objects.late(today).filter(customer__deleted_at=None)
        .exclude(late_told=F("end")).select_related("customer", "lead").select_for_update(of=("self",), skip_locked=True)
    )  # fmt: skip
    owners = leads_of_many({row.customer.owner_id for row in rows if row.customer.owner_id is not None})
    tellings = []
    for row in rows:
        owner = row.customer.owner_id
        known = {row.lead_id or owner}
        people = {owner, *owners.get(owner or 0, ())} - known
        words = {
            "what": mask_words(row.name),
            "days": days_late(row.dates, today),
            "who": row.lead.name if row.lead else "—",
        }
        tellings += [
            Telling(
                person,
                NoticeKind.DELIVERY_LATE,
                f"delivery:{row.pk}:late:{row.dates.end}",
                row.customer_id,
                row.pk,
                words,
            )
            for person in people
            if person is not None
        ]
        row.late_told = row.dates.end
    Project.objects.bulk_update(rows, ["late_told"])
    return tell_many(tellings, at=now) if tellings else 0
