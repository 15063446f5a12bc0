"""Clocks: started by what happens, stopped by facts alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from genjin.customers.models import Contact, Customer
from genjin.customers.rules import Stage
from genjin.events.actions import record
from genjin.followups.models import Deadline
from genjin.followups.rules import BASE_INFO_WITHIN, FIRST_CONTACT_WITHIN, DeadlineKind

_START = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at)
SELECT %(kind)s, c.id, c.owner_id, %(now)s, %(due)s FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
ON CONFLICT (customer_id, kind) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at,
              due_at = EXCLUDED.due_at, breached_at = NULL
"""


def start_first_contact(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the 24-hour clock of the new owner's first contact (S4-7); a running one starts anew."""
    _start(DeadlineKind.FIRST_CONTACT, customer_ids, now, now + FIRST_CONTACT_WITHIN)


def start_base_info(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the 24-hour clock for source, contact and a way to reach it (S2-8)."""
    _start(DeadlineKind.BASE_INFO, customer_ids, now, now + BASE_INFO_WITHIN)


def _start(kind: str, customer_ids: Iterable[int], now: datetime, due: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_START, {"kind": kind, "ids": list(customer_ids), "now": now, "due": due})


def meet_first_contact(customer_id: int, happened_at: datetime) -> None:
    """Stop the first-contact clock: somebody was in touch."""
    Deadline.objects.running().filter(
        customer=customer_id, kind=DeadlineKind.FIRST_CONTACT, starts_at__lte=happened_at
    ).update(met_at=happened_at)


def end_clocks(customer_ids: Sequence[int], now: datetime) -> None:
    """End every running clock of customers that went to a pool or were lost."""
    Deadline.objects.running().filter(customer__in=customer_ids).update(ended_at=now)


@transaction.atomic
def watch_deadlines(now: datetime) -> int:
    """Stop base-info clocks whose facts are there, and mark what is overdue; returns how many breached.

    Looks at facts only, so nobody has to save anything; skips rows another worker holds.
    """
    reachable = (
        Contact.objects.filter(customer=OuterRef("customer"))
        .exclude(name="")
        .filter(~Q(phone="") | ~Q(wechat="") | ~Q(email=""))
    )
    Deadline.objects.running().filter(
        Exists(reachable), ~Q(customer__source=None, customer__source_detail=""), kind=DeadlineKind.BASE_INFO
    ).update(met_at=now)
    due = (
        Deadline.objects.running()
        .filter(breached_at=None, due_at__lt=now, customer__deleted_at=None)
        .exclude(customer__stage=Stage.LOST)
        .select_for_update(of=("self",), skip_locked=True)[:5000]
    )
    rows = list(due)
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(breached_at=now)
    for row in rows:
        record(
            None, "deadline.breached", at=now, customer_id=row.customer_id, subject_id=row.pk, clock=row.kind
        )
    return len(rows)


def is_complete(customer: Customer) -> bool:
    """Whether a customer has a source (from the list or in words), a named contact and a way to reach it (S2-8)."""
    has_source = customer.source_id is not None or bool(customer.source_detail)
    return has_source and any(
        person.name and (person.phone or person.wechat or person.email) for person in customer.contacts.all()
    )
