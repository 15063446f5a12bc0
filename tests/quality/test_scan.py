"""Looking through the whole base for records that may be one customer, and what people decide."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.actions.aliases import remove_alias
from genjin.customers.actions.records import change_customer, delete_customers, save_contact
from genjin.customers.models import Customer, IdentityKey
from genjin.customers.rules.identity import Named
from genjin.quality.actions import scan as scanning
from genjin.quality.actions.duplicates import merge_customers, relate, reopen_pair, tell_apart, unmerge
from genjin.quality.actions.scan import run_scan, scan_window, start_scan
from genjin.quality.models import DuplicatePair, DuplicateScan
from genjin.quality.rules.pairs import MOST_COMPARED, Found, Group, found_in, is_crowded, pairs_of
from tests.refusals import refused


@pytest.fixture
def scan(dora, now):
    """Return a function that looks through the base from the first key to the last."""

    def look() -> DuplicateScan:
        return run_scan(start_scan(dora, now=now, in_background=False).pk)

    return look


@pytest.fixture
def twins(alice, make_customer):
    return (
        make_customer(owner=alice, name="杭州远景机电有限公司"),
        make_customer(owner=alice, name="远景机电（杭州）"),
    )


def seen():
    return {
        (pair.first_id, pair.second_id): (pair.level, pair.reasons) for pair in DuplicatePair.objects.all()
    }


def test_two_spellings_of_one_company_are_a_pair_and_one_letter_apart_is_none(
    scan, alice, make_customer, twins
):
    make_customer(owner=alice, name="杭州远境机电有限公司")
    done = scan()
    assert seen() == {(twins[0].pk, twins[1].pk): ("similar", ["core"])}
    assert (done.status, done.counts["found"], done.counts["compared"]) == ("done", 1, 1)
    assert Customer.objects.live().count() == 3  # nothing is merged by itself


def test_the_same_number_is_same_and_two_codes_are_at_most_similar(scan, alice, make_customer):
    one = make_customer(owner=alice, name="甲厂", contacts=[{"phone": "13800138000"}])
    two = make_customer(owner=alice, name="乙厂")
    IdentityKey.objects.create(customer=two, key="mobile:13800138000")  # as an older version let in
    scan()
    assert seen() == {(one.pk, two.pk): ("same", ["mobile"])}
    Customer.objects.filter(pk=one.pk).update(credit_code="91110000600037341L")
    Customer.objects.filter(pk=two.pk).update(credit_code="91440300708461136T")
    scan()
    assert seen() == {(one.pk, two.pk): ("similar", ["mobile"])}


def test_a_branch_and_its_parent_are_related_and_two_branches_are_nothing(scan, alice, make_customer):
    parent = make_customer(owner=alice, name="杭州听潮机电有限公司")
    north = make_customer(owner=alice, name="杭州听潮机电有限公司北京分公司")
    south = make_customer(owner=alice, name="听潮机电广州办事处")
    scan()
    assert seen() == {
        (parent.pk, north.pk): ("related", ["head"]),
        (parent.pk, south.pk): ("related", ["head"]),
    }


def test_a_parent_is_named_from_the_queue_or_anywhere(scan, alice, bob, dora, make_customer, now):
    parent = make_customer(owner=alice, name="杭州听潮机电有限公司")
    north = make_customer(owner=alice, name="杭州听潮机电有限公司北京分公司")
    south = make_customer(owner=alice, name="听潮机电广州办事处")
    scan()
    opened = DuplicatePair.objects.editable_by(bob).open()
    pair = opened.get(second=north)
    with refused("parent_unknown"):
        relate(bob, pair, south.pk, now=now)
    assert relate(bob, pair, parent.pk, now=now).status == "related"
    assert Customer.objects.get(pk=north.pk).parent == parent
    assert [one.second_id for one in opened] == [south.pk]
    change_customer(alice, south, {"parent": parent}, version=1, now=now)
    assert not opened.all().exists()
    scan()
    assert not opened.all().exists()


def test_what_was_told_apart_never_comes_back(scan, bob, twins, now):
    scan()
    pair = tell_apart(bob, DuplicatePair.objects.get(), note="两家厂", now=now)
    scan()
    pair.refresh_from_db()
    assert (pair.status, pair.note, pair.decided_by) == ("different", "两家厂", bob)
    with refused("pair_decided", status=409):
        tell_apart(bob, pair, now=now)
    reopen_pair(bob, pair, now=now)
    with refused("pair_open", status=409):
        reopen_pair(bob, pair, now=now)


def test_nor_for_the_record_that_one_of_them_became_part_of(scan, alice, bob, make_customer, twins, now):
    scan()
    tell_apart(bob, DuplicatePair.objects.get(), now=now)
    third = make_customer(owner=alice, name="别的名字")
    merge_customers(bob, third, [twins[1]], take={}, now=now)
    scan()
    assert [pair.status for pair in DuplicatePair.objects.all()] == ["different"]


def test_a_merge_anywhere_settles_the_pair_and_taking_it_back_opens_it(scan, bob, twins, now):
    scan()
    merges = merge_customers(bob, twins[0], [twins[1]], take={}, now=now)
    assert DuplicatePair.objects.get().status == "merged"
    assert not DuplicatePair.objects.editable_by(bob).exists()
    unmerge(bob, merges[0], now=now)
    assert DuplicatePair.objects.editable_by(bob).open().count() == 1


def test_a_pair_that_shares_nothing_any_more_goes(scan, alice, twins, now):
    scan()
    change_customer(alice, twins[1], {"name": "完全另一家"}, version=1, now=now)
    assert scan().counts["gone"] == 0
    assert seen() == {(twins[0].pk, twins[1].pk): ("similar", ["former"])}
    remove_alias(alice, twins[1].aliases.get(), now=now)
    assert scan().counts["gone"] == 1
    assert seen() == {}


def test_only_pairs_whose_both_sides_are_theirs(scan, alice, bob, charlie, dora, pool, make_customer, now):
    mine = make_customer(owner=alice, name="杭州远景机电有限公司")
    make_customer(owner=charlie, name="远景机电（杭州）")
    make_customer(pool=pool, name="远景机电有限公司")
    scan()
    assert DuplicatePair.objects.count() == 3
    assert not DuplicatePair.objects.editable_by(bob).exists()
    assert DuplicatePair.objects.editable_by(dora).count() == 3
    with pytest.raises(ObjectDoesNotExist):
        tell_apart(bob, DuplicatePair.objects.first(), now=now)
    with refused("forbidden", status=403):
        tell_apart(alice, DuplicatePair.objects.first(), now=now)
    with refused("forbidden", status=403):
        start_scan(charlie, now=now, in_background=False)
    delete_customers(dora, [mine.pk], now=now)
    assert DuplicatePair.objects.editable_by(dora).count() == 1


def test_a_killed_scan_goes_on_where_it_stopped(dora, alice, make_customer, now, monkeypatch):
    for number in range(6):
        row = make_customer(
            owner=alice, name=f"第{number}泵业有限公司", contacts=[{"phone": f"010-6234567{number}"}]
        )
        save_contact(alice, row, {"name": "前台", "phone": "010-62340000"}, now=now)
    monkeypatch.setattr(scanning, "WINDOW", 3)
    whole = run_scan(start_scan(dora, now=now, in_background=False).pk)
    expected, counts = seen(), whole.counts
    DuplicatePair.objects.all().delete()
    scan = start_scan(dora, now=now, in_background=False)
    for _again in range(3):
        scan_window(scan.pk)
    assert start_scan(dora, now=now + timedelta(hours=1), in_background=False) == scan
    assert run_scan(scan.pk).counts == counts
    assert seen() == expected
    assert len(expected) == 15
    assert run_scan(scan.pk).status == "done"


def test_a_front_desk_of_many_is_said_and_not_compared(scan, alice, make_customer, now):
    for number in range(MOST_COMPARED + 1):
        row = make_customer(owner=alice, name=f"第{number}泵业有限公司")
        IdentityKey.objects.create(customer=row, key="phone:01062345678")
    done = scan()
    assert (done.counts["compared"], done.counts["crowded"]) == (0, 1)
    assert done.counts["crowds"] == [{"kind": "phone", "size": MOST_COMPARED + 1}]


kinds = st.sampled_from(["full", "mobile", "phone", "core", "head", "alias"])
ids = st.lists(st.integers(1, 400), unique=True, max_size=120)


@given(kinds, ids, ids)
def test_no_group_costs_more_than_it_can_tell(kind, members, partners):
    group = Group(f"{kind}:x", members, partners)
    pairs = list(pairs_of(group))
    assert all(first < second for first, second in pairs)
    assert len(pairs) <= max(MOST_COMPARED * MOST_COMPARED * 2, len(members), MOST_COMPARED * len(members))
    if is_crowded(group):
        assert len(pairs) <= len(members)


@given(st.permutations(["mobile", "core", "phone"]))
def test_the_surest_level_stands_whatever_the_order(order):
    found: dict[tuple[int, int], Found] = {}
    named = {1: Named("甲厂"), 2: Named("甲厂")}
    for kind in order:
        found_in(Group(f"{kind}:x", [1, 2]), named, found)
    assert (found[1, 2].level, found[1, 2].kinds) == ("same", set(order))
