"""Lists filtered by own fields and by what is missing; what is masked is not guessed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.customers.queries.sight import shown_custom
from genjin.customers.rules.collected import FACTS, filled_keys
from genjin.fields.queries import own_fields
from genjin.followups.queries.conditions import Condition, as_query, in_words, read_conditions
from tests.fields.seed import seed_templates

EACH = {
    "f1": "FA-2026-1", "f2": "一期先做仓储", "f5": "50-100万", "f6": "2026年3月", "f7": "2027", "f8": "首付|30%",
    "f9": "已签订", "f10": "bob",
}  # fmt: skip


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


@pytest.fixture
def row(alice, bob, make_customer):
    make_customer(owner=alice, name="别家公司", custom={"f9": "履行中", "f6": "2019", "f5": "3万"})
    return make_customer(owner=alice, custom=EACH)


def found(*asked, match="all", reader=None):
    conditions = [Condition(*one) for one in asked]
    return set(Customer.objects.filter(as_query(conditions, match, reader)).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "asked",
    [
        ("f1", "eq", "FA-2026-1"), ("f1", "contains", "2026"), ("f2", "contains", "仓储"), ("f5", "eq", "1000000"),
        ("f5", "between", "900000", "1000000"), ("f5", "between", "1000000", ""), ("f6", "eq", "2026-03-01"), ("f6", "between", "2026-01-01", "2026-12-31"),
        ("f6", "between", "2026-03-01", ""), ("f7", "between", "2027-01-01", "2027-01-01"), ("f8", "contains", "首付"), ("f9", "eq", "已签订"),
        ("f7", "not_empty"), ("f10", "not_empty"),
    ],
)  # fmt: skip
def test_each_kind_finds_its_own(row, asked):
    assert found(asked) == {row.pk}


@pytest.mark.parametrize(
    "asked",
    [
        ("f1", "eq", "fa"), ("f5", "eq", "x"), ("f5", "between", "1000001", ""), ("f6", "between", "2026-03-02", ""), ("f6", "eq", "morgen"),
        ("f9", "eq", "草稿"), ("f10", "eq", "nobody"), ("f99", "eq", "x"), ("f99", "empty"), ("missing", "eq", "nonsense"), ("f1", "contains", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_is_unknown_finds_nothing(row, asked):
    assert found(asked) == set()


def test_a_colleague_by_id_and_words_of_the_conditions(row, alice, bob):
    asked = ("f10", "eq", str(bob.pk))
    assert found(asked) == {row.pk}
    lines = in_words(read_conditions([asked, ("f5", "between", "1", "2"), ("f99", "eq", "1")]), alice)
    assert [line.split()[0] for line in lines] == ["交付负责人", "合同金额"]


def test_any_of_several(row):
    assert len(found(("f9", "eq", "已签订"), ("f9", "eq", "履行中"), match="any")) == 2


def test_what_is_masked_is_not_compared(row, alice, bob, charlie, erin, dora, pool, make_customer):
    waiting = make_customer(pool=pool, custom={"f1": "13812345678", "f9": "已签订"})
    asked = ("f1", "contains", "1381")
    for reader in (alice, bob, charlie, erin, dora):
        assert found(asked, reader=reader) == set(), reader
    assert waiting.pk in found(("f9", "eq", "已签订"), reader=alice)
    assert (
        found(("f1", "contains", "FA"), reader=alice)
        == found(("f1", "contains", "FA"), reader=dora)
        == {row.pk}
    )
    assert (
        found(("f1", "contains", "FA"), reader=charlie)
        == found(("f1", "contains", "FA"), reader=erin)
        == set()
    )
    fields = own_fields()
    assert shown_custom(alice, waiting, fields) == {"f9": "已签订"}
    assert shown_custom(alice, row, fields) == row.custom


def test_the_search_box_finds_own_texts_only_where_the_people_are_seen(
    row, alice, charlie, pool, make_customer
):
    waiting = make_customer(pool=pool, custom={"f2": "联系老王走后门"})
    seen = Customer.objects.visible_to
    assert set(search(seen(alice), "先做仓储", alice)) == {row}
    assert set(search(seen(alice), "老王走后门", alice)) == set()
    assert waiting in seen(alice)
    assert set(search(seen(charlie), "先做仓储", charlie)) == set()


facts = st.fixed_dictionaries(
    {name: st.sampled_from(["", "有"]) for name in ("industry", "province", "city", "pain_points", "purchase_timing")}
    | {"budget_min": st.none() | st.just(1), "budget_max": st.none() | st.just(2), "is_authority_clear": st.booleans(),
       "custom": st.dictionaries(st.sampled_from(["f1", "f9"]), st.just("有"))}
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts, st.lists(st.sampled_from(["name", "phone", "phone2", "email"]), max_size=2))
def test_missing_means_what_completeness_means(row, values, person):
    row.contacts.all().delete()
    Customer.objects.filter(pk=row.pk).update(**values)
    if person:
        row.contacts.create(
            created_at=row.created_at, updated_at=row.created_at, **dict.fromkeys(person, "x")
        )
    stored = Customer.objects.filter(pk=row.pk).values().get()
    there = filled_keys(stored, [dict.fromkeys(person, "x")], stored["custom"])
    for key in [*(fact.key for fact in FACTS), "f1", "f9", "f15"]:
        assert (row.pk in found(("missing", "eq", key))) == (key not in there), key
