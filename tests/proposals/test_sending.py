"""Sending and the customer's answer: evidence, events, links."""

from datetime import timedelta

import pytest

from genjin.customers.actions.records import delete_customers
from genjin.events.models import Event
from genjin.followups.models import Evidence
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.proposals.actions.links import open_link, revoke, share
from genjin.proposals.actions.sending import NewFeedback, Sending, record_feedback, send_version
from genjin.proposals.models import ProposalFeedback, ProposalLink, ProposalVersion


def test_sending_is_evidence_and_an_event(alice, begin, customer, now):
    version = begin()
    for sending, code in ((Sending("pigeon", "x"), "sent_how_unknown"), (Sending("email", " "), "sent_to_missing"),
                          (Sending("email", "x", now + timedelta(hours=1)), "happened_in_future")):  # fmt: skip
        with pytest.raises(RuleError) as refusal:
            send_version(alice, version, sending, now=now)
        assert refusal.value.code == code
    assert not Evidence.objects.exists()
    row = send_version(alice, version, Sending("wechat", "王经理", now - timedelta(hours=2)), now=now)
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.proves, evidence.occurred_at) == (
        "proposal",
        ["proposal_sent"],
        now - timedelta(hours=2),
    )
    assert row.sha256 in evidence.text
    event = Event.objects.get(kind="offer.sent")
    assert (event.customer_id, event.subject_id, event.data["name"]) == (
        customer.pk,
        row.proposal_id,
        f"{row.proposal.number} V1",
    )
    with pytest.raises(RuleError) as refusal:
        send_version(alice, version, Sending("email", "x"), now=now)
    assert refusal.value.code == "version_sent"


def test_the_customers_answer_is_evidence_with_a_rating(alice, begin, now):
    version = begin()
    with pytest.raises(RuleError) as refusal:
        record_feedback(alice, version, NewFeedback("周期太长"), now=now)
    assert refusal.value.code == "version_not_sent"
    send_version(alice, version, Sending("email", "王经理"), now=now)
    for new in (NewFeedback(" "), NewFeedback("x", rating=6), NewFeedback("x", rating=0)):
        with pytest.raises(RuleError):
            record_feedback(alice, version, new, now=now)
    assert not ProposalFeedback.objects.exists()
    record_feedback(alice, version, NewFeedback("缩短到 1 个月", rating=4), now=now)
    evidence = Evidence.objects.get(kind="feedback")
    assert (evidence.proves, "缩短到 1 个月" in evidence.text) == (["proposal_feedback"], True)
    assert Event.objects.get(kind="offer.answered").data["rating"] == 4


@pytest.fixture
def link(alice, begin, now) -> ProposalLink:
    version = begin()
    send_version(alice, version, Sending("link", "王经理"), now=now)
    return share(alice, version, days=7, now=now)


def test_a_link_is_counted_and_the_first_look_of_a_day_told(alice, link, now):
    assert len(link.key) >= 22
    for hours in (1, 2, 3):
        assert open_link(link.key, now=now + timedelta(hours=hours)).pk == link.version_id
    link.refresh_from_db()
    assert (link.opened_count, link.last_opened_at) == (3, now + timedelta(hours=3))
    assert Event.objects.filter(kind="offer.opened").count() == 1
    open_link(link.key, now=now + timedelta(days=1))
    assert Event.objects.filter(kind="offer.opened").count() == 2
    assert Notice.objects.filter(person=alice, kind="offer_opened").count() == 2


def test_a_link_of_a_deleted_customer_reads_nothing(dora, alice, link, customer, now):
    delete_customers(dora, [customer.pk], now=now)
    with pytest.raises(RuleError) as refusal:
        open_link(link.key, now=now)
    assert (refusal.value.code, refusal.value.status) == ("link_over", 404)
    link.refresh_from_db()
    assert link.opened_count == 0


def test_unknown_expired_and_revoked_links_read_the_same(alice, charlie, link, now):
    with pytest.raises(ProposalVersion.DoesNotExist):
        revoke(charlie, link, now=now)
    later = now + timedelta(days=7)
    refusals = []
    for key, at in (("x" * 22, now), (link.key, later)):
        with pytest.raises(RuleError) as refusal:
            open_link(key, now=at)
        refusals.append((refusal.value.code, refusal.value.status, refusal.value.message))
    revoke(alice, link, now=now)
    with pytest.raises(RuleError) as refusal:
        open_link(link.key, now=now)
    refusals.append((refusal.value.code, refusal.value.status, refusal.value.message))
    assert len(set(refusals)) == 1
    link.refresh_from_db()
    assert link.opened_count == 0
    with pytest.raises(RuleError):
        revoke(alice, link, now=now)


@pytest.mark.parametrize("days", [0, 366])
def test_a_link_has_an_end(alice, begin, now, days):
    version = begin()
    with pytest.raises(RuleError) as refusal:
        share(alice, version, days=days, now=now)
    assert refusal.value.code == "version_not_sent"
    send_version(alice, version, Sending("link", "王经理"), now=now)
    with pytest.raises(RuleError) as refusal:
        share(alice, version, days=days, now=now)
    assert refusal.value.code == "link_days"
    assert not ProposalLink.objects.exists()
