"""The pages of contracts and money: what they show to whom, forms that come back with their sentences."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from genjin.approvals.models import Request
from genjin.contracts.actions.collection import hold_collection
from genjin.contracts.actions.drafts import draft_contract
from genjin.contracts.models import Amendment, Contract, Invoice, Receipt
from genjin.contracts.queries.lists import milestones_asked
from genjin.contracts.rules.milestones import PRESETS
from genjin.contracts.rules.terms import Terms
from genjin.customers.models import Customer
from genjin.selling.models import Opportunity

LISTS = ("/contracts/", "/payments/", "/payments/receipts/", "/payments/ageing/", "/payments/invoices/")
DAY = date.today  # pages look at the real clock


@pytest.fixture
def customer(alice, make_customer):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    Customer.objects.filter(pk=row.pk).update(stage="negotiation")
    return row


@pytest.fixture
def deal(alice, customer):
    now = timezone.now()
    return Opportunity.objects.create(
        customer=customer,
        name="两条排产线",
        owner=alice,
        stage="negotiation",
        stage_entered_at=now,
        opened_at=now,
        counts=True,
    )


@pytest.fixture
def draft(alice, deal, lena, fiona):
    terms = Terms(
        title="排产线采购合同", amount=Decimal("860000"), product="两条排产线", payment_terms="首付三成", liability_terms="逾期万分之五",
        scope_terms="两条产线", ends_on=date(2030, 1, 1), legal=lena.pk, finance=fiona.pk, shares=PRESETS["30_70"],
    )  # fmt: skip
    return draft_contract(alice, deal, terms, now=timezone.now())


@pytest.fixture
def signed(alice, client, draft):
    Contract.objects.filter(pk=draft.pk).update(state="approved")
    client.force_login(alice)
    scan = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 scan")
    today = timezone.localdate().isoformat()
    answer = client.post(
        f"/contracts/{draft.pk}/sign/", {"signed_on": today, "file": scan}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204, answer.content.decode()
    draft.refresh_from_db()
    return draft


def form_of(**other):
    known = {
        "title": "排产线采购合同", "kind": "sales", "product": "两条排产线", "amount": "860000", "unit": "percent", "ends_on": "2030-01-01",
        "ms_name": ["首付款", "尾款"], "ms_share": ["30", "70"], "ms_trigger": ["signing", "acceptance"], "ms_offset": ["3", "0"],
        "ms_shift": ["", "1"], "ms_fixed": ["", ""], "ms_expected": ["", "2029-06-30"], "ms_id": ["", ""],
        "line_name": ["排产线"], "line_quantity": ["2"], "line_price": ["430,000"], "line_discount": ["0"], "line_tax_rate": ["13"],
        "line_product": [""], "line_source": [""],
    }  # fmt: skip
    return known | other


def test_written_by_hand_for_an_opportunity(alice, charlie, client, deal):
    client.force_login(charlie)
    assert client.get(f"/contracts/new/?opportunity={deal.pk}").status_code == 404
    client.force_login(alice)
    assert client.get("/contracts/new/")["Location"] == "/contracts/choose/"
    assert deal.name in client.get("/contracts/choose/").content.decode()
    url = f"/contracts/new/?opportunity={deal.pk}"
    page = client.get(url)
    assert [row["share"] for row in page.context["milestones"]] == ["30", "70"]  # the usual plan
    answer = client.post(url, form_of(ms_share=["30", "60"]))
    assert answer.status_code == 422
    assert "还差10" in answer.content.decode()
    assert [row["share"] for row in answer.context["milestones"]] == ["30", "60"]  # nothing typed is lost
    assert not Contract.objects.exists()
    answer = client.post(url, form_of(line_price=["很多"]))
    assert answer.status_code == 422
    assert "很多" in answer.content.decode()
    answer = client.post(url, form_of(preset="30_30_30_10"))
    assert [row["share"] for row in answer.context["milestones"]] == ["30", "30", "30", "10"]
    assert client.post(url, form_of()).status_code == 302
    row = Contract.objects.get()
    assert (row.amount, row.net_amount) == (Decimal("860000.00"), Decimal("761061.95"))
    final = row.milestones.get(name="尾款")
    assert (final.amount, final.to_working_day, final.expected_on) == (
        Decimal("602000.00"),
        True,
        date(2029, 6, 30),
    )


def test_changed_and_kept_apart_from_others_changes(alice, client, draft):
    client.force_login(alice)
    url = f"/contracts/{draft.pk}/edit/"
    assert client.get(url).context["form"].initial["version"] == 1
    ids = [str(pk) for pk in draft.milestones.values_list("pk", flat=True)]
    assert client.post(url, form_of(version="1", ms_id=ids, title="新的名称")).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, [str(one.pk) for one in draft.milestones.all()]) == ("新的名称", ids)
    answer = client.post(url, form_of(version="1", title="又一个名称"))
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.title == "新的名称"


def test_the_page_tells_each_what_they_may(alice, charlie, erin, lena, fiona, client, draft):
    url = f"/contracts/{draft.pk}/"
    for person, deeds in (
        (alice, ["hand_in", "edit", "void"]),
        (lena, ["hand_in", "edit", "void"]),
        (fiona, []),
        (erin, []),
    ):
        client.force_login(person)
        page = client.get(url)
        assert [one["name"] for one in page.context["deeds"]] == deeds
    client.force_login(charlie)
    assert client.get(url).status_code == 404
    assert client.get(f"{url}print/").status_code == 404
    assert draft.number not in client.get("/contracts/").content.decode()


def test_handed_in_and_signed_with_the_scan(alice, client, draft, customer):
    client.force_login(alice)
    url = f"/contracts/{draft.pk}/"
    answer = client.post(f"{url}sign/", {"signed_on": "2026-03-01"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "只有已批准的合同才能签订" in answer.content.decode()
    assert (
        client.post(f"{url}hand-in/", {"reason": "请审"}, headers={"HX-Request": "true"}).status_code == 204
    )
    assert Request.objects.get().data["contract"] == draft.pk
    assert client.post(f"{url}withdraw/").status_code == 302
    Contract.objects.filter(pk=draft.pk).update(state="approved")
    answer = client.post(f"{url}sign/", {"signed_on": "2026-03-01"}, headers={"HX-Request": "true"})
    assert "file" in answer.context["form"].errors
    scan = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 scan")
    assert client.post(f"{url}sign/", {"signed_on": "2026-03-01", "file": scan}).status_code == 302
    page = client.get(url)
    assert (page.context["state"]["tone"], len(page.context["files"])) == ("blue", 1)
    tab = client.get(f"/customers/{customer.pk}/?tab=contracts").content.decode()
    assert draft.number in tab
    assert "先解决投诉" not in tab
    hold_collection(customer.pk, "投诉未解决", now=timezone.now())
    assert "先解决投诉" in client.get(f"/customers/{customer.pk}/?tab=contracts").content.decode()
    assert "投诉未解决" in client.get(url).content.decode()
    assert "首付款" in client.get(f"{url}print/").content.decode()


def test_money_through_the_dialog(alice, fiona, client, signed):
    client.force_login(alice)
    url = f"/payments/contracts/{signed.pk}/receipt/"
    assert client.get(url).status_code == 403
    client.force_login(fiona)
    form = {"amount": "900000", "received_on": timezone.localdate().isoformat(), "method": "transfer"}
    key = client.get(url).context["form"]["key"].value()
    answer = client.post(url, form | {"key": key}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "仅剩860,000" in answer.content.decode()
    down, final = signed.milestones.all()
    sent = form | {"amount": "300000", f"part_{down.pk}": "258,000", f"part_{final.pk}": "42000", "key": key}
    for _once in range(2):
        assert client.post(url, sent, headers={"HX-Request": "true"}).status_code == 204
    receipt = Receipt.objects.get()
    assert [part.amount for part in receipt.parts.all()] == [Decimal("258000"), Decimal("42000")]
    page = client.get(f"/contracts/{signed.pk}/")
    assert (page.context["percent"], page.context["state"]["tone"]) == (34, "cyan")
    assert "300,000.00" in client.get("/payments/receipts/").content.decode()
    assert client.post(f"/payments/receipts/{receipt.pk}/reverse/", {"reason": "退票"}).status_code == 302
    assert Receipt.objects.count() == 2


def test_invoices_through_the_dialogs(alice, fiona, client, signed, customer):
    client.force_login(alice)
    known = {"name": "杭州远景机电有限公司", "tax_number": "91350100M000100Y43"}
    assert client.post(f"/contracts/profiles/{customer.pk}/new/", known).status_code == 302
    profile = customer.billing_profiles.get()
    form = {"kind": "special", "amount": "258000", "tax_rate": "13", "profile": profile.pk}
    url = f"/payments/contracts/{signed.pk}/invoice/"
    assert client.post(url, form | {"amount": "860000.01"}).status_code == 422
    assert client.post(url, form).status_code == 302
    invoice = Invoice.objects.get()
    assert client.get(f"/payments/invoices/{invoice.pk}/issue/").status_code == 403
    client.force_login(fiona)
    issued = {"number": "26337000000012345678", "issued_on": timezone.localdate().isoformat()}
    assert "91350100M000100Y43" in client.get(f"/payments/invoices/{invoice.pk}/issue/").content.decode()
    assert client.post(f"/payments/invoices/{invoice.pk}/issue/", issued).status_code == 302
    assert "26337000000012345678" in client.get("/payments/invoices/").content.decode()
    assert client.post(f"/payments/invoices/{invoice.pk}/void/", {"reason": "退货"}).status_code == 302


def test_lists_of_money_are_for_those_who_see_the_customer(alice, charlie, client, signed):
    client.force_login(alice)
    plan = client.get("/payments/")
    assert [row["name"] for row in plan.context["rows"]] == ["首付款", "尾款"]
    odd = client.get("/payments/?when=overdue")  # no view of the plan: what stands under its first tab
    assert [row["name"] for row in odd.context["rows"]] == ["首付款", "尾款"]
    assert [cut["active"] for cut in odd.context["cuts"]] == [True, False, False, False, False]
    asked = milestones_asked(alice, {"when": "overdue"}, timezone.localdate())
    assert [one.name for one in asked] == ["首付款", "尾款"]  # and in the sheet
    forecast = client.get("/payments/forecast/")
    assert len(forecast.context["months"]) == 2  # that of the down payment, and what has no day yet
    assert "样本不足" in forecast.content.decode()
    signed.milestones.filter(name="首付款").update(due_on=date(2026, 1, 5))
    ageing = client.get("/payments/ageing/?age=over")
    assert [row["name"] for row in ageing.context["rows"]] == ["首付款"]
    client.force_login(charlie)
    for url in (
        "/payments/",
        "/payments/receipts/",
        "/payments/ageing/",
        "/payments/invoices/",
        "/payments/forecast/",
        "/contracts/",
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert signed.number not in page.content.decode()


def test_an_amendment_by_its_form(alice, client, signed):
    client.force_login(alice)
    url = f"/contracts/{signed.pk}/amend/"
    page = client.get(url)
    rows = page.context["milestones"]
    assert [row["share"] for row in rows] == ["258000", "602000"]
    form = {
        "reason": "增购", "title": signed.title, "product": signed.product, "amount": "900000", "ends_on": "2031-01-01", "unit": "amount",
        "payment_terms": "首付三成", "liability_terms": "逾期万分之五", "scope_terms": "两条产线", "ms_id": [row["id"] for row in rows],
        "ms_name": ["首付款", "尾款"], "ms_share": ["258000", "602000"], "ms_trigger": ["signing", "acceptance"], "ms_offset": ["3", "0"],
        "ms_shift": ["", ""], "ms_fixed": ["", ""], "ms_expected": ["", ""],
    }  # fmt: skip
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert "还差40,000" in answer.content.decode()
    assert client.post(url, form | {"ms_share": ["258000", "642000"]}).status_code == 302
    held = Amendment.objects.get()
    page = client.get(f"/contracts/{signed.pk}/")
    assert page.context["amendments"][0]["changes"][0]["before"] == "860,000.00"
    Amendment.objects.filter(pk=held.pk).update(state="approved")
    scan = SimpleUploadedFile("补充协议.pdf", b"%PDF-1.7 more")
    signed_form = {"signed_on": timezone.localdate().isoformat(), "file": scan}
    assert client.post(f"/contracts/amendments/{held.pk}/sign/", signed_form).status_code == 302
    signed.refresh_from_db()
    assert signed.amount == Decimal("900000")


def test_queries_do_not_grow_with_the_rows(alice, fiona, client, signed, make_customer):
    """Of contracts fiona is named on, each of another customer: what she may do is not asked row by row."""
    profile = signed.customer.billing_profiles.create(name="杭州远景机电有限公司")

    def money(row):
        row.milestones.update(due_on=date(2026, 1, 5), triggered_on=date(2026, 1, 5))
        receipt = Receipt.objects.create(
            contract=row,
            amount=1,
            received_on=date(2026, 3, 2),
            recorded_by=fiona,
            recorded_at=timezone.now(),
        )
        receipt.parts.create(milestone=row.milestones.first(), amount=1)
        row.invoices.create(profile=profile, amount=1, tax=0, requested_by=alice, requested_at=timezone.now())

    def counted():
        client.force_login(fiona)
        found = {}
        for url in LISTS:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(url)
            found[url] = (len(page.context["rows"]), len(queries))
        return found

    money(signed)
    one = counted()
    for _more in range(7):
        owner = make_customer(owner=alice)
        deal = Opportunity.objects.create(
            customer=owner,
            name="备件",
            owner=alice,
            stage_entered_at=timezone.now(),
            opened_at=timezone.now(),
        )
        terms = Terms("备件合同", Decimal("1000"), finance=fiona.pk, shares=PRESETS["30_70"])
        row = draft_contract(alice, deal, terms, now=timezone.now())
        Contract.objects.filter(pk=row.pk).update(state="signed", signed_on=date(2026, 1, 2))
        money(row)
    eight = counted()
    assert {url: rows for url, (rows, _n) in eight.items()} == {
        url: 8 * rows for url, (rows, _n) in one.items()
    }
    assert {url: n for url, (_rows, n) in eight.items()} == {url: n for url, (_rows, n) in one.items()}
