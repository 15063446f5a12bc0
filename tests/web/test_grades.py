"""The pages on which grades are proposed, looked at, confirmed, planned and given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.accounts.queries import local_day
from genjin.approvals.models import Request
from genjin.customers.models import Choice, Customer
from genjin.customers.rules.overrides import USUAL
from genjin.customers.rules.regrade import reason_words
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Deadline, FollowUpPlan, GradePolicy, Task


@pytest.fixture
def known(alice, make_customer):
    """A confirmed B whose budget and decision are clear, with a step planned far away."""
    now = timezone.now()
    row = make_customer(owner=alice, need="两条产线的排产系统", budget="80万", is_authority_clear="是")
    grade_customers(alice, [row.pk], "B", reason="待确认", now=now - timedelta(days=1))
    new = NewFollowUp(
        "phone", "预算和决策流程都已经确认", now, next_actions=[NewTask("上门演示", now + timedelta(days=13))]
    )
    record_contact(alice, row, new, now=now)
    return Customer.objects.get(pk=row.pk)


def test_a_proposal_is_shown_with_its_difference_and_confirmed_by_one_click(alice, client, known):
    client.force_login(alice)
    page = client.get(f"/customers/{known.pk}/")
    shown = page.context["proposal"]
    assert (shown["grade"], shown["now"], len(shown["moves"])) == ("A", "B", 1)
    task = Task.objects.get()
    body = page.content.decode()
    assert shown["reason"] in body
    assert task.due_at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d") in body
    sent = {"asked": "1", "grade": "A", "reason": shown["reason"], "seen": shown["found"].mark, "chosen": "1", "move": task.pk}  # fmt: skip
    answer = client.post(f"/customers/{known.pk}/grade/", sent)
    assert answer.headers["Location"] == f"/customers/{known.pk}/"
    row = Customer.objects.get(pk=known.pk)
    assert (row.grade, row.grade_proposal) == ("A", "")
    assert Task.objects.get().due_at == shown["moves"][0]["new"]
    assert "proposal" not in client.get(f"/customers/{known.pk}/").context


def test_the_difference_is_shown_before_anything_is_written(alice, client, known):
    client.force_login(alice)
    before = Task.objects.get().due_at
    page = client.post(f"/customers/{known.pk}/grade/", {"asked": "1", "grade": "C", "reason": "项目推迟"})
    assert page.status_code == 200
    assert (page.context["found"].changed, page.context["found"].later) == (1, 1)
    assert page.context["until"] == local_day(timezone.now()) + USUAL  # the rules say A
    assert Customer.objects.get(pk=known.pk).grade == "B"
    sent = {"asked": "1", "grade": "C", "reason": "项目推迟", "seen": page.context["found"].mark}
    kept = client.post(f"/customers/{known.pk}/grade/", sent | {"chosen": "1"})  # the one task unticked
    assert kept.status_code == 302
    assert (Customer.objects.get(pk=known.pk).grade, Task.objects.get().due_at) == ("C", before)


def test_what_changed_meanwhile_is_shown_anew(alice, client, known):
    client.force_login(alice)
    sent = {"asked": "1", "grade": "C", "reason": "项目推迟", "seen": "of yesterday"}
    page = client.post(f"/customers/{known.pk}/grade/", sent)
    assert (page.status_code, page.context["is_new"]) == (200, True)
    assert Customer.objects.get(pk=known.pk).grade == "B"


def test_confirming_what_it_is_asks_no_second_time(alice, client, known):
    client.force_login(alice)
    answer = client.post(f"/customers/{known.pk}/grade/", {"asked": "1", "grade": "B", "reason": "先观察"})
    assert answer.status_code == 302
    assert Customer.objects.get(pk=known.pk).grade_reason == "先观察"


def test_many_at_once_see_a_summary_first(alice, client, known, make_customer):
    other = make_customer(owner=alice)
    client.force_login(alice)
    ids = {"ids": f"{known.pk},{other.pk}", "asked": "1", "grade": "A", "reason": "季度重点"}
    opened = client.post("/customers/grade/", {"ids": [known.pk, other.pk]}, headers={"HX-Request": "true"})
    assert opened.status_code == 200
    page = client.post("/customers/grade/", ids, headers={"HX-Request": "true"})
    found = page.context["found"]
    assert (found.customers, found.changed, len(found.moves), found.plans) == (2, 2, 1, 2)
    done = client.post("/customers/grade/", ids | {"seen": found.mark}, headers={"HX-Request": "true"})
    assert done.status_code == 204
    assert set(Customer.objects.values_list("grade", flat=True)) == {"A"}
    assert Deadline.objects.running().filter(kind="plan").count() == 2


def test_out_of_sight_is_as_good_as_missing(charlie, client, known):
    client.force_login(charlie)
    sent = {"asked": "1", "grade": "A", "reason": "x"}
    assert client.post(f"/customers/{known.pk}/grade/", sent).status_code == 404
    assert client.post("/customers/grade/", sent | {"ids": str(known.pk)}).status_code == 404
    assert client.get(f"/customers/{known.pk}/plan/").status_code == 404


def test_the_list_of_proposals_and_its_filters(alice, client, known, make_customer):
    quiet = make_customer(owner=alice, do_not_disturb="是")
    client.force_login(alice)
    page = client.get("/customers/?tab=proposals")
    assert [row["id"] for row in page.context["rows"]] == [known.pk]
    assert reason_words(known.grade_proposal_reason) in page.content.decode()

    def found(field, value, op="eq"):
        page = client.get(f"/customers/?tab=mine&f={field}&op={op}&v={value}&v2=")
        return {row["id"] for row in page.context["rows"]}

    assert found("grade_proposal", "A") == {known.pk}
    assert found("grade_proposal", "", "empty") == {quiet.pk}
    assert found("is_grade_confirmed", "yes") == {known.pk}
    assert found("do_not_disturb", "yes") == {quiet.pk}
    assert found("do_not_disturb", "perhaps") == set()


def test_a_plan_is_filed_acknowledged_and_returned(alice, bob, client, known):
    client.force_login(alice)
    form = client.get(f"/customers/{known.pk}/plan/").context["form"]
    assert form.initial["cadence_days"] == 14
    wrong = {"goal": "签约", "cadence_days": "40", "channels": ["phone"]}
    assert client.post(f"/customers/{known.pk}/plan/", wrong).status_code == 422
    client.post(f"/customers/{known.pk}/plan/", wrong | {"cadence_days": "7"})
    plan = FollowUpPlan.objects.get()
    assert client.get(f"/plans/{plan.pk}/acknowledge/").status_code == 403
    assert not Deadline.objects.running().filter(kind="plan").exists()
    client.force_login(bob)
    assert [row["id"] for row in client.get("/plans/").context["rows"]] == [plan.pk]
    assert client.post(f"/plans/{plan.pk}/return/", {"comment": ""}).status_code == 422
    client.post(f"/plans/{plan.pk}/return/", {"comment": "写明日期"})
    client.force_login(alice)
    page = client.get(f"/customers/{known.pk}/")
    assert (page.context["plan_shown"]["plan"]["tone"], page.context["plan_shown"]["may_answer"]) == (
        "red",
        False,
    )
    assert "写明日期" in page.content.decode()
    assert [row["id"] for row in client.get("/plans/?tab=mine").context["rows"]] == [plan.pk]


def test_too_early_the_dialog_offers_to_ask_the_lead(alice, bob, client, known, pool):
    reason = Choice.objects.get_or_create(kind="release_reason", name="暂无需求")[0]
    client.force_login(alice)
    sent = {"asked": "1", "pool": pool.pk, "reason": reason.pk, "csrfmiddlewaretoken": "x"}
    page = client.post(f"/customers/{known.pk}/release/", sent)
    assert page.status_code == 422
    assert "approval_reason" in page.context["form"].fields
    assert Customer.objects.get(pk=known.pk).owner == alice
    client.post(f"/customers/{known.pk}/release/", sent | {"approval_reason": "客户老板出国一年"})
    asked = Request.objects.get(kind="discard")
    client.force_login(bob)
    client.post(f"/requests/{asked.pk}/grant/", {"answer": "同意"})
    row = Customer.objects.get(pk=known.pk)
    assert (row.owner, row.pool) == (None, pool)


def test_lost_too_early_is_asked_for_the_same_way(alice, client, known):
    reason = Choice.objects.get_or_create(kind="lost_reason", name="价格")[0]
    client.force_login(alice)
    sent = {"stage": "lost", "lost_reason": reason.pk, "reason": "嫌贵", "csrfmiddlewaretoken": "x"}
    page = client.post(f"/customers/{known.pk}/stage/", sent)
    assert page.status_code == 422
    assert "approval_reason" in page.context["form"].fields
    client.post(f"/customers/{known.pk}/stage/", sent | {"approval_reason": "已与对手签约"})
    assert Request.objects.get(kind="discard").data["words"] == "嫌贵"
    assert Customer.objects.get(pk=known.pk).stage == "lead"


def test_administrators_publish_terms_and_see_what_differed(alice, dora, client):
    client.force_login(alice)
    assert client.get("/settings/grades/").status_code == 403
    client.force_login(dora)
    form = client.get("/settings/grades/next/").context["form"]
    sent = {name: "" if value is None else value for name, value in form.initial.items()}
    sent = {name: list(value) if isinstance(value, tuple) else value for name, value in sent.items()}
    before = GradePolicy.objects.count()
    wrong = client.post("/settings/grades/next/", sent | {"A.min_gap_days": 9})
    assert wrong.status_code == 422
    assert "A.min_gap_days" in wrong.context["form"].errors
    assert GradePolicy.objects.count() == before
    assert (
        client.post("/settings/grades/next/", sent | {"B.touches": 4, "note": "加强跟进"}).status_code == 302
    )
    newest = client.get("/settings/grades/").context["history"][0]
    assert (newest["by"], newest["note"], len(newest["changes"])) == (dora.name, "加强跟进", 1)
    assert newest["changes"][0].endswith("3 → 4")
