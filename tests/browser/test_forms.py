"""A form from its design to a lead with a clock on somebody's workbench; the visitor is nobody's session."""

from urllib.parse import quote

from playwright.sync_api import expect

from genjin.customers.models import Customer
from tests.browser.conftest import Windows


def test_a_visitor_becomes_an_assigned_lead(windows: Windows) -> None:  # noqa: PLR0915 (one story)
    windows.find("alice")
    dora = windows.open("dora", "/forms/")
    dora.get_by_role("link", name="New web form").first.click()
    dora.locator("[name=name]").fill("官网留言")
    dora.locator("[name=title]").fill("联系我们")
    dora.locator("[name=ask][value='contact.email']").check()
    dora.locator("[name='label-contact.email']").fill("常用邮箱")
    dora.locator("select[name=destination]").select_option("owner")
    dora.locator("select[name=owner]").evaluate(
        "s => { const t = s.tomselect; const o = [...s.options].find(o => o.text === '艾丽'); t ? t.setValue(o.value) : (s.value = o.value); }"
    )
    dora.get_by_role("button", name="Save").click()
    expect(dora.locator("h1")).to_have_text("官网留言")
    address = dora.locator("code").first.inner_text()
    assert dora.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    visitor = windows.open("", address, width=390, height=844)
    visitor.get_by_label("Company").fill("湖州听雨阀门有限公司")
    visitor.get_by_label("Your name").fill("沈经理")
    visitor.get_by_label("Phone").fill("136 7000 8001")
    visitor.get_by_label("常用邮箱").fill("shen@example.com")
    visitor.wait_for_timeout(2100)  # a person is no faster
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.locator(".field-error")).to_contain_text("Please agree")
    assert visitor.get_by_label("Company").input_value() == "湖州听雨阀门有限公司"
    visitor.get_by_label("I agree that my data").check()
    visitor.wait_for_timeout(2100)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.locator("h1")).to_have_text("Thank you")
    assert visitor.context.cookies() == []

    alice = windows.open("alice", f"/customers/?tab=mine&q={quote('湖州听雨阀门')}")
    row = alice.get_by_role("link", name="湖州听雨阀门有限公司").first
    for _ in range(30):
        if row.is_visible():
            break
        alice.wait_for_timeout(300)
        alice.reload()
    row.click()
    expect(alice.locator("#timeline")).to_contain_text("Came by a web form")
    expect(alice.locator(".customer-head")).to_contain_text("艾丽")
    customer = Customer.objects.get(name="湖州听雨阀门有限公司")
    assert customer.deadlines.running().filter(kind="first_contact").count() == 1
