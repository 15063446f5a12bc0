"""Pools at their limits, a rule set up in the browser, and customers handed on."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from genjin.customers.models import Customer, Pool
from genjin.routing.actions.assignment import assign_by_rules
from genjin.routing.models import AssignmentRule
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def test_a_pool_at_its_limits(windows: Windows, customer: MakeCustomer) -> None:
    pool = Pool.objects.create(name="限领公海", daily_claims=1)
    first, second = customer("扬州听雨照明有限公司"), customer("扬州望月照明有限公司")
    Customer.objects.filter(pk__in=[first.pk, second.pk]).update(pool=pool)
    alice = windows.open("alice", f"/customers/{first.pk}/")
    alice.locator(".customer-head .drop summary").click()
    alice.get_by_role("link", name="Claim").click()
    alice.locator("#dialog").get_by_role("button", name="Claim").click()
    expect(alice.locator(".customer-facts")).to_contain_text("艾丽")
    alice.goto(f"/customers/{second.pk}/")
    alice.locator(".customer-head .drop summary").click()
    alice.get_by_role("link", name="Claim").click()
    alice.locator("#dialog").get_by_role("button", name="Claim").click()
    expect(alice.locator("#toasts")).to_contain_text("that is the limit")
    second.refresh_from_db()
    assert second.owner is None


def test_a_rule_made_here_gives_a_waiting_customer_to_alice(windows: Windows, customer: MakeCustomer) -> None:
    lead = customer("泰州早春花卉有限公司", province="云南省")
    dora = windows.open("dora", "/routing/rules/assign/new/")
    dora.get_by_role("button", name="Add condition").click()
    dora.locator("[name=f]").select_option("province")
    dora.locator("[name=v]").fill("云南省")
    dora.locator("[name=person]").first.select_option(label="艾丽")
    dora.get_by_label("Name", exact=True).fill("云南线索")
    dora.get_by_role("button", name="Save").click()
    expect(dora.locator("#toasts")).to_contain_text("Saved")
    expect(dora.locator("table").first).to_contain_text("云南线索")
    assert AssignmentRule.objects.get(name="云南线索").asked[0].value == "云南省"

    assign_by_rules([lead.pk], now=timezone.now())
    dora.goto(f"/customers/{lead.pk}/")
    expect(dora.locator(".customer-facts")).to_contain_text("艾丽")


def test_customers_are_handed_on_and_accepted(windows: Windows, customer: MakeCustomer) -> None:
    given = customer("盐城晚风渔业有限公司", owner="alice", province="江苏省")
    bob = windows.open("bob", "/routing/handovers/new/")
    bob.get_by_label("Whose customers").select_option(label="艾丽")
    bob.get_by_label("Go to").select_option(label="鲍勃")
    bob.get_by_label("What the receiver should know").fill("休产假，晚风在等报价")
    bob.get_by_role("button", name="Add condition").click()
    bob.locator("[name=f]").select_option("province")
    bob.locator("[name=v]").fill("江苏省")
    bob.get_by_role("button", name="Hand on").click()
    expect(bob.locator(".page-head")).to_contain_text("艾丽 → 鲍勃")
    expect(bob.locator("table")).to_contain_text(given.name)
    given.refresh_from_db()
    assert given.owner is not None and given.owner.username == "alice"
    bob.get_by_role("button", name="Accept").click()
    bob.locator("#dialog").get_by_role("button", name="Accept").click()
    expect(bob.locator("#toasts")).to_contain_text("Accepted")
    given.refresh_from_db()
    assert given.owner is not None and given.owner.username == "bob"
