"""Writing a proposal: numbers, prices of the day, several writers, versions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import InternalError, ProgrammingError, transaction

from genjin.accounts.models import User
from genjin.approvals.rules.snapshots import digest_of
from genjin.customers.models import Customer
from genjin.followups.actions.files import remove_file
from genjin.followups.models import Attachment
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.proposals.actions.books import save_book
from genjin.proposals.actions.drafts import NewLine, NewProposal, new_version, open_proposal, save_draft
from genjin.proposals.actions.sending import Sending, send_version
from genjin.proposals.actions.team import add_file, drop_file, set_authors
from genjin.proposals.models import PriceBook, Proposal, ProposalVersion
from genjin.proposals.queries.content import content_of
from genjin.proposals.rules.content import difference
from genjin.selling.actions.products import save_product
from genjin.selling.models import Product


def again(version: ProposalVersion) -> ProposalVersion:
    return ProposalVersion.objects.get(pk=version.pk)


def sent(actor: User, version: ProposalVersion, now) -> ProposalVersion:
    return send_version(actor, version, Sending("email", "王经理"), now=now)


def test_a_proposal_has_a_number_and_the_prices_of_the_day(begin, system, training, now):
    version = begin(
        lines=[
            NewLine(system),
            NewLine(training, quantity=Decimal(2)),
            NewLine(name="接口开发", price=Decimal("9999.99"), tax_rate=Decimal(6)),
        ]
    )
    assert version.proposal.number.endswith("001")
    assert (version.number, version.state) == (1, "draft")
    assert version.amount == Decimal("75999.99")
    assert version.amount == sum(Decimal(line["amount"]) for line in content_of(version)["lines"])
    assert list(version.lines.values_list("name", "unit", "tax_rate", "list_price")) == [
        ("排产系统", "套", Decimal(13), Decimal(60_000)),
        ("培训", "天", Decimal(6), Decimal(3000)),
        ("接口开发", "", Decimal(6), None),
    ]


def test_the_price_book_of_the_customers_type_holds_and_a_chosen_one_before_it(
    dora, alice, begin, customer, system, now
):
    Customer.objects.filter(pk=customer.pk).update(customer_type="key")
    day = now.date()
    save_book(
        dora,
        PriceBook(),
        {"name": "大客户", "audience": "key", "starts_on": day},
        [(system, Decimal(55_000))],
        now=now,
    )
    named = save_book(
        dora,
        PriceBook(),
        {"name": "渠道", "audience": "named", "starts_on": day},
        [(system, Decimal(50_000))],
        now=now,
    )
    version = begin()
    assert version.amount == Decimal(55_000)
    values = {"price_book": named, "lines": [NewLine(system)]}
    assert save_draft(alice, version, values, seen=version.revision, now=now).amount == Decimal(50_000)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (NewLine(name="空"), "price_missing"),
        (NewLine(name="", price=Decimal(1)), "line_invalid"),
        (NewLine(name="x", price=Decimal(1), quantity=Decimal(0)), "line_invalid"),
        (NewLine(name="x", price=Decimal(-1)), "line_invalid"),
        (NewLine(name="x", price=Decimal(1), discount=Decimal(101)), "line_invalid"),
        (NewLine(name="x", price=Decimal(1), tax_rate=Decimal(100)), "line_invalid"),
        (NewLine(name="x", price=Decimal(10**12)), "line_invalid"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_number(alice, begin, system, now, line, code):
    version = begin()
    with pytest.raises(RuleError) as refusal:
        save_draft(alice, version, {"lines": [NewLine(system), line]}, seen=version.revision, now=now)
    assert (refusal.value.code, refusal.value.details) == (code, {"line": 2})
    assert again(version).lines.count() == 1


def test_only_who_sells_to_the_customer_begins_one(
    charlie, lena, alice, customer, opportunity, make_customer, now
):
    new = NewProposal(opportunity, "x")
    with pytest.raises(Customer.DoesNotExist):
        open_proposal(charlie, customer, new, now=now)
    for other, title, code in (
        (make_customer(owner=alice), "x", "not_found"),
        (customer, " ", "title_missing"),
    ):
        with pytest.raises(RuleError) as refusal:
            open_proposal(alice, other, NewProposal(opportunity, title), now=now)
        assert refusal.value.code == code
    assert not Proposal.objects.exists()


def test_two_writers_of_different_fields_lose_nothing(alice, bob, begin, now):
    version = begin()
    seen = version.revision
    save_draft(bob, version, {"terms": "一年质保"}, seen=seen, now=now)
    save_draft(alice, version, {"duration": "两个月"}, seen=seen, now=now)
    row = again(version)
    assert (row.terms, row.duration, row.revision) == ("一年质保", "两个月", seen + 2)


def test_two_writers_of_one_field_see_both_values(alice, bob, begin, system, now):
    version = begin()
    seen = version.revision
    save_draft(
        bob,
        version,
        {"terms": "一年质保", "lines": [NewLine(system, quantity=Decimal(2))]},
        seen=seen,
        now=now,
    )
    with pytest.raises(RuleError) as refusal:
        save_draft(
            alice,
            version,
            {"terms": "两年质保", "lines": [NewLine(system, quantity=Decimal(3))]},
            seen=seen,
            now=now,
        )
    assert (refusal.value.code, refusal.value.status) == ("version_conflict", 409)
    both = refusal.value.details["conflicts"]
    assert (both["terms"]["theirs"], both["terms"]["yours"], both["terms"]["by"]) == (
        "一年质保",
        "两年质保",
        bob.name,
    )
    assert both["lines"]["theirs"].startswith("排产系统 2.00套")
    assert again(version).terms == "一年质保"
    # The same value twice is no conflict, and a look at what is there solves it.
    save_draft(alice, version, {"terms": "一年质保"}, seen=seen, now=now)
    save_draft(alice, version, {"terms": "两年质保"}, seen=refusal.value.details["version"], now=now)
    assert again(version).terms == "两年质保"


def test_a_colleague_of_another_department_writes_when_named(alice, derek, charlie, begin, now):
    version = begin()
    with pytest.raises(ProposalVersion.DoesNotExist):
        save_draft(derek, version, {"duration": "六周"}, seen=9, now=now)
    assert set_authors(alice, version.proposal, [derek], now=now) == [derek]
    assert Notice.objects.get(person=derek, kind="co_author").subject_id == version.proposal_id
    save_draft(derek, version, {"duration": "六周"}, seen=9, now=now)
    assert again(version).duration == "六周"
    for deed in (
        lambda: sent(derek, version, now),
        lambda: set_authors(derek, version.proposal, [charlie], now=now),
    ):
        with pytest.raises(RuleError) as refusal:
            deed()
        assert refusal.value.status == 403
    set_authors(alice, version.proposal, [], now=now)
    with pytest.raises(ProposalVersion.DoesNotExist):
        save_draft(derek, version, {"duration": "七周"}, seen=9, now=now)
    assert again(version).duration == "六周"


def test_what_was_sent_stays_whoever_writes(alice, begin, customer, now):
    version = begin()
    add_file(alice, version, ContentFile(b"%PDF-1.7 x", name="案例.pdf"), now=now)
    row = sent(alice, version, now)
    assert row.sha256 == digest_of(row.content)
    with pytest.raises(RuleError) as refusal:
        save_draft(alice, version, {"terms": "x"}, seen=99, now=now)
    assert refusal.value.code == "version_sent"
    with pytest.raises(RuleError) as refusal:
        drop_file(alice, version, row.files.get().pk, now=now)
    assert refusal.value.code == "version_sent"
    tries = (
        lambda: ProposalVersion.objects.filter(pk=row.pk).update(terms="x"),
        lambda: ProposalVersion.objects.filter(pk=row.pk).update(state="draft"),
        lambda: row.lines.update(price=1),
        lambda: row.lines.all().delete(),
        lambda: row.lines.create(name="x", price=1),
        lambda: row.files.all().delete(),
        lambda: Proposal.objects.filter(pk=row.proposal_id).delete(),
    )
    for attempt in tries:
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            attempt()
    with pytest.raises(RuleError) as refusal:
        remove_file(alice, Attachment.objects.get(), now=now)
    assert refusal.value.code == "file_is_evidence"
    assert digest_of(content_of(again(version))) == row.sha256


def test_the_next_version_begins_as_a_copy(alice, begin, system, training, now):
    version = begin(modules=["排产", "报表"], duration="两个月", discount=Decimal(3))
    add_file(alice, version, ContentFile(b"%PDF-1.7 x", name="案例.pdf"), now=now)
    with pytest.raises(RuleError) as refusal:
        new_version(alice, version.proposal, now=now)
    assert refusal.value.code == "version_not_sent"
    first = sent(alice, version, now)
    second = new_version(alice, version.proposal, now=now + timedelta(days=1))
    assert (second.number, second.state, second.amount) == (2, "draft", first.amount)
    found = difference(content_of(first), content_of(second))
    assert found.is_empty
    values = {
        "modules": ["排产"],
        "duration": "一个月",
        "lines": [NewLine(system, quantity=Decimal(2)), NewLine(training)],
    }
    save_draft(alice, second, values, seen=second.revision, now=now)
    found = difference(content_of(first), content_of(again(second)))
    assert found.texts == (("modules", ["排产", "报表"], ["排产"]), ("duration", "两个月", "一个月"))
    assert [(one.name, one.old is None, one.changed) for one in found.lines] == [
        ("排产系统", False, ("quantity", "amount")),
        ("培训", True, ()),
    ]
    assert (found.old_amount, found.new_amount) == ("58200.00", "119310.00")


def book_for(actor, audience, price, system, now):
    values = {"name": f"价格本 {audience}", "audience": audience, "starts_on": now.date()}
    return save_book(actor, PriceBook(), values, [(system, Decimal(price))], now=now)


def test_a_book_for_customers_of_another_type_is_refused(dora, alice, begin, customer, system, now):
    version, book = begin(), book_for(dora, "key", 1, system, now)
    with pytest.raises(RuleError) as refusal:
        save_draft(alice, version, {"price_book": book, "lines": [NewLine(system)]}, seen=9, now=now)
    assert (refusal.value.code, list(refusal.value.fields)) == ("price_book_unfit", ["price_book"])
    row = again(version)
    assert (row.price_book, row.amount, row.revision) == (None, Decimal(60_000), version.revision)
    Customer.objects.filter(pk=customer.pk).update(customer_type="key")
    save_draft(alice, version, {"price_book": book}, seen=9, now=now)
    Customer.objects.filter(pk=customer.pk).update(
        customer_type="new"
    )  # of a book that no longer fits nothing holds
    save_draft(alice, version, {"lines": [NewLine(system, price=Decimal(1))]}, seen=9, now=now)
    assert again(version).off == Decimal(100)


def test_another_book_measures_the_lines_anew(dora, alice, bob, begin, system, now):
    version = begin(lines=[NewLine(system, price=Decimal(50_000))])
    assert version.off == Decimal("16.67")
    book = book_for(dora, "named", 50_000, system, now)
    row = save_draft(alice, version, {"price_book": book}, seen=version.revision, now=now)
    assert (row.off, row.amount, row.lines.get().list_price) == (Decimal(0), Decimal(50_000), Decimal(50_000))
    row = save_draft(bob, version, {"price_book": None}, seen=row.revision, now=now)
    assert (row.off, row.amount, row.lines.get().list_price) == (
        Decimal("16.67"),
        Decimal(50_000),
        Decimal(60_000),
    )


def test_a_text_that_names_a_product_is_measured_as_that_product(begin, system, now):
    version = begin(
        lines=[NewLine(name=" 排产系统 ", price=Decimal(100)), NewLine(name="排产", price=Decimal(100))]
    )
    first, second = version.lines.all()
    assert (first.product, first.list_price, second.product) == (system, Decimal(60_000), None)
    assert version.off > 99


def test_a_file_that_goes_with_a_version_already_changes_nothing(alice, begin, customer, now):
    version = begin()
    one = add_file(alice, version, ContentFile(b"%PDF-1.7 x", name="案例.pdf"), now=now)
    before = again(version).revision
    assert add_file(alice, version, one.attachment, now=now) == one
    assert again(version).revision == before


@pytest.mark.parametrize("name", ["erp 标准版", "ＥＲＰ标准版", "ERP 標準版。", "Erp\u3000标准版"])
def test_no_writing_of_a_name_gets_around_the_list_price(begin, dora, name, now):
    for code, price in (("E1", 90_000), ("E2", 120_000), ("E3", None)):
        values = {"code": code, "name": "ERP 标准版", "unit": "套", "list_price": price and Decimal(price)}
        save_product(dora, Product(), values, now=now)
    version = begin(lines=[NewLine(name=name, price=Decimal(60_000))])
    line = version.lines.get()
    assert (line.product.code, line.list_price, version.off) == ("E2", Decimal(120_000), Decimal(50))
