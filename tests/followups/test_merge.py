"""Two records of one customer made one, and taken apart again."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.axes import make_tag, tag_customers
from genjin.customers.actions.records import change_customer, restore_customer, save_contact
from genjin.customers.models import Customer, IdentityKey, Merge
from genjin.customers.queries.find import newest_found
from genjin.events.models import Event
from genjin.followups.actions.merge import MOVED, merge_customers, unmerge
from genjin.followups.models import FollowUp, Task
from tests.refusals import refused, unseen

GRAPH = (
    "customers_contact", "customers_identitykey", "customers_searchdocument", "customers_participant",
    "customers_customer_tags", "customers_stagechange", "customers_gradechange", "customers_ownerchange",
    "followups_followup", "followups_task", "followups_attachment", "followups_deadline",
)  # fmt: skip
MOVES_ON = {"version", "updated_at", "updated_by_id"}


def graph(*customers):
    """Return every row of these customers, table by table, without what counts saves."""
    ids = [row.pk for row in customers]
    with connection.cursor() as cursor:
        found = {}
        for table in GRAPH:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE customer_id = ANY(%s)", [ids])
            found[table] = sorted(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT to_jsonb(t)::text FROM customers_customer t WHERE id = ANY(%s) ORDER BY id", [ids]
        )
        found["customers"] = [
            {name: value for name, value in json.loads(row[0]).items() if name not in MOVES_ON}
            for row in cursor.fetchall()
        ]
    return found


@pytest.fixture
def pair(alice, make_customer, plan, say, now):
    """Two records of one company, each with a life of its own."""
    kept = make_customer(
        owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王工", "phone": "13800138000"}]
    )
    other = make_customer(
        owner=alice, name="远景机电（杭州）", need="更换排产系统", budget_min=50_000, budget_max=80_000,
        contacts=[{"name": "李总", "phone": "13900139000"}],
    )  # fmt: skip
    for row in (kept, other):
        plan(alice, row, objective="报价")
        say(alice, row, f"客户{row.name}确认了排产系统的需求")
    tag_customers(alice, [other.pk], add=[make_tag(alice, "行业-机电")], now=now)
    return Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=other.pk)


def test_all_of_the_other_goes_to_the_one_that_is_kept(bob, pair, now):
    kept, other = pair
    merge_customers(bob, kept, [other], take={}, now=now)
    row = Customer.objects.get(pk=kept.pk)
    assert (row.name, row.need, row.budget_max) == (kept.name, "更换排产系统", 80_000)
    assert [person.name for person in row.contacts.all()] == ["王工", "李总"]
    assert [person.is_primary for person in row.contacts.all()] == [True, False]
    assert FollowUp.objects.filter(customer=row).count() == 2
    assert not Task.objects.filter(customer=other).exists()
    assert [str(tag) for tag in row.tags.all()] == ["行业-机电"]
    assert Customer.objects.get(pk=other.pk).deleted_at == now
    assert Event.objects.about(kept.pk).filter(kind="customer.merged").count() == 1


def test_the_name_that_went_away_leads_to_the_one_that_stayed(alice, bob, make_customer, pair, now):
    kept, other = pair
    merge_customers(bob, kept, [other], take={}, now=now)
    assert IdentityKey.objects.filter(customer=kept, key__startswith="full:远景机电").exists()
    assert newest_found(alice, "李总") == [kept]
    with refused("duplicate_same", status=409) as caught:
        make_customer(owner=alice, name="远景机电(杭州)")
    assert caught.value.details["candidates"] == [kept.pk]


def test_a_field_is_chosen_by_whose_it_is(bob, pair, now):
    kept, other = pair
    merge_customers(bob, kept, [other], take={"name": other.pk, "need": kept.pk}, now=now)
    row = Customer.objects.get(pk=kept.pk)
    assert (row.name, row.need) == (other.name, "")


def test_unmerge_restores_an_equal_graph(bob, pair, now):
    before = graph(*pair)
    merge = merge_customers(bob, *pair[:1], [pair[1]], take={"name": pair[1].pk}, now=now)[0]
    assert graph(*pair) != before
    unmerge(bob, merge, now=now)
    assert graph(*pair) == before
    with refused("unmerge_done", status=409):
        unmerge(bob, merge, now=now)


def test_what_happened_since_stays_where_it_happened(alice, bob, pair, say, now):
    kept, other = pair
    merge = merge_customers(bob, kept, [other], take={}, now=now)[0]
    row = Customer.objects.get(pk=kept.pk)
    say(alice, row, "合并以后又谈了一次，客户要看样品")
    change_customer(alice, row, {"need": "换两条排产线"}, version=row.version, now=now)
    unmerge(bob, merge, now=now + timedelta(hours=1))
    assert FollowUp.objects.filter(customer=kept).count() == 2
    assert FollowUp.objects.filter(customer=other).count() == 1
    assert Customer.objects.get(pk=kept.pk).need == "换两条排产线"
    assert Customer.objects.get(pk=other.pk).need == "更换排产系统"


def test_who_may_merge_and_what_with(alice, bob, charlie, erin, make_customer, pair, now):
    kept, other = pair
    theirs = make_customer(owner=charlie)
    with refused("forbidden", status=403):
        merge_customers(alice, kept, [other], take={}, now=now)
    with refused("forbidden", status=403):
        merge_customers(erin, kept, [other], take={}, now=now)
    with unseen():
        merge_customers(bob, kept, [theirs], take={}, now=now)
    with refused("merge_with_itself"):
        merge_customers(bob, kept, [kept], take={}, now=now)
    with refused("field_unknown"):
        merge_customers(bob, kept, [other], take={"owner": other.pk}, now=now)
    merge = merge_customers(bob, kept, [other], take={}, now=now)[0]
    with refused("forbidden", status=403):
        unmerge(alice, merge, now=now)
    with pytest.raises(ObjectDoesNotExist):
        Merge.objects.visible_to(charlie).get(pk=merge.pk)


def test_a_merged_customer_is_not_in_the_bin(bob, dora, pair, now):
    merge_customers(bob, pair[0], [pair[1]], take={}, now=now)
    assert not Customer.objects.in_bin_of(dora).exists()
    with refused("merged", status=409):
        restore_customer(dora, pair[1].pk, now=now)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([0, 1, 2]),
    names=st.lists(st.sampled_from(["name", "need", "notes", "industry"]), max_size=3),
)
def test_any_number_of_merges_is_taken_back_last_first(alice, bob, make_customer, order, names, now):
    rows = [
        make_customer(
            owner=alice, notes=f"备注{at}", industry="机械" if at else "", contacts=[{"name": f"人{at}"}]
        )
        for at in range(3)
    ]
    kept, first, second = (rows[at] for at in order)
    before = graph(*rows)
    take = {name: (first, second)[at % 2].pk for at, name in enumerate(names)}
    merges = merge_customers(bob, kept, [first, second], take=take, now=now)
    save_contact(alice, Customer.objects.get(pk=kept.pk), {"name": "新人"}, now=now).delete()
    for merge in reversed(merges):
        unmerge(bob, merge, now=now)
    after = graph(*rows)
    assert {table: len(found) for table, found in after.items()} == {
        table: len(found) for table, found in before.items()
    }
    assert after["customers"] == before["customers"]


# Tables that point at a customer and stay with it, and why.
STAYS = {
    "IdentityKey",  # written anew from the customer's own words
    "SearchDocument",  # so is this
    "Merge",  # tells of the merge itself
    "Customer_tags",  # joined, not moved
    "Customer",  # who was recommended by whom: moved by its own step
    "CustomerRow",  # former versions, kept by triggers
    "ContactRow",
    "Standing",  # a view over histories, which move
}


def test_every_table_of_a_customer_says_whether_it_moves_along():
    silent = [
        model.__name__
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Customer
        and model not in MOVED
        and model.__name__ not in STAYS
        and not isinstance(getattr(model, "moves_with_customer", None), bool)
    ]
    assert silent == []
