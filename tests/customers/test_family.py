"""Whose branch a company is: said by people, proposed by names, without a circle."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.bulk import change_customers
from genjin.customers.actions.family import lineage
from genjin.customers.actions.records import change_customer, delete_customers
from genjin.customers.models import Customer
from genjin.customers.queries.family import branches_of, by_full_name, parent_of, proposed_kin
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.kit.errors import RuleError
from tests.refusals import refused


def put(actor, row, parent, now):
    row = Customer.objects.get(pk=row.pk)
    return change_customer(actor, row, {"parent": parent}, version=row.version, now=now)


def test_a_branch_is_added_beside_its_parent_and_proposed(alice, make_customer, now):
    parent = make_customer(owner=alice, name="杭州听潮机电有限公司", contacts=[{"phone": "13800138000"}])
    branch = make_customer(
        owner=alice, name="杭州听潮机电有限公司北京分公司", contacts=[{"phone": "13800138000"}]
    )  # the same number does not make it its parent
    assert [(kin.candidate.id, kin.is_parent) for kin in proposed_kin(alice, branch)] == [(parent.pk, True)]
    assert [(kin.candidate.id, kin.is_parent) for kin in proposed_kin(alice, parent)] == [(branch.pk, False)]
    assert proposed_kin(alice, branch)[0].candidate.kinds == ("head",)
    put(alice, branch, parent, now)
    assert parent_of(alice, Customer.objects.get(pk=branch.pk)) == parent
    assert branches_of(alice, parent) == [branch]
    assert proposed_kin(alice, Customer.objects.get(pk=branch.pk)) == []
    assert proposed_kin(alice, parent) == []


def test_the_other_side_is_seen_by_who_may_see_it(alice, charlie, dora, make_customer, now):
    parent = make_customer(owner=charlie, name="杭州听潮机电有限公司")
    branch = make_customer(owner=alice, name="杭州听潮机电有限公司北京分公司")
    assert proposed_kin(alice, branch) == []
    with refused("parent_unknown"):
        put(alice, branch, parent, now)
    put(dora, branch, parent, now)
    branch.refresh_from_db()
    assert parent_of(alice, branch) is None
    assert branches_of(charlie, parent) == []
    assert parent_of(dora, branch) == parent
    log = Event.objects.about(branch.pk).get(kind="customer.changed").data["changes"]
    assert log == {"parent": [None, parent.code]}  # the name is not told to who may not see it
    delete_customers(dora, [parent.pk], now=now)
    assert parent_of(dora, branch) is None


def test_persons_and_circles_are_refused(alice, make_customer, now):
    a, b, c = (make_customer(owner=alice) for _ in range(3))
    person = make_customer(owner=alice, name="曾小明", kind="person")
    put(alice, b, a, now)
    put(alice, c, b, now)
    with refused("parent_circle"):
        put(alice, a, c, now)
    with refused("parent_circle"):
        put(alice, a, a, now)
    with refused("parent_is_person"):
        put(alice, a, person, now)
    done = change_customers(
        alice, {a.pk: {"parent": None}, b.pk: {"parent": c}, c.pk: {"parent": a}}, origin="bulk:1", now=now
    )
    assert [one.code for one in done.refused] == ["parent_circle"]
    put(alice, b, None, now)
    assert Customer.objects.get(pk=b.pk).parent is None


def test_a_parent_is_named_by_its_whole_name_or_number(alice, charlie, make_customer):
    row = make_customer(owner=alice, name="杭州听潮机电有限公司")
    assert by_full_name(alice, "杭州听潮机电有限责任公司", "parent") == row
    assert by_full_name(alice, row.code, "parent") == row
    for who, text in ((alice, "听潮机电"), (charlie, row.name), (charlie, row.code), (alice, "。")):
        with refused("customer_unknown"):
            by_full_name(who, text, "parent")


def parents(rows):
    return dict(Customer.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "parent_id"))


def circles(rows):
    return [pk for pk, parent in parents(rows).items() if pk in lineage(parent)]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    links=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8),
    merged=st.permutations([0, 1, 2, 3, 4]),
    later=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6),
)
def test_no_order_of_deeds_makes_a_circle(alice, bob, make_customer, now, links, merged, later):
    rows = [make_customer(owner=alice) for _ in range(5)]

    def link(pairs):
        for child, parent in pairs:
            try:
                put(alice, rows[child], rows[parent], now)
            except (RuleError, Customer.DoesNotExist) as refusal:
                assert getattr(refusal, "code", "") in {"parent_circle", "parent_unknown", ""}

    link(links)
    assert circles(rows) == []
    before = parents(rows)
    merges = merge_customers(bob, rows[merged[0]], [rows[merged[1]], rows[merged[2]]], take={}, now=now)
    assert circles(rows) == []
    assert not Customer.objects.live().filter(parent__deleted_at__isnull=False).exists()
    link(later)
    for merge in reversed(merges):
        unmerge(bob, merge, now=now)
        assert circles(rows) == []
    if not later:
        assert parents(rows) == before
