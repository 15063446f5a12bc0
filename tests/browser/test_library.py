"""Asking by a template and from the library while a record is written."""

from collections.abc import Callable

from playwright.sync_api import expect

from genjin.customers.models import Customer
from genjin.followups.models import FollowUp
from genjin.library.models import Entry, Use
from tests.browser.conftest import Windows


def test_a_question_and_a_heading_are_put_into_the_record_on_a_phone(
    windows: Windows, customer: Callable[..., Customer]
) -> None:
    row = customer("湖州南浔地板有限公司", owner="alice", phone="13750008001")
    entry = Entry.objects.filter(kind="question", spin="situation").first()
    assert entry is not None
    page = windows.phone("alice", f"/customers/{row.pk}/")
    page.get_by_role("button", name="Scripts").tap()
    page.locator("#dialog").get_by_role("button", name=f"Put in: {entry.title}").tap()
    words = page.locator("#composer-summary")
    expect(words).to_have_value(entry.body)
    page.locator(".composer-prompts").get_by_role("button", name="现用工具").tap()
    expect(words).to_have_value(f"{entry.body}\n【现用工具】")
    words.press("End")
    page.keyboard.type("用友,三年")
    with page.expect_response("**/prompts/**"):
        page.locator(".composer .chip", has_text="Visit").tap()
    page.get_by_role("button", name="Save follow-up").tap()

    expect(page.locator("#timeline")).to_contain_text("用友,三年")
    record = FollowUp.objects.get(customer=row)
    assert (record.method, record.template is not None, record.quality) == ("visit", True, record.quality)
    assert Use.objects.get(followup_id=record.pk).entry == entry
    expect(page.locator("#timeline")).to_contain_text(entry.title)
