"""One line from the first touch to cash and the next purchase, walked both ways from any record (idea 8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from genjin.care.models import Renewal, Survey, Ticket
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Contract, Receipt
from genjin.customers.models import Campaign, Choice, StageChange
from genjin.delivery.actions.acceptance import NewAcceptance, accept_project
from genjin.delivery.actions.projects import NewProject, open_project, start_project
from genjin.desk.queries.journey import Journey, Node, NodeKind, journey_of, lineage, lineage_in
from genjin.desk.queries.journey.nodes import in_order, known_parents
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Evidence, FollowUp
from genjin.proposals.models import Proposal
from genjin.selling.models import Need, Opportunity
from tests.contracts.conftest import signed

__all__ = ["signed"]
DAY = timedelta(days=1)
SIGNED_ON = date(2026, 3, 9)


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(
        owner=alice, name="杭州远景机电有限公司", source=Choice.objects.filter(kind="source").first(),
        campaign=Campaign.objects.create(name="工博会"), contacts=[{"name": "王建国", "phone": "13812345678"}],
    )  # fmt: skip


@pytest.fixture
def opportunity(customer, alice, now):
    """The purchase opened in the stage that evidence of a contact opened."""
    said = NewFollowUp(
        method="phone", summary="王经理在电话里确认了需求和预算,电话13812345678", happened_at=now - 60 * DAY, proves=["need", "budget"],
        next_actions=[NewTask("再联系", now + DAY)],
    )  # fmt: skip
    record_contact(alice, customer, said, now=now - 60 * DAY)
    shown = Evidence.objects.get()
    StageChange.objects.create(
        customer=customer, at=now - 59 * DAY, by=alice, origin="prospect", target="qualified", reason="需求明确", evidence=[shown.pk]
    )  # fmt: skip
    row = Opportunity.objects.create(
        customer=customer, name="两条排产线", owner=alice, stage="negotiation", stage_entered_at=now, opened_at=now - 58 * DAY
    )  # fmt: skip
    Need.objects.create(
        customer=customer, opportunity=row, followup=FollowUp.objects.get(), title="替换手工排产", told_at=now - 59 * DAY, recorded_at=now
    )  # fmt: skip
    proposal = Proposal.objects.create(
        number="FA-1", customer=customer, opportunity=row, title="排产方案", created_at=now - 40 * DAY
    )
    for number in (1, 2):
        proposal.versions.create(
            number=number, state="sent", sha256="0" * 64, sent_by=alice, amount=900_000, created_at=now - (41 - number) * DAY, sent_at=now - (40 - number * 10) * DAY
        )  # fmt: skip
    return row


@pytest.fixture
def story(alice, bob, derek, fiona, customer, opportunity, signed, now):
    """Everything from the fair to the renewal; 258,000 came in, and 602,000 of which a part was taken back."""
    Contract.objects.filter(pk=signed.pk).update(
        proposal_version=opportunity.proposals.get().versions.get(number=2)
    )
    project = open_project(
        alice, signed, NewProject("排产线交付", derek, SIGNED_ON, date(2026, 5, 29)), now=now
    )
    start_project(derek, project, on=SIGNED_ON, now=now)
    accept_project(derek, project, NewAcceptance(date(2026, 3, 10), words="验收合格,可以付款"), now=now)
    deposit = signed.milestones.get(trigger="signing")
    first = record_receipt(
        fiona, signed, NewReceipt(Decimal(258_000), SIGNED_ON, parts={deposit.pk: Decimal(258_000)}), now=now
    )
    wrong = record_receipt(fiona, signed, NewReceipt(Decimal(100_000), date(2026, 3, 10)), now=now)
    reverse_receipt(fiona, wrong, reason="重复登记", now=now)
    record_receipt(fiona, signed, NewReceipt(Decimal(602_000), date(2026, 3, 11)), now=now)
    survey = Survey.objects.create(
        customer=customer,
        project=project,
        opened_at=now,
        due_at=now + 7 * DAY,
        rating=2,
        answered_at=now,
        comment="响应慢",
    )
    Ticket.objects.create(
        number="GD-1", survey=survey, owner=alice, opened_by=alice, counts_from=now, customer=customer, title="响应慢", kind="complaint", opened_at=now, due_at=now + DAY,
        answer_due_at=now + DAY,
    )  # fmt: skip
    Renewal.objects.create(
        customer=customer, contract=signed, owner=alice, ends_on=date(2027, 3, 8), opened_at=now
    )
    return first


def test_from_a_receipt_one_reaches_the_first_touch(alice, story, customer, now):
    found = lineage(alice, "receipt", story.pk, now=now)
    kinds = [node.kind for node in found.upstream]
    assert kinds == [
        "touch",
        "record",
        "evidence",
        "stage",
        "need",
        "opportunity",
        "proposal",
        "proposal",
        "contract",
        "milestone",
    ]
    assert (found.upstream[0].pk, found.upstream[0].note) == (customer.pk, "工博会 · 朵拉")
    assert found.downstream == []
    assert found.collected == Decimal(258_000)


def test_from_the_first_touch_one_reaches_all_cash_and_the_sums_are_those_of_the_receipts(
    alice, story, signed, customer, now
):
    found = lineage(alice, "touch", customer.pk, now=now)
    kinds = {node.kind for node in found.downstream}
    assert kinds == set(NodeKind.values) - {"touch", "repurchase"}
    by_rows = Receipt.objects.filter(contract__customer=customer).aggregate(sum=Sum("amount"))["sum"]
    journey = journey_of(alice, customer, now=now)
    assert found.collected == journey.collected == by_rows == Decimal(860_000)
    assert journey.signed == signed.amount
    cash = lineage(alice, "contract", signed.pk, now=now)
    assert cash.collected == by_rows


def test_the_last_payment_came_by_the_acceptance(alice, story, now):
    last = Receipt.objects.get(amount=602_000)
    kinds = {node.kind for node in lineage(alice, "receipt", last.pk, now=now).upstream}
    assert {"acceptance", "delivery", "contract", "touch"} <= kinds
    survey = lineage(alice, "survey", Survey.objects.get().pk, now=now)
    assert survey.upstream[-1].kind == "acceptance"
    assert survey.downstream[0].kind == "ticket"


def test_every_stop_is_walked_both_ways(alice, story, customer, now):
    journey = journey_of(alice, customer, now=now)
    found = {node.key: lineage_in(journey, node.key) for node in journey.nodes}
    for key, walked in found.items():
        assert key == ("touch", customer.pk) or walked.upstream[0].key == ("touch", customer.pk)
        for other in walked.upstream:
            assert key in {node.key for node in found[other.key].downstream}
        for other in walked.downstream:
            assert key in {node.key for node in found[other.key].upstream}


def test_days_run_from_stop_to_stop(alice, story, customer, now):
    nodes = journey_of(alice, customer, now=now).nodes
    facts = [node for node in nodes if not node.is_ahead]
    assert facts[0].days is None
    assert sum(node.days for node in facts[1:]) == (facts[-1].at.date() - facts[0].at.date()).days
    assert [node.at for node in facts] == sorted((node.at for node in facts), key=lambda at: at.date())


def test_only_what_the_reader_may_see(alice, bob, charlie, derek, story, customer, now):
    assert journey_of(bob, customer, now=now).nodes
    for kind, pk in (("receipt", story.pk), ("touch", customer.pk), ("survey", Survey.objects.get().pk)):
        with pytest.raises(ObjectDoesNotExist):
            lineage(charlie, kind, pk, now=now)
    with pytest.raises(ObjectDoesNotExist):
        journey_of(charlie, customer, now=now)
    for kind, pk in (("receipt", 987_654_321), ("nonsense", 1), ("need", 987_654_321)):
        with pytest.raises(ObjectDoesNotExist):
            lineage(alice, kind, pk, now=now)
    said = next(node for node in journey_of(derek, customer, now=now).nodes if node.kind == "record")
    assert "13812345678" not in said.note  # derek helps; numbers inside of texts are hidden from him
    assert (
        "13812345678"
        in next(node for node in journey_of(alice, customer, now=now).nodes if node.kind == "record").note
    )


def test_a_line_costs_a_fixed_number_of_queries(alice, story, customer, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        journey_of(alice, customer, now=now)


KEYS = st.tuples(st.sampled_from(["touch", "stage", "contract", "receipt"]), st.integers(1, 6))


@given(
    st.lists(
        st.tuples(KEYS, st.lists(KEYS, max_size=3), st.dates(date(2024, 2, 28), date(2027, 1, 2))),
        unique_by=lambda one: one[0],
    )
)
def test_any_net_of_stops_is_walked_to_an_end(found):
    """Rings, parents that are missing, stops of one day: the walk ends, and both ways agree."""
    from genjin.desk.queries.journey.nodes import moment_of

    root = ("touch", 99)
    nodes = [Node(*root, at=moment_of(date(2024, 1, 1)), title="x")]
    nodes += [
        Node(kind, pk, moment_of(day), "x", parents=tuple(parents)) for (kind, pk), parents, day in found
    ]
    line = in_order(known_parents(nodes, root))
    assert [node.key for node in line if node.days is None] == [root]
    journey = Journey(1, line)
    walked = {node.key: lineage_in(journey, node.key) for node in line}
    for key, one in walked.items():
        for other in one.upstream:
            assert key in {node.key for node in walked[other.key].downstream}
