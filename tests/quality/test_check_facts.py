"""Somebody makes sure of a fact; later it is changed, or grows old."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.records import change_customer, remove_contact, save_contact
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.quality.actions.facts import NewCheck, Seen, check_facts, publish_fact_terms
from genjin.quality.models import FactCheck, FactTerms
from genjin.quality.queries.facts import fact_lines, facts_to_confirm, months_in_force, to_confirm
from genjin.quality.rules.facts import FACTS, FactState
from tests.refusals import refused, unseen


@pytest.fixture
def row(alice, make_customer):
    made = make_customer(
        owner=alice, name="杭州远景机电有限公司", industry="制造业", need="更换排产系统", budget="50-80万",
        contacts=[{"name": "王工", "job_title": "厂长", "phone": "13800138000"}],
    )  # fmt: skip
    return Customer.objects.get(pk=made.pk)


def states(user, row, now):
    row = Customer.objects.get(pk=row.pk)
    return {line.fact.key: line.state for line in fact_lines(user, row, list(row.contacts.all()), now)}


def test_a_fact_is_verified_changed_and_stale(alice, row, now):
    assert states(alice, row, now)["need"] == FactState.UNVERIFIED
    assert states(alice, row, now)["competitors"] is None
    check_facts(alice, row, NewCheck([Seen("need"), Seen("budget")], "call", source="王工"), now=now)
    assert states(alice, row, now)["need"] == FactState.VERIFIED
    assert states(alice, row, now + timedelta(days=80))["budget"] == FactState.VERIFIED
    assert states(alice, row, now + timedelta(days=100))["budget"] == FactState.STALE
    change_customer(alice, row, {"need": "换两条排产线"}, version=row.version, now=now)
    assert states(alice, row, now)["need"] == FactState.CHANGED
    check = FactCheck.objects.get(fact="need")
    assert (check.seen, check.source, check.checked_by, check.is_corrected) == (
        "更换排产系统",
        "王工",
        alice,
        False,
    )
    assert Event.objects.about(row.pk).get(kind="fact.checked").data["facts"] == ["need", "budget"]


def test_what_turns_out_different_is_changed_in_the_same_go(alice, row, now):
    contact = row.contacts.get()
    seen = [
        Seen("budget", values={"budget_min": "600000", "budget_max": "900000"}),
        Seen("contact.person", contact, values={"job_title": "总经理"}),
        Seen("region", values={"province": "浙江省", "city": "杭州市"}),
    ]
    check_facts(alice, row, NewCheck(seen, "site"), now=now)
    row.refresh_from_db()
    assert (row.budget_max, row.city) == (900_000, "杭州市")
    assert row.contacts.get().job_title == "总经理"
    found = states(alice, row, now)
    assert {found["budget"], found["contact.person"], found["region"]} == {FactState.VERIFIED}
    assert FactCheck.objects.filter(is_corrected=True).count() == 3
    assert Event.objects.about(row.pk).filter(kind="customer.changed").count() == 2


def test_a_head_count_says_its_band(alice, row, now):
    check_facts(
        alice, row, NewCheck([Seen("size", values={"size": "", "employee_count": "260"})], "site"), now=now
    )
    row.refresh_from_db()
    assert (row.employee_count, row.size) == (260, "ge200")


def test_what_somebody_changed_meanwhile_is_not_verified(alice, row, now):
    was = next(line.current for line in fact_lines(alice, row, [], now) if line.fact.key == "need")
    change_customer(alice, row, {"need": "换两条排产线"}, version=row.version, now=now)
    with refused("fact_moved_on", status=409):
        check_facts(alice, row, NewCheck([Seen("need", was=was)], "call"), now=now)
    assert not FactCheck.objects.exists()


def test_what_cannot_be_verified_is_refused_whole(alice, row, now):
    for code, new in (
        ("facts_missing", NewCheck([], "call")),
        ("check_method_unknown", NewCheck([Seen("need")], "dream")),
        ("fact_unknown", NewCheck([Seen("luck")], "call")),
        ("fact_empty", NewCheck([Seen("need"), Seen("competitors")], "call")),
        ("contact_unknown", NewCheck([Seen("contact.phone")], "call")),
        ("fields_invalid", NewCheck([Seen("need", values={"need": "x"}), Seen("founded", values={"founded_on": "?"})], "call")),
    ):  # fmt: skip
        with refused(code):
            check_facts(alice, row, new, now=now)
    row.refresh_from_db()
    assert (row.need, FactCheck.objects.count()) == ("更换排产系统", 0)


def test_who_may_verify(alice, bob, charlie, erin, row, now):
    check_facts(bob, row, NewCheck([Seen("need")], "second_person"), now=now)
    with unseen():
        check_facts(charlie, row, NewCheck([Seen("need")], "call"), now=now)
    with refused("forbidden", status=403):
        check_facts(erin, row, NewCheck([Seen("need")], "call"), now=now)
    assert FactCheck.objects.count() == 1
    assert not FactCheck.objects.visible_to(charlie).exists()
    assert FactCheck.objects.visible_to(alice).exists()
    assert "contact.phone" not in states(erin, row, now)


def test_a_check_is_never_edited(alice, row, now):
    check_facts(alice, row, NewCheck([Seen("need")], "call"), now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        FactCheck.objects.update(seen="别的")
    assert FactCheck.objects.get().seen == "更换排产系统"


def test_checks_outlive_the_person_they_were_about(alice, row, now):
    contact = row.contacts.get()
    check_facts(alice, row, NewCheck([Seen("contact.phone", contact)], "call"), now=now)
    remove_contact(alice, contact, now=now)
    assert FactCheck.objects.get().contact is None


def test_checks_go_along_in_a_merge_and_come_back(alice, bob, make_customer, row, now):
    other = make_customer(owner=alice, name="远景机电（杭州）", competitors="三家同行")
    check_facts(alice, other, NewCheck([Seen("competitors")], "call"), now=now)
    merge = merge_customers(bob, row, [other], take={}, now=now)[0]
    assert states(alice, row, now)["competitors"] == FactState.VERIFIED
    unmerge(bob, merge, now=now)
    assert states(alice, row, now)["competitors"] is None
    assert states(alice, other, now)["competitors"] == FactState.VERIFIED


def test_the_owner_is_asked_to_confirm_what_nobody_wrote_or_confirmed(alice, charlie, row, now):
    rows, later = Customer.objects.visible_to(alice), now + timedelta(days=100)
    assert not to_confirm(rows, now).exists()
    assert facts_to_confirm([row], later)[row.pk] == ["need", "budget"]
    check_facts(alice, row, NewCheck([Seen("need"), Seen("budget")], "call"), now=now + timedelta(days=30))
    assert not to_confirm(rows, later).exists()
    far = now + timedelta(days=200)
    assert facts_to_confirm([row], far)[row.pk] == ["need", "budget", "contacts"]
    row.refresh_from_db()
    change_customer(alice, row, {"need": "换两条排产线"}, version=row.version, now=far - timedelta(days=1))
    assert facts_to_confirm([row], far)[row.pk] == ["budget", "contacts"]
    contact = row.contacts.get()
    save_contact(alice, row, {"job_title": "总经理"}, contact=contact, now=far)
    assert facts_to_confirm([row], far)[row.pk] == ["budget"]
    assert list(to_confirm(rows, far, fact="budget")) == [row]
    assert not to_confirm(rows, far, fact="need").exists()
    assert not to_confirm(Customer.objects.visible_to(charlie), far).exists()


def test_a_new_table_of_months_counts_at_once_and_the_old_stays(alice, dora, row, now):
    check_facts(alice, row, NewCheck([Seen("need")], "call"), now=now)
    months = months_in_force() | {"need": 1}
    publish_fact_terms(dora, months, now=now)
    assert states(alice, row, now + timedelta(days=40))["need"] == FactState.STALE
    publish_fact_terms(dora, months | {"need": 6}, now=now)
    assert states(alice, row, now + timedelta(days=40))["need"] == FactState.VERIFIED
    assert list(FactTerms.objects.values_list("version", "months__need")) == [(2, 6), (1, 1)]
    with refused("forbidden", status=403):
        publish_fact_terms(alice, months, now=now)
    with refused("months_invalid"):
        publish_fact_terms(dora, months | {"need": 0}, now=now)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["check", "write", "write back"]), max_size=8))
def test_verified_means_checked_after_it_was_last_different(alice, row, steps, now):
    FactCheck.objects.all().delete()
    expected, seen, value = FactState.UNVERIFIED, None, "更换排产系统"
    for at, step in enumerate(steps):
        row = Customer.objects.get(pk=row.pk)
        if step == "check":
            check_facts(alice, row, NewCheck([Seen("need")], "call"), now=now)
            seen = value
        else:
            value = "更换排产系统" if step == "write back" else f"第{at}个需求"
            change_customer(alice, row, {"need": value}, version=row.version, now=now)
        expected = FactState.UNVERIFIED if seen is None else FactState.VERIFIED if seen == value else FactState.CHANGED  # fmt: skip
    assert states(alice, row, now)["need"] == expected
    change_customer(alice, Customer.objects.get(pk=row.pk), {"need": "更换排产系统"}, version=99, now=now)


def test_every_fact_names_fields_that_exist():
    from genjin.customers.models import Contact

    for fact in FACTS:
        for name in fact.fields:
            (Contact if fact.of_person else Customer)._meta.get_field(name)
