"""The morning's brief: once a working day, to who is there, with the team for who leads."""

from datetime import UTC, datetime, timedelta

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.actions.calendar import save_absence
from genjin.accounts.models import Absence
from genjin.followups.actions.brief import tell_briefs
from genjin.followups.actions.ladder import watch_deadlines
from genjin.notices.models import Notice

MORNING = datetime(2026, 3, 12, 0, 30, tzinfo=UTC)  # Thursday, 08:30 in Shanghai


def briefs(person) -> list[dict]:
    return [n.words for n in Notice.objects.filter(person=person, kind__endswith="_brief")]


def test_it_counts_what_waits(alice, customer, plan, make_customer, now):
    plan(alice, customer, days=1)  # Thursday
    plan(alice, customer, days=0, objective="昨天的事")
    make_customer(owner=alice)  # nobody has planned anything, and its first contact runs out tomorrow
    assert tell_briefs(MORNING) == 1
    assert briefs(alice) == [{"overdue": 1, "today": 1, "risk": 0, "idle": 1}]


def test_at_risk_is_who_nobody_was_in_touch_with_in_time(alice, dora, customer, now):
    later = MORNING + timedelta(days=1)
    watch_deadlines(later)
    tell_briefs(later)
    assert briefs(alice)[0]["risk"] == 1


def test_a_lead_hears_of_the_team_and_of_no_other(alice, bob, charlie, customer, plan, make_customer):
    plan(alice, customer, days=0)
    make_customer(owner=charlie)
    tell_briefs(MORNING)
    assert briefs(bob) == [
        {"overdue": 0, "today": 0, "risk": 0, "idle": 0, "team_overdue": 1, "team_today": 0, "team_risk": 0, "team_idle": 0}
    ]  # fmt: skip
    assert briefs(charlie) == [{"overdue": 0, "today": 0, "risk": 0, "idle": 1}]


def test_once_a_day_and_only_one_after_days_without_a_worker(alice, customer, plan):
    plan(alice, customer, days=0)
    assert tell_briefs(MORNING) == 1
    assert tell_briefs(MORNING + timedelta(minutes=5)) == 0
    monday = MORNING + timedelta(days=4, hours=5)  # the worker was down since Thursday
    assert tell_briefs(monday) == 1
    assert tell_briefs(monday + timedelta(hours=1)) == 0
    assert len(briefs(alice)) == 2


def test_not_before_half_past_eight_nor_in_the_evening_nor_on_a_day_off(alice, customer, plan):
    plan(alice, customer, days=0)
    saturday = datetime(2026, 3, 14, 2, tzinfo=UTC)
    for moment in (MORNING - timedelta(minutes=1), MORNING + timedelta(hours=9, minutes=30), saturday):
        assert tell_briefs(moment) == 0
    worked = datetime(2026, 5, 9, 1, tzinfo=UTC)  # a Saturday that is worked
    assert tell_briefs(worked) == 1


def test_who_is_away_or_has_nothing_to_do_hears_nothing(alice, bob, charlie, dora, customer, plan, now):
    plan(alice, customer, days=0)
    values = {"person": alice, "starts_on": MORNING.date(), "ends_on": MORNING.date()}
    save_absence(dora, Absence(), values, now=now)
    tell_briefs(MORNING)
    assert (briefs(alice), briefs(charlie), briefs(dora)) == ([], [], [])
    assert len(briefs(bob)) == 1  # the team's work is still there


def test_the_statements_do_not_grow_with_the_people(alice, charlie, customer, plan, make_customer, now, django_assert_max_num_queries):  # fmt: skip
    plan(alice, customer, days=0)
    for number in range(20):
        rep = add_user(None, NewUser(f"rep{number}", role="rep"), now=now)
        make_customer(owner=rep)
    with django_assert_max_num_queries(26):
        assert tell_briefs(MORNING) == 21
