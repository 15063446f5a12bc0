"""Delivery by the API."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from genjin.contracts.models import Milestone
from genjin.delivery.models import Project, ProjectStep, Risk
from genjin.followups.actions.files import attach_file
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


def test_a_project_from_opening_to_acceptance(alice, charlie, derek, fiona, call, signed, customer):
    today = timezone.localdate()
    body = {
        "contract": signed.pk,
        "lead": "derek",
        "starts_on": "2026-03-09",
        "planned_end": str(today - timedelta(days=1)),
        "with_usual_steps": True,
    }
    assert call(fiona).post("/deliveries", body).status_code == 403
    assert call(charlie).post("/deliveries", body).status_code == 422
    answer = call(alice).post("/deliveries", body)
    made = answer.json()
    assert (answer.status_code, made["name"], made["progress"], len(made["plan"])) == (
        201,
        "排产线采购合同",
        0,
        5,
    )
    at = f"/deliveries/{made['id']}"
    assert [row["id"] for row in call(derek).get("/deliveries?late=true").json()["items"]] == [made["id"]]
    assert call(derek).get("/deliveries?late=false").json()["items"] == []
    assert call(charlie).get(at).status_code == 404
    assert (
        call(charlie).post(f"{at}/slip", {"expected_end": str(today), "why": "机房晚了"}).status_code == 404
    )
    assert call(derek).post(f"{at}/start", {"on": "2026-03-10"}).json()["state"] == "running"
    step = made["plan"][0]["id"]
    assert call(derek).post(f"/deliveries/steps/{step}/done", {}).json()["progress"] == 10
    assert call(derek).post(f"/deliveries/steps/{step}/undone").json()["progress"] == 0
    assert call(charlie).post(f"/deliveries/steps/{step}/done", {}).status_code == 404
    late = (
        call(derek)
        .post(f"{at}/slip", {"expected_end": str(today + timedelta(days=9)), "why": "机房晚了"})
        .json()
    )
    assert (late["days_late"], late["slips"][0]["why"]) == (0, "机房晚了")
    assert (
        call(derek).post(f"{at}/slip", {"expected_end": str(today), "why": " "}).json()["code"]
        == "reason_missing"
    )
    assert call(derek).post(f"{at}/accept", {}).json()["code"] == "acceptance_empty"
    sheet = attach_file(alice, customer, ContentFile(b"%PDF-1.7", name="sheet.pdf"), now=timezone.now())
    done = call(derek).post(f"{at}/accept", {"file": sheet.pk}).json()
    assert (done["state"], done["acceptances"][0]["file"]["id"]) == ("accepted", sheet.pk)
    assert Milestone.objects.get(trigger="acceptance").due_on == today
    assert call(alice).post(f"{at}/reopen", {"reason": "签错"}).json()["state"] == "running"
    assert Milestone.objects.get(trigger="acceptance").due_on is None


def test_steps_risks_and_team(alice, derek, call, signed):
    made = call(alice).post("/deliveries", {"contract": signed.pk}).json()
    at = f"/deliveries/{made['id']}"
    team = call(alice).post(f"{at}/team", {"person": "derek", "part": "engineer"}).json()["team"]
    step = (
        call(derek)
        .post(f"{at}/steps", {"name": "安装", "owner": "derek", "due_on": "2027-02-28", "trigger": "arrival"})
        .json()["plan"][0]
    )
    assert (step["owner"]["name"], step["trigger"]) == (derek.name, "arrival")
    changed = (
        call(derek)
        .patch(f"/deliveries/steps/{step['id']}", {"name": "安装调试", "weight": 60})
        .json()["plan"][0]
    )
    assert (changed["name"], changed["owner"]["name"], changed["weight"]) == ("安装调试", derek.name, 60)
    risk = call(derek).post(f"{at}/risks", {"text": "缺料", "level": "low"}).json()["risks"][0]
    assert (
        call(derek).patch(f"/deliveries/risks/{risk['id']}", {"text": "缺料", "closed": True}).json()["code"]
        == "answer_missing"
    )
    closed = (
        call(derek)
        .patch(f"/deliveries/risks/{risk['id']}", {"text": "缺料", "answer": "换供应商", "closed": True})
        .json()
    )
    assert closed["open_risks"] == 0
    assert call(derek).delete(f"/deliveries/steps/{step['id']}").status_code == 204
    kickoff = (
        call(derek)
        .post(f"{at}/kickoff", {"on": "2026-03-10", "minutes": "到会五人", "split": "我方装"})
        .json()
    )
    assert kickoff["kickoff_split"] == "我方装"
    version = kickoff["version"]
    assert call(derek).patch(at, {"notes": "加急", "version": version}).json()["notes"] == "加急"
    assert call(alice).patch(at, {"notes": "x", "version": version}).status_code == 409
    assert call(alice).post(f"{at}/stop", {"reason": "取消"}).json()["state"] == "stopped"
    assert call(alice).post(f"{at}/resume").json()["state"] == "running"
    assert call(alice).delete(f"/deliveries/members/{team[0]['id']}").status_code == 204
    assert call(derek).get(at).status_code == 404
    assert Project.objects.get().notes == "加急"


def test_what_a_patch_leaves_out_stays(alice, derek, call, signed):
    made = call(alice).post("/deliveries", {"contract": signed.pk, "lead": "derek"}).json()
    at = f"/deliveries/{made['id']}"
    body = {"name": "上线", "owner": "derek", "due_on": "2026-04-10", "weight": 30, "trigger": "launch"}
    step = ProjectStep.objects.get(pk=call(derek).post(f"{at}/steps", body).json()["plan"][0]["id"])
    assert call(derek).patch(f"/deliveries/steps/{step.pk}", {"weight": 60}).status_code == 200
    step.refresh_from_db()
    assert (step.name, step.owner, str(step.due_on), step.weight, step.trigger) == (
        "上线", derek, "2026-04-10", 60, "launch",
    )  # fmt: skip
    assert call(derek).patch(f"/deliveries/steps/{step.pk}", {"owner": None}).status_code == 200
    step.refresh_from_db()
    assert (step.owner, step.trigger) == (None, "launch")
    body = {"text": "缺料", "level": "high", "owner": "derek", "answer": "换供应商"}
    assert call(derek).post(f"{at}/risks", body).status_code == 200
    risk = Risk.objects.get()
    assert call(derek).patch(f"/deliveries/risks/{risk.pk}", {"closed": True}).status_code == 200
    risk.refresh_from_db()
    assert (risk.text, risk.level, risk.owner, risk.answer, risk.closed_by) == (
        "缺料", "high", derek, "换供应商", derek,
    )  # fmt: skip
    assert call(derek).patch(f"/deliveries/risks/{risk.pk}", {"level": "low"}).status_code == 200
    risk.refresh_from_db()
    assert risk.closed_by == derek
