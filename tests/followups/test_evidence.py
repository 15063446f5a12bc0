"""Evidence: written once, with a hash, withdrawn at most; and what withdrawing it makes a customer owe."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer, Participant
from genjin.customers.rules import JOURNEY, Stage
from genjin.customers.rules.axes import GATES, Proof, owed
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.evidence import NewEvidence, add_evidence, withdraw_evidence, write_evidence
from genjin.followups.actions.files import attach_file, remove_file
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Evidence, GateException
from genjin.followups.queries.gates import proofs_of
from genjin.followups.rules.evidence import ContractFacts, read_facts
from genjin.notices.models import Notice
from tests.conftest import SIGNED
from tests.refusals import refused, unseen


def put(customer, stage):
    Customer.objects.filter(pk=customer.pk).update(stage=stage)


def test_a_text_and_a_file_each_have_their_hash(alice, customer, now):
    said = add_evidence(alice, customer, NewEvidence("verbal", ["need"], " 王经理确认要两条线 "), now=now)
    assert (said.text, said.sha256) == (
        "王经理确认要两条线",
        hashlib.sha256("王经理确认要两条线".encode()).hexdigest(),
    )
    mail = ContentFile(b"%PDF-1.4 mail", name="mail.pdf")
    sent = add_evidence(alice, customer, NewEvidence("email", ["budget", "budget"], file=mail), now=now)
    assert (sent.proves, sent.sha256) == (["budget"], hashlib.sha256(b"%PDF-1.4 mail").hexdigest())
    assert sent.file.name == "mail.pdf"
    assert proofs_of([customer.pk])[customer.pk] == {"need": [said.pk], "budget": [sent.pk]}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewEvidence("rumour", ["need"], "听说他们要买"), "evidence_kind_unknown"),
        (NewEvidence("verbal", ["luck"], "听说他们要买"), "proof_unknown"),
        (NewEvidence("verbal", [], "听说他们要买"), "evidence_proves_nothing"),
        (NewEvidence("verbal", ["need"], " 好 。"), "evidence_empty"),
        (NewEvidence("contract", ["contract"], "合同签了"), "contract_by_signing"),
    ],
)
def test_what_says_nothing_is_refused(alice, customer, now, new, code):
    with refused(code):
        add_evidence(alice, customer, new, now=now)


def test_evidence_of_tomorrow_is_refused(alice, customer, now):
    with refused("happened_in_future"):
        later = NewEvidence("verbal", ["need"], "明天会确认", occurred_at=now + timedelta(days=1))
        add_evidence(alice, customer, later, now=now)


@pytest.mark.parametrize(
    "lacking", ["amount", "signed_on", "product", "expires_on", "file", "kind", "order", "future"]
)
def test_a_signed_contract_comes_whole(alice, customer, now, lacking):
    known = {
        "amount": SIGNED.amount,
        "signed_on": SIGNED.signed_on,
        "product": SIGNED.product,
        "expires_on": SIGNED.expires_on,
    }
    if lacking in known:
        known[lacking] = "" if lacking == "product" else None
    if lacking == "order":
        known["expires_on"] = known["signed_on"] - timedelta(days=1)
    if lacking == "future":
        known |= {"signed_on": (now + timedelta(days=2)).date()}
    scan = None if lacking == "file" else ContentFile(b"%PDF-1.7", name="c.pdf")
    kind = "other" if lacking == "kind" else "contract"
    new = NewEvidence(kind, ["contract"], "双方已签合同", file=scan, facts=ContractFacts(**known))
    with refused("contract_in_future" if lacking == "future" else "contract_incomplete") as caught:
        write_evidence(alice, customer, new, now)
    wanted = {"order": "expires_on", "future": "signed_on"}.get(lacking, lacking)
    assert wanted in caught.value.fields


def test_the_facts_of_a_contract_come_back_as_they_were(alice, customer, prove):
    assert read_facts(prove(alice, customer, "contract").facts) == SIGNED


@given(
    amount=st.none() | st.decimals(min_value=1, max_value=10**11, places=2), signed=st.none() | st.dates(),
    product=st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip), ends=st.none() | st.dates(),
)  # fmt: skip
def test_facts_are_kept_without_loss(amount, signed, product, ends):
    facts = ContractFacts(amount, signed, product, ends)
    assert read_facts(facts.as_json()) == facts


def test_a_record_stands_for_what_was_ticked(alice, customer, now):
    contact = customer.contacts.create(name="王强", created_at=now, updated_at=now)
    new = NewFollowUp("phone", "总经理王强确认预算八十万元", now, contact=contact, proves=["budget", "decider"],
                      next_actions=[NewTask("报价", now + timedelta(days=3))])  # fmt: skip
    followup = record_contact(alice, customer, new, now=now)
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.proves, evidence.followup) == ("verbal", ["budget", "decider"], followup)
    assert evidence.text == "总经理王强确认预算八十万元"
    contact.refresh_from_db()
    assert contact.is_decider


@pytest.mark.parametrize(
    ("proves", "code"),
    [("decider", "decider_unnamed"), ("contract", "contract_incomplete"), ("x", "proof_unknown")],
)
def test_what_a_record_cannot_stand_for_refuses_the_record(alice, customer, now, proves, code):
    new = NewFollowUp(
        "phone",
        "确认预算八十万元,下周演示",
        now,
        proves=[proves],
        next_actions=[NewTask("报价", now + timedelta(days=3))],
    )
    with refused(code):
        record_contact(alice, customer, new, now=now)


def test_not_even_a_shell_rewrites_or_deletes_it(alice, customer, prove, now):
    evidence = prove(alice, customer, "need")
    rows = Evidence.objects.filter(pk=evidence.pk)
    for deed in (lambda: rows.update(text="别的"), lambda: rows.update(proves=["budget"]), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    withdraw_evidence(alice, evidence, reason="看错了", now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
    evidence.refresh_from_db()
    assert (evidence.text, evidence.withdrawn_reason) == ("王经理在电话里确认了", "看错了")


def test_a_file_that_is_evidence_stays(alice, customer, prove, now):
    evidence = prove(alice, customer, "contract")
    with refused("file_is_evidence", status=409):
        remove_file(alice, evidence.file, now=now)
    free = attach_file(alice, customer, ContentFile(b"x", name="a.txt"), now=now)
    remove_file(alice, free, now=now)


def test_a_file_of_another_customer_is_none(alice, customer, make_customer, now):
    other = attach_file(alice, make_customer(owner=alice), ContentFile(b"x", name="a.txt"), now=now)
    with unseen():
        add_evidence(alice, customer, NewEvidence("email", ["need"], attachment=other), now=now)


def test_withdrawn_the_gate_asks_again_and_people_hear_of_it(alice, bob, customer, prove, now):
    first, second = prove(alice, customer, "need"), prove(alice, customer, "need", "budget")
    put(customer, "qualified")
    with refused("reason_missing"):
        withdraw_evidence(alice, first, reason=" ", now=now)
    assert (
        withdraw_evidence(alice, first, reason="客户说没有这样说过", now=now) == []
    )  # the other still stands for it
    debts = withdraw_evidence(alice, second, reason="客户改口了", now=now)
    assert [(debt.target, debt.missing, debt.cause) for debt in debts] == [
        ("qualified", ["need", "budget"], "withdrawn")
    ]
    customer.refresh_from_db()
    assert (customer.stage, customer.gate_debt_until) == ("qualified", now + timedelta(days=7))
    told = Notice.objects.exclude(kind="customer_given").values_list("person__username", "kind")
    assert list(told) == [("bob", "evidence_withdrawn")]
    with refused("withdrawn_already", status=409):
        withdraw_evidence(bob, second, reason="再来", now=now)
    prove(alice, customer, "need")
    assert GateException.objects.open().count() == 1  # one line is still owed
    Customer.objects.filter(pk=customer.pk).update(need="更换排产系统", budget_max=800_000)
    prove(alice, customer, "need", "budget")
    customer.refresh_from_db()
    assert (GateException.objects.get().outcome, customer.gate_debt_until) == ("paid", None)


def test_what_the_stage_never_asked_for_is_no_debt(alice, customer, prove, now):
    later = prove(alice, customer, "proposal_sent")
    put(customer, "qualified")
    assert withdraw_evidence(alice, later, reason="发错了", now=now) == []


@given(
    stage=st.sampled_from(Stage), withdrawn=st.frozensets(st.sampled_from(Proof.values)), stands=st.frozensets(st.sampled_from(Proof.values))
)  # fmt: skip
def test_owed_is_what_passed_gates_ask_for_and_nothing_shows_any_more(stage, withdrawn, stands):
    found = owed(stage, withdrawn, stands)
    for target, codes in found.items():
        assert codes
        assert set(codes) <= set(GATES[target]) & withdrawn - stands
        assert (
            target == stage
            if Stage.LOST in {target, stage}
            else JOURNEY.index(target) <= JOURNEY.index(stage)
        )
    passed = {Stage.LOST} if stage == Stage.LOST else set(JOURNEY[: JOURNEY.index(stage) + 1])
    due = {code for target in passed for code in GATES.get(target, ())} & withdrawn - stands
    assert {code for codes in found.values() for code in codes} == due


def test_who_may(alice, charlie, erin, customer, prove, now):
    with unseen():
        prove(charlie, customer, "need")
    with refused("forbidden", status=403):
        prove(erin, customer, "need")
    hers = prove(alice, customer, "need")
    Participant.objects.create(customer=customer, user=charlie, via="task", subject_id=1)
    his = prove(charlie, customer, "budget")  # a helper puts on record what a customer said
    with refused("not_yours", status=403):
        withdraw_evidence(charlie, hers, reason="不对", now=now)
    withdraw_evidence(charlie, his, reason="不对", now=now)


def test_it_moves_with_a_merge_and_back(alice, dora, customer, make_customer, prove, now):
    other = make_customer(owner=alice)
    evidence = prove(alice, other, "need")
    put(other, "qualified")
    debt = withdraw_evidence(alice, prove(alice, other, "budget"), reason="记错", now=now)[0]
    [merge] = merge_customers(dora, customer, [other], take={}, now=now)
    evidence.refresh_from_db()
    customer.refresh_from_db()
    assert (evidence.customer_id, customer.gate_debt_until) == (customer.pk, debt.expires_at)
    unmerge(dora, merge, now=now)
    evidence.refresh_from_db()
    customer.refresh_from_db()
    other.refresh_from_db()
    assert (evidence.customer_id, customer.gate_debt_until) == (other.pk, None)
    assert other.gate_debt_until == debt.expires_at
