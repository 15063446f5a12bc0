"""A discount on phones: two steps, returned with a reason, asked anew, one more signer, and everybody's yes."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from genjin.accounts.models import User
from genjin.approvals.actions.flows import reset_flow
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.proposals.actions.drafts import NewLine, NewProposal, open_proposal
from genjin.proposals.models import Proposal
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


@pytest.fixture
def two_steps(windows: Windows, person: Callable[..., User]) -> Iterator[None]:
    """An administrator types who signs discounts, on a phone; afterwards it is as usual, as others ask for them, too."""
    dora = person("dora")
    page = windows.phone("dora", "/settings/approvals/discount/")
    page.locator("[name=signer1]").first.fill("who leads the asker")
    page.get_by_role("button", name="Add a step").click()
    page.locator("[name=signer1]").nth(1).fill("Legal")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[name=signer1]")).to_have_count(2)
    assert page.locator("[name=signer1]").nth(1).input_value() == "Legal"
    fits(page)
    yield
    reset_flow(dora, "discount", now=timezone.now())


def fits(page: Page) -> None:
    """Nothing of a page lies beside the phone."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def offered(row: Customer, alice: User, dora: User) -> Proposal:
    """Return a proposal of alice's with a discount beyond her limit."""
    now = timezone.now()
    deal = Opportunity.objects.create(
        customer=row, name="排产", owner=alice, opened_at=now, stage_entered_at=now
    )
    values = {"code": "ASKED", "name": "排产系统", "list_price": Decimal(60_000)}
    product = save_product(dora, Product(), values, now=now)
    new = NewProposal(deal, "排产系统二期", {"lines": [NewLine(product)], "discount": Decimal(20)})
    return open_proposal(alice, row, new, now=now)


def asked(page: Page, proposal: Proposal, why: str) -> Request:
    """Ask for the discount and return the request."""
    page.goto(f"/proposals/{proposal.pk}/")
    page.get_by_role("link", name="Ask for approval").click()
    page.locator("#dialog [name=reason]").fill(why)
    with page.expect_navigation():
        page.locator("#dialog").get_by_role("button", name="Ask", exact=True).click()
    return Request.objects.open().get(data__proposal=proposal.pk)


def answered(page: Page, request: Request, button: str, word: str = "") -> Locator:
    """Answer on the page of the request; returns what is said afterwards."""
    page.goto(f"/requests/{request.pk}/")
    fits(page)
    page.locator("main [name=answer]").fill(word)
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/requests/")
    return page.locator("#toasts")


def one_more(page: Page, request: Request, name: str) -> None:
    """Ask somebody else first, found by name."""
    page.goto(f"/requests/{request.pk}/")
    page.get_by_role("button", name="Ask one more").click()
    dialog = page.locator("#dialog")
    dialog.locator(".ts-control").click()
    page.keyboard.type(name)
    page.locator(".ts-dropdown .option", has_text=name).click()
    dialog.locator("[name=note]").fill("毛利请财务看一下")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Ask one more").click()


def test_a_discount_is_returned_asked_anew_and_agreed_to_by_three(
    windows: Windows, customer: MakeCustomer, person: Callable[..., User], two_steps: None
) -> None:
    row = customer("嘉善电声器件有限公司", owner="alice", phone="13812349901")
    bob, lena, fiona = person("bob"), person("lena"), person("fiona")
    proposal = offered(row, person("alice"), person("dora"))
    hers, his = windows.phone("alice"), windows.phone("bob")

    first = asked(hers, proposal, "客户要八折")
    expect(answered(his, first, "Return it", "毛利不够，请先谈到九折")).to_contain_text("Returned")
    hers.goto(f"/requests/{first.pk}/")
    expect(hers.locator("main")).to_contain_text("毛利不够，请先谈到九折")

    second = asked(hers, proposal, "客户答应签两年")
    one_more(his, second, fiona.name)
    expect(his.locator("main")).to_contain_text("毛利请财务看一下")
    for login in (fiona.username, bob.username):
        said = answered(windows.phone(login), second, "Grant", "可以")
        expect(said).to_contain_text("You agreed; others have to, too.")
    expect(answered(windows.phone(lena.username), second, "Grant")).to_contain_text("Granted.")

    hers.goto(f"/proposals/{proposal.pk}/")
    expect(hers.get_by_role("link", name="Mark as sent")).to_have_count(1)
    second.refresh_from_db()
    said_yes = second.steps.filter(signers__status="granted").values_list("signers__user", flat=True)
    assert (second.status, list(said_yes)) == ("granted", [fiona.pk, bob.pk, lena.pk])
