"""Tags in their groups, put on and taken off in sets (S1-15)."""

import pytest

from genjin.customers.actions.axes import make_tag, tag_customers
from genjin.customers.models import Customer, Tag
from genjin.events.models import Event
from tests.refusals import refused, unseen


@pytest.mark.parametrize(
    ("text", "pair", "shown"),
    [
        ("行业-制造业", ("行业", "制造业"), "行业-制造业"),
        (" 等级 - A级-高潜力 ", ("等级", "A级-高潜力"), "等级-A级-高潜力"),
        ("展会", ("", "展会"), "展会"),
    ],
)
def test_a_tag_is_made_once(alice, text, pair, shown):
    tag = make_tag(alice, text)
    assert (tag.namespace, tag.name, str(tag)) == (*pair, shown)
    assert make_tag(alice, text) == tag
    assert Tag.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "行业-", "行业- "])
def test_a_tag_without_a_name_is_none(alice, text):
    with refused("tag_empty"):
        make_tag(alice, text)


def test_some_come_on_and_others_go_off(alice, make_customer, now):
    rows = [make_customer(owner=alice) for _number in range(2)]
    fair, old = make_tag(alice, "展会"), make_tag(alice, "旧名单")
    ids = [row.pk for row in rows]
    assert tag_customers(alice, ids, add=[old, fair], now=now) == 2
    assert tag_customers(alice, ids, add=[fair], remove=[old], now=now) == 2
    assert [list(row.tags.all()) for row in rows] == [[fair], [fair]]
    told = Event.objects.filter(kind="customer.tagged", customer_id=ids[0]).last()
    assert (told.data["added"], told.data["removed"]) == (["展会"], ["旧名单"])


def test_strangers_and_readers_tag_nothing(alice, charlie, erin, make_customer, now):
    row, tag = make_customer(owner=alice), make_tag(alice, "展会")
    with unseen():
        tag_customers(charlie, [row.pk], add=[tag], now=now)
    with refused("forbidden", status=403):
        tag_customers(erin, [row.pk], add=[tag], now=now)
    with refused("forbidden", status=403):
        make_tag(erin, "新的")
    assert not Customer.objects.get(pk=row.pk).tags.exists()
