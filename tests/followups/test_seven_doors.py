"""Whatever door a move comes through, the verdict is one; and after a refusal nothing has changed."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.accounts.models import User
from genjin.customers.models import Customer, StageChange
from genjin.customers.rules import Stage
from genjin.followups.actions.stages import Move
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.upload import start_import
from genjin.kit.errors import RuleError
from genjin.selling.actions.stages import move_customers, move_stage
from genjin.selling.models import Opportunity
from genjin.selling.queries.following import out_of_line
from tests.refusals import refused

CLEAR = {"need": "更换排产系统", "budget": "80万", "is_authority_clear": "是"}
FORM = {"HX-Request": "true"}


def state() -> list[object]:
    """What a move could have touched."""
    tables = (
        "customers_customer",
        "customers_stagechange",
        "followups_task",
        "followups_deadline",
        "followups_evidence",
        "selling_opportunity",
        "selling_opportunitychange",
        "events_event",
    )
    found: list[object] = []
    with connection.cursor() as cursor:
        for table in tables:
            about = (
                "WHERE customer_id IS NOT NULL" if table == "events_event" else ""
            )  # an import says that it ran
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t {about}"
            )
            found.append(cursor.fetchone())
    return found


def verdict(deed: Callable[[], object]) -> str:
    """Do a deed; return "" or the code of the refusal."""
    try:
        deed()
    except RuleError as refusal:
        return refusal.code
    return ""


class Doors:
    """Every way a customer is moved; each method moves one as alice and returns "" or the code of the refusal."""

    def __init__(self, alice: User, client: Client, now: datetime) -> None:
        self.alice, self.client, self.now = alice, client, now
        client.force_login(alice)
        self.token = issue_token(alice, alice, name="t", days=1, now=timezone.now())

    @staticmethod
    def code_of(answer: Any) -> str:
        assert answer.status_code == 422
        lines = answer.context["lines"] if answer.context and "lines" in answer.context else []
        return "stage_gate_closed" if any(not line["is_met"] for line in lines) else "stage_not_reachable"

    def form(self, row: Customer, target: str) -> str:
        data = {"csrfmiddlewaretoken": "x", "stage": target, "reason": "客户说的"}
        answer = self.client.post(f"/customers/{row.pk}/stage/", data, headers=FORM)
        return "" if answer.status_code == 204 else self.code_of(answer)

    def drag(self, row: Customer, target: str) -> str:
        answer = self.client.post(f"/customers/{row.pk}/stage/", {"stage": target})
        if answer.status_code == 422 and not answer.context:
            return "stage_not_reachable"
        return "" if answer.status_code == 200 else self.code_of(answer)

    def bulk(self, row: Customer, target: str) -> str:
        data = {
            "csrfmiddlewaretoken": "x",
            "asked": "1",
            "ids": str(row.pk),
            "stage": target,
            "reason": "客户说的",
        }
        answer = self.client.post("/customers/stage/", data, headers=FORM)
        if answer.status_code == 204:
            return ""
        said = answer.context["form"].errors["stage"]
        with pytest.raises(RuleError) as caught:
            move_stage(self.alice, row, target, reason="客户说的", now=self.now)
        assert said == caught.value.fields["stage"]
        return caught.value.code

    def imported(self, row: Customer, target: str) -> str:
        sheet = f"客户名称,阶段\n{row.name},{Stage(target).label}\n".encode()
        batch = start_import(
            self.alice, ContentFile(sheet, name="a.csv"), {"mode": "update"}, now=timezone.now()
        )
        preview_batch(batch.pk)
        commit_batch(request_commit(self.alice, batch, now=timezone.now(), in_background=False).pk)
        codes = list(batch.problems.filter(code__startswith="stage_").values_list("code", flat=True))
        return codes[0] if codes else ""

    def api(self, row: Customer, target: str) -> str:
        body = json.dumps({"stage": target, "reason": "客户说的"})
        answer = self.client.post(
            f"/api/v1/customers/{row.pk}/stage", body, content_type="application/json", headers={"Authorization": f"Bearer {self.token}"}
        )  # fmt: skip
        return "" if answer.status_code == 200 else answer.json()["code"]

    def command(self, row: Customer, target: str) -> str:
        words = ("customer", "stage", str(row.pk), "--as", "alice", "--to", target, "--reason", "客户说的")
        return verdict(lambda: call_command(*words, stdout=io.StringIO()))

    def rule(self, row: Customer, target: str) -> str:
        return verdict(lambda: move_customers(None, [row.pk], Move(target, "规则"), now=self.now))


@pytest.fixture
def doors(alice: User, client: Client, now: datetime) -> Doors:
    return Doors(alice, client, now)


DOORS = ("form", "drag", "bulk", "imported", "api", "command", "rule")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("target", "shown", "code"),
    [
        ("qualified", (), "stage_gate_closed"),
        ("qualified", ("need", "budget"), "stage_gate_closed"),
        ("won", ("need", "budget", "authority"), "stage_not_reachable"),
        ("qualified", ("need", "budget", "authority"), ""),
    ],
)
def test_one_verdict_at_every_door(doors, alice, make_customer, prove, door, target, shown, code):
    row = make_customer(owner=alice, **CLEAR)
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    for one in shown:
        prove(alice, row, one)
    before = state()
    assert getattr(doors, door)(row, target) == code
    row.refresh_from_db()
    if code:
        assert (row.stage, state()) == ("prospect", before)
        return
    change = StageChange.objects.filter(customer=row).first()
    assert (row.stage, change.origin, change.target, len(change.evidence)) == (
        "qualified",
        "prospect",
        "qualified",
        3,
    )
    opened = Opportunity.objects.get(customer=row)
    assert (opened.stage, opened.kind, out_of_line()) == ("qualified", "first", [])


@pytest.mark.parametrize("door", DOORS)
def test_purchases_go_along_through_every_door(doors, alice, make_customer, prove, door):
    row = make_customer(owner=alice, contacts=[{"name": "王总", "is_decider": True}], **CLEAR)
    prove(alice, row, "need", "budget", "authority", "proposal_sent", "proposal_feedback")
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    for stage in ("qualified", "negotiation"):
        assert getattr(doors, door)(row, stage) == ""
        row.refresh_from_db()
    found = Opportunity.objects.get(customer=row)
    assert (row.stage, found.stage, out_of_line()) == ("negotiation", "negotiation", [])
    assert list(found.changes.values_list("origin", "target")) == [
        ("", "qualified"),
        ("qualified", "negotiation"),
    ]


def test_many_move_as_one_does(alice, make_customer, prove, now):
    one, two, three = rows = [make_customer(owner=alice, **CLEAR) for _ in range(3)]
    for row in rows:
        prove(alice, row, "need", "budget", "authority")
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(stage="prospect")
    move_stage(alice, one, "qualified", now=now)
    assert move_customers(alice, [two.pk, three.pk], Move("qualified"), now=now) == 2
    columns = ("stage", "stage_entered_at", "version", "no_next_step_since", "updated_by", "lost_reason")
    assert len(set(Customer.objects.filter(pk__in=[row.pk for row in rows]).values_list(*columns))) == 1
    history = StageChange.objects.exclude(origin="").values_list("at", "by", "origin", "target", "reason")
    assert (len(history), len(set(history))) == (3, 1)


def test_one_who_may_not_keeps_all_and_is_named(alice, make_customer, prove, now):
    ready, bare = (
        make_customer(owner=alice, **CLEAR),
        make_customer(owner=alice, name="杭州缺依据机电有限公司", **CLEAR),
    )
    prove(alice, ready, "need", "budget", "authority")
    Customer.objects.filter(pk__in=[ready.pk, bare.pk]).update(stage="prospect")
    with refused("stage_gate_closed") as caught:
        move_customers(alice, [ready.pk, bare.pk], Move("qualified"), now=now)
    assert [(one["id"], one["missing"]) for one in caught.value.details["refused"]] == [
        (bare.pk, ["need", "budget", "authority"])
    ]
    assert "杭州缺依据机电有限公司" in caught.value.message


def test_mixed_ids_move_nobody(alice, charlie, make_customer, prove, now):
    mine, theirs = make_customer(owner=alice, **CLEAR), make_customer(owner=charlie, **CLEAR)
    prove(alice, mine, "need", "budget", "authority")
    Customer.objects.filter(pk__in=[mine.pk, theirs.pk]).update(stage="prospect")
    with refused("not_found", status=404):
        move_customers(alice, [mine.pk, theirs.pk], Move("qualified"), now=now)
