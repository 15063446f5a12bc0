"""Keeping which customers contradict themselves, so that they can be listed and counted."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from genjin.accounts.queries import local_day
from genjin.customers.models import Contact, Customer, CustomerQuerySet
from genjin.customers.rules.contradictions import contradictions
from genjin.quality.models import Contradiction, LookedThrough
from genjin.quality.queries.contradictions import profile_of

NAME = "contradictions"
CHUNK = 1000
AGAIN = timedelta(minutes=10)  # who saved while the last look ran is looked at again


def look_for_contradictions(now: datetime) -> int:
    """Look at every live customer changed since the last look; returns how many. A chunk is one transaction."""
    since = LookedThrough.objects.filter(pk=NAME).values_list("at", flat=True).first()
    rows, last, count = _changed(since), 0, 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk").prefetch_related("contacts")[:CHUNK]):
        _keep(chunk, now)
        last, count = chunk[-1].pk, count + len(chunk)
    LookedThrough.objects.update_or_create(pk=NAME, defaults={"at": now})
    return count


def _changed(since: datetime | None) -> CustomerQuerySet:
    rows = Customer.objects.live()
    if since is None:
        return rows
    moment = since - AGAIN
    people = Contact.objects.filter(customer=OuterRef("pk"), updated_at__gte=moment)
    return rows.filter(Q(updated_at__gte=moment) | Exists(people))


@transaction.atomic
def _keep(chunk: list[Customer], now: datetime) -> None:
    today = local_day(now)
    Contradiction.objects.filter(customer__in=[row.pk for row in chunk]).delete()
    Contradiction.objects.bulk_create(
        Contradiction(customer=row, code=found.code, found_at=now)
        for row in chunk
        for found in contradictions(profile_of(row, row.contacts.all()), today)
    )
