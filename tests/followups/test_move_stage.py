"""The one transition service: the whole table, its gates, its reasons."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from genjin.customers.actions.people import involve
from genjin.customers.models import Choice, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof, Standing, check_stage_move, gate, needs_reason, reachable
from genjin.events.models import Event
from genjin.followups.actions.stages import move_stage
from genjin.kit.errors import RuleError
from tests.refusals import refused, unseen

ALLOWED = {
    ("lead", "prospect"), ("prospect", "qualified"), ("qualified", "negotiation"), ("negotiation", "won"), ("won", "repeat"),
    ("prospect", "lead"), ("qualified", "prospect"), ("negotiation", "qualified"), ("won", "negotiation"), ("repeat", "won"),
    ("lead", "lost"), ("prospect", "lost"), ("qualified", "lost"), ("negotiation", "lost"), ("won", "lost"), ("repeat", "lost"),
    ("lost", "prospect"),
}  # fmt: skip
COMPLETE = Standing(
    stage=Stage.LEAD, score=5, pass_mark=5, has_effective_contact=True, is_need_clear=True, is_budget_clear=True,
    is_authority_clear=True, has_decider=True, proofs=frozenset(Proof.values),
)  # fmt: skip
EVERYTHING = {
    "industry": "制造业", "budget": "80万", "is_authority_clear": "是", "need": "更换排产系统",
}  # fmt: skip


@pytest.fixture
def reason_for_loss(db):
    return Choice.objects.get_or_create(kind="lost_reason", name="同行", defaults={"waives_touches": True})[0]


@pytest.mark.parametrize(("origin", "target"), list(product(Stage, Stage)))
def test_the_whole_table(origin, target):
    standing = replace(COMPLETE, stage=origin)
    if (origin, target) in ALLOWED:
        check_stage_move(standing, target, reason="合同")
        assert target in reachable(origin)
        return
    with pytest.raises(RuleError) as caught:
        check_stage_move(standing, target, reason="合同")
    assert caught.value.code == ("stage_same" if origin == target else "stage_not_reachable")


UP = {
    ("lead", "prospect"), ("prospect", "qualified"), ("qualified", "negotiation"), ("negotiation", "won"), ("won", "repeat"),
}  # fmt: skip


@pytest.mark.parametrize(("origin", "target"), sorted(ALLOWED))
def test_on_the_way_up_evidence_speaks_every_other_move_asks_for_a_reason(origin, target):
    standing, target = replace(COMPLETE, stage=Stage(origin)), Stage(target)
    assert needs_reason(Stage(origin), target) == ((origin, target) not in UP)
    if (origin, target) in UP:
        check_stage_move(standing, target, reason="")
        return
    with pytest.raises(RuleError) as caught:
        check_stage_move(standing, target, reason="  ")
    assert caught.value.code == "stage_reason_missing"


@pytest.mark.parametrize(
    ("origin", "target", "lacking", "missing"),
    [
        ("lead", "prospect", {"score": 4}, ["score"]),
        ("lead", "prospect", {"has_effective_contact": False}, ["first_contact"]),
        ("lead", "prospect", {"score": 0, "has_effective_contact": False}, ["score", "first_contact"]),
        ("prospect", "qualified", {"is_need_clear": False}, ["need"]),
        ("prospect", "qualified", {"is_budget_clear": False}, ["budget"]),
        ("prospect", "qualified", {"is_authority_clear": False}, ["authority"]),
        ("prospect", "qualified", {"is_need_clear": False, "is_budget_clear": False}, ["need", "budget"]),
        ("prospect", "qualified", {"proofs": frozenset()}, ["need", "budget", "authority"]),
        ("prospect", "qualified", {"proofs": frozenset({"need", "authority"})}, ["budget"]),
        ("qualified", "negotiation", {"proofs": frozenset({"proposal_sent"})}, ["proposal_feedback"]),
        ("qualified", "negotiation", {"proofs": frozenset(), "has_decider": False}, ["proposal_sent", "proposal_feedback", "decider"]),
        ("negotiation", "won", {"proofs": frozenset(Proof.values) - {"contract"}}, ["contract"]),
        ("won", "repeat", {"proofs": frozenset()}, ["new_need"]),
        ("lead", "lost", {"proofs": frozenset(), "silent_days": 59}, ["refusal"]),
        ("won", "lost", {"proofs": frozenset({"contract"})}, ["refusal"]),
    ],
)  # fmt: skip
def test_a_gate_stays_shut_and_names_what_is_missing(origin, target, lacking, missing):
    standing = replace(COMPLETE, stage=Stage(origin), **lacking)
    with pytest.raises(RuleError) as caught:
        check_stage_move(standing, Stage(target), reason="我说可以")
    assert (caught.value.code, caught.value.details) == ("stage_gate_closed", {"missing": missing})


@pytest.mark.parametrize(
    "standing",
    [{"proofs": frozenset({"refusal"})}, {"silent_days": 60}, {"excepted": frozenset({"refusal"})}],
)
def test_a_loss_is_shown_by_a_refusal_by_long_silence_or_answered_for(standing):
    bare = replace(COMPLETE, stage=Stage.QUALIFIED, proofs=frozenset())
    check_stage_move(replace(bare, **standing), Stage.LOST, reason="预算不足")


def test_the_sentence_says_what_kind_is_missing():
    bare = replace(
        COMPLETE,
        stage=Stage.PROSPECT,
        proofs=frozenset({"budget"}),
        is_budget_clear=False,
        is_authority_clear=False,
    )
    need, budget, authority = gate(bare, Stage.QUALIFIED)
    assert [line.lacks for line in (need, budget, authority)] == [
        ("evidence",),
        ("field",),
        ("field", "evidence"),
    ]
    assert len({line.sentence.partition("：")[2] or line.sentence for line in (need, budget, authority)}) == 3


@pytest.mark.parametrize(
    ("origin", "target"), [("qualified", "prospect"), ("lost", "prospect"), ("negotiation", "qualified")]
)
def test_on_the_way_back_no_gate_stands(origin, target):
    bare = Standing(Stage(origin), 0, 5, False, False, False, False)
    check_stage_move(bare, Stage(target), reason="客户重新考虑")


def at(customer, stage):
    Customer.objects.filter(pk=customer.pk).update(stage=stage)
    return customer


def test_from_lead_to_qualified_on_facts_and_evidence(alice, make_customer, prove, now):
    row = make_customer(owner=alice, **EVERYTHING)
    with refused("stage_gate_closed") as caught:
        move_stage(alice, row, "prospect", now=now)
    assert caught.value.details == {"missing": ["first_contact"]}
    Customer.objects.filter(pk=row.pk).update(last_contact_at=now)
    tomorrow = now + timedelta(days=1)
    move_stage(alice, row, "prospect", now=tomorrow)
    with refused("stage_gate_closed") as caught:
        move_stage(alice, row, "qualified", reason="我说可以", now=tomorrow)
    assert caught.value.details == {"missing": ["need", "budget", "authority"]}
    shown = [prove(alice, row, "need", "budget").pk, prove(alice, row, "authority").pk]
    move_stage(alice, row, "qualified", now=tomorrow)
    assert StageChange.objects.filter(customer=row).first().evidence == shown
    row.refresh_from_db()
    assert (row.stage, row.stage_entered_at, row.version, row.updated_by) == ("qualified", tomorrow, 3, alice)
    moves = StageChange.objects.filter(customer=row).order_by("id").values_list("origin", "target", "by")
    assert list(moves)[1:] == [("lead", "prospect", alice.pk), ("prospect", "qualified", alice.pk)]
    told = Event.objects.about(row.pk).filter(kind="customer.stage_moved").last()
    assert (told.data["origin"], told.data["target"]) == ("prospect", "qualified")


def test_losing_needs_a_reason_from_the_list_and_what_shows_it(
    alice, make_customer, reason_for_loss, prove, now
):
    row = make_customer(owner=alice)
    with refused("lost_reason_missing"):
        move_stage(alice, row, "lost", reason="不要了", now=now)
    with refused("stage_gate_closed"):
        move_stage(alice, row, "lost", reason="不要了", lost_reason=reason_for_loss, now=now)
    prove(alice, row, "refusal", text="客户邮件答复:今年不采购")
    move_stage(alice, row, "lost", reason="明年再说", lost_reason=reason_for_loss, now=now)
    row.refresh_from_db()
    assert (row.stage, row.lost_reason, row.no_next_step_since) == ("lost", reason_for_loss, None)
    assert StageChange.objects.filter(customer=row).first().reason == "同行 · 明年再说"


def test_back_from_lost_the_customer_waits_for_a_next_step_again(
    alice, make_customer, reason_for_loss, prove, now
):
    row = make_customer(owner=alice)
    prove(alice, row, "refusal")
    move_stage(alice, row, "lost", lost_reason=reason_for_loss, now=now)
    with refused("stage_reason_missing"):
        move_stage(alice, row, "prospect", now=now)
    later = now + timedelta(days=30)
    move_stage(alice, row, "prospect", reason="预算批了", now=later)
    row.refresh_from_db()
    assert (row.stage, row.lost_reason, row.no_next_step_since) == ("prospect", None, later)


@pytest.mark.parametrize(
    ("target", "code"), [("vip", "stage_unknown"), ("lead", "stage_same"), ("won", "stage_not_reachable")]
)
def test_what_the_table_does_not_know_moves_nothing(alice, make_customer, now, target, code):
    row = make_customer(owner=alice)
    with refused(code):
        move_stage(alice, row, target, reason="合同", now=now)


def test_the_lead_may_helper_and_auditor_may_not_a_stranger_sees_nothing(
    bob, charlie, erin, alice, make_customer, prove, now
):
    row = at(make_customer(owner=alice, contacts=[{"name": "王强", "is_decider": "1"}]), "qualified")
    prove(alice, row, "proposal_sent", "proposal_feedback")
    with unseen():
        move_stage(charlie, row, "negotiation", reason="报价已发", now=now)
    involve(row.pk, [charlie], via="task", subject_id=1)
    with refused("not_yours", status=403):
        move_stage(charlie, row, "negotiation", reason="报价已发", now=now)
    with refused("forbidden", status=403):
        move_stage(erin, row, "negotiation", reason="报价已发", now=now)
    assert move_stage(bob, row, "negotiation", reason="报价已发", now=now).stage == "negotiation"
