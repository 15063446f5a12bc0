"""A promise made on the phone, seen before the next call, and kept."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from genjin.customers.models import Customer
from genjin.followups.models import Task
from tests.browser.conftest import Windows


def test_a_promise_is_written_down_shown_before_the_next_call_and_kept(
    windows: Windows, customer: Callable[..., Customer]
) -> None:
    row = customer("嘉兴海宁经编有限公司", owner="alice", phone="13750007001")
    page = windows.phone("alice", f"/customers/{row.pk}/")
    page.locator("#composer-summary").fill("客户要我们后天之前给出正式报价")
    page.locator("#composer-promises summary").tap()
    line = page.locator(".promise-row")
    line.locator("[name=promise_what]").fill("给出正式报价")
    line.locator("[name=promise_by]").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    line.locator("[name=promise_confirmed]").select_option("1")
    page.get_by_role("button", name="Another promise").tap()
    expect(line).to_have_count(2)
    page.get_by_role("button", name="Save follow-up").tap()

    expect(page.locator("#open-issues")).to_contain_text("给出正式报价")
    task = Task.objects.get(customer=row, kind="promise_ours")
    assert (task.promised_for, task.is_confirmed) == (timezone.localdate() + timedelta(days=2), True)

    Task.objects.filter(pk=task.pk).update(promised_for=timezone.localdate() - timedelta(days=1))
    page.reload()
    expect(page.locator("#open-issues")).to_contain_text("1 promise of ours broken")
    page.goto("/promises/?tab=overdue")
    expect(page.locator("tbody")).to_contain_text("嘉兴海宁经编有限公司")

    page.goto(f"/customers/{row.pk}/")
    page.locator("#open-issues").get_by_role("button", name="Kept").tap()
    page.locator("#dialog [name=outcome]").fill("报价已发,客户收到")
    page.locator("#dialog").get_by_role("button", name="Done").tap()
    expect(page.locator("#timeline")).to_contain_text("报价已发,客户收到")
    page.goto("/promises/?tab=late")
    expect(page.locator("tbody")).to_contain_text("给出正式报价")


def test_an_open_question_is_settled_with_one_click(
    windows: Windows, customer: Callable[..., Customer]
) -> None:
    row = customer("嘉兴桐乡羊绒有限公司", owner="alice", budget="10万")
    page = windows.open("alice", f"/customers/{row.pk}/")
    page.locator("#composer-summary").fill("客户说预算可以加到十五万,但交期要提前")
    page.locator(".composer-more summary").first.click()
    page.locator("[name=questions]").fill("交期能否提前到五月?")
    page.locator("#composer-changes summary").click()
    page.locator("[name=new_budget]").fill("15万")
    page.get_by_role("button", name="Save follow-up").click()
    expect(page.locator("#timeline")).to_contain_text("10万 → 15万")
    expect(page.locator("#open-issues")).to_contain_text("交期能否提前到五月?")
    page.locator("#open-issues").get_by_role("button", name="Settled").click()
    expect(page.locator("#open-issues")).to_be_hidden()
