"""Many customers changed at once: as one by one, and back again to the letter."""

import json
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.axes import grade_customers
from genjin.customers.actions.bulk import change_customers
from genjin.customers.actions.bulk_restore import restore_changes
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Choice, Customer, KeptChange
from genjin.events.models import Event
from genjin.kit.errors import RuleError
from tests.refusals import refused

TABLES = {
    "customers_customer": "id", "customers_identitykey": "customer_id", "customers_searchdocument": "customer_id",
    "customers_gradechange": "customer_id", "customers_customerrow": "pgh_obj_id", "events_event": "customer_id",
}  # fmt: skip
NOT_COMPARED = {
    "customers_gradechange": {"id"},
    "events_event": {"id"},
    "customers_customerrow": {"pgh_id", "pgh_created_at"},
}
GOES_ON = {"version", "updated_at", "updated_by_id"}  # a change taken back is a change, too


def rows(*tables, besides=frozenset()):
    """Return what the tables hold of customers, without what tells one run from another."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables or TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {TABLES[table]} IS NOT NULL")
            left_out = NOT_COMPARED.get(table, set()) | set(besides)
            lines = [
                {k: v for k, v in json.loads(row[0]).items() if k not in left_out}
                for row in cursor.fetchall()
            ]
            for line in lines:
                line.get("data", {}).pop("origin", None) if table == "events_event" else None
            found[table] = sorted(map(json.dumps, lines))
    return found


@pytest.fixture
def five(make_customer, alice, now):
    source = Choice.objects.get_or_create(kind="source", name="行业展会")[0]
    made = [
        make_customer(
            owner=alice, name="杭州远景机电有限公司", industry="制造业", need="更换排产系统", source=source
        ),
        make_customer(
            owner=alice,
            name="苏州东吴传动有限公司",
            budget="8-20万",
            is_authority_clear="是",
            extra={"a": "b"},
        ),
        make_customer(
            owner=alice, name="曾小明", kind="person", contacts=[{"name": "曾小明", "phone": "13812345678"}]
        ),
        make_customer(
            owner=alice, name="宁波海曙泵业有限公司", credit_code="91110000600037341L", founded_on="2015年"
        ),
        make_customer(
            owner=alice, name="嘉兴南湖阀门有限公司", purchase_by="2024-02-29", notes="第一行\n第二行"
        ),
    ]
    grade_customers(alice, [made[3].pk], "A", reason="老板亲自来电", now=now)
    return [Customer.objects.get(pk=row.pk) for row in made]


WAYS = [
    {"industry": "制造业"},
    {"budget": "50-100万"}, {"budget_min": "100000"}, {"budget": ""},
    {"need": "要一套仓储系统"}, {"need": ""},
    {"is_authority_clear": "是"}, {"purchase_by": "2026-12-31"}, {"purchase_by": "2028-02-29"}, {"purchase_by": ""},
    {"employee_count": "180"}, {"founded_on": "2001"}, {"kind": "person"}, {"kind": "org"},
    {"credit_code": "91440300708461136T"}, {"credit_code": ""}, {"name": "杭州远景机电有限公司"}, {"name": "绍兴鉴湖泵业有限公司"},
    {"customer_type": "key", "notes": "一\r\n二", "intent": "high"}, {"size": "no such size"}, {"name": ""}, {"source": None},
    {"extra": {"门店": "三"}},
]  # fmt: skip


def one_by_one(actor, changes, now):
    left = {}
    for pk in sorted(changes):
        row = Customer.objects.get(pk=pk)
        try:
            with transaction.atomic():
                change_customer(actor, row, changes[pk], version=row.version, now=now)
        except RuleError as refusal:
            left[pk] = refusal.code
    return left


def at_once(actor, changes, now):
    outcome = change_customers(actor, changes, origin="bulk:1", now=now)
    return {one.customer_id: one.code for one in outcome.refused}


def test_all_at_once_is_as_one_by_one(alice, five, now):
    for change in WAYS:
        seen = []
        for way in (one_by_one, at_once):
            with transaction.atomic():
                refusals = way(alice, {row.pk: change for row in five}, now)
                seen.append((refusals, rows()))
                transaction.set_rollback(True)
        assert seen[0][0] == seen[1][0], change
        assert seen[0][1] == seen[1][1], change


def test_each_may_get_values_of_its_own_and_take_a_name_given_up_before(alice, five, now):
    first, second, *_rest = five
    changes = {first.pk: {"name": "湖州长兴电源有限公司"}, second.pk: {"name": first.name, "need": "接手"}}
    seen = []
    for way in (one_by_one, at_once):
        with transaction.atomic():
            assert way(alice, changes, now) == {}
            seen.append(rows())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


@given(st.lists(st.tuples(st.sampled_from(range(5)), st.sampled_from(WAYS)), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taken_back_every_row_is_what_it_was_to_the_letter(alice, five, now, asked):
    changes = {five[at].pk: change for at, change in asked}
    with transaction.atomic():
        tables = (
            "customers_customer",
            "customers_identitykey",
            "customers_searchdocument",
            "customers_gradechange",
        )
        before = rows(*tables, besides=GOES_ON)
        outcome = change_customers(alice, changes, origin="bulk:1", now=now)
        done = restore_changes(alice, "bulk:1", now=now)
        assert (done.restored, done.left, done.more) == (len(outcome.changed), 0, False)
        assert rows(*tables, besides=GOES_ON) == before
        for pk in outcome.changed:
            assert (
                Customer.objects.get(pk=pk).version == next(row.version for row in five if row.pk == pk) + 2
            )
        transaction.set_rollback(True)


def test_what_others_changed_since_stays_and_is_listed(alice, bob, five, now):
    first, second, third, *_rest = five
    changes = {key: {"need": "同一个需求", "budget": "30万"} for key in [first.pk, second.pk, third.pk]}
    change_customers(alice, changes, origin="bulk:1", now=now)
    change_customer(bob, first, {"need": "bob 听到的需求"}, version=first.version + 1, now=now)
    change_customer(bob, second, {"industry": "制造业"}, version=second.version + 1, now=now)
    done = restore_changes(alice, "bulk:1", now=now)
    assert (done.restored, done.left) == (2, 1)
    kept = KeptChange.objects.get(customer_id=first.pk)
    assert (kept.left, bool(kept.why_left)) == (["need"], True)
    rows = {row.pk: row for row in Customer.objects.all()}
    assert (rows[first.pk].need, rows[first.pk].budget_max) == ("bob 听到的需求", None)
    assert (rows[second.pk].need, rows[second.pk].budget_max, rows[second.pk].industry) == (
        "",
        200000,
        "制造业",
    )
    assert rows[second.pk].score > second.score  # the industry counts, whatever was taken back
    assert (rows[third.pk].need, rows[third.pk].score) == ("", third.score)
    assert restore_changes(alice, "bulk:1", now=now).restored == 0


def test_an_old_name_somebody_took_meanwhile_is_not_taken_from_them(alice, five, make_customer, now):
    name = five[0].name
    change_customers(alice, {five[0].pk: {"name": "绍兴鉴湖泵业有限公司"}}, origin="bulk:1", now=now)
    make_customer(owner=alice, name=name)
    done = restore_changes(alice, "bulk:1", now=now)
    assert (done.restored, done.left) == (0, 1)
    assert name in KeptChange.objects.get().why_left
    assert Customer.objects.get(pk=five[0].pk).name == "绍兴鉴湖泵业有限公司"


def test_taking_back_goes_on_where_it_stopped(alice, five, now):
    change_customers(alice, {row.pk: {"notes": "同"} for row in five}, origin="bulk:1", now=now)
    first = restore_changes(alice, "bulk:1", now=now, most=3)
    assert (first.restored, first.more) == (3, True)
    assert restore_changes(alice, "bulk:1", now=now, most=3) == type(first)(2, 0, False)
    assert set(Customer.objects.values_list("notes", flat=True)) == {"", "第一行\n第二行"}


def test_one_that_is_out_of_sight_or_anothers_refuses_all(
    alice, bob, charlie, erin, five, pool, make_customer, now
):
    theirs, waiting = make_customer(owner=charlie), make_customer(pool=pool)
    ids = [row.pk for row in five]
    with refused("not_found", status=404):
        change_customers(
            alice, {key: {"need": "新需求"} for key in [*ids, theirs.pk]}, origin="bulk:1", now=now
        )
    with refused("not_yours", status=403):
        change_customers(
            alice, {key: {"need": "新需求"} for key in [*ids, waiting.pk]}, origin="bulk:1", now=now
        )
    with refused("forbidden", status=403):
        change_customers(erin, {key: {"need": "新需求"} for key in ids}, origin="bulk:1", now=now)


def test_a_later_chunk_leaves_out_who_went_away_meanwhile(alice, charlie, five, pool, make_customer, now):
    theirs, waiting = make_customer(owner=charlie), make_customer(pool=pool)
    outcome = change_customers(
        alice,
        {key: {"need": "新需求"} for key in [five[0].pk, theirs.pk, waiting.pk]},
        origin="bulk:1",
        now=now,
        leave_out=True,
    )
    assert outcome.changed == [five[0].pk]
    assert {one.customer_id: (one.code, one.name) for one in outcome.refused} == {
        theirs.pk: ("not_found", ""), waiting.pk: ("not_yours", waiting.name)
    }  # fmt: skip
    assert not Customer.objects.filter(pk__in=[theirs.pk, waiting.pk], need="新需求").exists()


def test_nobody_takes_back_what_is_no_longer_theirs(alice, bob, charlie, five, now):
    change_customers(alice, {five[0].pk: {"need": "新需求"}}, origin="bulk:1", now=now)
    Customer.objects.filter(pk=five[0].pk).update(owner=charlie)
    done = restore_changes(alice, "bulk:1", now=now)
    assert (done.restored, done.left) == (0, 1)
    assert Customer.objects.get(pk=five[0].pk).need == "新需求"


def test_the_trail_says_what_changed_and_from_where(alice, five, now):
    change_customers(alice, {five[1].pk: {"purchase_by": "2028-02-29"}}, origin="bulk:1", now=now)
    told = Event.objects.get(kind="customer.changed")
    assert told.data == {
        "version": 2,
        "origin": "bulk:1",
        "changes": {"purchase_by": [None, str(date(2028, 2, 29))]},
    }
