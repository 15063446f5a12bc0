"""The pages of renewal, buying again and churn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.care.actions.churn import look_nightly
from genjin.care.actions.renewals import keep_renewals
from genjin.care.models import ChurnAlert, ChurnWeights, Renewal, Repurchase, UsageFigure, UsageRule, WinBack
from genjin.care.rules.churn import FIRST_WEIGHTS
from genjin.customers.models import Choice, Customer
from genjin.selling.models import Product
from tests.care.conftest import bought, sign

__all__ = ["bought", "sign"]  # fixtures of the floor below
WEIGHTS = {str(part): weight for part, weight in FIRST_WEIGHTS.items()}
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def now():
    """Pages look at the clock."""
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate()


@pytest.fixture
def customer(bought, alice):
    return bought(alice, name="杭州成长机电有限公司")


@pytest.fixture
def renewal(customer, sign, today, now):
    sign(customer, today + timedelta(days=25))
    keep_renewals(now)
    return Renewal.objects.get()


@pytest.fixture
def alarm(customer, now):
    look_nightly(now)
    return ChurnAlert.objects.get()


@pytest.fixture
def rule(db):
    module = Product.objects.create(code="M1", name="智能排产模块")
    return UsageRule.objects.create(
        name="用满", metric="高级功能", figure="percent", operator="ge", threshold=80, product=module, text="推荐模块"
    )  # fmt: skip


def test_renewals_are_listed_by_days_left_and_every_figure_opens_its_rows(
    client, alice, charlie, renewal, bought, sign, today, now
):
    sign(bought(alice), today + timedelta(days=80))
    keep_renewals(now)
    client.force_login(alice)
    page = client.get("/renewals/")
    assert [row["left"] for row in page.context["rows"]] == [25, 80]
    assert [row["tone"] for row in page.context["rows"]] == ["red", ""]
    values = {tile["label"]: (tile["value"], tile["url"]) for tile in page.context["tiles"]}
    count, url = values["30 天内到期"]
    assert count == len(client.get(url).context["rows"]) == 1
    assert values["续约率（数量）"][0] == "—"
    client.force_login(charlie)
    assert client.get("/renewals/").context["rows"] == []
    assert client.get(f"/renewals/{renewal.pk}/").status_code == 404
    assert (
        client.post(f"/renewals/{renewal.pk}/decide/", {"outcome": "renewed", "amount": "5"}).status_code
        == 404
    )
    assert Renewal.objects.filter(outcome="open").count() == 2


def test_a_renewal_is_planned_and_decided_in_dialogs(client, alice, renewal, today):
    client.force_login(alice)
    url = f"/renewals/{renewal.pk}/"
    assert client.get(f"{url}plan/", headers=FRAGMENT).status_code == 200
    assert client.post(f"{url}plan/", {"plan": "", "until": today}).status_code == 422
    assert (
        client.post(f"{url}plan/", {"plan": "上门沟通", "until": today}, headers=FRAGMENT).status_code == 204
    )
    answer = client.post(f"{url}decide/", {"outcome": "lost", "reason": "预算被砍"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["lost_reason"])
    price = Choice.objects.get(kind="lost_reason", name="价格")
    assert (
        client.post(
            f"{url}decide/", {"outcome": "lost", "reason": "预算被砍", "lost_reason": price.pk, "amount": "9"}
        ).status_code
        == 302
    )
    renewal.refresh_from_db()
    assert (renewal.plan, renewal.outcome) == ("上门沟通", "lost")
    page = client.get(url)
    assert (page.context["may_write"], "预算被砍" in page.content.decode()) == (False, True)
    tiles = {tile["label"]: tile["value"] for tile in client.get("/renewals/").context["tiles"]}
    assert tiles["续约率（数量）"] == "0%"


def test_figures_by_hand_recommend_and_the_plan_leads_to_an_opportunity(
    client, alice, charlie, customer, rule, today
):
    client.force_login(alice)
    form = {"metric": "高级功能", "period": "去年", "percent": "85"}
    answer = client.post(f"/usage/customers/{customer.pk}/figures/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["period"])
    assert (
        client.post(f"/usage/customers/{customer.pk}/figures/", form | {"period": "2025Q4"}).status_code
        == 302
    )
    row = Repurchase.objects.get()
    page = client.get("/usage/")
    assert [(line["name"], line["product"]) for line in page.context["rows"]] == [
        (customer.name, "智能排产模块")
    ]
    url = f"/usage/proposals/{row.pk}/"
    assert "85%" in client.get(url).content.decode()
    plan = {
        "plan": "先培训再报价",
        "intent": "high",
        "budget": "20000",
        "budget_when": "下季度",
        "next_step": "约演示",
        "next_on": today,
    }
    assert client.post(f"{url}plan/", plan | {"next_step": ""}).status_code == 422
    assert client.post(f"{url}plan/", plan).status_code == 302
    word = {"said": "客户要加智能排产模块", "how": "verbal", "kind": "upsell", "amount": "20000"}
    assert client.post(f"{url}confirm/", word, headers=FRAGMENT).status_code == 204
    row.refresh_from_db()
    assert (row.state, row.opportunity.kind) == ("confirmed", "upsell")
    assert [line["state"] for line in client.get("/usage/?state=confirmed").context["rows"]] == ["客户已确认"]
    client.force_login(charlie)
    assert client.get("/usage/").context["rows"] == []
    assert client.get(url).status_code == 404
    assert client.get("/usage/figures/").context["rows"] == []


def test_a_proposal_by_hand_is_put_aside(client, alice, customer):
    client.force_login(alice)
    assert client.post(f"/usage/customers/{customer.pk}/propose/", {"why": ""}).status_code == 422
    client.post(f"/usage/customers/{customer.pk}/propose/", {"why": "客户问起备件"})
    row = Repurchase.objects.get()
    assert client.post(f"/usage/proposals/{row.pk}/dismiss/", {"why": "今年没有预算"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answer) == ("dismissed", "今年没有预算")


def csv(*lines):
    head = "客户名称,客户编号,指标,周期,使用率,数值,活跃用户数,最近登录日"
    return SimpleUploadedFile("usage.csv", "\n".join([head, *lines]).encode("gb18030"))


def test_a_sheet_is_looked_at_with_errors_by_row_and_then_taken_in(
    client, alice, bob, customer, rule, bought, charlie
):
    foreign = bought(charlie, name="上海他人机电有限公司")
    lines = (
        f"{customer.name},,高级功能,2025Q4,85%,,32,2025-12-20",
        f",{customer.code},订单数,2025-12,,１２0,,",
        f"{foreign.name},,高级功能,2025Q4,85%,,,",
        f"{customer.name},,高级功能,第四,85%,,,",
        f"{customer.name},,高级功能,2025年四季度,70,,,",
        f"{customer.name},,空,2025,,,,",
    )
    client.force_login(alice)
    page = client.post("/usage/sheet/", {"file": csv(*lines)})
    assert page.status_code == 200
    assert [(one["row"], one["given"].metric) for one in page.context["good"]] == [
        (2, "高级功能"),
        (3, "订单数"),
    ]
    assert [one.row for one in page.context["bad"]] == [4, 5, 6, 7]
    assert all(one.why for one in page.context["bad"])
    assert not UsageFigure.objects.exists()
    token = page.context["token"]
    client.force_login(bob)
    assert client.post("/usage/sheet/take/", {"token": token}).status_code == 409
    client.force_login(alice)
    assert client.post("/usage/sheet/take/", {"token": f"{token}x"}).status_code == 409
    assert not UsageFigure.objects.exists()
    assert client.post("/usage/sheet/take/", {"token": token}).status_code == 302
    assert set(UsageFigure.objects.values_list("metric", "percent", "value", "origin")) == {
        ("高级功能", Decimal(85), None, "sheet"), ("订单数", None, Decimal(120), "sheet"),
    }  # fmt: skip
    assert UsageFigure.objects.get(metric="高级功能").last_login_on == date(2025, 12, 20)
    assert Repurchase.objects.get().rule == rule


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken"])
def test_what_is_no_such_sheet_is_refused_with_a_sentence(client, alice, content):
    client.force_login(alice)
    page = client.post("/usage/sheet/", {"file": SimpleUploadedFile("x.csv", content)})
    assert (page.status_code, bool(page.context["form"].errors)) == (422, True)


def test_the_template_comes_in_as_it_is(client, alice, bought):
    bought(alice, name="杭州示例机电有限公司")
    client.force_login(alice)
    text = client.get("/usage/sheet/template.csv").content
    page = client.post("/usage/sheet/", {"file": SimpleUploadedFile("usage.csv", text)})
    assert (page.context["good_count"], page.context["bad_count"]) == (1, 0)


def test_rules_that_recommend_show_whom_they_hit(client, alice, dora, customer, rule, today):
    UsageFigure.objects.create(
        customer=customer, metric="高级功能", period="2025", ends_on=date(2025, 12, 31), percent=90, recorded_at=timezone.now()
    )  # fmt: skip
    client.force_login(alice)
    assert client.get("/usage/rules/").status_code == 403
    client.force_login(dora)
    assert len(client.get("/usage/rules/").context["rows"]) == 1
    assert [row["name"] for row in client.get(f"/usage/rules/{rule.pk}/hits/").context["rows"]] == [
        customer.name
    ]
    new = {
        "name": "少用",
        "metric": "登录",
        "figure": "active_users",
        "operator": "lt",
        "threshold": "5",
        "text": "上门培训",
        "is_active": "on",
    }
    assert client.post("/usage/rules/new/", new | {"threshold": "0"}).status_code == 422
    assert client.post("/usage/rules/new/", new).status_code == 302
    client.post(f"/usage/rules/{rule.pk}/remove/")
    assert list(UsageRule.objects.values_list("name", flat=True)) == ["少用"]
    assert not Repurchase.objects.exists()


def test_an_alarm_is_answered_with_a_plan_and_its_result(client, alice, charlie, alarm, today):
    client.force_login(alice)
    page = client.get("/churn/")
    assert [(row["score"], row["answer"]) for row in page.context["rows"]] == [(25, "待答复")]
    url = f"/churn/{alarm.pk}/"
    assert "没有联系记录" in client.get(url).content.decode()
    assert "没有联系记录" in client.get(f"{url}act/").context["form"].initial["reason"]
    plan = {
        "reason": "用不起来",
        "measures": "免费服务三个月",
        "owner": alice.pk,
        "until": today + timedelta(days=30),
    }
    assert client.post(f"{url}act/", plan | {"until": today - timedelta(days=1)}).status_code == 422
    assert client.post(f"{url}act/", plan, headers=FRAGMENT).status_code == 204
    assert [row["plan"].measures for row in client.get("/churn/?state=acting").context["rows"]] == [
        "免费服务三个月"
    ]
    assert client.post(f"{url}plan/", plan | {"measures": "上门培训"}).status_code == 302
    assert client.post(f"{url}result/", {"result": "won_back", "outcome": "恢复使用"}).status_code == 302
    assert WinBack.objects.values_list("measures", "result").get() == ("上门培训", "won_back")
    assert [row["url"] for row in client.get("/churn/?state=closed").context["rows"]] == [url]
    accuracy = client.get("/churn/accuracy/").context
    assert (accuracy["all"]["precision"], accuracy["parts"][1]["count"].hits) == ("100%", 1)
    client.force_login(charlie)
    assert client.get(url).status_code == 404
    assert client.get("/churn/accuracy/").context["all"]["count"].alarms == 0


def test_a_false_alarm_wants_a_reason(client, alice, alarm):
    client.force_login(alice)
    url = f"/churn/{alarm.pk}/answer/"
    assert client.post(url, {"answer": "false", "why": ""}).status_code == 422
    assert client.post(url, {"answer": "false", "why": "按年对账"}).status_code == 302
    assert "按年对账" in client.get(f"/churn/{alarm.pk}/").content.decode()


def test_weights_the_dry_run_and_the_replay_are_for_who_sets_up(client, alice, dora, customer, now):
    client.force_login(alice)
    for address in ("weights/", "tonight/", "replay/"):
        assert client.get(f"/churn/{address}").status_code == 403
    client.force_login(dora)
    assert [row["name"] for row in client.get("/churn/tonight/").context["rows"]] == [customer.name]
    form = WEIGHTS | {"raise_at": 25, "high_at": 60, "limit_per_run": 50, "reason": "先试"}
    assert client.post("/churn/weights/", form | {"raise_at": 90, "high_at": 60}).status_code == 422
    assert client.post("/churn/weights/", form | {"gap": 10}).status_code == 302
    assert client.get("/churn/tonight/").context["rows"] == []
    proposal = ChurnWeights.objects.create(
        weights=WEIGHTS | {"gap": 5}, state="proposed", reason="误报多", made_at=now
    )
    assert client.get("/churn/weights/").context["proposal"]["changes"][0]["after"] == 5
    client.post(f"/churn/weights/{proposal.pk}/confirm/")
    assert client.get("/churn/weights/").context["current"].weights["gap"] == 5
    span = f"?first={timezone.localdate() - timedelta(days=60)}&last={timezone.localdate()}"
    assert client.get(f"/churn/replay/{span}").context["found"].alarms == 0
    assert client.get("/churn/replay/?first=2026-01-02&last=2020-01-01").status_code == 422


def test_the_customers_page_shows_it_all_and_whom_it_referred(
    client, alice, customer, renewal, alarm, bought
):
    other = bought(alice, name="宁波被荐机电有限公司")
    client.force_login(alice)
    page = client.get(f"/customers/{customer.pk}/?tab=care")
    assert (page.context["growth_score"], page.context["growth_alert"]["url"]) == (45, f"/churn/{alarm.pk}/")
    assert [row["url"] for row in page.context["growth_renewals"]] == [f"/renewals/{renewal.pk}/"]
    assert (
        client.post(f"/usage/customers/{customer.pk}/referral/", {"referred": other.name}).status_code == 302
    )
    assert Customer.objects.get(pk=other.pk).referrer == customer
    for name in (customer.name, "没有这家公司"):
        assert client.post(f"/usage/customers/{customer.pk}/referral/", {"referred": name}).status_code == 422
    assert Customer.objects.get(pk=customer.pk).referrer is None
    assert [
        row["name"] for row in client.get(f"/customers/{customer.pk}/?tab=care").context["growth_referred"]
    ] == [other.name]
    counted = client.get("/usage/referrals/").context["page_rows"]
    assert [[cell["text"] for cell in row["cells"]] for row in counted] == [[customer.name, 1, 1, alice.name]]


def test_numbers_in_what_was_written_are_masked_where_people_are(
    client, alice, erin, customer, alarm, renewal, today
):
    secret = "请致电13900001111"
    ChurnAlert.objects.filter(pk=alarm.pk).update(
        why=secret, answer="acting", answered_at=alarm.raised_at, answered_by=alice
    )
    texts = {"reason": secret, "measures": secret, "outcome": secret}
    WinBack.objects.create(alert=alarm, owner=alice, until=today, made_at=alarm.raised_at, **texts)
    Renewal.objects.update(plan=secret, reason=secret, plan_until=today)
    renewal.task.objective = secret
    renewal.task.save()
    words = {"plan": secret, "next_step": secret, "answer": secret, "budget_when": secret}
    row = Repurchase.objects.create(
        customer=customer, why=secret, owner=alice, opened_at=alarm.raised_at, next_on=today, **words
    )
    pages = [
        "/renewals/",
        f"/renewals/{renewal.pk}/",
        "/usage/",
        f"/usage/proposals/{row.pk}/",
        f"/churn/{alarm.pk}/",
    ]
    pages.append(f"/customers/{customer.pk}/?tab=care")
    for user, is_masked in ((alice, False), (erin, True)):
        client.force_login(user)
        for address in pages:
            page = client.get(address).content.decode()
            assert ("请致电" in page, "13900001111" not in page) == (True, is_masked), address
    client.force_login(erin)
    for form in (
        f"/renewals/{renewal.pk}/plan/",
        f"/usage/proposals/{row.pk}/plan/",
        f"/churn/{alarm.pk}/plan/",
    ):
        assert client.get(form).status_code == 403, form


@pytest.mark.parametrize("address", ["/renewals/", "/usage/", "/usage/figures/", "/churn/"])
def test_lists_cost_the_same_for_any_number(
    client, alice, bought, sign, today, now, address, django_assert_max_num_queries
):
    for place in range(5):
        row = bought(alice)
        sign(row, today + timedelta(days=5 + place))
        Repurchase.objects.create(customer=row, why="用满", owner=alice, opened_at=now)
        UsageFigure.objects.create(
            customer=row, metric="登录", period="2025", ends_on=today, value=1, recorded_at=now
        )
    keep_renewals(now)
    look_nightly(now)
    client.force_login(alice)
    with django_assert_max_num_queries(30):
        assert len(client.get(address).context["rows"]) == 5
