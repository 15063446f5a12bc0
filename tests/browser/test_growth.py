"""A contract near its end is renewed, figures of use lead to another purchase, an alarm is answered and closed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.care.actions.churn import raise_alarms
from genjin.care.actions.renewals import keep_renewals
from genjin.care.models import ChurnAlert, Renewal, Repurchase, UsageRule, WinBack
from genjin.contracts.models import Contract
from genjin.customers.models import Customer
from genjin.selling.models import Opportunity
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def bought(row: Customer) -> Customer:
    """Let a customer have bought 300 days ago, with a contract that ends in 25 days."""
    now, today = timezone.now(), timezone.localdate()
    since = now - timedelta(days=300)
    Customer.objects.filter(pk=row.pk).update(stage="won", stage_entered_at=since)
    wish = Opportunity.objects.create(
        customer=row, name="首次采购", stage="won", stage_entered_at=since, opened_at=since, closed_at=since, owner=row.owner
    )  # fmt: skip
    Contract.objects.create(
        number=f"HT-B{row.pk}", customer=row, opportunity=wish, title="年度服务", amount=Decimal(100_000), state="active", owner=row.owner,
        signed_on=today - timedelta(days=300), ends_on=today + timedelta(days=25), created_at=since,
    )  # fmt: skip
    return row


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard: a toast may lie over the corner it stands in."""
    page.get_by_role("button", name=name).first.press("Enter")


def save(page: Page) -> None:
    page.locator("#dialog .box-foot .btn-primary").click()


def test_a_contract_near_its_end_is_renewed(windows: Windows, customer: MakeCustomer) -> None:
    row, today = bought(customer("湖州续航机电有限公司", owner="alice")), timezone.localdate()
    keep_renewals(timezone.now())
    renewal = Renewal.objects.get(customer=row)
    alice = windows.open("alice", "/renewals/?days=30")
    expect(alice.locator("tbody")).to_contain_text("湖州续航")
    alice.goto(f"/renewals/{renewal.pk}/")
    press(alice, "Plan")
    alice.locator("#dialog [name=plan]").fill("上门沟通，提供两年期优惠")
    alice.locator("#dialog [name=until]").fill((today + timedelta(days=7)).isoformat())
    save(alice)
    expect(alice.locator("main")).to_contain_text("两年期优惠")
    press(alice, "Decide")
    alice.locator("#dialog [name=outcome]").select_option("changed")
    save(alice)
    expect(alice.locator("#dialog")).to_contain_text("Write why, or what changes.")
    alice.locator("#dialog [name=reason]").fill("增购一套")
    alice.locator("#dialog [name=amount]").fill("120000")
    save(alice)
    expect(alice.locator("main")).to_contain_text("Renewed with a change")
    renewal.refresh_from_db()
    assert (renewal.outcome, renewal.amount) == ("changed", Decimal(120_000))


def test_figures_of_use_lead_to_another_purchase(windows: Windows, customer: MakeCustomer) -> None:
    row, today = bought(customer("湖州增购机电有限公司", owner="alice")), timezone.localdate()
    UsageRule.objects.create(name="用满", metric=f"高级功能{row.pk}", threshold=80, text="推荐排产模块")
    alice = windows.open("alice", f"/customers/{row.pk}/?tab=care")
    alice.locator("#usage").get_by_role("button", name="Figures of use").click()
    alice.locator("#dialog [name=metric]").fill(f"高级功能{row.pk}")
    alice.locator("#dialog [name=percent]").fill("85")
    save(alice)
    alice.locator("#usage").get_by_role("link", name="推荐排产模块").click()
    press(alice, "Plan")
    alice.locator("#dialog [name=plan]").fill("先培训再报价")
    alice.locator("#dialog [name=intent]").select_option("high")
    alice.locator("#dialog [name=next_step]").fill("约演示")
    alice.locator("#dialog [name=next_on]").fill((today + timedelta(days=3)).isoformat())
    save(alice)
    expect(alice.locator("main")).to_contain_text("先培训再报价")
    press(alice, "The customer confirms")
    alice.locator("#dialog [name=said]").fill("客户确认要加排产模块")
    alice.locator("#dialog [name=amount]").fill("20000")
    save(alice)
    expect(alice.locator("main")).to_contain_text("Confirmed by the customer")
    opened = Repurchase.objects.get(customer=row).opportunity
    assert opened is not None
    assert (opened.kind, opened.amount) == ("upsell", Decimal(20_000))


def test_an_alarm_is_answered_with_a_plan_and_closed(windows: Windows, customer: MakeCustomer) -> None:
    row = bought(customer("湖州挽回机电有限公司", owner="alice"))
    raise_alarms([row.pk], timezone.now())
    alarm = ChurnAlert.objects.get(customer=row)
    alice = windows.open("alice", "/churn/")
    alice.get_by_role("link", name="湖州挽回").first.click()
    press(alice, "Act on it")
    alice.locator("#dialog [name=measures]").fill("免费服务三个月")
    save(alice)
    expect(alice.locator("main")).to_contain_text("免费服务三个月")
    press(alice, "Note the result")
    alice.locator("#dialog [name=result][value=won_back]").check()
    alice.locator("#dialog [name=outcome]").fill("客户恢复使用")
    save(alice)
    expect(alice.locator("main")).to_contain_text("Won back")
    assert WinBack.objects.get(alert=alarm).result == "won_back"
