"""A fact verified and changed; a sample drawn, one returned, and the owner finds the task."""

from collections.abc import Callable

from playwright.sync_api import expect

from genjin.customers.models import Customer
from genjin.quality.models import SpotCheckItem
from genjin.web.facts.views.samples import ITEMS_A_PAGE
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def test_verify_change_and_spot_check(windows: Windows, customer: MakeCustomer) -> None:
    row = customer("镇江听雨泵业有限公司", owner="alice", need="换两台泵", budget="50-80万")
    alice = windows.open("alice", f"/customers/{row.pk}/?tab=facts")
    need = alice.locator('#facts tr[data-fact="need"]')
    expect(need).to_contain_text("Not verified")
    need.get_by_role("button", name="Verify").click()
    alice.locator("#dialog").get_by_label("Who or what said so").fill("王经理")
    alice.locator("#dialog .box-foot .btn-primary").click()
    expect(alice.locator("#toasts")).to_contain_text("Verified")
    expect(need).to_contain_text("王经理")

    alice.goto(f"/customers/{row.pk}/edit/need/")
    alice.locator("#id_need").fill("换三台泵")
    alice.get_by_role("button", name="Save").click()
    expect(alice.locator(".key-facts")).to_contain_text("换三台泵")
    alice.goto(f"/customers/{row.pk}/?tab=facts")
    expect(need).to_contain_text("Changed since the check")

    bob = windows.open("bob", "/quality/samples/")
    bob.get_by_role("link", name="Draw a sample").first.click()
    bob.locator("#dialog").get_by_label("How many").fill("200")
    bob.locator("#dialog .box-foot .btn-primary").click()
    expect(bob.locator("h1")).to_contain_text("Sample")
    drawn = SpotCheckItem.objects.get(customer=row)
    bob.goto(f"/quality/samples/{drawn.spot_check_id}/?page={(drawn.position - 1) // ITEMS_A_PAGE + 1}")
    item = bob.locator(f"#item-{drawn.pk}")
    expect(item).to_contain_text("Changed since the check")
    item.get_by_role("button", name="Return").click()
    bob.locator("#dialog").get_by_label("What is to be mended").fill("需求改了，请重新核实")
    bob.locator("#dialog .box-foot .btn-primary").click()
    expect(item).to_contain_text("Task open")

    alice.goto(f"/customers/{row.pk}/")
    expect(alice.locator(".tasks-card")).to_contain_text("需求改了，请重新核实")
