"""Steps of clocks: each once, told to the right people, never in the night, one word instead of a flood."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genjin.accounts.models import Absence
from genjin.customers.actions.records import change_customer, delete_customers, restore_customer
from genjin.customers.models import Customer, Pool
from genjin.events.models import Event
from genjin.followups.actions.ladder import watch_deadlines
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.models import Deadline, Task
from genjin.notices.models import Notice
from tests.refusals import refused

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(clock: str = "first_contact") -> list[tuple[str, str]]:
    """Return who was told what of one kind of clock."""
    rows = Notice.objects.filter(subject_id__in=Deadline.objects.filter(kind=clock).values("pk"))
    return [(row.person.username, row.kind) for row in rows.select_related("person").order_by("pk")]


def steps() -> list[tuple[str, str, int | None]]:
    rows = Event.objects.filter(kind__startswith="deadline.").order_by("pk")
    return [(row.kind, row.data["clock"], row.data.get("level")) for row in rows]


def test_a_first_contact_is_warned_at_half_time_and_told_to_the_lead_when_missed(alice, bob, customer, now):
    watch_deadlines(now + 12 * HOUR)
    assert told() == []
    evening = now + 12 * HOUR + SECOND  # 22:30 on a working day
    watch_deadlines(evening)
    assert told() == [("alice", "deadline_warned")]
    watch_deadlines(now + DAY + SECOND)
    assert set(told()[1:]) == {("alice", "deadline_breached"), ("bob", "deadline_escalated")}
    assert Deadline.objects.get(kind="first_contact").level == 2


def test_72_hours_propose_another_owner_to_the_lead_once(alice, bob, customer, now):
    watch_deadlines(now + DAY + SECOND)
    before = len(told())
    late = at("2026-03-14 10:31")  # a Saturday: 72 hours and a minute
    watch_deadlines(late)
    assert len(told()) == before
    monday = at("2026-03-16 09:00")
    for minute in range(3):
        watch_deadlines(monday + minute * timedelta(minutes=1))
    assert [row for row in told() if row[1] == "deadline_reassign"] == [("bob", "deadline_reassign")]
    assert steps().count(("deadline.escalated", "first_contact", 3)) == 1


def test_a_gap_goes_to_the_rep_after_3_days_the_lead_after_5_and_high_risk_after_7(
    alice, bob, customer, say, now
):
    Customer.objects.filter(pk=customer.pk).update(grade="A", is_grade_confirmed=True)
    say(alice, customer, at=now)
    due = now + 7 * DAY
    for days in range(20):
        watch_deadlines(now + days * DAY + 6 * HOUR)
    gap = Deadline.objects.running().get(kind="contact_gap")
    assert (gap.due_at, gap.breached_at, gap.level) == (due, due, 5)
    heard = list(Notice.objects.filter(subject_id=gap.pk).select_related("person").order_by("pk"))
    assert [(row.person.username, row.kind) for row in heard[:2]] == [
        ("alice", "deadline_breached"),
        ("bob", "deadline_escalated"),
    ]
    assert {(row.person.username, row.kind) for row in heard[2:]} == {
        ("alice", "deadline_high_risk"),
        ("bob", "deadline_high_risk"),
    }
    days = [(row.at - due).days for row in heard]
    assert days == [5, 5, 7, 7]  # 3 days over is a Saturday, told on Monday with the next step
    assert set(Deadline.objects.in_state("high_risk")) == {gap}


def test_a_contact_that_does_not_count_stops_nothing_one_that_does_moves_the_gap(alice, customer, say, now):
    Customer.objects.filter(pk=customer.pk).update(grade="A", is_grade_confirmed=True)
    say(alice, customer, at=now)
    say(alice, customer, "打过", at=now + 3 * DAY)
    assert Deadline.objects.running().get(kind="contact_gap").due_at == now + 7 * DAY
    say(alice, customer, "客户说方案可以，等总经理回来签字", at=now + 5 * DAY)
    assert Deadline.objects.running().get(kind="contact_gap").due_at == now + 12 * DAY
    assert Deadline.objects.filter(kind="contact_gap").count() == 1  # kept: nothing to remember


def test_a_broken_gap_stays_on_record_when_the_next_begins(alice, customer, say, now):
    Customer.objects.filter(pk=customer.pk).update(grade="A", is_grade_confirmed=True)
    say(alice, customer, at=now)
    late = now + 9 * DAY
    say(alice, customer, "终于联系上了，约了下周三上门拜访", at=late)  # no worker ran in between
    old, new = Deadline.objects.filter(kind="contact_gap").order_by("starts_at")
    assert (old.breached_at, old.met_at) == (now + 7 * DAY, late)
    assert (new.starts_at, new.due_at, new.breached_at) == (late, late + 7 * DAY, None)


def test_nights_and_holidays_are_silent_the_breach_itself_is_not(alice, bob, dora, make_customer):
    eve = at("2026-02-14 10:00")  # a working Saturday before nine days of holiday
    row = make_customer(owner=alice)
    assign_customers(bob, [row.pk], bob, now=eve)
    clock = Deadline.objects.running().get(kind="first_contact")
    watch_deadlines(at("2026-02-15 10:01"))
    clock.refresh_from_db()
    assert clock.breached_at == at("2026-02-15 10:00")
    assert not Notice.objects.filter(subject_id=clock.pk).exists()
    watch_deadlines(at("2026-02-23 23:00"))
    assert not Notice.objects.filter(subject_id=clock.pk).exists()
    watch_deadlines(at("2026-02-24 09:00") + SECOND)
    assert Notice.objects.filter(subject_id=clock.pk).exists()


def test_who_is_away_is_stood_in_for_by_their_lead(alice, bob, customer, now):
    Absence.objects.create(person=alice, starts_on=date(2026, 3, 11), ends_on=date(2026, 3, 12))
    watch_deadlines(now + 12 * HOUR + SECOND)
    assert set(told()) == {("alice", "deadline_warned"), ("bob", "deadline_escalated")}


def test_days_without_a_worker_bring_one_word_not_a_flood(alice, bob, make_customer, now):
    rows = [make_customer(owner=alice) for _number in range(8)]
    late = now + 6 * DAY  # the worker was down from Wednesday to Tuesday
    assert watch_deadlines(late) >= len(rows)
    first = Notice.objects.filter(kind="deadline_digest").select_related("person")
    assert {row.person.username for row in first} == {"alice", "bob"}
    assert all(int(row.words["count"]) >= 8 for row in first)
    assert not Notice.objects.filter(kind__startswith="deadline").exclude(kind="deadline_digest").exists()
    assert {row.level for row in Deadline.objects.filter(kind="first_contact")} == {3}
    before = Notice.objects.count()
    watch_deadlines(late + timedelta(minutes=1))
    assert Notice.objects.count() == before


def test_a_warning_overtaken_by_the_breach_is_not_given_any_more(alice, bob, customer, now):
    watch_deadlines(now + 2 * DAY)
    assert ("deadline.warned", "first_contact", None) not in steps()
    assert steps().count(("deadline.breached", "first_contact", None)) == 1


def test_nobodys_customer_is_told_to_who_runs_the_pool(alice, bob, charlie, make_customer, pool, now):
    pool.admins.add(bob)
    make_customer(pool=pool)
    watch_deadlines(now + DAY + SECOND)
    assert told("customer_wait") == [("bob", "deadline_breached")]
    clock = Deadline.objects.get(kind="customer_wait")
    assert (clock.responsible, clock.breached_at) == (None, now + DAY)


def test_a_pool_without_administrators_is_told_to_the_leads_of_its_teams(bob, teams, make_customer, now):
    own = Pool.objects.create(name="一组公海")
    own.teams.add(teams["A"])
    make_customer(pool=own)
    watch_deadlines(now + DAY + SECOND)
    assert told("customer_wait") == [("bob", "deadline_breached")]


def test_in_the_bin_clocks_sleep_and_wake_with_the_customer(alice, bob, customer, now):
    delete_customers(bob, [customer.pk], now=now)
    watch_deadlines(now + 2 * DAY)
    assert steps() == []
    restore_customer(bob, customer.pk, now=now + 2 * DAY)
    watch_deadlines(now + 2 * DAY + timedelta(minutes=1))
    assert ("deadline.breached", "first_contact", None) in steps()


def test_the_friday_look_is_warned_in_the_morning_and_met_by_a_move(alice, bob, customer, now):
    # 2026-03-11 is a Wednesday; the customer is new, so its status is fresh until next week
    clock = Deadline.objects.get(kind="status_refresh")
    assert (clock.starts_at, clock.due_at) == (at("2026-03-16 00:00"), at("2026-03-21 00:00"))
    watch_deadlines(at("2026-03-20 08:59"))
    assert not Notice.objects.filter(subject_id=clock.pk).exists()
    watch_deadlines(at("2026-03-20 09:00") + SECOND)
    assert [row.kind for row in Notice.objects.filter(subject_id=clock.pk)] == ["deadline_warned"]
    Customer.objects.filter(pk=customer.pk).update(stage_entered_at=at("2026-03-20 11:00"))
    watch_deadlines(at("2026-03-23 10:00"))
    row = Deadline.objects.running().get(kind="status_refresh")
    assert row.starts_at == at("2026-03-23 00:00")


def test_an_edited_status_never_stops_the_clock_of_a_contact(alice, customer, now):
    for values in ({"stage": "prospect"}, {"grade": "B"}, {"label": "hot"}, {"first_contact_at": now + HOUR}):
        Customer.objects.filter(pk=customer.pk).update(**values)
        watch_deadlines(now + 2 * HOUR)
    late = now + DAY + SECOND
    watch_deadlines(late)
    first = Deadline.objects.get(kind="first_contact")
    assert (first.met_at, first.ended_at, first.breached_at) == (None, None, now + DAY)
    wait = Deadline.objects.get(kind="customer_wait")
    assert (wait.met_at, wait.breached_at) == (None, now + DAY)


def test_existing_customers_are_reviewed_the_task_opens_by_itself(alice, make_customer, now):
    row = make_customer(owner=alice, customer_type="existing")
    clock = Deadline.objects.get(kind="existing_review")
    assert clock.due_at == at("2026-09-11 10:30")
    for moment in (clock.due_at - timedelta(days=14), clock.due_at - timedelta(days=13)):
        watch_deadlines(moment + HOUR)
    task = Task.objects.get(customer=row, kind="review")
    assert (task.assignee, task.due_at) == (alice, clock.due_at)
    done = clock.due_at - timedelta(days=2)
    Task.objects.filter(pk=task.pk).update(status="done", closed_at=done, closed_by=alice)
    watch_deadlines(clock.due_at)
    following = Deadline.objects.running().get(kind="existing_review")
    assert following.starts_at == done and following.breached_at is None


def test_who_is_reviewed_every_quarter_is_due_in_a_quarter(alice, make_customer, now):
    row = make_customer(owner=alice, customer_type="existing")
    change_customer(alice, row, {"review_cycle_months": 3}, version=row.version, now=now)
    watch_deadlines(now + HOUR)
    assert Deadline.objects.running().get(kind="existing_review").due_at == at("2026-06-11 10:30")
    with refused("fields_invalid"):
        change_customer(alice, row, {"review_cycle_months": 4}, version=row.version + 1, now=now)
