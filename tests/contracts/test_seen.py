"""What a contract of a person says: whole for who owns it and whom it names, masked for everybody else who sees it."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from genjin.contracts.actions.collection import hold_collection
from genjin.contracts.actions.ending import void_contract
from genjin.contracts.actions.invoices import NewInvoice, request_invoice, void_invoice
from genjin.contracts.actions.profiles import save_profile
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Amendment, Contract
from genjin.customers.models import Customer
from genjin.delivery.actions.projects import NewProject, open_project
from genjin.delivery.actions.risks import NewRisk, raise_risk
from genjin.delivery.actions.steps import NewStep, add_step
from genjin.delivery.actions.team import add_member
from genjin.delivery.models import Acceptance, Project, Slip
from genjin.events.models import Event
from tests.api.conftest import call

__all__ = ["call"]
PHONE, PAYER, NAME = "13805718888", "欧阳建国", "欧阳锋"
HIDDEN = (PHONE, PAYER, NAME)


@pytest.fixture
def told(alice, fiona, signed, now):
    """Every place where a contract keeps what somebody wrote, each with a number in it."""
    words, row = f"找{NAME}打{PHONE}", signed
    Customer.objects.filter(pk=row.customer_id).update(kind="person", name=NAME)
    row.customer.refresh_from_db()
    profile = save_profile(alice, row.customer, {"name": NAME, "phone": PHONE}, now=now)
    Contract.objects.update(
        answer=words, payment_terms=words, liability_terms=words, scope_terms=words, other_terms=words, profile=profile
    )  # fmt: skip
    Contract.objects.update(title=f"{NAME}采购合同")
    row.milestones.filter(trigger="acceptance").update(expected_why=words)
    _delivered(alice, row, words, now)
    paid = NewReceipt(Decimal(1000), date(2026, 3, 10), payer=PAYER, note=words)
    reverse_receipt(fiona, record_receipt(fiona, row, paid, now=now), reason=words, now=now)
    for reason in ("", words):
        invoice = request_invoice(
            alice, row, NewInvoice(Decimal(1000), profile, "ordinary", note=words), now=now
        )
        if reason:
            void_invoice(fiona, invoice, reason=reason, now=now)
    side = {"amount": "1", "payment_terms": words, "milestones": [], "title": "合同"}
    Amendment.objects.create(
        contract=row, number=1, state="rejected", reason=words, before=side, after=side | {"payment_terms": f"{words}!"},
        came_from="signed", asked_by=alice, asked_at=now, answer=words, decided_by=alice,
    )  # fmt: skip
    hold_collection(row.customer_id, words, now=now)
    return row


def _delivered(actor, contract, words, now):
    """A project of the contract that is called after its customer, with a number in everything written of it."""
    project = open_project(actor, contract, NewProject(f"{NAME}交付", actor, date(2026, 3, 9), date(2026, 5, 29)), now=now)  # fmt: skip
    add_member(actor, project, actor, "service", now=now)
    project.members.update(note=words)
    add_step(actor, project, NewStep(words), now=now)
    raise_risk(actor, project, NewRisk(words), now=now)
    Slip.objects.create(project=project, origin=None, target=date(2026, 6, 1), why=words, at=now, by=actor)
    Acceptance.objects.create(
        project=project, accepted_on=date(2026, 5, 1), words=words, recorded_by=actor, recorded_at=now
    )
    Project.objects.update(
        notes=words, kickoff_on=date(2026, 3, 9), kickoff_minutes=words, kickoff_split=words, stop_reason=words, stopped_on=date(2026, 6, 1)
    )  # fmt: skip


def test_by_api_and_page_as_by_export(alice, erin, fiona, lena, told, call, client):
    api = (
        "/contracts", "/deliveries", f"/deliveries/{told.projects.get().pk}", f"/contracts/{told.pk}", f"/contracts/{told.pk}/milestones", "/payments", "/payments/receipts", "/invoices", "/payments/forecast?month=open",
    )  # fmt: skip
    pages = (
        f"/contracts/{told.pk}/", f"/contracts/{told.pk}/print/", f"/customers/{told.customer_id}/?tab=contracts", "/payments/",
        "/payments/receipts/", "/payments/invoices/", "/payments/forecast/", "/contracts/", "/deliveries/", f"/deliveries/{told.projects.get().pk}/",
        f"/customers/{told.customer_id}/?tab=delivery", f"/customers/{told.customer_id}/?tab=journey",
    )  # fmt: skip

    def answers(person):
        client.force_login(person)
        for address in api:
            yield address, call(person).get(address).content.decode()
        for address in pages:
            yield address, client.get(address).content.decode()

    for address, text in answers(erin):
        assert "合同" in text or "款" in text, address
        assert [text[text.index(word) - 60 :][:80] for word in HIDDEN if word in text] == [], address
    for person in (alice, fiona, lena):
        whole = "".join(text for _address, text in answers(person))
        assert PHONE in whole
        assert PAYER in whole
        assert call(person).get("/invoices").json()["items"][0]["profile"]["name"] == NAME


def test_the_reason_of_a_void_contract_is_read_so_too(alice, bob, erin, signed, call, now):
    void_contract(bob, signed, reason=f"打{PHONE}", now=timezone.now())
    assert Event.objects.filter(kind="contract.voided").exists()
    for person, is_seen in ((alice, True), (erin, False)):
        assert (PHONE in call(person).get(f"/contracts/{signed.pk}").json()["void_reason"]) is is_seen
