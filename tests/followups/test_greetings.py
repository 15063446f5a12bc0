"""Greetings some days ahead: who is on the list, who is left alone, one click to record or to skip."""

from datetime import UTC, datetime, timedelta

import pytest

from genjin.customers.actions.records import save_contact
from genjin.customers.models import Contact, Customer
from genjin.followups.actions.greetings import greet, leave_out
from genjin.followups.models import FollowUp
from genjin.followups.queries.greetings import birthdays_of, coming_occasions, greeting_counts, to_greet_on
from genjin.library.actions.greetings import save_greeting_settings
from tests.refusals import refused, unseen

EVE = datetime(2026, 9, 23, 2, tzinfo=UTC)  # two days before the mid-autumn festival


@pytest.fixture
def person(alice, make_customer, now):
    customer = make_customer(
        owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理", "birthday": "农历八月十四"}]
    )
    return customer.contacts.get()


def names(user, moment):
    coming = coming_occasions(moment)
    found = [(one.name, "birthday") for one in birthdays_of(user, coming)]
    return found + [
        (one.name, occasion.key) for occasion in coming.festivals for one in to_greet_on(user, occasion)
    ]


def test_proposed_some_days_ahead_and_not_before(alice, bob, person):
    assert names(alice, EVE) == [("王经理", "birthday"), ("王经理", "moon")]
    assert names(bob, EVE) == []  # each greets their own
    assert names(alice, EVE - timedelta(days=2)) == [("王经理", "birthday")]
    assert names(alice, EVE - timedelta(days=3)) == []
    assert names(alice, EVE + timedelta(days=2)) == [("王经理", "moon")]  # the day itself
    assert names(alice, EVE + timedelta(days=3)) == []
    assert greeting_counts(alice, EVE) == {"moon": 1, "birthday": 1}


def test_one_click_records_and_the_person_leaves_the_list(alice, person):
    before = Customer.objects.get(pk=person.customer_id)
    row = greet(alice, person, "moon:2026", text="王经理,中秋将至,祝您阖家团圆", now=EVE)
    assert (row.contact, row.is_effective, row.got_response, row.method) == (person, False, False, "wechat")
    assert names(alice, EVE) == [("王经理", "birthday")]
    after = Customer.objects.get(pk=person.customer_id)
    assert after.last_contact_at == before.last_contact_at  # a wish stops no clock
    with refused("greeted_already", status=409):
        greet(alice, person, "moon:2026", text="又一次祝您节日快乐", now=EVE)
    leave_out(alice, person, "birthday:2026", now=EVE)
    assert names(alice, EVE) == []
    assert FollowUp.objects.count() == 1
    next_year = datetime(2027, 9, 14, 2, tzinfo=UTC)
    assert ("王经理", "moon") in names(alice, next_year)


def test_who_must_be_left_alone(alice, person, make_customer, now):
    for change in ({"stage": "lost"}, {"do_not_disturb": True}, {"deleted_at": now}):
        Customer.objects.filter(pk=person.customer_id).update(**change)
        assert names(alice, EVE) == []
        Customer.objects.filter(pk=person.customer_id).update(
            stage="lead", do_not_disturb=False, deleted_at=None
        )
    Contact.objects.filter(pk=person.pk).update(do_not_disturb=True)
    assert names(alice, EVE) == []
    with refused("left_alone", status=409):
        greet(alice, person, "moon:2026", text="祝您中秋快乐", now=EVE)


def test_who_may_greet_and_on_what(alice, bob, charlie, erin, person):
    with unseen():
        greet(charlie, person, "moon:2026", text="祝您中秋快乐", now=EVE)
    with refused("forbidden", status=403):
        greet(erin, person, "moon:2026", text="祝您中秋快乐", now=EVE)
    for occasion in ("moon:2027", "spring:2026", "birthday:2027", "nonsense"):
        with refused("occasion_unknown", status=404):
            greet(alice, person, occasion, text="祝您中秋快乐", now=EVE)
    with refused("summary_missing"):
        greet(alice, person, "moon:2026", text=" ", now=EVE)
    with refused("method_unknown"):
        greet(alice, person, "moon:2026", text="祝您中秋快乐", method="pigeon", now=EVE)
    greet(bob, person, "moon:2026", text="祝您中秋快乐", now=EVE)


def test_qingming_and_qixi_are_off_until_somebody_wants_them(alice, dora, person, now):
    qixi = datetime(2026, 8, 18, 2, tzinfo=UTC)
    assert names(alice, qixi) == []
    with refused("forbidden", status=403):
        save_greeting_settings(alice, ["seventh"], days_ahead=1, has_birthdays=False, now=now)
    with refused("festival_unknown"):
        save_greeting_settings(dora, ["easter"], days_ahead=1, has_birthdays=False, now=now)
    with refused("days_invalid"):
        save_greeting_settings(dora, ["seventh"], days_ahead=4, has_birthdays=False, now=now)
    save_greeting_settings(dora, ["seventh"], days_ahead=1, has_birthdays=False, now=now)
    assert names(alice, qixi) == [("王经理", "seventh")]
    assert names(alice, EVE) == []


def test_a_birthday_is_written_read_and_logged_without_its_words(alice, person, now):
    customer = person.customer
    save_contact(alice, customer, {"birthday": "1985-2-29"}, contact=person, now=now)
    row = Contact.objects.get(pk=person.pk)
    assert (row.birthday, row.birth_key) == ("1985-02-29", "S0229")
    assert names(alice, datetime(2027, 2, 27, 2, tzinfo=UTC)) == [("王经理", "birthday")]
    with refused("fields_invalid"):
        save_contact(alice, customer, {"birthday": "明天"}, contact=row, now=now)
    save_contact(alice, customer, {"birthday": ""}, contact=row, now=now)
    assert Contact.objects.get(pk=person.pk).birth_key == ""
