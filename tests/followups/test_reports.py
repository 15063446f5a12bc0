"""日报, 周报, 月报: prefilled from what is on record, handed in, answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.reports import ReportTexts, comment_report, hand_in_report
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import WorkReport
from genjin.followups.queries.reports import draft, not_handed_in
from genjin.followups.rules import Period, period_after, period_before, period_of, same_stretch
from genjin.insights.queries.own import own_figures
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
    figures = own_figures(alice, begun.period, today)
    assert figures["contacts"] == figures["customers"] == 1
    assert customer.name in begun.done and "客户确认了预算" in begun.done
    assert (
        draft(alice, "week", today, now).plan.count("发送报价") == 1
        or draft(alice, "day", today, now).plan == ""
    )


def test_the_lead_is_told_and_answers(alice, bob, customer, now, today):
    spoke(alice, customer, "客户确认了预算，希望下周看方案演示", now)
    report = hand_in_report(alice, "day", today, ReportTexts(done="拜访了一家"), count=own_figures, now=now)
    assert report.figures["contacts"] == 1
    assert Notice.objects.get(person=bob).words["who"] == alice.name
    comment_report(bob, report, "不错，预算请补充依据", now=now)
    assert Notice.objects.get(person=alice, kind="report_commented").subject_id == report.pk
    with refused("report_commented", status=409):
        hand_in_report(alice, "day", today, ReportTexts(done="改一改"), count=own_figures, now=now)
    assert WorkReport.objects.get().done == "拜访了一家"


def test_until_it_is_answered_it_is_handed_in_again_not_twice(alice, now, today):
    hand_in_report(alice, "week", today, ReportTexts(done="一"), count=own_figures, now=now)
    hand_in_report(alice, "week", today, ReportTexts(done="二"), count=own_figures, now=now)
    assert WorkReport.objects.get().done == "二"


def test_refusals_change_nothing(alice, bob, charlie, now, today):
    report = hand_in_report(alice, "day", today, ReportTexts(done="一"), count=own_figures, now=now)
    with refused("report_empty"):
        hand_in_report(bob, "day", today, ReportTexts(done="  "), count=own_figures, now=now)
    with refused("period_not_begun"):
        hand_in_report(
            bob, "day", today + timedelta(days=1), ReportTexts(done="一"), count=own_figures, now=now
        )
    with refused("forbidden", status=403):
        comment_report(charlie, report, "看看", now=now)
    own = hand_in_report(bob, "day", today, ReportTexts(done="一"), count=own_figures, now=now)
    with refused("own_report", status=403):
        comment_report(bob, own, "好", now=now)
    with refused("comment_missing"):
        comment_report(bob, report, " ", now=now)
    assert WorkReport.objects.filter(commented_at=None).count() == 2


def test_who_owes_a_report_is_known(alice, bob, charlie, now, today):
    assert alice in not_handed_in(bob, "day", today) and charlie not in not_handed_in(bob, "day", today)
    hand_in_report(alice, "day", today, ReportTexts(done="一"), count=own_figures, now=now)
    assert alice not in not_handed_in(bob, "day", today)
