"""A consultant on site with a phone: a step ticked, the acceptance sheet photographed, the payment due."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from genjin.contracts.models import Contract, Milestone
from genjin.customers.models import Customer
from genjin.delivery.actions.projects import NewProject, open_project, start_project
from genjin.selling.models import Opportunity
from tests.browser.conftest import Windows


def test_a_step_is_ticked_and_the_acceptance_makes_the_payment_due(
    windows: Windows, customer: Callable[..., Customer], person: Callable[..., object]
) -> None:
    row, now, today = customer("绍兴越城印染有限公司", owner="alice"), timezone.now(), timezone.localdate()
    alice = person("alice")
    wish = Opportunity.objects.create(
        customer=row, name="能耗监测", owner=alice, stage="won", stage_entered_at=now, opened_at=now, closed_at=now
    )  # fmt: skip
    contract = Contract.objects.create(
        number=f"HT-B{row.pk}", customer=row, opportunity=wish, title="能耗监测", amount=1000, state="signed",
        signed_on=today - timedelta(days=9), created_at=now,
    )  # fmt: skip
    contract.milestones.create(name="尾款", amount=1000, trigger="acceptance")
    new = NewProject(
        "能耗监测", None, today - timedelta(days=9), today + timedelta(days=9), with_usual_steps=True
    )
    project = open_project(alice, contract, new, now=now)
    start_project(alice, project, on=today - timedelta(days=8), now=now)

    page = windows.phone("alice", f"/deliveries/{project.pk}/")
    first = page.locator(".project-step").first
    first.get_by_role("button", name="Tick as done").click()
    expect(page.locator(".project-step.is-done")).to_have_count(1)
    expect(page.locator(".project-head")).to_contain_text("10%")
    page.get_by_role("button", name="Acceptance", exact=True).click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=file]").set_input_files(
        {"name": "sheet.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sheet"}
    )
    dialog.get_by_role("button", name="Accepted").click()
    expect(page.locator("#acceptance")).to_contain_text("sheet.pdf")
    expect(page.locator("#payments")).to_contain_text(f"due {today}")
    assert Milestone.objects.get(contract=contract).due_on == today
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
