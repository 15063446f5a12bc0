"""Collaborators of any department: what they see and do, for how long, and who names them."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.actions.axes import grade_customers, tag_by_words
from genjin.customers.actions.collaborators import (
    NewCollaborator,
    add_collaborator,
    clear_ended,
    remove_collaborator,
)
from genjin.customers.actions.ownership import release_customers
from genjin.customers.actions.records import change_customer, delete_customers, remove_contact, save_contact
from genjin.customers.models import Contact, Customer, Participant
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules.together import end_of, last_day_of
from genjin.events.models import Event
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.notices.models import Notice
from tests.refusals import refused, unseen


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理", "phone": "13812345678"}])  # fmt: skip


@pytest.fixture
def lily(teams, now):
    return add_user(None, NewUser(username="lily", name="莉莉", role="service"), now=now)


@pytest.fixture
def name(alice, customer, now):
    """Return a way to name: `name(charlie, may_write=True)`."""
    return lambda person, **more: add_collaborator(alice, customer, NewCollaborator(person, **more), now=now)


def fresh(user):
    """The person as the next request knows them."""
    return User.objects.get(pk=user.pk)


def sees(user, customer):
    return Customer.objects.visible_to(fresh(user)).filter(pk=customer.pk).exists()


def say(user, customer, now):
    new = NewFollowUp(method="phone", summary="客户确认预算八十万元，下周安排演示", happened_at=now)
    return record_contact(user, customer, new, now=now)


def test_named_one_sees_the_customer_is_told_and_reads_people_masked(alice, charlie, customer, name):
    assert not sees(charlie, customer)
    name(charlie, part="技术支持")
    assert sees(charlie, customer)
    assert not sees_person(fresh(charlie), customer)
    notice = Notice.objects.get(person=charlie)
    assert (notice.kind, notice.customer_id) == ("collaborator", customer.pk)
    assert alice.name in notice.text
    told = Event.objects.about(customer.pk).get(kind="collaborator.added")
    assert (told.data["name"], told.data["may_write"]) == (charlie.name, False)


def test_who_only_reads_writes_nothing(charlie, customer, name, now):
    name(charlie)
    person = Contact.objects.get(customer=customer)
    before = Customer.objects.values().get(pk=customer.pk)
    for deed in (
        lambda: change_customer(charlie, customer, {"need": "x"}, version=1, now=now),
        lambda: save_contact(charlie, customer, {"job_title": "x"}, contact=person, now=now),
        lambda: tag_by_words(charlie, [customer.pk], ["行业-制造业"], now=now),
        lambda: say(charlie, customer, now),
        lambda: add_task(charlie, customer, NewTask("x", now + timedelta(days=1)), now=now),
        lambda: add_collaborator(charlie, customer, NewCollaborator(charlie, may_write=True), now=now),
    ):
        with refused("not_yours", status=403):
            deed()
    assert Customer.objects.values().get(pk=customer.pk) == before


def test_who_writes_records_plans_edits_and_sees_people_but_decides_nothing(
    charlie, lily, customer, name, now, pool
):
    name(charlie, may_write=True)
    charlie, person = fresh(charlie), Contact.objects.get(customer=customer)
    assert sees_person(charlie, customer)
    change_customer(charlie, customer, {"need": "更换排产系统"}, version=1, now=now)
    save_contact(charlie, customer, {"job_title": "总监"}, contact=person, now=now)
    tag_by_words(charlie, [customer.pk], ["行业-制造业"], now=now)
    say(charlie, customer, now)
    add_task(charlie, customer, NewTask("下周演示", now + timedelta(days=1)), now=now)
    for deed in (
        lambda: remove_contact(charlie, person, now=now),
        lambda: grade_customers(charlie, [customer.pk], "A", reason="大客户", now=now),
        lambda: add_collaborator(charlie, customer, NewCollaborator(lily), now=now),
    ):
        with refused("not_yours", status=403):
            deed()
    with refused("forbidden", status=403):
        release_customers(charlie, [customer.pk], pool, reason="x", now=now)
    with refused("forbidden", status=403):
        delete_customers(charlie, [customer.pk], now=now)


def test_nobody_is_lent_what_the_own_role_may_not(lily, erin, customer, name, now):
    name(lily, may_write=True), name(erin, may_write=True)
    lily, erin = fresh(lily), fresh(erin)
    say(lily, customer, now)
    assert not sees_person(lily, customer)
    with refused("forbidden", status=403):
        change_customer(lily, customer, {"need": "x"}, version=1, now=now)
    with refused("forbidden", status=403):
        say(erin, customer, now)


def test_in_the_pool_a_collaborator_reads_on_and_writes_no_more(alice, charlie, customer, name, now, pool):
    name(charlie, may_write=True)
    release_customers(alice, [customer.pk], pool, reason="没有预算", now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert sees(charlie, row) and not sees_person(fresh(charlie), row)
    with refused("not_yours", status=403):
        change_customer(fresh(charlie), row, {"need": "x"}, version=row.version, now=now)


def test_sight_ends_with_the_last_day_whoever_sleeps(alice, charlie, customer):
    now = timezone.now()
    today = now.astimezone(company_zone()).date()
    helper = add_collaborator(alice, customer, NewCollaborator(charlie, ends_on=today), now=now)
    assert sees(charlie, customer)
    assert helper.ends_at == end_of(today, company_zone())
    Participant.objects.filter(pk=helper.pk).update(ends_at=timezone.now() + timedelta(milliseconds=200))
    assert sees(charlie, customer)
    Participant.objects.filter(pk=helper.pk).update(ends_at=timezone.now())
    assert not sees(charlie, customer)
    with unseen():
        say(charlie, customer, now)


def test_the_job_clears_what_is_over_and_says_so_on_the_timeline(alice, charlie, lily, customer, name, now):
    name(charlie, ends_on=date(2026, 3, 11)), name(lily)
    last = datetime(2026, 3, 12, tzinfo=company_zone())
    assert clear_ended(last - timedelta(seconds=1)) == 0
    assert clear_ended(last) == 1
    assert clear_ended(last) == 0
    assert [row.user for row in Participant.objects.all()] == [lily]
    assert Event.objects.about(customer.pk).filter(kind="collaborator.ended").count() == 1


@given(st.dates(date(1990, 1, 1), date(2199, 12, 30)))
def test_the_last_day_is_read_back_as_written(day):
    zone = company_zone()
    assert last_day_of(end_of(day, zone), zone) == day
    assert end_of(day, zone).astimezone(zone).date() == day + timedelta(days=1)


def test_an_end_that_has_passed_the_owner_and_who_may_not_sign_in_are_refused(
    alice, charlie, customer, name, now
):
    with refused("ends_in_past"):
        name(charlie, ends_on=date(2026, 3, 10))
    with refused("collaborator_owns"):
        name(alice)
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    with refused("assignee_inactive"):
        name(fresh(charlie))


def test_named_again_the_rights_change_and_there_is_one_row(charlie, customer, name):
    name(charlie, may_write=True, part="售前")
    name(charlie, ends_on=date(2026, 6, 30))
    row = Participant.objects.get(user=charlie)
    assert (row.may_write, row.part) == (False, "")
    assert last_day_of(row.ends_at, company_zone()) == date(2026, 6, 30)


def test_whoever_may_edit_ends_it_and_so_does_the_helper(alice, bob, charlie, lily, customer, name, now):
    first, second = name(charlie), name(lily)
    with refused("not_yours", status=403):
        remove_collaborator(fresh(charlie), second, now=now)
    remove_collaborator(fresh(charlie), first, now=now)
    remove_collaborator(bob, second, now=now)
    assert not Participant.objects.exists()
    assert not sees(charlie, customer) and not sees(lily, customer)


def test_strangers_name_nobody(charlie, erin, customer, now):
    with unseen():
        add_collaborator(charlie, customer, NewCollaborator(charlie), now=now)
    with refused("forbidden", status=403):
        add_collaborator(erin, customer, NewCollaborator(charlie), now=now)
    assert not Participant.objects.exists()
