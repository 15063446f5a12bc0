"""Dora designs a template with a field of her own; alice fills it in; what was collected before keeps its version."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from genjin.customers.models import Customer
from genjin.fields.models import CollectionTemplate, CustomField
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def new_field(dora: Page) -> str:
    dora.get_by_role("link", name="New field").click()
    dialog = dora.locator("#dialog")
    dialog.get_by_label("Name").fill("数字化转型需求")
    dialog.get_by_label("Kind").select_option("choice")
    dialog.get_by_label("Words").fill("迫切\n观望\n没有")
    dialog.get_by_role("button", name="Save").click()
    expect(dora.get_by_role("link", name="数字化转型需求")).to_be_visible()
    return CustomField.objects.get(label="数字化转型需求").key


def design_and_publish(dora: Page, key: str) -> None:
    dora.get_by_label("Field to add").select_option(key)
    dora.get_by_role("button", name="Add field").click()
    row = dora.locator(f"[id='row-item:{key}']")
    row.get_by_label("Required", exact=True).check()
    row.get_by_label("Weight").fill("10")
    row.locator("summary").click()
    row.get_by_label("Question to ask").fill("今年在数字化方面有什么打算?")
    dora.get_by_role("button", name="Publish…").click()
    expect(dora.get_by_role("cell", name="数字化转型需求")).to_be_visible()
    dora.get_by_label("What is new").fill("加了数字化转型需求")
    dora.get_by_role("button", name="Publish", exact=True).click()
    expect(dora.locator("#toasts")).to_contain_text("Published")


def fill_in(alice: Page) -> None:
    alice.locator(".missing").get_by_role("link", name="数字化转型需求").click()
    dialog = alice.locator("#dialog")
    expect(dialog).to_contain_text("今年在数字化方面有什么打算?")
    dialog.get_by_label("数字化转型需求").select_option("迫切")
    dialog.get_by_role("button", name="Save").click()
    expect(alice.locator("#toasts")).to_contain_text("Saved")


def test_design_publish_and_fill_in(windows: Windows, customer: MakeCustomer) -> None:
    old = customer("南通旧历轴承有限公司", owner="alice", customer_type="key", industry="机械")
    dora = windows.open("dora", "/settings/collection/")
    key = new_field(dora)
    dora.goto("/settings/collection/key/")
    design_and_publish(dora, key)
    first, second = CollectionTemplate.objects.published().filter(customer_type="key").order_by("version")

    new = customer("南通新历轴承有限公司", owner="alice", customer_type="key", industry="机械")
    alice = windows.open("alice", f"/customers/{new.pk}/")
    before = new.completeness
    expect(alice.locator("#completeness")).to_have_text(f"{before}%")
    fill_in(alice)
    new.refresh_from_db()
    assert (new.custom, new.template, new.completeness > before) == ({key: "迫切"}, second, True)
    expect(alice.locator("#completeness")).to_have_text(f"{new.completeness}%")

    alice.goto(f"/customers/{old.pk}/")
    expect(alice.locator(".completeness-card")).to_contain_text("Collected with version 1")
    old.refresh_from_db()
    assert old.template == first
