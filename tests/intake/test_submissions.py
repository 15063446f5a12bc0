"""What visitors send by a web form: a new lead on the usual way, a known one looked at, spam and floods kept out."""

import time
from datetime import timedelta

import pytest
from django.core import mail

from genjin.accounts.actions import NewUser, add_user, change_user
from genjin.customers.models import Campaign, Choice, Contact, Customer
from genjin.events.models import Event
from genjin.fields.actions.definitions import save_field
from genjin.fields.models import CustomField
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.models import Deadline, Task
from genjin.intake.actions.mails import ask_to_confirm, confirm_key, read_confirm_key
from genjin.intake.actions.submissions import (
    confirm_submission,
    forget_submissions,
    judge_submission,
    submit_form,
    take_in,
)
from genjin.intake.actions.webforms import save_form
from genjin.intake.models import Submission
from genjin.intake.rules.forms import AskedField
from genjin.routing.actions.rules import Draft, Part, save_rule
from genjin.routing.models import AssignmentRule, Unassigned
from tests.intake.forms import ASKED, TYPED, entry, make_form, sent
from tests.races import at_once
from tests.refusals import refused

Status = Submission.Status


@pytest.fixture
def mia(teams, now):
    return add_user(None, NewUser(username="mia", name="米娅", role="marketing"), now=now)


@pytest.fixture
def form(mia, pool, now):
    return make_form(mia, pool, now)


def test_a_new_visitor_becomes_a_lead_of_the_named_person_with_source_and_clock(mia, alice, pool, now):
    source = Choice.objects.get_or_create(kind="source", name="官网留言")[0]
    fair = Campaign.objects.create(name="春季展")
    other = Campaign.objects.create(name="直播")
    form = make_form(mia, pool, now, destination="owner", owner=alice, source=source, campaign=fair)
    row = sent(
        form, now, utm={"source": "baidu", "campaign": "直播"}, referrer="https://www.example.com/price"
    )
    assert row.problem == ""
    customer = Customer.objects.get()
    assert (row.status, row.customer, row.is_known) == (Status.ATTACHED, customer, False)
    assert (customer.owner, customer.source, customer.campaign) == (alice, source, other)
    assert (customer.source_detail, customer.need, customer.budget_max) == (
        "baidu / 直播",
        "更换排产系统",
        1_000_000,
    )
    assert (customer.created_by, customer.no_next_step_since) == (None, now)
    clock = Deadline.objects.get(customer=customer, kind="first_contact")
    assert (clock.responsible, clock.due_at) == (alice, now + timedelta(hours=24))
    person = Contact.objects.get()
    assert (person.phone, person.name) == ("13812345678", "王小明")
    assert "官网表单" in person.consent_basis
    assert "2026-03-11" in person.consent_basis
    event = Event.objects.get(kind="submission.received")
    assert (event.actor, event.data["referrer"]) == (None, "https://www.example.com/price")
    assert row.consent_text == form.consent_text


def test_without_a_person_it_goes_to_the_pool_and_a_locked_person_takes_nothing(
    mia, dora, alice, form, pool, now
):
    assert sent(form, now).customer.pool == pool
    form = make_form(mia, pool, now, destination="owner", owner=alice)
    change_user(dora, alice, is_active=False, now=now)
    row = sent(form, now, TYPED | {"name": "宁波海图机电有限公司", "contact.phone": "13900000001"})
    assert (row.customer.pool, row.customer.owner) == (pool, None)


def test_the_assignment_rules_give_it_to_somebody_and_their_clock_starts(mia, dora, alice, bob, pool, now):
    save_rule(
        dora,
        AssignmentRule(),
        Draft({"name": "线索分配"}, [], parts=[Part(alice, 1, None), Part(bob, 1, None)]),
        now=now,
    )
    form = make_form(mia, pool, now, destination="rules")
    others = [
        TYPED | {"name": f"宁波第{number}机电有限公司", "contact.phone": f"1390000000{number}"}
        for number in range(4)
    ]
    rows = [sent(form, now, typed) for typed in others]
    owners = [Customer.objects.get(pk=row.customer_id).owner for row in rows]
    assert (owners.count(alice), owners.count(bob)) == (2, 2)
    assert Deadline.objects.running().filter(kind="first_contact").count() == 4


def test_own_fields_are_asked_read_and_kept(mia, dora, alice, pool, now):
    size = save_field(dora, CustomField(), {"label": "产线数量", "kind": "number"}, now=now)
    kinds = save_field(
        dora, CustomField(), {"label": "感兴趣的产品", "kind": "choices", "options": ["泵", "阀"]}, now=now
    )
    person = save_field(dora, CustomField(), {"label": "推荐人", "kind": "person"}, now=now)
    asked = [*ASKED[:3], AskedField(f"custom.{size.key}", "", True), AskedField(f"custom.{kinds.key}")]
    form = make_form(mia, pool, now, asked=asked, destination="owner", owner=alice)
    assert [row["label"] for row in form.fields[3:]] == ["产线数量", "感兴趣的产品"]
    with refused("questions_invalid"):
        make_form(mia, pool, now, asked=[*asked, AskedField(f"custom.{person.key}")])
    with refused("answers_invalid") as caught:
        submit_form(form, entry(now, TYPED | {f"custom.{size.key}": "很多"}), now=now)
    assert list(caught.value.fields) == [f"custom.{size.key}"]
    row = sent(form, now, TYPED | {f"custom.{size.key}": "3", f"custom.{kinds.key}": "泵、阀"})
    assert Customer.objects.get(pk=row.customer.pk).custom == {size.key: 3, kinds.key: ["泵", "阀"]}


def test_who_finds_nobody_by_the_rules_waits_in_the_pool_with_the_reason(mia, pool, now):
    row = sent(make_form(mia, pool, now, destination="rules"), now)
    assert Customer.objects.get(pk=row.customer_id).pool == pool
    assert Unassigned.objects.get().customer == row.customer


def test_without_a_company_the_customer_is_the_person(mia, pool, now):
    form = make_form(
        mia, pool, now, asked=[AskedField("contact.name", "", True), AskedField("contact.wechat", "", True)]
    )
    row = sent(form, now, {"contact.name": "李四", "contact.wechat": "lisi88", "name": "不问的公司"})
    assert (row.customer.kind, row.customer.name) == ("person", "李四")
    assert row.values == {"contact.name": "李四", "contact.wechat": "lisi88"}


KNOWN_BY = [
    {"name": "杭州远景机电有限公司", "contact.name": "别人", "contact.phone": "13700000009", "need": "新需求"},
    {"name": "另一个名字的公司", "contact.name": "别人", "contact.phone": "+86 138 1234 5678", "need": "新需求"},
    {"name": "另一个名字的公司", "contact.name": "x", "contact.phone": "13700000009", "contact.email": "Wang@Example.com", "need": "y"},
]  # fmt: skip


@pytest.mark.parametrize("typed", KNOWN_BY)
def test_a_known_customer_is_not_changed_and_its_owner_is_told(form, alice, make_customer, typed, now):
    customer = make_customer(
        owner=alice,
        name="杭州远景机电有限公司",
        contacts=[{"name": "王", "phone": "13812345678", "email": "wang@example.com"}],
    )
    Task.objects.all().delete()
    before = Customer.objects.values().get(pk=customer.pk)
    people = list(Contact.objects.values())
    row = sent(form, now, typed)
    assert (row.status, row.is_known, row.customer) == (Status.ATTACHED, True, customer)
    after = Customer.objects.values().get(pk=customer.pk)
    follows = {"next_action_at", "no_next_step_since", "completeness"}
    assert {k: v for k, v in after.items() if k not in follows} == {
        k: v for k, v in before.items() if k not in follows
    }
    assert list(Contact.objects.values()) == people
    assert Customer.objects.count() == 1
    task = Task.objects.get()
    assert (task.assignee, task.created_by, task.due_at) == (alice, None, now + timedelta(hours=24))
    assert Event.objects.filter(kind="submission.known", customer_id=customer.pk).count() == 1
    sent(form, now, typed)
    assert Task.objects.count() == 1, "one thing to do is enough while it is open"


def test_a_known_customer_of_the_pool_is_told_to_who_leads_it(
    form, alice, bob, teams, pool, make_customer, now
):
    pool.teams.add(teams["A"])
    make_customer(pool=pool, name="杭州远景机电有限公司")
    sent(form, now)
    assert Task.objects.get().assignee == bob


def test_a_known_customer_of_a_locked_owner_is_told_to_who_leads_them(
    form, alice, bob, dora, make_customer, now
):
    make_customer(owner=alice, name="杭州远景机电有限公司")
    change_user(dora, alice, is_active=False, now=now)
    sent(form, now)
    assert Task.objects.get().assignee == bob


def test_taking_in_twice_makes_one(form, now):
    row = submit_form(form, entry(now), now=now)
    take_in(row.pk, now=now)
    take_in(row.pk, now=now)
    assert Customer.objects.count() == 1
    assert Event.objects.filter(kind="submission.received").count() == 1


def test_a_page_sent_twice_is_kept_once(form, now):
    twice = entry(now)
    assert submit_form(form, twice, now=now) == submit_form(form, twice, now=now)
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_page_one_is_kept(mia, pool, now):
    form = make_form(mia, pool, now)
    twice = entry(now)
    at_once([lambda: submit_form(form, twice, now=now)] * 2)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "why"), [({"decoy": "https://spam.example.com"}, "decoy"), ({"opened_at": None}, "hasty")]
)
def test_machines_are_thanked_and_kept_apart(form, more, why, now):
    if "opened_at" in more:
        more = {"opened_at": now - timedelta(seconds=1)}
    row = submit_form(form, entry(now, **more), now=now)
    assert (row.status, row.why) == (Status.SPAM, why)
    assert take_in(row.pk, now=now).status == Status.SPAM
    assert not Customer.objects.exists()


def test_only_this_forms_questions_are_kept(form, now):
    row = submit_form(
        form,
        entry(now, TYPED | {"notes": "x", "grade": "A", "owner": "1", "contact.notes": "y", "industry": "z"}),
        now=now,
    )
    assert row.values.keys() == TYPED.keys()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"contact.phone": "1234567"}, "contact.phone"), ({"name": "  "}, "name"), ({"budget": "很多很多"}, "budget"),
     ({"contact.email": "nobody"}, "contact.email"), ({"need": "长" * 2001}, "need")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(form, typed, field, now):
    with refused("answers_invalid") as caught:
        submit_form(form, entry(now, TYPED | typed), now=now)
    assert list(caught.value.fields) == [field]


def test_nothing_is_kept_without_consent_or_by_a_closed_form(form, mia, now):
    with refused("consent_missing"):
        submit_form(form, entry(now, has_consented=False), now=now)
    save_form(mia, form, {"is_open": False}, ASKED, now=now)
    with refused("form_closed", status=404):
        submit_form(form, entry(now), now=now)


def test_limits_are_per_visitor_and_per_form_never_per_address_alone(form, mia, now):
    for number in range(5):
        submit_form(form, entry(now, visitor_hash="office phone one"), now=now + timedelta(seconds=number))
    with refused("too_many", status=429):
        submit_form(form, entry(now, visitor_hash="office phone one"), now=now + timedelta(minutes=1))
    for number in range(20):  # the same address, other people
        submit_form(form, entry(now, visitor_hash=f"office phone {number}x"), now=now)
    submit_form(
        form, entry(now + timedelta(hours=1), visitor_hash="office phone one"), now=now + timedelta(hours=1)
    )
    save_form(mia, form, {"daily_limit": 26}, ASKED, now=now)
    with refused("form_full", status=429):
        submit_form(form, entry(now), now=now)
    tomorrow = now + timedelta(days=1)
    assert submit_form(form, entry(tomorrow), now=tomorrow).status == Status.NEW


def test_spam_takes_no_place_and_a_flood_of_it_is_cut_off(form, mia, now):
    save_form(mia, form, {"daily_limit": 1}, ASKED, now=now)
    for _ in range(5):
        submit_form(form, entry(now, decoy="x", visitor_hash="bot"), now=now)
    assert submit_form(form, entry(now, visitor_hash="bot"), now=now).why == "flood"
    assert submit_form(form, entry(now, visitor_hash="person"), now=now).status == Status.NEW
    for _ in range(220):
        submit_form(form, entry(now, decoy="x"), now=now)
    assert Submission.objects.filter(status=Status.SPAM).count() == 200


def test_marketing_judges_and_lets_in_after_all(form, mia, alice, now):
    row = submit_form(form, entry(now, decoy="x"), now=now)
    with refused("forbidden", status=403):
        judge_submission(alice, row, is_spam=False, now=now)
    judge_submission(mia, row, is_spam=False, now=now)
    assert take_in(row.pk, now=now).status == Status.ATTACHED
    assert Customer.objects.count() == 1


def test_what_cannot_be_taken_in_stays_with_its_reason(form, now):
    row = submit_form(form, entry(now), now=now)
    Submission.objects.filter(pk=row.pk).update(values=TYPED | {"budget": "100-50万"})
    row = take_in(row.pk, now=now)
    assert (row.status, bool(row.problem), Customer.objects.count()) == (Status.NEW, True, 0)


def test_a_mail_is_confirmed_once_within_an_hour(mia, pool, now, settings):
    asked = [*ASKED[:3], AskedField("contact.email", "", True)]
    form = make_form(mia, pool, now, asked=asked, confirm_by_mail=True, title="联系\n我们")
    row = submit_form(form, entry(now, TYPED | {"contact.email": "wang@example.com"}), now=now)
    assert take_in(row.pk, now=now).status == Status.NEW
    with refused("link_used", status=404):
        confirm_submission(row.pk, now=now)  # nobody was asked yet
    assert ask_to_confirm(row.pk, now=now)
    assert not ask_to_confirm(row.pk, now=now)
    letter = mail.outbox[0]
    assert (len(mail.outbox), letter.to, "\n" in letter.subject) == (1, ["wang@example.com"], False)
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    assert link.startswith(f"{settings.ENVIRONMENT.public_url}/c/")
    key = link.rstrip("/").rpartition("/")[2]
    assert (read_confirm_key(key), read_confirm_key(key[:-2] + "xx")) == (row.pk, None)
    with refused("link_used", status=404):
        confirm_submission(row.pk, now=now + timedelta(minutes=61))
    confirm_submission(row.pk, now=now + timedelta(minutes=59))
    with refused("link_used", status=404):
        confirm_submission(row.pk, now=now + timedelta(minutes=59))
    assert take_in(row.pk, now=now).status == Status.ATTACHED


def test_a_key_dies_after_an_hour(monkeypatch):
    key = confirm_key(7)
    later = time.time() + 3601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert read_confirm_key(key) is None


def test_no_mailbox_is_filled_by_our_forms(mia, pool, now):
    form = make_form(
        mia, pool, now, asked=[*ASKED[:3], AskedField("contact.email", "", True)], confirm_by_mail=True
    )
    for number in range(5):
        row = submit_form(
            form,
            entry(now, TYPED | {"contact.email": "victim@example.com"}),
            now=now + timedelta(seconds=number),
        )
        ask_to_confirm(row.pk, now=now)
    assert len(mail.outbox) == 3


def test_what_has_no_purpose_is_forgotten(form, now):
    spam = submit_form(form, entry(now, decoy="x"), now=now)
    kept = sent(form, now)
    assert forget_submissions(now + timedelta(days=29)) == 0
    assert forget_submissions(now + timedelta(days=31)) == 1
    assert list(Submission.objects.all()) == [kept]
    assert spam.pk != kept.pk


def test_entries_are_seen_by_the_customers_sight(form, mia, alice, bob, charlie, dora, make_customer, now):
    make_customer(owner=alice, name="杭州远景机电有限公司")
    known = sent(form, now)
    fresh = submit_form(form, entry(now, decoy="x"), now=now)
    seen = {
        user.username: set(Submission.objects.visible_to(user)) for user in (mia, alice, bob, charlie, dora)
    }
    assert seen == {
        "mia": {fresh},
        "alice": {known},
        "bob": {known},
        "charlie": set(),
        "dora": {known, fresh},
    }


def test_entries_move_with_a_merge_and_back(form, bob, alice, make_customer, now):
    kept, other = make_customer(owner=alice), make_customer(owner=alice, name="杭州远景机电有限公司")
    row = sent(form, now)
    merge = merge_customers(bob, kept, [other], take={}, now=now)[0]
    row.refresh_from_db()
    assert row.customer == kept
    unmerge(bob, merge, now=now)
    row.refresh_from_db()
    assert row.customer == other
