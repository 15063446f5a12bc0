"""Sheets of products and opportunities: recognised, compared, let in, taken back."""

from decimal import Decimal

import pytest

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.models import Choice, Customer, StageChange
from genjin.intake.actions.undo import undo_import
from genjin.intake.models import ImportProblem
from genjin.intake.rules.kinds import recognise
from genjin.intake.rules.sales import deal_word, product_key
from genjin.selling.actions.following import look_at_everybody
from genjin.selling.models import Opportunity, OpportunityLine, Product

PRODUCTS = "产品,系列,标价\n"
DEALS = "商机编号,负责人,产品,客户名称,阶段,开始跟进日期,关闭日期,成交金额\n"


def said(batch, *levels):
    rows = ImportProblem.objects.filter(batch=batch, level__in=levels or ["rejected"])
    return [(row.row, row.code) for row in rows]


@pytest.fixture
def known(alice, make_customer):
    return make_customer(owner=alice, name="甲机电有限公司")


@pytest.fixture
def products(dora, bring, let_in):
    return let_in(dora, PRODUCTS + 'GTX Pro,GTX,4821\n云排产 标准版,云排产,"9.8万"\n')


def test_recognised_by_headers_in_both_languages():
    assert recognise(PRODUCTS.strip().split(",")) == "products"
    assert recognise(["Product", "Series", "Sales_Price"]) == "products"
    assert recognise(DEALS.strip().split(",")) == "opportunities"
    assert recognise(["opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value"]) == "opportunities"  # fmt: skip
    assert recognise(["客户名称", "阶段", "负责人", "联系人姓名"]) == "customers"


@pytest.mark.parametrize(
    ("word", "stage"),
    [("Won", "won"), ("赢单", "won"), ("Closed Lost", "lost"), ("输单", "lost"), ("Engaging", "negotiation"), ("跟进中", "negotiation"),
     ("prospecting", "qualified"), ("初步接触", "qualified"), ("飞了", None)],
)  # fmt: skip
def test_words_of_stages(word, stage):
    assert deal_word(word) == stage


def test_spaces_and_case_make_no_other_product():
    assert product_key("GTXPro") == product_key("gtx  PRO") == product_key("ＧＴＸ-Pro")
    assert product_key("GTX Plus Pro") != product_key("GTX Pro")


def test_products_come_in_once(dora, let_in, products):
    assert (products.kind, products.counts["created"]) == ("products", 2)
    rows = {row.name: row for row in Product.objects.all()}
    assert (rows["GTX Pro"].code, rows["GTX Pro"].family, rows["GTX Pro"].list_price) == (
        "GTXPRO",
        "GTX",
        Decimal(4821),
    )
    assert rows["云排产 标准版"].list_price == Decimal(98000)
    again = let_in(
        dora, "产品名称,产品编码,标价,税率\ngtxpro,X-1,1,13%\n,X-2,2,\n新品,X-3,3,6%\n新 品,X-4,4,\n"
    )
    assert (again.counts["created"], again.counts["duplicates"], again.counts["rejected"]) == (1, 2, 1)
    assert Product.objects.get(code="X-3").tax_rate == 6


def test_products_are_for_who_manages_them(alice, bring):
    batch = bring(alice, PRODUCTS + "GTX Pro,GTX,4821\n")
    assert batch.status == "failed"
    assert not Product.objects.exists()


def test_opportunities_with_everything_as_it_was(alice, bob, let_in, known, products):
    batch = let_in(
        bob,
        DEALS
        + "A1,艾丽,GTXPro,甲机电有限公司,赢单,2016-10-20,2017-03-01,1054\n"
        + "A2,艾丽,gtx pro,甲機電有限公司,输单,2016-10-25,2017-03-11,0\n"
        + "A3,查无此人,没有的产品,甲机电有限公司,跟进中,2016-11-03,,\n"
        + "A1,艾丽,GTXPro,甲机电有限公司,赢单,2016-10-20,2017-03-01,1054\n",
    )
    assert (batch.kind, batch.counts["created"], batch.counts["duplicates"]) == ("opportunities", 3, 1)
    assert said(batch, "warning") == [(4, "owner_unknown"), (4, "product_unknown")]
    rows = {row.code: row for row in Opportunity.objects.select_related("lost_reason")}
    won, lost, engaging = rows["A1"], rows["A2"], rows["A3"]
    assert (won.stage, won.amount, won.owner, won.name) == ("won", Decimal(1054), alice, "GTX Pro")
    assert [str(moment.astimezone().date()) for moment in (won.opened_at, won.closed_at)] == [
        "2016-10-20",
        "2017-03-01",
    ]
    assert (lost.stage, lost.lost_reason.name) == ("lost", "未注明")
    assert (engaging.stage, engaging.owner, engaging.amount) == (
        "negotiation",
        alice,
        None,
    )  # the customer's owner
    assert "查无此人" in engaging.notes
    assert "没有的产品" in engaging.notes
    lines = OpportunityLine.objects.order_by("pk").values_list(
        "opportunity__code", "product__name", "quantity", "price"
    )
    assert list(lines) == [("A1", "GTX Pro", 1, Decimal(1054)), ("A2", "GTX Pro", 1, Decimal(0))]
    known.refresh_from_db()
    assert known.stage == "won"
    # The nightly look finds nothing to mend: what came in stays as it came.
    assert look_at_everybody(batch.created_at) == 0
    assert sorted(Opportunity.objects.values_list("stage", flat=True)) == ["lost", "negotiation", "won"]


def test_rows_that_make_no_sense_stay_out(bob, let_in, known):
    batch = let_in(
        bob,
        DEALS
        + "B1,,,甲机电有限公司,赢单,2016-10-20,,5\n"
        + "B2,,,甲机电有限公司,,2016-10-20,,5\n"
        + "B3,,,甲机电有限公司,赢单,2017-03-01,2016-10-20,5\n"
        + "B4,,,查无此客户有限公司,赢单,2016-10-20,2017-03-01,5\n"
        + "B5,,,甲机电有限公司,赢单,2016-10-20,2099-03-01,5\n"
        + "B6,,,甲机电有限公司,飞了,2016-10-20,,5\n",
    )
    assert said(batch) == [
        (2, "close_missing"), (3, "stage_missing"), (4, "close_before_start"), (5, "customer_unknown"), (6, "date_future"), (7, "stage_missing"),
    ]  # fmt: skip
    assert not Opportunity.objects.exists()


def test_without_a_customer_they_wait_under_their_salesperson(alice, bob, let_in, bring, known):
    sheet = (
        DEALS
        + "C0,艾丽,,甲机电有限公司,跟进中,2016-11-03,,\nC1,艾丽,,,跟进中,2016-11-03,,\nC2,艾丽,,,初步接触,,,\nC3,Moses Frase,,,跟进中,2016-11-04,,\n"
    )
    seen = bring(bob, sheet)
    assert [code for _row, code in said(seen, "warning")].count("customer_blank") == 3
    assert Customer.objects.count() == 1  # the preview says so and writes nothing
    let_in(bob, sheet)
    homes = {row.owner: row for row in Customer.objects.exclude(pk=known.pk)}
    assert len(homes) == 2
    assert homes[alice].opportunities.count() == 2
    assert homes[bob].opportunities.get().notes.endswith("Moses Frase")
    assert {row.stage for row in homes.values()} == {"negotiation"}
    let_in(bob, DEALS + "C4,艾丽,,,跟进中,2016-11-05,,\nC5,艾丽,,甲机电有限公司,跟进中,2016-11-05,,\n")
    assert Customer.objects.count() == 3  # the same placeholder again


HOMELESS = "商机名称,负责人,客户名称,阶段,开始跟进日期\n"


def test_placeholders_tell_rows_apart_and_a_second_sheet_doubles_nothing(alice, bob, let_in, known):
    sheet = HOMELESS + "".join(
        f"排产系统,{owner},{name},跟进中,2016-11-03\n"
        for owner, name in [("艾丽", "甲机电有限公司"), ("艾丽", ""), ("鲍勃", "")]
    )
    for created in (3, 0):
        assert let_in(bob, sheet).counts["created"] == created
    assert Opportunity.objects.count() == 3


def test_codes_are_known_wherever_they_stand(bob, let_in, known, make_customer):
    make_customer(owner=bob, name="乙机电有限公司")
    let_in(bob, DEALS + "A1,,,甲机电有限公司,跟进中,2016-10-20,,5\n")
    again = let_in(
        bob, DEALS + "A1,,,乙机电有限公司,跟进中,2016-10-20,,5\nA2,,,乙机电有限公司,跟进中,2016-10-20,,5\n"
    )
    assert (again.counts["created"], again.counts["duplicates"]) == (1, 1)


def test_each_customer_is_lost_for_its_own_last_reason(alice, bob, let_in, known, make_customer):
    make_customer(owner=alice, name="乙机电有限公司")
    for name in ("价格太高", "没有预算"):
        Choice.objects.get_or_create(kind="lost_reason", name=name)
    let_in(
        bob,
        "商机编号,客户名称,阶段,开始跟进日期,关闭日期,输单原因\n"
        "L1,甲机电有限公司,输单,2016-10-20,2017-06-01,价格太高\n"
        "L2,甲机电有限公司,输单,2016-11-20,2017-03-01,没有预算\n"
        "L3,乙机电有限公司,输单,2016-10-20,2017-03-01,没有预算\n",
    )
    rows = Customer.objects.values_list("name", "lost_reason__name")
    assert dict(rows) == {"甲机电有限公司": "价格太高", "乙机电有限公司": "没有预算"}


@pytest.mark.parametrize("quantity", ["0", "-1", "10000000000"])
def test_a_quantity_that_cannot_be_is_refused_before_writing(bob, let_in, known, products, quantity):
    batch = let_in(
        bob,
        f"商机名称,产品,客户名称,阶段,开始跟进日期,数量\n排产,GTX Pro,甲机电有限公司,跟进中,2016-10-20,{quantity}\n",
    )
    assert "quantity_invalid" in [code for _row, code in said(batch, "warning", "rejected")]
    assert [line.quantity for line in OpportunityLine.objects.all()] in ([], [1])


def test_who_may_not_grant_exceptions_brings_nobody_past_a_gate(alice, let_in, known):
    batch = let_in(alice, DEALS + "D1,,,甲机电有限公司,赢单,2016-10-20,2017-03-01,5\n")
    assert said(batch) == [(2, "stage_needs_lead")]
    known.refresh_from_db()
    assert known.stage == "lead"


def test_taken_back_everything_is_as_it_was(alice, bob, dora, let_in, known, products, now):
    before = (known.stage, known.stage_entered_at)
    batch = let_in(
        bob,
        DEALS
        + "E1,艾丽,GTXPro,甲机电有限公司,赢单,2016-10-20,2017-03-01,1054\n"
        + "E2,艾丽,GTXPro,,跟进中,2016-10-20,,\n",
    )
    undo_import(bob, batch, now=batch.finished_at)
    assert not Opportunity.objects.exists()
    known.refresh_from_db()
    assert (known.stage, known.stage_entered_at) == before
    assert list(Customer.objects.all()) == [known]  # the placeholder is gone, too
    assert (
        list(StageChange.objects.filter(customer=known).order_by("pk").values_list("target", flat=True))[-1]
        == "lead"
    )
    undo_import(dora, products, now=products.finished_at)
    assert not Product.objects.exists()


def test_products_in_use_stay_and_are_named(bob, dora, client, let_in, known, products):
    let_in(bob, DEALS + "E1,,GTX Pro,甲机电有限公司,跟进中,2016-10-20,,5\n")
    done = undo_import(dora, products, now=products.finished_at)
    assert (done.removed, [name for _pk, name in done.products]) == (1, ["GTX Pro"])
    products.refresh_from_db()
    assert products.counts["kept"] == 1
    client.force_login(dora)
    assert "GTX Pro" in client.get(f"/imports/{products.pk}/").content.decode()


def test_what_somebody_worked_on_stays(alice, bob, let_in, known):
    batch = let_in(
        bob,
        DEALS
        + "F1,艾丽,,甲机电有限公司,跟进中,2016-10-20,,5\n"
        + "F2,艾丽,,甲机电有限公司,赢单,2016-10-20,2017-03-01,5\n",
    )
    Opportunity.objects.filter(code="F1").update(version=2)
    done = undo_import(bob, batch, now=batch.finished_at)
    assert [pk for pk, _name in done.kept] == [known.pk]
    assert [row.code for row in Opportunity.objects.all()] == ["F1"]


def test_a_rate_and_a_price_that_cannot_be_read_are_said(dora, let_in):
    batch = let_in(dora, "产品名称,产品编码,标价,税率\n甲,J-1,很贵,13%\n乙,J-2,5,很高\n")
    assert [code for _row, code in said(batch, "warning")] == ["money_invalid", "rate_invalid"]
    assert Product.objects.count() == 2


def test_a_stranger_is_no_owner(alice, bob, charlie, let_in, known):
    batch = let_in(bob, DEALS + "G1,查理,,甲机电有限公司,跟进中,2016-10-20,,5\n")
    assert said(batch, "warning") == [(2, "owner_not_led")]
    assert Opportunity.objects.get().owner == alice


def test_owners_who_do_not_own_the_customer_see_it(bob, alice, let_in, known, teams, now):
    mate = add_user(None, NewUser(username="mate", name="马特", role="rep", team=teams["A"]), now=now)
    assert not Customer.objects.visible_to(mate).filter(pk=known.pk).exists()
    let_in(bob, DEALS + "H1,马特,,甲机电有限公司,跟进中,2016-10-20,,5\n")
    assert Customer.objects.visible_to(mate).filter(pk=known.pk).exists()
