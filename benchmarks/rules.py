"""The rules of the night over all customers, against reading the columns they look at."""

from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from django.db import connection
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.routing.actions.recycling import recycle, set_all_clocks
from genjin.routing.actions.runs import undo_run
from genjin.routing.models import RuleRun
from genjin.routing.queries import dry_run


@dataclass(frozen=True)
class RulesTiming:
    """Seconds by deed over `customers` customers, and how many the run took back."""

    customers: int
    raw: float
    clocks: float
    dry_run: float
    run: float
    taken: int
    undo: float


def rules(admin: object) -> RulesTiming:
    """Set everybody's clock, ask who would be hit in half a year, take back what a run may, and undo it."""
    RuleRun.objects.all().delete()
    now, later = timezone.now(), timezone.now() + timedelta(days=400)
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, grade, stage, owner_id, owned_since, last_contact_at, protected_until, is_locked FROM customers_customer"
        )
        count = len(cursor.fetchall())
    raw, began = perf_counter() - began, perf_counter()
    set_all_clocks(now)
    clocks, began = perf_counter() - began, perf_counter()
    hits = sum(1 for _hit in dry_run.recycle(later))
    asked, began = perf_counter() - began, perf_counter()
    run = recycle(later)
    ran, began = perf_counter() - began, perf_counter()
    undo_run(admin, run, now=later)  # type: ignore[arg-type]
    assert hits == run.count + run.left_over
    assert Customer.objects.owned().count() <= count
    return RulesTiming(count, raw, clocks, asked, ran, run.count, perf_counter() - began)
