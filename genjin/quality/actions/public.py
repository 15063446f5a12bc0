"""Noting what is said in public about a customer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.models import PublicInfo
from genjin.quality.rules.facts import CheckMethod
from genjin.quality.rules.public import FIELD_OF, Topic, check_info, value_for


@dataclass(frozen=True, slots=True)
class NewInfo:
    """What is said, where and when; `take_over` also writes it into the customer's own field."""

    text: str
    source: str
    dated_on: date | None
    topic: str = Topic.NEWS
    link: str = ""
    take_over: bool = False


@transaction.atomic
def note_public_info(actor: User, customer: Customer, new: NewInfo, *, now: datetime) -> PublicInfo:
    """Keep public information about a customer with its source and day (S0-12, S1-9).

    Taken over, head count, revenue or main business go into the record and count as checked by that source.
    Raises RuleError `info_incomplete`, `info_in_future`, `link_invalid`, and what a change raises.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    topic, link = Topic(new.topic), new.link.strip()
    day = check_info(text=new.text, source=new.source, link=link, dated_on=new.dated_on, today=local_day(now))
    info = PublicInfo.objects.create(
        customer=row, topic=topic, text=new.text.strip()[:1000], source=new.source.strip()[:120], link=link[:500],
        dated_on=day, noted_at=now, noted_by=actor,
    )  # fmt: skip
    record(
        actor,
        "public_info.noted",
        at=now,
        customer_id=row.pk,
        subject_id=info.pk,
        topic=topic,
        source=info.source,
    )
    if new.take_over and topic in FIELD_OF:
        _take_over(actor, row, info, now=now)
    return info


def _take_over(actor: User, row: Customer, info: PublicInfo, *, now: datetime) -> None:
    field, fact = FIELD_OF[Topic(info.topic)]
    check = NewCheck(
        [Seen(fact, values={field: value_for(info.topic, info.text)})], CheckMethod.OTHER, source=info.source
    )
    check_facts(actor, row, check, now=now)


@transaction.atomic
def drop_public_info(actor: User, info: PublicInfo, *, now: datetime) -> None:
    """Take a note away that was wrong; the log keeps that it was there."""
    row = lock_one(actor, info.customer_id)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    record(
        actor, "public_info.dropped", at=now, customer_id=row.pk, subject_id=info.pk, topic=info.topic,
        source=info.source,
    )  # fmt: skip
    info.delete()
