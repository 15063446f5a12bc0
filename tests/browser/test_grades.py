"""Another grade with its difference shown first, a plan the lead acknowledges, and a customer given up too early."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import FollowUpPlan, Task
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def _spoken(row: Customer) -> Task:
    """Let its owner confirm B, talk, and plan a step."""
    now = timezone.now()
    assert row.owner is not None
    grade_customers(row.owner, [row.pk], "B", reason="to be confirmed", now=now)
    step = NewTask("Show the planning system", now + timedelta(days=3))
    said = NewFollowUp(
        "phone", "Budget and decision flow are settled on their side", now, next_actions=[step]
    )
    record_contact(row.owner, row, said, now=now)
    return Task.objects.get(customer=row)


def test_regrading_shows_what_moves_before_it_moves(windows: Windows, customer: MakeCustomer) -> None:
    row = customer("湖州南浔木业有限公司", owner="alice", need="两台数控锯")
    task = _spoken(row)
    alice = windows.open("alice", f"/customers/{row.pk}/")
    alice.locator(".customer-head .drop summary").click()
    alice.get_by_role("link", name="Grade", exact=True).click()
    dialog = alice.locator("#dialog")
    dialog.locator("[name=grade]").select_option("C")
    dialog.locator("[name=reason]").fill("The project waits for next year")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.locator(".moves li")).to_contain_text("Show the planning system")
    expect(dialog.locator(".moves del")).to_have_text(timezone.localtime(task.due_at).strftime("%Y-%m-%d"))
    row.refresh_from_db()
    assert row.grade == "B"  # only looked at
    shown = dialog.locator(".moves b").inner_text()
    dialog.get_by_role("button", name="Confirm").click()
    expect(alice.locator("#toasts")).to_contain_text("Graded")
    row.refresh_from_db()
    task.refresh_from_db()
    assert (row.grade, timezone.localtime(task.due_at).strftime("%Y-%m-%d %H:%M")) == ("C", f"{shown} 09:00")
    expect(alice.locator("#plan")).to_contain_text("A plan is due")


def test_a_proposal_is_confirmed_by_one_click_and_its_plan_acknowledged(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer(
        "湖州长兴电池有限公司",
        owner="alice",
        need="两条产线",
        budget_max=800_000,
        is_authority_clear=True,
        purchase_timing="三季度",
    )
    _spoken(row)
    alice = windows.open("alice", f"/customers/{row.pk}/")
    card = alice.locator("#grade-proposal")
    expect(card).to_contain_text("Budget and decision flow are clear now")
    card.get_by_role("button", name="Confirm A").click()
    expect(alice.locator("#toasts")).to_contain_text("Graded")
    expect(alice.locator("#grade-proposal")).to_have_count(0)

    alice.locator("#plan").get_by_role("button", name="File the plan").click()
    alice.locator("#dialog [name=goal]").fill("Demonstrate in June, sign in July")
    alice.locator("#dialog").get_by_role("button", name="File").click()
    expect(alice.locator("#plan")).to_contain_text("Filed")
    bob = windows.open("bob", "/plans/")
    line = bob.locator("tr", has_text="湖州长兴电池有限公司")
    line.get_by_role("button", name="Acknowledge").click()
    bob.locator("#dialog").get_by_role("button", name="Acknowledge").click()
    expect(bob.locator("tr", has_text="湖州长兴电池有限公司")).to_have_count(0)
    assert FollowUpPlan.objects.get(customer=row).status == "acknowledged"


def test_given_up_too_early_the_lead_is_asked(windows: Windows, customer: MakeCustomer) -> None:
    row = customer("湖州德清乐器有限公司", owner="alice")
    alice = windows.open("alice", f"/customers/{row.pk}/")
    alice.locator(".customer-head .drop summary").click()
    alice.get_by_role("link", name="To the pool").click()
    dialog = alice.locator("#dialog")
    dialog.locator("[name=reason]").select_option(label="暂无需求")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("1 are missing")
    dialog.locator("[name=approval_reason]").fill("The factory closes in spring")
    dialog.get_by_role("button", name="Save").click()
    expect(alice.locator("#toasts")).to_contain_text("Your lead is asked")
    row.refresh_from_db()
    assert (row.owner is not None, Request.objects.filter(kind="discard", customer_id=row.pk).count()) == (
        True,
        1,
    )
