"""Short names, former names and parents that a sheet brings."""

from genjin.customers.models import Alias, Customer
from genjin.customers.queries.find import known_under, newest_found
from genjin.customers.rules.identity import name_keys
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.undo import undo_import

SHEET = """客户名称,简称,曾用名,上级单位
杭州听潮机电有限公司北京分公司,潮机北分,,杭州听潮机电有限责任公司
杭州听潮机电有限公司,潮机、听潮,望海机械厂,
广州远景泵业有限公司,,,没有这一家
甲方一号有限公司,,,乙方二号有限公司
乙方二号有限公司,,,甲方一号有限公司
"""


def let_in(actor, batch, now):
    request_commit(actor, batch, now=now, in_background=False)
    return commit_batch(batch.pk)


def row(name):
    return Customer.objects.get(name=name)


def test_names_and_parents_come_in_with_their_rows(alice, bring, now):
    batch = bring(alice, SHEET, owner=alice)
    assert set(batch.options["mapping"].values()) == {"name", "short_name", "former_name", "parent"}
    let_in(alice, batch, now)
    parent = row("杭州听潮机电有限公司")
    assert sorted(parent.aliases.values_list("kind", "name")) == [
        ("former", "望海机械厂"),
        ("short", "听潮"),
        ("short", "潮机"),
    ]
    assert row("杭州听潮机电有限公司北京分公司").parent == parent  # although it stands above it
    assert "上级单位" not in row("杭州听潮机电有限公司北京分公司").extra
    assert row("广州远景泵业有限公司").extra["上级单位"] == "没有这一家"
    ring = [row("甲方一号有限公司"), row("乙方二号有限公司")]
    assert sum(one.parent is not None for one in ring) < 2
    found = known_under(alice, name_keys("望海机械厂", "org"))
    assert [(one.id, one.kinds[0]) for one in found] == [(parent.pk, "former")]
    assert newest_found(alice, "潮机北分") == [row("杭州听潮机电有限公司北京分公司")]


def test_a_sheet_meets_customers_under_their_other_names(alice, bring, now):
    let_in(alice, bring(alice, SHEET, owner=alice), now)
    batch = bring(
        alice,
        "客户名称,统一社会信用代码\n望海机械厂,\n杭州听潮机电有限公司广州分公司,\n",
        owner=alice,
        name="第二份.csv",
    )
    said = [(one.row, one.code, one.level) for one in batch.problems.exclude(code="incomplete")]
    assert (2, "duplicate_similar", "similar") in said
    assert (3, "branch_of", "warning") in said
    assert batch.counts["created"] == 2


def test_an_undo_takes_names_and_parents_back(alice, make_customer, bring, now):
    kept = make_customer(owner=alice, name="总公司有限公司")
    batch = let_in(alice, bring(alice, SHEET + "丙方三号有限公司,丙三,,总公司有限公司\n", owner=alice), now)
    assert row("丙方三号有限公司").parent == kept
    undo_import(alice, batch, now=now)
    assert list(Customer.objects.all()) == [kept]
    assert not Alias.objects.exists()
