"""Opportunities, proposals, contracts, receipts, invoices, deliveries, tickets and renewals as sheets."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.accounts.actions import save_team
from genjin.accounts.models import User
from genjin.approvals.models import Request
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import Renewal, Ticket
from genjin.contracts.models import BillingProfile, Contract, Invoice, Milestone, Receipt
from genjin.contracts.queries.money import with_open
from genjin.customers.models import Customer
from genjin.delivery.models import Project
from genjin.events.models import Event
from genjin.events.queries import taken_out
from genjin.followups.actions.ownership import assign_customers
from genjin.intake.actions.export import NewExport, ask_export, grant_export, run_export, set_policy
from genjin.intake.models import Export
from genjin.intake.queries.outgoing import OUTGOING
from genjin.proposals.actions.drafts import NewLine, NewProposal, open_proposal
from genjin.proposals.models import Proposal
from genjin.selling.actions.following import name_of
from genjin.selling.models import NumberRule, Opportunity
from genjin.selling.queries.pipeline import by_stage, chances, rows_of, with_weight
from tests.refusals import refused

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LATER = [what for what in OUTGOING if what != "customers"]
_numbers = count(1)


@pytest.fixture
def deal(db, now):
    """Return a way to take one customer from need to renewal: `deal(alice, customer, amount)`."""
    for kind in ("proposal", "ticket"):
        NumberRule.objects.get_or_create(kind=kind, defaults={"pattern": f"{kind}-{{n}}"})  # lost by a flush

    def make(owner, customer, amount=Decimal("1000.50"), **more):
        n = next(_numbers)
        opportunity = Opportunity.objects.create(
            customer=customer, name=f"采购{n}", owner=owner, amount=amount, opened_at=now, stage_entered_at=now, expected_close=date(2026, 6, 30), **more
        )  # fmt: skip
        offer = NewProposal(
            opportunity, f"方案{n}", {"lines": [NewLine(None, "排产系统", "套", Decimal(1), amount)]}
        )
        open_proposal(owner, customer, offer, now=now)
        contract = Contract.objects.create(
            number=f"HT-OUT-{n}", customer=customer, opportunity=opportunity, title=f"合同{n}", amount=amount, product="排产线", state="signed",
            signed_on=date(2026, 3, 9), ends_on=date(2027, 3, 8), owner=owner, created_at=now,
        )  # fmt: skip
        half = (amount / 2).quantize(Decimal("0.01"))
        first = contract.milestones.create(
            position=0, name="首付款", percent=50, amount=half, trigger="signing", triggered_on=date(2026, 3, 9), due_on=date(2026, 3, 9)
        )  # fmt: skip
        contract.milestones.create(
            position=1, name="尾款", percent=50, amount=amount - half, trigger="acceptance"
        )
        receipt = Receipt.objects.create(
            contract=contract, amount=Decimal("100.10"), received_on=date(2026, 3, 10), payer=customer.name, recorded_by=owner, recorded_at=now
        )  # fmt: skip
        receipt.parts.create(milestone=first, amount=Decimal("100.10"))
        profile = BillingProfile.objects.create(
            customer=customer, name=customer.name, tax_number="330106199001011234"
        )
        Invoice.objects.create(
            contract=contract, profile=profile, amount=Decimal("100.10"), tax=Decimal("11.52"), requested_by=owner, requested_at=now
        )  # fmt: skip
        Project.objects.create(customer=customer, contract=contract, name=f"交付{n}", lead=owner, created_at=now, planned_end=date(2026, 3, 1))  # fmt: skip
        new = NewTicket(
            "complaint",
            f"停机{n}",
            "请回电 13812345678",
            owner=owner,
            sender="王小明",
            sender_reach="13812345678",
        )
        open_ticket(owner, customer, new, now=now)
        Renewal.objects.create(
            customer=customer, contract=contract, owner=owner, ends_on=contract.ends_on, opened_at=now
        )
        return contract

    return make


@pytest.fixture
def both(deal, make_customer, alice, charlie):
    """One deal of alice's, one of charlie's."""
    return deal(alice, make_customer(owner=alice, name="甲公司")), deal(
        charlie, make_customer(owner=charlie, name="丙公司"), Decimal("7777.77")
    )


def taken(actor, what, now, **more):
    known = {"reason": "对账", "what": what, "query": OUTGOING[what].whole} | more
    return run_export(ask_export(actor, NewExport(**known), now=now).pk, now=now)


def lines(export):
    """Return the rows of a CSV by heading."""
    with export.file.open("rb") as file:
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))


def cells(export, sheet=1):
    """Return a sheet's rows by heading as (type, format, value), as a workbook holds them."""
    with export.file.open("rb") as file, ZipFile(file) as book:
        texts = (
            ["".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
            if "xl/sharedStrings.xml" in book.namelist()
            else []
        )
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    shown = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SPACE}numFmt")}
    styled = [shown.get(one.get("numFmtId"), "") for one in styles.find(f"{SPACE}cellXfs")]
    rows = []
    for row in page.iter(f"{SPACE}row"):
        found = {}
        for cell in row:
            kind, value = cell.get("t", "n"), "".join(cell.itertext())
            value = texts[int(value)] if kind == "s" else value
            found[re.sub(r"\d", "", cell.get("r"))] = (kind, styled[int(cell.get("s", 0))], value)
        rows.append(found)
    head = {column: value for column, (_kind, _shown, value) in rows[1].items()}
    return [{head[column]: cell for column, cell in row.items()} for row in rows[2:]]


@pytest.mark.parametrize("what", LATER)
def test_a_lead_takes_the_team_s_rows_and_nobody_else_s(bob, both, now, what):
    export = taken(bob, what, now, format="csv")
    found = lines(export)
    assert (export.status, export.rows) == ("done", 2 if what == "milestones" else 1), export.problem
    assert {row["客户"] for row in found} == {"甲公司"}
    assert "丙公司" not in str(found)
    assert "7777.77" not in str(found)
    assert {row["导出标记"] for row in found} == {f"鲍勃 bob 2026-03-11 10:30 #{export.pk}"}
    assert "13812345678" not in str(found)
    told = Event.objects.get(kind="list.exported")
    assert (told.actor, told.data["what"], told.data["rows"]) == (bob, what, export.rows)
    (day,) = taken_out(now + timedelta(hours=1))
    assert (day.actor_id, day.exports, day.rows) == (bob.pk, 1, export.rows)


@pytest.mark.parametrize("what", LATER)
def test_who_may_not_export_takes_nothing(alice, charlie, both, now, what):
    for person in (alice, charlie):
        with refused("forbidden", status=403):
            ask_export(person, NewExport("对账", what=what, query=OUTGOING[what].whole), now=now)
    assert not Export.objects.exists()
    assert not Event.objects.filter(kind__startswith="export.").exists()


def test_money_is_numbers_days_are_days_and_milestones_have_a_sheet(bob, both, now):
    export = taken(bob, "contracts", now)
    (row,) = cells(export)
    assert row["含税金额"] == ("n", "#,##0.00", "1000.50")
    assert row["已回款"] == ("n", "#,##0.00", "100.10")
    assert (row["签订日期"][0], row["签订日期"][1]) == ("n", "yyyy-mm-dd")
    assert (row["客户"][0], row["客户"][2]) == ("inlineStr", "甲公司")
    first, second = cells(export, sheet=2)
    assert (first["金额"][2], first["已回款"][2], second["金额"][2]) == ("500.25", "100.10", "500.25")
    assert {first["合同编号"][2], second["合同编号"][2]} == {both[0].number}
    assert first["比例（%）"][:2] in {("n", ""), ("n", "General")}  # "0.##" would show 50 as "50."


def test_a_formula_stays_a_text(bob, alice, deal, make_customer, now):
    contract = deal(alice, make_customer(owner=alice))
    Opportunity.objects.filter(pk=contract.opportunity_id).update(name='=HYPERLINK("http://x")')
    (row,) = lines(taken(bob, "opportunities", now, format="csv"))
    assert '\'=HYPERLINK("http://x")' in row.values()
    (row,) = cells(taken(bob, "opportunities", now))
    assert '=HYPERLINK("http://x")' in {
        value for kind, _shown, value in row.values() if kind in {"s", "inlineStr"}
    }


def test_people_are_masked_unless_asked_otherwise(bob, alice, deal, make_customer, now):
    person = {"name": "王小明", "phone": "13812345678"}
    customer = make_customer(owner=alice, name="王小明", kind="person", contacts=[person])
    contract = deal(alice, customer)
    Opportunity.objects.update(name=name_of(customer))  # as one nobody named is called
    Proposal.objects.update(title=f"{customer.name} 方案")
    Project.objects.update(name=f"{customer.name} 交付")
    Contract.objects.filter(pk=contract.pk).update(title=f"{customer.name}的合同")
    Ticket.objects.update(project=Project.objects.get())
    for what in LATER:
        masked = taken(bob, what, now, format="csv")
        assert (
            masked.unmasked_rows,
            "王小明" in str(lines(masked)),
            "13812345678" in str(lines(masked)),
        ) == (0, False, False), what
        assert "330106199001011234" not in str(lines(masked)), what
        whole = taken(bob, what, now, format="csv", is_unmasked=True)
        assert (whole.unmasked_rows, {row["客户"] for row in lines(whole)}) == (whole.rows, {"王小明"}), what
    assert "13812345678" in str(lines(taken(bob, "tickets", now, format="csv", is_unmasked=True)))
    (row,) = lines(taken(bob, "opportunities", now, format="csv"))
    assert row["商机"] == "王*"


def test_the_list_s_address_narrows_the_sheet(bob, alice, both, now):
    Contract.objects.filter(pk=both[0].pk).update(state="void", void_reason="重签")
    with refused("export_empty"):
        ask_export(bob, NewExport("对账", what="contracts", query="view=running"), now=now)
    (row,) = lines(taken(bob, "contracts", now, format="csv", query=f"view=void&q={both[0].number}"))
    assert (row["合同编号"], row["待回款"]) == (both[0].number, "0.00")
    assert lines(taken(bob, "contracts", now, format="csv", query="", columns=["amount", "number"]))[
        0
    ].keys() == {"含税金额", "合同编号", "导出标记"}
    with refused("column_unknown"):
        ask_export(bob, NewExport("对账", what="contracts", columns=["password"]), now=now)
    with refused("list_unknown"):
        ask_export(bob, NewExport("对账", what="users"), now=now)


def test_what_left_one_s_sight_before_it_runs_stays_at_home(
    bob, dora, charlie, alice, deal, make_customer, now
):
    gone, stays = (deal(alice, make_customer(owner=alice)) for _ in range(2))
    set_policy(dora, most_rows=1, days_kept=7, now=now)
    row = ask_export(bob, NewExport("对账", what="receipts", format="csv"), now=now)
    asked = Request.objects.get(pk=row.request_id)
    assert (row.status, asked.subject) == ("asked", "导出 2 行：回款记录")
    assign_customers(dora, Customer.objects.filter(pk=gone.customer_id), charlie, reason="换组", now=now)
    grant_export(dora, asked, now=now)
    done = run_export(row.pk, now=now)
    assert (done.status, [line["合同编号"] for line in lines(done)]) == ("done", [stays.number])


@pytest.mark.parametrize("what", LATER)
def test_the_whole_of_a_list_holds_what_is_over_too(bob, alice, both, deal, make_customer, now, what):
    over = deal(alice, make_customer(owner=alice, name="戊公司"))
    Milestone.objects.filter(contract=over).update(settled_on=now.date())
    Contract.objects.filter(pk=over.pk).update(state="done")
    Project.objects.filter(contract=over).update(state="stopped", stopped_on=now.date(), stop_reason="不做了")
    Ticket.objects.filter(customer=over.customer).update(state="closed", answered_at=now, solved_at=now, closed_at=now)  # fmt: skip
    Renewal.objects.filter(contract=over).update(outcome="renewed", decided_at=now)
    Opportunity.objects.filter(pk=over.opportunity_id).update(stage="won", closed_at=now)
    names = {row["客户"] for row in lines(taken(bob, what, now, format="csv"))}
    assert names == {"甲公司", "戊公司"}


def test_chosen_rows_out_of_sight_refuse_all(bob, both, now):
    with refused("not_found", status=404):
        ask_export(bob, NewExport("对账", what="contracts", ids=[row.pk for row in both]), now=now)
    assert not Export.objects.exists()
    assert taken(bob, "contracts", now, ids=[both[0].pk], format="csv").rows == 1


def test_lines_of_a_further_sheet_count_and_stand_in_the_log(bob, dora, both, now):
    set_policy(dora, most_rows=2, days_kept=7, now=now)
    assert taken(bob, "contracts", now, format="csv").rows == 1
    row = ask_export(bob, NewExport("对账", what="contracts"), now=now)
    assert (row.status, row.total) == ("asked", 3)  # a contract and its two milestones
    set_policy(dora, most_rows=3, days_kept=7, now=now)
    done = taken(bob, "contracts", now)
    assert (done.status, done.total, done.rows) == ("done", 3, 3)
    assert Event.objects.filter(kind="list.exported").latest("pk").data["rows"] == 3
    set_policy(dora, most_rows=10, days_kept=7, now=now)
    waiting = ask_export(bob, NewExport("对账", what="contracts"), now=now)
    set_policy(dora, most_rows=2, days_kept=7, now=now)
    assert (run_export(waiting.pk, now=now).status, Event.objects.filter(kind="list.exported").count()) == (
        "failed",
        2,
    )


AMOUNTS = st.lists(
    st.tuples(st.sampled_from(["alice", "charlie", "carl"]), st.decimals(min_value="200.20", max_value="9999999.99", places=2)),
    min_size=1,
    max_size=4,
)  # fmt: skip


@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deals=AMOUNTS, reader=st.sampled_from(["bob", "carla", "dora"]))
def test_every_sum_of_a_sheet_is_the_list_s(
    teams, alice, bob, charlie, dora, deal, make_customer, now, deals, reader
):
    """Whoever reads, whatever stands there: what a sheet adds up to is what the rows in sight add up to, to the cent."""
    carla, _new = User.objects.get_or_create(
        username="carla", defaults={"name": "卡拉", "role": "lead", "team": teams["B"]}
    )
    carl, _new = User.objects.get_or_create(
        username="carl", defaults={"name": "卡尔", "role": "rep", "team": teams["B"]}
    )
    save_team(None, teams["B"], leads=[carla], now=now)
    owners = {"alice": alice, "charlie": charlie, "carl": carl}
    for owner, amount in deals:
        deal(owners[owner], make_customer(owner=owners[owner]), amount)
    user = User.objects.get(username=reader)
    led = {"bob": ["alice"], "carla": ["charlie", "carl"], "dora": list(owners)}[reader]
    seen = Contract.objects.filter(customer__owner__username__in=led)
    expected = {
        "contracts": ("含税金额", sum(row.amount for row in seen)),
        "receipts": ("金额", sum(row.amount for row in Receipt.objects.filter(contract__in=seen))),
        "invoices": ("含税金额", sum(row.amount for row in Invoice.objects.filter(contract__in=seen))),
        "milestones": (
            "待回款",
            sum(row.open for row in with_open(Milestone.objects.filter(contract__in=seen))),
        ),
        "opportunities": (
            "预计金额",
            sum(
                total.amount
                for total in by_stage(
                    with_weight(rows_of(user, {"tab": "all"}, now.date()), chances())
                ).values()
            ),
        ),
    }
    for what, (heading, wanted) in expected.items():
        if not seen:
            with refused("export_empty"):
                ask_export(user, NewExport("对账", what=what, query=OUTGOING[what].whole), now=now)
            continue
        found = lines(taken(user, what, now, format="csv"))
        assert sum(Decimal(row[heading]) for row in found) == wanted, (what, reader)
