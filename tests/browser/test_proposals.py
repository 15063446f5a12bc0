"""Two versions of a proposal: sent, answered, beyond the limit, granted, read by a stranger, revoked."""

from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlparse

from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.accounts.models import User
from genjin.approvals.models import Signer
from genjin.customers.models import Customer
from genjin.followups.models import Evidence
from genjin.proposals.models import Proposal
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def deed(page: Page, name: str, *, submit: str, **fields: str) -> None:
    """Press a button of the page, fill in its dialog and send it."""
    page.get_by_role("link", name=name).click()
    dialog = page.locator("#dialog")
    for field, value in fields.items():
        box = dialog.locator(f"[name={field}]")
        box.select_option(value) if box.evaluate("box => box.tagName") == "SELECT" else box.fill(value)
    with page.expect_navigation():
        dialog.get_by_role("button", name=submit, exact=True).click()


def begun(page: Page, product: Product) -> None:
    """Write the first version of a new proposal."""
    page.get_by_role("link", name="New proposal").click()
    page.locator("#dialog [name=title]").fill("排产系统一期")
    page.locator("#dialog").get_by_role("button", name="Begin").click()
    page.wait_for_url("**/edit/")
    page.locator("[name=modules]").fill("自动排产\n看板")
    page.locator("[name=duration]").fill("2 个月")
    page.locator("[name=line_product]").first.select_option(str(product.pk))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".offer-sums")).to_contain_text("¥60,000.00")
    expect(page.locator(".offer-sums")).to_contain_text("陆万元整")


def granted(windows: Windows, name: str) -> None:
    """Let whoever is asked say yes: who leads alice."""
    seat = Signer.objects.asked().get(step__request__customer_id=Customer.objects.get(name=name).pk)
    page = windows.open(seat.user.username, f"/requests/{seat.step.request_id}/grant/")
    page.locator("main form[method=post]").first.get_by_role("button", name="Grant").click()
    page.wait_for_url("**/requests/")


def read_by_a_stranger(windows: Windows, address: str, name: str) -> None:
    """Open the link without signing in: what the version says, nothing of the customer."""
    stranger = windows.open("", urlparse(address).path)
    expect(stranger.locator("h1")).to_have_text("排产系统一期")
    expect(stranger.locator("body")).to_contain_text("¥54,000.00")
    expect(stranger.locator("body")).not_to_contain_text(name)


def opened(windows: Windows, row: Customer, person: Callable[..., User]) -> tuple[Page, Product]:
    """Open the tab of a customer with an opportunity; there is a product to sell."""
    now = timezone.now()
    Opportunity.objects.create(
        customer=row, name="排产", owner=person("alice"), opened_at=now, stage_entered_at=now
    )
    values = {"code": "BROWSER", "name": "排产系统", "list_price": Decimal(60_000)}
    product = save_product(person("dora"), Product(), values, now=now)
    return windows.open("alice", f"/customers/{row.pk}/?tab=proposals"), product


def test_two_versions_from_the_first_word_to_a_revoked_link(
    windows: Windows, customer: MakeCustomer, person: Callable[..., User]
) -> None:
    row = customer("嘉兴平湖光学有限公司", owner="alice", phone="13812345670")
    page, product = opened(windows, row, person)
    begun(page, product)
    deed(page, "Mark as sent", submit="Sent", to="王经理")
    deed(page, "Customer's feedback", submit="Save", text="缩短到 1 个月", rating="4")
    expect(page.locator("#feedback")).to_contain_text("★★★★☆")
    proved = Evidence.objects.filter(customer=row).values_list("proves", flat=True)
    assert sorted(proved) == [["proposal_feedback"], ["proposal_sent"]]

    deed(page, "New version", submit="Begin")
    page.get_by_role("link", name="Edit").click()
    page.locator("[name=discount]").fill("10")
    page.get_by_role("button", name="Save", exact=True).click()
    deed(page, "Ask for approval", submit="Ask", reason="客户要求再让一成")
    expect(page.locator("main")).to_contain_text("it waits for an answer")
    expect(page.get_by_role("link", name="Mark as sent")).to_have_count(0)

    granted(windows, row.name)
    page.reload()
    deed(page, "Mark as sent", submit="Sent", to="王经理", method="link")
    deed(page, "Share link", submit="Make a link")
    address = page.locator("#links input").input_value()

    read_by_a_stranger(windows, address, row.name)
    page.reload()
    expect(page.locator("#links")).to_contain_text("opened 1 times")
    page.locator("#links").get_by_role("button", name="Revoke").click()
    page.locator("#dialog").get_by_role("button", name="Revoke").click()
    expect(page.locator("#links")).to_contain_text("revoked")
    found = Proposal.objects.get(customer=row)
    assert [version.state for version in found.versions.order_by("number")] == ["sent", "sent"]
