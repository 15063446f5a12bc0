"""Judging a record when it is saved, under the template it was written with."""

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules.quality import Told, judge
from genjin.library.queries.templates import template_for, versions_by_id
from genjin.library.rules.templates import ANSWER_FIELDS, Version

WRITTEN = ("feedback", "new_needs", "risks", "questions")


def judge_record(actor: User, followup: FollowUp, customer: Customer, *, shown: int | None) -> FollowUp:
    """Keep with a record the version it was written with, its stage, and how good it is; a step of recording.

    `shown` is the version the form asked by; the one in force for grade, stage and method when it is none.
    """
    version = _version(followup, customer, shown)
    has_next = customer.stage == Stage.LOST or Task.objects.open().filter(customer=customer).exists()
    told = Told(
        followup.summary,
        _filled(followup, has_next=has_next),
        has_next_step=has_next,
        earlier=_earlier(actor, followup),
    )
    found = judge(version.prompts if version else (), told)
    followup.template_id = version.pk if version else None
    followup.stage, followup.quality = customer.stage, found.percent
    followup.quality_notes = [list(note) for note in found.notes]
    followup.save(update_fields=["template", "stage", "quality", "quality_notes"])
    return followup


def _version(followup: FollowUp, customer: Customer, shown: int | None) -> Version | None:
    asked = versions_by_id({shown}).get(shown) if shown is not None else None
    return asked or template_for(customer.grade, customer.stage, followup.method)


def _filled(followup: FollowUp, *, has_next: bool) -> set[str]:
    found = {name for name in WRITTEN if getattr(followup, name)}
    found |= {"contact"} if followup.contact_id else set()
    found |= {"next_step"} if has_next else set()
    return found & set(ANSWER_FIELDS)


def _earlier(actor: User, followup: FollowUp) -> list[str]:
    """Return the last words written about this customer, and by this person about anybody."""
    rows = (
        FollowUp.objects.exclude(pk=followup.pk)
        .order_by("-happened_at", "-id")
        .values_list("summary", flat=True)
    )
    return [*rows.filter(customer=followup.customer_id)[:1], *rows.filter(author=actor)[:1]]
