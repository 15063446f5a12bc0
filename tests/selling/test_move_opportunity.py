"""A purchase moves through the gates of its customer, and the customer follows in the same transaction."""

from datetime import timedelta

import pytest

from genjin.customers.models import Participant, StageChange
from genjin.followups.actions.evidence import NewEvidence
from genjin.followups.actions.stages import Move
from genjin.selling.actions.opportunities import NewOpportunity, change_opportunity, open_opportunity
from genjin.selling.actions.stages import move_customers, move_opportunity, move_stage, prove_and_move
from genjin.selling.models import Opportunity, OpportunityChange
from genjin.selling.queries.following import out_of_line
from tests.races import at_once
from tests.refusals import refused, unseen
from tests.selling.conftest import ALL, stages


@pytest.fixture
def qualified(prospect, prove, alice, now):
    """A customer of alice's that became qualified, with its first purchase."""
    row = prospect(alice)
    prove(alice, row, "need", "budget", "authority")
    return move_stage(alice, row, "qualified", now=now)


def won(row, prove, alice, now):
    """Take a qualified customer all the way to its first purchase."""
    prove(alice, row, "proposal_sent", "proposal_feedback")
    prove(alice, row, "contract")
    (one,) = Opportunity.objects.filter(customer=row)
    move_opportunity(alice, one, "negotiation", now=now)
    return move_opportunity(alice, one, "won", now=now)


def test_the_first_purchase_opens_when_the_customer_becomes_qualified(qualified, alice, now):
    one = Opportunity.objects.get(customer=qualified)
    assert (one.stage, one.kind, one.owner, one.name) == ("qualified", "first", alice, "更换排产系统")
    assert (one.amount, one.opened_at, one.closed_at) == (800_000, now, None)
    assert list(one.changes.values_list("origin", "target")) == [("", "qualified")]


def test_the_customer_goes_with_its_purchase_and_back(qualified, prove, alice, now):
    one = Opportunity.objects.get(customer=qualified)
    with refused("stage_gate_closed") as caught:
        move_opportunity(alice, one, "negotiation", now=now)
    assert caught.value.details["missing"] == ["proposal_sent", "proposal_feedback"]
    prove(alice, qualified, "proposal_sent", "proposal_feedback")
    move_opportunity(alice, one, "negotiation", now=now)
    assert stages(qualified) == ("negotiation", ["negotiation"])
    with refused("stage_reason_missing"):
        move_opportunity(alice, one, "qualified", now=now)
    move_opportunity(alice, one, "qualified", reason="客户要重新比较", now=now)
    assert stages(qualified) == ("qualified", ["qualified"])
    with refused("stage_not_reachable"):
        move_opportunity(alice, one, "won", now=now)
    assert list(OpportunityChange.objects.values_list("origin", "target", "reason")) == [
        ("", "qualified", ""),
        ("qualified", "negotiation", ""),
        ("negotiation", "qualified", "客户要重新比较"),
    ]


def test_a_purchase_goes_with_its_customer(qualified, prove, alice, now):
    prove(alice, qualified, "proposal_sent", "proposal_feedback")
    move_customers(alice, [qualified.pk], Move("negotiation"), now=now)
    assert stages(qualified) == ("negotiation", ["negotiation"])
    move_stage(alice, qualified, "qualified", reason="重新比较", now=now)
    move_stage(alice, qualified, "prospect", reason="需求又不清楚了", now=now)
    assert stages(qualified) == ("prospect", ["lost"])
    move_stage(alice, qualified, "qualified", now=now)
    assert stages(qualified) == ("qualified", ["qualified"])  # the same one goes on


def test_a_signed_contract_wins_with_its_evidence_at_once(qualified, prove, alice, now):
    prove(alice, qualified, "proposal_sent", "proposal_feedback")
    one = Opportunity.objects.get(customer=qualified)
    move_opportunity(alice, one, "negotiation", now=now)
    one.refresh_from_db()
    said = NewEvidence(kind="verbal", proves=["need"], text="客户又说了一次")
    with refused("stage_gate_closed"):
        move_opportunity(alice, one, "won", evidence=said, now=now)
    prove(alice, qualified, "contract")
    move_opportunity(alice, one, "won", version=one.version, now=now)
    assert stages(qualified) == ("won", ["won"])
    with refused("version_conflict", status=409):
        move_opportunity(alice, one, "negotiation", reason="合同作废", version=one.version, now=now)


def test_losing_asks_a_reason_and_the_refusal_only_of_the_last(qualified, too_dear, prove, alice, now):
    first = Opportunity.objects.get(customer=qualified)
    second = open_opportunity(alice, qualified, NewOpportunity(name="二号车间"), now=now)
    with refused("lost_reason_missing"):
        move_opportunity(alice, first, "lost", now=now)
    move_opportunity(alice, first, "lost", lost_reason=too_dear, now=now)
    assert stages(qualified) == ("qualified", ["lost", "qualified"])
    with refused("stage_gate_closed"):
        move_opportunity(alice, second, "lost", lost_reason=too_dear, now=now)
    prove(alice, qualified, "refusal")
    move_opportunity(alice, second, "lost", lost_reason=too_dear, now=now)
    qualified.refresh_from_db()
    assert (stages(qualified), qualified.lost_reason) == (("lost", ["lost", "lost"]), too_dear)
    with refused("customer_not_there", status=409):
        move_opportunity(alice, second, "qualified", reason="又来了", now=now)


def test_losing_a_customer_loses_what_is_open_with_the_reason(qualified, too_dear, prove, alice, now):
    open_opportunity(alice, qualified, NewOpportunity(name="二号车间"), now=now)
    prove(alice, qualified, "refusal")
    move_stage(alice, qualified, "lost", lost_reason=too_dear, now=now)
    assert stages(qualified) == ("lost", ["lost", "lost"])
    assert set(Opportunity.objects.values_list("lost_reason__name", flat=True)) == {"价格太高"}
    move_stage(alice, qualified, "prospect", reason="又来询价", now=now)
    assert stages(qualified) == ("prospect", ["lost", "lost"])
    move_stage(alice, qualified, "qualified", now=now + timedelta(days=1))
    assert stages(qualified) == ("qualified", ["lost", "lost", "qualified"])  # what was given up stays so


def test_a_second_purchase_does_not_set_the_customer_back(qualified, prove, alice, now):
    won(qualified, prove, alice, now)
    later = now + timedelta(days=90)
    second = open_opportunity(alice, qualified, NewOpportunity(name="二期"), now=later)
    assert (second.kind, second.on_new_need, stages(qualified)) == (
        "repeat",
        False,
        ("won", ["won", "qualified"]),
    )
    with refused("stage_gate_closed") as caught:  # the first purchase's evidence is not this one's
        move_opportunity(alice, second, "negotiation", now=later)
    assert caught.value.details["missing"] == ["proposal_sent", "proposal_feedback"]
    prove(alice, qualified, "proposal_sent", "proposal_feedback", at=later)
    move_opportunity(alice, second, "negotiation", now=later)
    assert stages(qualified) == ("won", ["won", "negotiation"])
    with refused("stage_gate_closed"):
        move_opportunity(alice, second, "won", now=later)


def test_a_new_need_makes_a_repeat_customer(qualified, prove, too_dear, alice, now):
    won(qualified, prove, alice, now)
    prove(alice, qualified, "new_need")
    second = open_opportunity(alice, qualified, NewOpportunity(kind="upsell"), now=now)
    assert (second.on_new_need, stages(qualified)) == (True, ("repeat", ["won", "qualified"]))
    move_opportunity(alice, second, "lost", lost_reason=too_dear, now=now)
    assert stages(qualified) == ("won", ["won", "lost"])
    move_opportunity(alice, second, "qualified", reason="预算批了", now=now)
    assert stages(qualified) == ("won", ["won", "qualified"])
    with refused("opportunity_not_first"):
        open_opportunity(alice, qualified, NewOpportunity(kind="first"), now=now)


def test_proving_and_moving_a_won_customer_opens_the_repeat_purchase(qualified, prove, alice, now):
    won(qualified, prove, alice, now)
    said = NewEvidence(kind="verbal", proves=["new_need"], text="二期要再加两条线")
    prove_and_move(alice, qualified, Move("repeat"), said, now=now)
    assert stages(qualified) == ("repeat", ["won", "qualified"])
    assert Opportunity.objects.get(stage="qualified").kind == "repeat"


def test_opening_moves_a_prospect_through_its_gate(prospect, make_customer, prove, alice, now):
    row, lead = prospect(alice), make_customer(owner=alice)
    with refused("stage_gate_closed"):
        open_opportunity(alice, row, NewOpportunity(name="一期"), now=now)
    with refused("opportunity_too_early"):
        open_opportunity(alice, lead, NewOpportunity(name="一期"), now=now)
    prove(alice, row, "need", "budget", "authority")
    open_opportunity(alice, row, NewOpportunity(name="一期", amount=5), now=now)
    assert stages(row) == ("qualified", ["qualified"])


def test_who_may(qualified, prove, alice, bob, charlie, erin, now):
    one = Opportunity.objects.get(customer=qualified)
    prove(alice, qualified, "proposal_sent", "proposal_feedback")
    with unseen():
        move_opportunity(charlie, one, "negotiation", now=now)
    with refused("forbidden", status=403):
        move_opportunity(erin, one, "negotiation", now=now)
    change_opportunity(alice, one, {"owner": charlie}, now=now)  # charlie sees the customer through it
    assert Participant.objects.get(via="opportunity").user == charlie
    with refused("not_yours", status=403):
        move_stage(charlie, qualified, "negotiation", now=now)
    move_opportunity(charlie, one, "negotiation", now=now)
    assert stages(qualified) == ("negotiation", ["negotiation"])
    change_opportunity(bob, one, {"owner": alice}, now=now)
    with unseen():
        change_opportunity(charlie, one, {"name": "我的"}, now=now)


def test_changes_keep_old_and_new(qualified, alice, now):
    one = Opportunity.objects.get(customer=qualified)
    with refused("amount_out_of_range"):
        change_opportunity(alice, one, {"amount": -1}, now=now)
    with refused("field_unknown"):
        change_opportunity(alice, one, {"stage": "won"}, now=now)
    changed = change_opportunity(alice, one, {"amount": 900_000, "name": one.name}, version=1, now=now)
    assert (changed.amount, changed.version) == (900_000, 2)
    with refused("version_conflict", status=409):
        change_opportunity(alice, one, {"amount": 1}, version=1, now=now)


@pytest.mark.django_db(transaction=True)
def test_only_the_first_of_two_movers_moves(qualified, prove, alice, bob, now):
    prove(alice, qualified, *ALL[3:5])
    one = Opportunity.objects.get(customer=qualified)
    answers = at_once(
        [
            lambda: move_opportunity(alice, one, "negotiation", now=now).stage,
            lambda: move_stage(bob, qualified, "negotiation", now=now).stage,
        ]
    )
    assert sorted(answers) in (["negotiation", "stage_same"],)
    assert stages(qualified) == ("negotiation", ["negotiation"])
    assert StageChange.objects.filter(target="negotiation").count() == 1
    assert out_of_line() == []
