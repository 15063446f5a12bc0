"""What else a customer is called, and how it is recognised under it."""

from hypothesis import given
from hypothesis import strategies as st

from genjin.cli.match import match
from genjin.customers.actions.aliases import add_alias, remove_alias
from genjin.customers.actions.bulk import change_customers
from genjin.customers.actions.bulk_restore import restore_changes
from genjin.customers.actions.derive import index_all
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Alias, Customer, IdentityKey
from genjin.customers.queries.find import known_under, newest_found
from genjin.customers.rules.identity import Named, asked_keys, compare, identity_keys, name_keys
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers, unmerge
from tests.refusals import refused, unseen


def known(user, name):
    return [(one.id, one.level, one.kinds[0]) for one in known_under(user, name_keys(name, "org"))]


def names(row):
    return [(alias.kind, alias.name) for alias in row.aliases.all()]


def test_a_short_name_finds_and_warns(alice, make_customer, now):
    row = make_customer(owner=alice, name="中国听潮远景银行股份有限公司")
    add_alias(alice, row, "潮行", now=now)
    assert known(alice, "潮行") == [(row.pk, "similar", "alias")]
    assert newest_found(alice, "潮行") == [row]
    assert match(alice, "潮行", 3)[0]["id"] == row.pk
    other = make_customer(owner=alice, name="潮行")  # similar warns, it does not block
    assert other.pk
    assert [event.data["name"] for event in Event.objects.about(row.pk).filter(kind="alias.added")] == [
        "潮行"
    ]


def test_a_renamed_company_is_known_under_its_former_name(alice, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    change_customer(alice, row, {"name": "浙江听潮智能装备股份有限公司"}, version=1, now=now)
    assert names(row) == [("former", "杭州远景机电有限公司")]
    assert known(alice, "杭州远景机电有限公司") == [(row.pk, "similar", "former")]
    assert known(alice, "远景机电") == [(row.pk, "similar", "former")]
    change_customer(alice, row, {"name": "杭州 远景机电 有限公司"}, version=2, now=now)
    assert names(row) == [("former", "浙江听潮智能装备股份有限公司")]


def test_another_writing_is_no_former_name_and_persons_have_none(alice, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    change_customer(alice, row, {"name": "杭州远景机电有限责任公司"}, version=1, now=now)
    person = make_customer(owner=alice, name="曾小明", kind="person")
    change_customer(alice, person, {"name": "曾大明"}, version=1, now=now)
    assert not Alias.objects.exists()


def test_many_renamed_at_once_keep_their_names_and_give_them_back(alice, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    before = set(row.identity_keys.values_list("key", flat=True))
    change_customers(alice, {row.pk: {"name": "听潮智能装备有限公司"}}, origin="bulk:1", now=now)
    assert names(row) == [("former", "杭州远景机电有限公司")]
    restore_changes(alice, "bulk:1", now=now)
    assert names(row) == []
    assert set(row.identity_keys.values_list("key", flat=True)) == before


def test_keys_survive_reindexing_and_go_with_the_name(alice, make_customer, now):
    row = make_customer(owner=alice, name="中国听潮远景银行股份有限公司")
    alias = add_alias(alice, row, "潮行", kind="former", now=now)
    keys = set(row.identity_keys.values_list("key", flat=True))
    assert "former:潮行" in keys
    index_all(on_progress=lambda _done, _total: None)
    assert set(row.identity_keys.values_list("key", flat=True)) == keys
    remove_alias(alice, alias, now=now)
    assert not IdentityKey.objects.filter(key__startswith="former:").exists()
    assert newest_found(alice, "潮行") == []


def test_names_move_with_a_merge_and_back(bob, alice, make_customer, now):
    kept = make_customer(owner=alice, name="杭州远景机电有限公司")
    other = make_customer(owner=alice, name="听潮泵业有限公司")
    add_alias(alice, other, "潮泵", now=now)
    merge = merge_customers(bob, kept, [other], take={}, now=now)[0]
    assert known(alice, "潮泵") == [(kept.pk, "similar", "alias")]
    unmerge(bob, merge, now=now)
    assert known(alice, "潮泵") == [(other.pk, "similar", "alias")]


def test_a_new_customer_brings_its_names(alice, dora, make_customer):
    from genjin.customers.actions.records import NewCustomer
    from genjin.followups.actions.ownership import add_customer

    new = NewCustomer(
        fields={"name": "听潮泵业有限公司"}, owner=alice,
        aliases=[("short", "潮泵"), ("short", "潮泵"), ("former", "听潮泵业有限责任公司"), ("former", "望海泵厂")],
    )  # fmt: skip
    row = add_customer(dora, new, now=make_customer().created_at)
    assert names(row) == [("former", "望海泵厂"), ("short", "潮泵")]
    assert known(alice, "望海泵厂") == [(row.pk, "similar", "former")]


def test_what_is_refused(alice, bob, charlie, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    add_alias(alice, row, "远景", now=now)
    for name, code, status in (
        ("景", "alias_empty", 422), (" ", "alias_empty", 422), ("杭州远景机电有限责任公司", "alias_is_name", 422), ("远 景", "alias_known", 409),
        ("长" * 201, "alias_long", 422),
    ):  # fmt: skip
        with refused(code, status=status):
            add_alias(alice, row, name, now=now)
    with refused("alias_kind_unknown"):
        add_alias(alice, row, "远机", kind="pet", now=now)
    with unseen():
        add_alias(charlie, row, "远机", now=now)
    with unseen():
        remove_alias(charlie, row.aliases.get(), now=now)
    assert Customer.objects.get(pk=row.pk).aliases.count() == 1


@given(st.text(alphabet="听潮远景机电有限公司分北京（）a1", min_size=1, max_size=16))
def test_a_customer_asks_for_its_own_keys_and_never_for_its_sisters(name):
    keys = identity_keys(name, "org", "91110000600037341L", ())
    asked = asked_keys(keys)
    assert all((asked.get(key) == key) != key.startswith("head:") for key in keys)
    levels = {meaning: compare(meaning, Named(name), Named(name)) for meaning in asked.values()}
    assert all(level != "related" for level in levels.values())
