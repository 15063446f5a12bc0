"""Two people, two open forms of one customer: different fields are both saved, one field is asked about, nothing is lost."""

from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.bulk import change_customers
from genjin.customers.actions.records import change_customer, save_contact
from genjin.customers.models import Contact, Customer
from genjin.events.models import Event
from genjin.followups.actions.needs import Lead, attach_need
from tests.refusals import refused

TEXTS = ("need", "pain_points", "decision_process", "competitors")


class Sent(HTMLParser):
    """What a browser would send of the form it was shown."""

    def __init__(self, page):
        super().__init__()
        self.data, self.area, self.select = {}, None, None
        self.feed(page.split('<form class="form-column"')[1].split("</form>")[0])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.data[name] = given.get("value") or ""
        elif tag == "textarea":
            self.area, self.data[name] = name, ""
        elif tag == "select":
            self.select, self.data[name] = name, ""
        elif tag == "option" and "selected" in given:
            self.data[self.select] = given.get("value", "")

    def handle_data(self, text):
        if self.area:
            self.data[self.area] += text.removeprefix("\n") if not self.data[self.area] else text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


def signed(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司", need="原来的需求", contacts=[{"name": "王经理", "phone": "13812345678"}])  # fmt: skip


@pytest.fixture
def windows(alice, bob, customer):
    """Two windows with the form open: `opened[0].save(need="...")`."""

    class Window:
        def __init__(self, user, path):
            self.client, self.url = signed(user), f"/customers/{customer.pk}/{path}"
            self.reopen()

        def reopen(self):
            self.form = Sent(self.client.get(self.url).text).data

        def save(self, **typed):
            answer = self.client.post(self.url, self.form | typed)
            if answer.status_code == 409:
                self.form = Sent(answer.text).data
            return answer

    return lambda path="edit/need/": (Window(alice, path), Window(bob, path))


def test_different_fields_are_both_saved_without_a_question(windows, customer):
    hers, his = windows()
    assert his.save(need="三条绗缝线", budget_min="100000").status_code == 302
    assert hers.save(pain_points="排产太慢").status_code == 302
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.pain_points, int(row.budget_min), row.version) == (
        "三条绗缝线",
        "排产太慢",
        100_000,
        3,
    )


def test_the_same_field_shows_both_values_and_each_choice_is_kept(windows, customer, bob):
    hers, his = windows()
    his.save(need="三条绗缝线", is_authority_clear="on")
    answer = hers.save(need="两条绗缝线", pain_points="排产太慢")
    assert answer.status_code == 409
    assert all(word in answer.text for word in ("三条绗缝线", "两条绗缝线", bob.name))
    assert (hers.form["need"], hers.form["choose-need"]) == ("两条绗缝线", "mine")
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.pain_points) == ("三条绗缝线", "")

    assert hers.save(**{"choose-need": "theirs"}).status_code == 302
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.pain_points, row.is_authority_clear) == ("三条绗缝线", "排产太慢", True)


def test_a_value_given_up_stays_given_up_when_something_else_is_refused(windows, customer):
    hers, his = windows()
    his.save(need="三条绗缝线")
    hers.save(need="两条绗缝线")
    answer = hers.save(**{"choose-need": "theirs", "budget_min": "900", "budget_max": "1"})
    assert answer.status_code == 422
    hers.form = Sent(answer.text).data
    assert hers.save(budget_max="2000").status_code == 302
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, int(row.budget_max)) == ("三条绗缝线", 2000)


def test_a_need_a_letter_brought_meanwhile_is_not_overwritten(windows, customer, dora, now):
    hers, _his = windows()
    attach_need(dora, customer.pk, Lead({"name": customer.name, "need": "再要两台泵"}, []), now=now)
    answer = hers.save(need="只要咨询")
    assert answer.status_code == 409
    assert "再要两台泵" in answer.text
    assert "再要两台泵" in Customer.objects.get(pk=customer.pk).need


def test_people_are_merged_by_field_too(windows, customer):
    person = Contact.objects.get(customer=customer)
    hers, his = windows(f"contacts/{person.pk}/")
    assert his.save(phone="13900001111").status_code == 302
    assert hers.save(job_title="采购总监").status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.job_title) == ("13900001111", "采购总监")

    hers.reopen(), his.reopen()
    his.save(wechat="wang-yi")
    answer = hers.save(wechat="wangjl", name="王一")
    assert answer.status_code == 409
    assert "wang-yi" in answer.text
    person.refresh_from_db()
    assert (person.wechat, person.name) == ("wang-yi", "王经理")
    assert hers.save().status_code == 302
    person.refresh_from_db()
    assert (person.wechat, person.name) == ("wangjl", "王一")


def test_the_api_names_the_fields_of_a_conflict_and_saves_others(alice, bob, customer, now):
    change_customer(bob, customer, {"need": "三条绗缝线"}, version=1, now=now)
    change_customer(alice, customer, {"pain_points": "排产太慢"}, version=1, now=now)
    with refused("version_conflict", status=409) as caught:
        change_customer(alice, customer, {"need": "两条绗缝线", "competitors": "甲"}, version=1, now=now)
    assert set(caught.value.fields) == {"need"}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.integers(0, 1)),
        st.tuples(
            st.just("save"), st.integers(0, 1),
            st.dictionaries(st.sampled_from(TEXTS), st.sampled_from(["甲", "乙", "丙", ""]), min_size=1),
            st.sampled_from(["mine", "theirs"]),
        ),
        st.tuples(st.just("bulk"), st.sampled_from(TEXTS), st.sampled_from(["子", "丑"])),
    ),
    min_size=2, max_size=7,
)  # fmt: skip


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(steps=STEPS)
def test_nothing_is_lost_silently(windows, customer, dora, now, steps):
    """Whoever overwrites a value had it before their eyes: in the form, or beside their own."""
    with transaction.atomic():
        opened = windows()
        seen = [values_of(customer), values_of(customer)]
        for at, step in enumerate(steps):
            before = values_of(customer)
            if step[0] == "open":
                opened[step[1]].reopen()
                seen[step[1]] = before
            elif step[0] == "bulk":
                change_customers(dora, {customer.pk: {step[1]: step[2]}}, origin=f"bulk:{at}", now=now)
            else:
                _save(opened[step[1]], seen[step[1]], step[2], step[3], customer)
                opened[step[1]].reopen()
                seen[step[1]] = values_of(customer)
        transaction.set_rollback(True)


def values_of(customer):
    return Customer.objects.values(*TEXTS).get(pk=customer.pk)


def _save(window, seen, typed, choice, customer):
    before = values_of(customer)
    mine = {name: text for name, text in typed.items() if text != seen[name]}
    fought = {name for name, text in mine.items() if before[name] not in {seen[name], text}}
    answer = window.save(**typed)
    if not fought:
        assert answer.status_code == 302
        assert values_of(customer) == before | mine
        return
    assert answer.status_code == 409
    assert values_of(customer) == before
    assert {name.removeprefix("choose-") for name in window.form if name.startswith("choose-")} == fought
    assert window.save(**{f"choose-{name}": choice for name in fought}).status_code == 302
    kept = {name: text for name, text in mine.items() if name not in fought or choice == "mine"}
    assert values_of(customer) == before | kept
    assert Event.objects.about(customer.pk).filter(kind="customer.changed").exists() or not kept


def test_a_person_saved_from_nowhere_keeps_working(alice, customer, now):
    person = Contact.objects.get(customer=customer)
    save_contact(alice, customer, {"job_title": "总监"}, contact=person, now=now)
    person.refresh_from_db()
    assert (person.job_title, person.version) == ("总监", 2)
