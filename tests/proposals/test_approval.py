"""A discount beyond one's limit waits for the word of who leads; a change makes it void."""

from decimal import Decimal

import pytest

from genjin.approvals.models import Request
from genjin.desk.actions import decline, grant, withdraw
from genjin.events.models import Event
from genjin.kit.errors import RuleError
from genjin.proposals.actions.approval import hand_in, take_back
from genjin.proposals.actions.books import save_book
from genjin.proposals.actions.drafts import NewLine, new_version, save_draft
from genjin.proposals.actions.sending import Sending, send_version
from genjin.proposals.models import PriceBook, ProposalVersion

SENDING = Sending("email", "王经理")


def again(version: ProposalVersion) -> ProposalVersion:
    return ProposalVersion.objects.get(pk=version.pk)


def test_within_the_limit_it_is_ready_at_once(alice, begin, now):
    version = begin(discount=Decimal(5))
    assert hand_in(alice, version, now=now).state == "ready"
    assert not Request.objects.exists()
    assert send_version(alice, version, SENDING, now=now).state == "sent"


def test_a_request_taken_back_leaves_a_draft(alice, begin, system, now):
    version = begin(discount=Decimal(20))
    hand_in(alice, version, reason="老客户", now=now)
    withdraw(alice, Request.objects.get(), now=now)
    assert again(version).state == "draft"
    assert hand_in(alice, version, reason="仍要", now=now).state == "approval"


@pytest.mark.parametrize(
    "values", [{"discount": Decimal("5.01")}, {"line": {"discount": Decimal(6)}}, {"line": {"price": Decimal(50_000)}}]
)  # fmt: skip
def test_beyond_it_waits_and_is_granted(alice, bob, begin, system, now, values):
    line = NewLine(system, **values.pop("line", {}))
    version = begin(lines=[line], **values)
    with pytest.raises(RuleError) as refusal:
        send_version(alice, version, SENDING, now=now)
    assert refusal.value.code == "approval_missing"
    with pytest.raises(RuleError) as refusal:
        hand_in(alice, version, now=now)
    assert refusal.value.code == "reason_missing"
    assert again(version).state == "draft"
    assert hand_in(alice, version, reason="老客户,年内还有二期", now=now).state == "approval"
    request = Request.objects.get()
    assert (request.kind, request.amount) == ("discount", again(version).amount)
    for deed in (
        lambda: send_version(alice, version, SENDING, now=now),
        lambda: hand_in(alice, version, reason="再来", now=now),
        lambda: grant(alice, request, now=now),
    ):
        with pytest.raises(RuleError):
            deed()
    assert again(version).state == "approval"
    grant(bob, request, answer="同意", now=now)
    row = again(version)
    assert (row.state, row.approved_by) == ("ready", bob)
    assert send_version(alice, version, SENDING, now=now).state == "sent"


def test_a_change_after_the_approval_voids_it(alice, bob, begin, now):
    version = begin(discount=Decimal(10))
    hand_in(alice, version, reason="老客户", now=now)
    grant(bob, Request.objects.get(), now=now)
    save_draft(alice, version, {"discount": Decimal(12)}, seen=again(version).revision, now=now)
    row = again(version)
    assert (row.state, row.approved_by, Request.objects.get().status) == ("draft", None, "voided")
    with pytest.raises(RuleError):
        send_version(alice, version, SENDING, now=now)
    hand_in(alice, version, reason="再让一点", now=now)
    assert Request.objects.open().get().data["off"] == "12.00"


def test_a_no_returns_it_to_its_writers(alice, bob, begin, now):
    version = begin(discount=Decimal(30))
    hand_in(alice, version, reason="客户要求", now=now)
    with pytest.raises(RuleError) as refusal:
        decline(bob, Request.objects.get(), answer="", now=now)
    assert (refusal.value.code, again(version).state) == ("answer_missing", "approval")
    decline(bob, Request.objects.get(), answer="最多一成", now=now)
    assert (again(version).state, Request.objects.get().status) == ("draft", "declined")


def test_who_wrote_the_price_does_not_approve_it(alice, bob, dora, begin, now):
    version = begin()
    save_draft(bob, version, {"discount": Decimal(20)}, seen=version.revision, now=now)
    hand_in(alice, version, reason="组长说的", now=now)
    with pytest.raises(RuleError) as refusal:
        grant(bob, Request.objects.get(), now=now)
    assert (refusal.value.code, again(version).state) == ("own_request", "approval")
    grant(dora, Request.objects.get(), now=now)
    assert again(version).state == "ready"


def test_taken_back_it_can_be_written_and_handed_in_anew(alice, begin, now):
    version = begin(discount=Decimal(10))
    hand_in(alice, version, reason="老客户", now=now)
    assert take_back(alice, version, now=now).state == "draft"
    assert Request.objects.get().status == "voided"
    assert hand_in(alice, version, reason="老客户", now=now).state == "approval"


def test_nothing_is_no_proposal(alice, begin, now):
    version = begin(lines=[])
    for deed in (
        lambda: hand_in(alice, version, now=now),
        lambda: send_version(alice, version, SENDING, now=now),
    ):
        with pytest.raises(RuleError) as refusal:
            deed()
        assert refusal.value.code == "lines_missing"
    assert again(version).state == "draft"


def test_who_wrote_the_prices_does_not_approve_them_in_the_next_version(alice, bob, begin, system, now):
    version = begin()
    save_draft(bob, version, {"lines": [NewLine(system, price=Decimal(59_000))]}, seen=9, now=now)
    send_version(bob, version, SENDING, now=now)
    second = new_version(alice, version.proposal, now=now)
    save_draft(alice, second, {"discount": Decimal(10)}, seen=second.revision, now=now)
    hand_in(alice, second, reason="老客户", now=now)
    with pytest.raises(RuleError) as refusal:
        grant(bob, Request.objects.get(), now=now)
    assert (refusal.value.code, again(second).state) == ("own_request", "approval")


def test_what_is_taken_back_is_told(alice, begin, now):
    version = begin()
    hand_in(alice, version, now=now)
    for _time in range(2):
        take_back(alice, version, now=now)
    assert Event.objects.get(kind="offer.taken_back").subject_id == version.proposal_id


def test_an_approval_names_the_chosen_book(dora, alice, begin, system, now):
    book = save_book(
        dora, PriceBook(), {"name": "渠道", "audience": "named", "starts_on": now.date()}, [], now=now
    )
    hand_in(alice, begin(discount=Decimal(10), price_book=book), reason="老客户", now=now)
    assert "渠道" in str(Request.objects.get().facts)
