"""日报, 周报, 月报: prefilled from what is on record, handed in, answered."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.reports import ReportTexts, comment_report, hand_in_report
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import WorkReport
from genjin.followups.queries.figures import FIGURES, Asked, count
from genjin.followups.queries.reports import draft, not_handed_in
from genjin.followups.rules import Period, period_after, period_before, period_of, same_stretch
from genjin.notices.models import Notice
from tests.refusals import refused

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
KINDS = st.sampled_from(["day", "week", "month"])


@given(KINDS, DAYS)
def test_periods_lie_side_by_side_without_gap_or_overlap(kind, day):
    period = period_of(kind, day)
    assert period.first <= day <= period.last
    assert period_of(kind, period.first) == period == period_of(kind, period.last)
    assert period_after(kind, period).first == period.last + timedelta(days=1)
    assert period_after(kind, period_before(kind, period)) == period


@given(KINDS, DAYS)
def test_a_half_compares_with_a_half(kind, day):
    period = period_of(kind, day)
    before = same_stretch(kind, period, day)
    assert before.first == period_before(kind, period).first
    assert before.last < period.first
    assert before.last - before.first <= day - period.first


def test_the_31st_compares_with_the_whole_short_month():
    march = period_of("month", date(2027, 3, 31))
    assert same_stretch("month", march, date(2027, 3, 31)) == Period(date(2027, 2, 1), date(2027, 2, 28))


def spoke(person, customer, text, now, **more):
    new = NewFollowUp("phone", text, now, next_actions=[NewTask("发送报价", now + timedelta(days=1))], **more)
    return record_contact(person, customer, new, now=now)


@pytest.fixture
def today(now):
    return now.astimezone(company_zone()).date()


def test_a_report_begins_with_what_is_on_record(alice, customer, now, today):
    spoke(alice, customer, "客户确认了预算，希望下周看方案演示", now)
    begun = draft(alice, "day", today, now)
    assert begun.figures["contacts"] == begun.figures["customers"] == 1
    assert customer.name in begun.done and "客户确认了预算" in begun.done
    assert (
        draft(alice, "week", today, now).plan.count("发送报价") == 1
        or draft(alice, "day", today, now).plan == ""
    )


def test_the_lead_is_told_and_answers(alice, bob, customer, now, today):
    spoke(alice, customer, "客户确认了预算，希望下周看方案演示", now)
    report = hand_in_report(alice, "day", today, ReportTexts(done="拜访了一家"), now=now)
    assert report.figures["contacts"] == 1
    assert Notice.objects.get(person=bob).words["who"] == alice.name
    comment_report(bob, report, "不错，预算请补充依据", now=now)
    assert Notice.objects.get(person=alice, kind="report_commented").subject_id == report.pk
    with refused("report_commented", status=409):
        hand_in_report(alice, "day", today, ReportTexts(done="改一改"), now=now)
    assert WorkReport.objects.get().done == "拜访了一家"


def test_until_it_is_answered_it_is_handed_in_again_not_twice(alice, now, today):
    hand_in_report(alice, "week", today, ReportTexts(done="一"), now=now)
    hand_in_report(alice, "week", today, ReportTexts(done="二"), now=now)
    assert WorkReport.objects.get().done == "二"


def test_refusals_change_nothing(alice, bob, charlie, now, today):
    report = hand_in_report(alice, "day", today, ReportTexts(done="一"), now=now)
    with refused("report_empty"):
        hand_in_report(bob, "day", today, ReportTexts(done="  "), now=now)
    with refused("period_not_begun"):
        hand_in_report(bob, "day", today + timedelta(days=1), ReportTexts(done="一"), now=now)
    with refused("forbidden", status=403):
        comment_report(charlie, report, "看看", now=now)
    own = hand_in_report(bob, "day", today, ReportTexts(done="一"), now=now)
    with refused("own_report", status=403):
        comment_report(bob, own, "好", now=now)
    with refused("comment_missing"):
        comment_report(bob, report, " ", now=now)
    assert WorkReport.objects.filter(commented_at=None).count() == 2


def test_who_owes_a_report_is_known(alice, bob, charlie, now, today):
    assert alice in not_handed_in(bob, "day", today) and charlie not in not_handed_in(bob, "day", today)
    hand_in_report(alice, "day", today, ReportTexts(done="一"), now=now)
    assert alice not in not_handed_in(bob, "day", today)


def asked(user, people, day: datetime) -> Asked:
    since, until = period_of("week", day.astimezone(company_zone()).date()).moments(company_zone())
    return Asked(user, [person.pk for person in people], since, until)


def test_every_figure_is_the_number_of_the_rows_it_opens(alice, bob, customer, now):
    spoke(alice, customer, "客户确认了预算，希望下周看方案演示", now)
    for key, figure in FIGURES.items():
        for user in (alice, bob):
            question = asked(user, [alice], now)
            assert count(key, question) == len(list(figure.rows(question))), key
    assert count("contacts", asked(bob, [alice], now)) == 1


def test_nobody_counts_what_they_may_not_see(alice, bob, dora, charlie, customer, now):
    spoke(alice, customer, "客户确认了预算，希望下周看方案演示", now)
    assert count("contacts", asked(charlie, [alice], now)) == 0
    assign_customers(dora, [customer.pk], charlie, now=now)
    assert count("contacts", asked(alice, [alice], now)) == 0
    assert count("contacts", asked(dora, [alice], now)) == 1
