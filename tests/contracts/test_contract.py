"""From a draft over legal's reading and the lead's word to the signature that wins; and every way around it."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from genjin.approvals.models import Request
from genjin.contracts.actions.approval import hand_in, withdraw_review
from genjin.contracts.actions.drafts import change_contract, draft_contract
from genjin.contracts.actions.ending import finish_contract, void_contract
from genjin.contracts.actions.profiles import add_contract_file, save_profile
from genjin.contracts.actions.receipts import NewReceipt, record_receipt
from genjin.contracts.actions.signing import Signature, sign_contract
from genjin.contracts.models import Contract
from genjin.contracts.queries.terms import terms_of
from genjin.contracts.rules import shown_state
from genjin.contracts.rules.milestones import PRESETS, Share
from genjin.contracts.rules.states import check_move
from genjin.contracts.rules.words import ContractState
from genjin.customers.models import Customer, Participant
from genjin.desk.actions import decline, grant
from genjin.events.models import Event
from genjin.followups.models import Deadline, Evidence, GateException, Task
from genjin.followups.rules.evidence import read_facts
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.proposals.models import Proposal
from genjin.proposals.rules.sums import quote
from tests.contracts.conftest import scan
from tests.refusals import refused, unseen

SIGNED_ON = date(2026, 3, 11)


def test_a_draft_has_a_number_a_plan_and_its_people(alice, lena, fiona, charlie, draft):
    assert draft.number.startswith("HT")
    assert [(one.name, one.amount) for one in draft.milestones.all()] == [
        ("首付款", Decimal("258000.00")),
        ("尾款", Decimal("602000.00")),
    ]
    assert draft.owner == alice
    for person, sees in ((lena, True), (fiona, True), (charlie, False)):
        assert Contract.objects.visible_to(person).exists() is sees
        assert Customer.objects.visible_to(person).exists() is sees
    named = Notice.objects.filter(kind="contract_named").values_list("person__username", flat=True)
    assert set(named) == {"lena", "fiona"}


def test_a_sent_version_gives_lines_and_amount_by_link(alice, customer, opportunity, terms, now):
    proposal = Proposal.objects.create(
        number="FA-1", customer=customer, opportunity=opportunity, title="排产线方案", created_at=now
    )
    version = proposal.versions.create(number=1, amount=Decimal("226000"), created_at=now)
    line = version.lines.create(name="排产线", quantity=2, price=Decimal("113000"))
    with refused("proposal_not_sent", status=409):
        draft_contract(alice, opportunity, terms(), version=version, now=now)
    version.state, version.sent_at, version.sent_by, version.sha256 = "sent", now, alice, "0" * 64
    version.save()
    row = draft_contract(alice, opportunity, terms(title="", amount=None), version=version, now=now)
    assert (row.proposal_version, row.title, row.amount) == (version, "排产线方案", Decimal("226000"))
    assert row.net_amount == Decimal("200000.00")  # 13 % off
    kept = row.lines.get()
    assert (kept.source_id, kept.name, kept.quantity) == (line.pk, "排产线", 2)
    other = replace(terms(), title="")
    elsewhere = opportunity.__class__.objects.create(
        customer=customer, name="另一单", stage_entered_at=now, opened_at=now
    )
    with unseen():
        draft_contract(alice, elsewhere, other, version=version, now=now)


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"title": " "}, "terms_invalid", "title"),
        ({"amount": None}, "terms_invalid", "amount"),
        ({"amount": Decimal(-1)}, "terms_invalid", "amount"),
        ({"net_amount": Decimal(860001)}, "terms_invalid", "net_amount"),
        ({"ends_on": date(2026, 3, 10)}, "terms_invalid", "ends_on"),
        ({"legal": 0}, "person_unknown", "legal"),
        ({"profile": 0}, "profile_unknown", "profile"),
        ({"shares": (Share("首付款", "signing", Decimal(30)), Share("尾款", "acceptance", Decimal(60)))}, "milestones_sum", "milestones"),
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(alice, opportunity, terms, now, other, code, field):
    with refused(code) as caught:
        draft_contract(alice, opportunity, terms(**other), now=now)
    assert field in caught.value.fields


def test_a_sum_that_lacks_says_how_much(alice, opportunity, terms, now):
    shares = (Share("首付款", "signing", Decimal(30)), Share("尾款", "acceptance", Decimal(60)))
    with refused("milestones_sum") as caught:
        draft_contract(alice, opportunity, terms(shares=shares), now=now)
    assert "10" in caught.value.message


def test_handing_in_asks_with_the_terms_legal_reads(alice, bob, lena, draft, now):
    with refused("reason_missing"):
        hand_in(alice, draft, reason=" ", now=now)
    request = hand_in(alice, draft, reason="客户等待盖章", now=now)
    draft.refresh_from_db()
    assert (draft.state, request.amount, request.data["contract"]) == (
        "review",
        Decimal("860000.00"),
        draft.pk,
    )
    assert {"首付三成，验收后付清", "逾期每日万分之五", "两条排产线及安装调试"} <= {
        text for _name, text in request.facts
    }
    with refused("contract_state", status=409):
        hand_in(alice, draft, reason="再交一次", now=now)
    with refused("contract_not_approved", status=409):
        sign_contract(alice, draft, Signature(SIGNED_ON, scan()), now=now)
    grant(lena, request, now=now)
    grant(bob, request, answer="条款没有问题", now=now)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by, draft.answer) == ("approved", bob, "条款没有问题")


def test_nobody_approves_their_own(bob, make_customer, opportunity, terms, now):
    own = make_customer(owner=bob)
    deal = opportunity.__class__.objects.create(
        customer=own, name="自己的单", owner=bob, stage_entered_at=now, opened_at=now
    )
    request = hand_in(bob, draft_contract(bob, deal, terms(), now=now), reason="急", now=now)
    with refused("own_request", status=403):
        grant(bob, request, now=now)


def test_what_legal_could_not_read_is_not_handed_in(alice, opportunity, terms, now):
    bare = draft_contract(
        alice, opportunity, terms(liability_terms="", product="", ends_on=None, shares=()), now=now
    )
    with refused("contract_not_ready") as caught:
        hand_in(alice, bare, reason="请审", now=now)
    assert sorted(caught.value.fields) == ["ends_on", "liability_terms", "milestones", "product"]
    whole = terms(liability_terms="", payment_terms="", scope_terms="")
    bare = change_contract(alice, bare, whole, version=bare.version, now=now)
    with refused("contract_not_ready"):
        hand_in(alice, bare, reason="请审", now=now)
    add_contract_file(alice, bare, scan("text.pdf"), now=now)  # its text says it all
    hand_in(alice, bare, reason="请审", now=now)


def test_sent_back_it_may_be_mended_and_handed_in_again(alice, bob, lena, draft, now):
    request = hand_in(alice, draft, reason="请审", now=now)
    decline(lena, request, answer="违约责任太轻", now=now)
    draft.refresh_from_db()
    assert (draft.state, draft.answer) == ("rejected", "违约责任太轻")
    mended = replace(terms_of(draft), liability_terms="逾期每日千分之一")
    row = change_contract(alice, draft, mended, version=draft.version, now=now)
    assert row.state == "draft"
    again = hand_in(alice, row, reason="已改", now=now)
    grant(lena, again, now=now)
    grant(bob, again, now=now)
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_change_after_approval_voids_it_and_tells(alice, bob, approved, now):
    same = change_contract(alice, approved, terms_of(approved), version=approved.version, now=now)
    assert same.state == "approved"  # saved without a change
    cheaper = replace(terms_of(approved), amount=Decimal("800000"))
    row = change_contract(alice, approved, cheaper, version=approved.version, now=now)
    assert (row.state, row.approved_by, row.amount) == ("draft", None, Decimal("800000"))
    assert [one.amount for one in row.milestones.all()] == [Decimal("240000.00"), Decimal("560000.00")]
    assert Request.objects.get().status == "voided"
    assert Notice.objects.filter(person=bob, kind="request_voided").exists()
    with refused("contract_not_approved", status=409):
        sign_contract(alice, row, Signature(SIGNED_ON, scan()), now=now)
    with refused("version_conflict", status=409):
        change_contract(alice, row, terms_of(row), version=1, now=now)


def test_a_new_text_after_approval_voids_it_too(alice, approved, now):
    add_contract_file(alice, approved, scan("other.pdf"), kind="other", now=now)
    approved.refresh_from_db()
    assert approved.state == "approved"
    add_contract_file(alice, approved, scan("text.pdf"), now=now)
    approved.refresh_from_db()
    assert approved.state == "draft"


def test_taken_back_while_it_waits(alice, draft, now):
    with refused("contract_state", status=409):
        withdraw_review(alice, draft, now=now)
    hand_in(alice, draft, reason="请审", now=now)
    assert withdraw_review(alice, draft, now=now).state == "draft"
    assert not Request.objects.open().exists()


def test_the_signature_is_evidence_wins_and_starts_the_clocks(alice, customer, running, opportunity, now):
    evidence = Evidence.objects.get(proves__contains=["contract"])
    assert evidence.sha256 == hashlib.sha256(b"%PDF-1.7 scan").hexdigest()
    facts = read_facts(evidence.facts)
    assert (facts.amount, facts.signed_on, facts.product, facts.expires_on) == (
        Decimal("860000.00"), SIGNED_ON, "两条排产线", date(2027, 3, 10),
    )  # fmt: skip
    opportunity.refresh_from_db()
    customer.refresh_from_db()
    assert (running.state, opportunity.stage, customer.stage) == ("signed", "won", "won")
    down, final = running.milestones.all()
    assert (down.due_on, final.due_on) == (date(2026, 3, 14), None)
    end = Deadline.objects.get(kind="contract_end")
    assert (end.subject_id, end.due_at) == (running.pk, datetime(2027, 3, 10, 15, 59, 59, tzinfo=UTC))
    assert Event.objects.get(kind="contract.signed").subject_id == running.pk
    assert [one.kind for one in running.files.all()] == ["scan"]
    with refused("contract_state", status=409):
        sign_contract(alice, running, Signature(SIGNED_ON, scan()), now=now)


def test_a_signature_lacks_nothing(alice, customer, approved, now):
    Customer.objects.filter(pk=customer.pk).update(stage="negotiation")
    with refused("contract_incomplete") as caught:
        sign_contract(alice, approved, Signature(None, None), now=now)
    assert sorted(caught.value.fields) == ["file", "signed_on"]
    with refused("contract_in_future"):
        sign_contract(alice, approved, Signature(date(2026, 3, 12), scan()), now=now)
    with refused("file_refused"):
        sign_contract(alice, approved, Signature(SIGNED_ON, scan("contract.exe", b"MZ")), now=now)


def test_where_the_opportunity_may_not_be_won_nothing_is_signed(alice, customer, opportunity, approved, now):
    opportunity.__class__.objects.filter(pk=opportunity.pk).update(stage="qualified")
    Customer.objects.filter(pk=customer.pk).update(stage="qualified")
    with pytest.raises(RuleError):
        sign_contract(alice, approved, Signature(SIGNED_ON, scan()), now=now)
    approved.refresh_from_db()
    assert (approved.state, Evidence.objects.count(), approved.files.count()) == ("approved", 0, 0)


def test_who_may(alice, bob, charlie, fiona, lena, draft, now):
    with unseen():
        hand_in(charlie, draft, reason="?", now=now)
    with refused("forbidden", status=403):
        hand_in(fiona, draft, reason="?", now=now)
    Participant.objects.create(customer=draft.customer, user=charlie, via="task", subject_id=1)
    with refused("not_yours", status=403):  # sees it, and writes contracts of his own only
        hand_in(charlie, draft, reason="?", now=now)
    changed = replace(terms_of(draft), liability_terms="法务修订")
    row = change_contract(lena, draft, changed, version=draft.version, now=now)  # legal mends the terms
    assert row.liability_terms == "法务修订"
    hand_in(bob, row, reason="由主管提交", now=now)


def test_who_wrote_the_money_or_owns_the_contract_does_not_approve_it(alice, bob, lena, draft, terms, now):
    row = change_contract(bob, draft, terms(amount=Decimal("800000")), version=draft.version, now=now)
    request = hand_in(alice, row, reason="请审批", now=now)
    grant(lena, request, now=now)
    with refused("own_request", status=403):
        grant(bob, request, now=now)
    Contract.objects.update(priced_by=alice, owner=bob)
    with refused("own_request", status=403):
        grant(bob, request, now=now)
    Contract.objects.update(owner=alice)
    grant(bob, request, now=now)
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_void_withdraws_the_evidence_and_stops_everything(alice, bob, customer, running, now):
    with refused("forbidden", status=403):
        void_contract(alice, running, reason="客户毁约", now=now)
    with refused("reason_missing"):
        void_contract(bob, running, reason="", now=now)
    row = void_contract(bob, running, reason="客户毁约", now=now)
    assert row.state == "void"
    assert Evidence.objects.get().withdrawn_at == now
    assert GateException.objects.open().get().missing == ["contract"]
    assert not Deadline.objects.running().filter(kind__in=["payment", "contract_end"]).exists()
    assert not Task.objects.open().filter(kind="collection").exists()


def test_money_in_forbids_void_and_fulfilled_means_paid(alice, bob, fiona, running, now):
    with refused("contract_not_paid", status=409) as caught:
        finish_contract(alice, running, now=now)
    assert "860,000" in caught.value.message
    record_receipt(fiona, running, NewReceipt(Decimal("258000"), SIGNED_ON), now=now)
    with refused("contract_paid", status=409):
        void_contract(bob, running, reason="客户毁约", now=now)
    record_receipt(fiona, running, NewReceipt(Decimal("602000"), SIGNED_ON), now=now)
    assert finish_contract(alice, running, now=now).state == "done"


STEPS = {
    "draft": "review void", "review": "approved rejected draft void", "rejected": "draft review void",
    "approved": "signed draft void", "signed": "active done amended void", "active": "done amended void",
    "amended": "signed active done", "done": "active amended", "void": "", "expired": "",
}  # fmt: skip


@pytest.mark.parametrize("origin", STEPS)
def test_no_other_step_is_taken(origin):
    taken = set()
    for target in ContractState:
        try:
            check_move(origin, target)
        except RuleError as refusal:
            assert (refusal.code, refusal.status) == ("contract_state", 409)
        else:
            taken.add(str(target))
    assert taken == set(STEPS[origin].split())


def test_expiry_is_shown_not_written():
    today = date(2026, 3, 11)
    assert shown_state("active", today - timedelta(days=1), today) == "expired"
    assert shown_state("active", today, today) == "active"
    assert shown_state("signed", None, today) == "signed"
    assert shown_state("draft", today - timedelta(days=1), today) == "draft"


def test_a_billing_profile_is_kept_once_and_checked(alice, charlie, fiona, draft, customer, terms, now):
    with refused("profile_invalid") as caught:
        save_profile(alice, customer, {"name": "", "tax_number": "91330100MA27W3Y500"}, now=now)
    assert sorted(caught.value.fields) == ["name", "tax_number"]
    kept = save_profile(
        fiona, customer, {"name": "杭州远景机电有限公司", "bank": "工行杭州分行", "account": "1202"}, now=now
    )
    assert kept.is_default
    row = change_contract(
        alice, draft, terms(profile=kept.pk, shares=PRESETS["100"]), version=draft.version, now=now
    )
    assert row.profile == kept
    with unseen():
        save_profile(charlie, customer, {"name": "别家"}, now=now)


def test_a_discount_on_the_whole_comes_along_and_sums_are_those_of_the_proposal(
    alice, customer, opportunity, terms, now
):
    proposal = Proposal.objects.create(
        number="FA-1", customer=customer, opportunity=opportunity, title="排产线方案", created_at=now
    )
    version = proposal.versions.create(
        number=1,
        amount=Decimal("301.49"),
        net_amount=Decimal("266.81"),
        discount=Decimal("9.5"),
        created_at=now,
    )
    for price, rate in (("33.33", 13), ("99.90", 13), ("199.91", 13)):
        version.lines.create(name="备件", price=Decimal(price), tax_rate=rate)
    found = quote([line.as_terms() for line in version.lines.all()], version.discount)
    version.amount, version.net_amount = found.amount, found.net
    version.state, version.sent_at, version.sent_by, version.sha256 = "sent", now, alice, "0" * 64
    version.save()
    row = draft_contract(alice, opportunity, terms(amount=None), version=version, now=now)
    assert (row.discount, row.amount, row.net_amount) == (Decimal("9.5"), found.amount, found.net)
    assert found.amount < Decimal("333.14")
    with refused("terms_invalid") as caught:
        change_contract(alice, row, replace(terms_of(row), discount=Decimal(101)), version=1, now=now)
    assert list(caught.value.fields) == ["discount"]
    row.refresh_from_db()
    assert row.discount == Decimal("9.5")
