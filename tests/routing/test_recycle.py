"""The nightly run: who goes back, who stays, what people are told before, and how it is taken back."""

from datetime import timedelta

from genjin.customers.actions.ownership import lock_customers
from genjin.customers.models import Customer, OwnerChange
from genjin.events.models import Event
from genjin.followups.actions.ownership import claim_customer
from genjin.followups.models import Deadline, Task
from genjin.routing.actions.recycling import (
    keep_clocks,
    recycle,
    recycle_nightly,
    set_all_clocks,
    warn_owners,
)
from genjin.routing.actions.runs import undo_run
from genjin.routing.models import RuleRun
from genjin.routing.queries import dry_run
from tests.followups.test_never_forgotten import BROKEN
from tests.refusals import refused


def broken() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        found = []
        for words, query in BROKEN.items():
            cursor.execute(query)
            found += [words] if cursor.fetchall() else []
    return found


def test_a_neglected_customer_goes_back_with_its_follow_ups_settled(
    recycle_rule, make_customer, alice, pool, speak, now
):
    recycle_rule()
    customer = make_customer(owner=alice)  # grade C: 60 days
    speak(alice, customer, now + timedelta(days=1))
    assert recycle(now + timedelta(days=60)).count == 0
    run = recycle(now + timedelta(days=62))
    customer.refresh_from_db()
    assert (run.count, customer.owner, customer.pool) == (1, None, pool)
    change = OwnerChange.objects.filter(customer=customer).first()
    assert (change.how, change.origin, change.by) == ("recycled", alice, None)
    assert not Task.objects.open().filter(customer=customer).exists()
    assert broken() == []


def test_dry_run_names_whom_and_why_and_touches_nothing(recycle_rule, make_customer, alice, now):
    recycle_rule(limit_per_run=1)
    first, second = make_customer(owner=alice), make_customer(owner=alice)
    later = now + timedelta(days=61)
    hits = list(dry_run.recycle(later))
    assert [(hit.id, hit.owner, hit.within_limit) for hit in hits] == [
        (first.pk, "艾丽", True), (second.pk, "艾丽", False),
    ]  # fmt: skip
    assert Customer.objects.owned().count() == 2
    run = recycle(later)
    assert (run.count, run.left_over) == (1, 1)
    assert [hit.customer_id for hit in run.hits.all()] == [first.pk]


def test_what_was_just_claimed_is_not_taken_the_same_night(recycle_rule, make_customer, alice, pool, now):
    recycle_rule(days_c=1, no_deal_days=0)
    customer = make_customer(pool=pool, first_contact_at=now - timedelta(days=400))
    Customer.objects.filter(pk=customer.pk).update(last_contact_at=now - timedelta(days=400))
    claim_customer(alice, customer, now=now)
    assert recycle(now + timedelta(hours=14)).count == 0
    assert recycle(now + timedelta(hours=25)).count == 1


def test_conditions_choose_the_rule_and_an_empty_column_matches_nothing(
    recycle_rule, make_customer, alice, now
):
    recycle_rule([("budget_max", "between", "1", "")], days_c=5)
    rich = make_customer(owner=alice, budget_max="80000")
    poor = make_customer(owner=alice)
    run = recycle(now + timedelta(days=100))
    assert [hit.customer_id for hit in run.hits.all()] == [rich.pk]
    poor.refresh_from_db()
    assert poor.owner == alice


def test_locked_customers_stay_and_locking_needs_a_reason(recycle_rule, make_customer, alice, bob, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    with refused("reason_missing"):
        lock_customers(bob, [customer.pk], locked=True, now=now)
    with refused("forbidden", status=403):
        lock_customers(alice, [customer.pk], locked=True, reason="战略客户", now=now)
    lock_customers(bob, [customer.pk], locked=True, reason="战略客户", now=now)
    assert recycle(now + timedelta(days=400)).count == 0
    lock_customers(bob, [customer.pk], locked=False, now=now)
    assert recycle(now + timedelta(days=400)).count == 1


def test_clocks_follow_what_happened_and_warn_each_step_once(recycle_rule, make_customer, alice, speak, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    keep_clocks(now)
    clock = Deadline.objects.get(customer=customer, kind="recycle")
    assert clock.due_at == now + timedelta(days=60)
    assert warn_owners(now + timedelta(days=52)) == 0
    for day, step in ((53, 1), (57, 2), (59, 3)):
        assert warn_owners(now + timedelta(days=day)) == 1
        assert warn_owners(now + timedelta(days=day, hours=1)) == 0
        clock.refresh_from_db()
        assert clock.level == step
    told = Event.objects.filter(kind="customer.recycle_warned", customer_id=customer.pk).order_by("pk")
    assert [event.data["days"] for event in told] == [7, 3, 1]
    speak(alice, customer, now + timedelta(days=59, hours=2))
    keep_clocks(now + timedelta(days=59, hours=3))
    clock.refresh_from_db()
    assert (clock.due_at, clock.level) == (now + timedelta(days=119, hours=2), 0)


def test_a_worker_that_slept_for_days_tells_the_nearest_step_alone(recycle_rule, make_customer, alice, now):
    recycle_rule()
    make_customer(owner=alice)
    set_all_clocks(now)
    assert warn_owners(now + timedelta(days=59, hours=12)) == 1
    assert Event.objects.get(kind="customer.recycle_warned").data["days"] == 1


def test_the_run_happens_once_a_day(recycle_rule, make_customer, alice, now):
    recycle_rule()
    make_customer(owner=alice)
    later = now + timedelta(days=61)
    assert recycle_nightly(later).count == 1
    assert recycle_nightly(later + timedelta(hours=1)) is None
    assert RuleRun.objects.count() == 1


def rows_of(customer: Customer) -> dict[str, object]:
    row = Customer.objects.filter(pk=customer.pk).values().get()
    row.pop("version")
    tasks = list(Task.objects.filter(customer=customer).order_by("pk").values())
    clocks = list(
        Deadline.objects.filter(customer=customer, ended_at=None)
        .exclude(kind="status_refresh")  # the week is another one
        .order_by("kind")
        .values("kind", "due_at", "responsible")
    )
    return {"row": row, "tasks": tasks, "clocks": clocks}


def test_undo_restores_equal_rows(recycle_rule, make_customer, alice, charlie, dora, speak, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    speak(alice, customer, now)
    set_all_clocks(now)
    before = rows_of(customer)
    run = recycle(now + timedelta(days=61))
    assert rows_of(customer) != before
    with refused("forbidden", status=403):
        undo_run(charlie, run, now=now + timedelta(days=61))
    undone = undo_run(dora, run, now=now + timedelta(days=61, hours=1))
    assert (undone.restored, undone.kept) == (1, [])
    assert rows_of(customer) == before
    assert broken() == []
    with refused("run_undone", status=409):
        undo_run(dora, run, now=now + timedelta(days=62))


def test_undo_leaves_who_was_claimed_since(recycle_rule, make_customer, alice, charlie, dora, now):
    recycle_rule()
    customer = make_customer(owner=alice, name="杭州远景机电有限公司")
    later = now + timedelta(days=61)
    run = recycle(later)
    claim_customer(charlie, customer, now=later)
    undone = undo_run(dora, run, now=later)
    assert undone.kept == [(customer.pk, "杭州远景机电有限公司")]
    customer.refresh_from_db()
    assert customer.owner == charlie


def test_who_let_it_be_recycled_waits_before_claiming_again(recycle_rule, make_customer, alice, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    later = now + timedelta(days=61)
    recycle(later)
    with refused("cooldown", status=409):
        claim_customer(alice, customer, now=later)
