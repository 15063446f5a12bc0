"""From need to cash in the demo company: proposals, contracts, money, deliveries, by the people whose work it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.approvals.models import Request
from genjin.cli.demo.staff import Staff
from genjin.cli.demo.words import TRADES
from genjin.contracts.actions.approval import hand_in
from genjin.contracts.actions.drafts import draft_contract
from genjin.contracts.actions.receipts import NewReceipt, record_receipt
from genjin.contracts.actions.signing import Signature, sign_contract
from genjin.contracts.models import Contract, Milestone
from genjin.contracts.queries.money import with_open
from genjin.contracts.rules.milestones import PRESETS
from genjin.contracts.rules.terms import Terms
from genjin.customers.models import Customer
from genjin.delivery.actions.acceptance import NewAcceptance, accept_project, deliver_project
from genjin.delivery.actions.projects import NewProject, open_project, slip_project, start_project
from genjin.delivery.models import Project
from genjin.desk.actions import grant
from genjin.kit.money import to_cents
from genjin.proposals.actions.drafts import NewLine, NewProposal, new_version, open_proposal
from genjin.proposals.actions.sending import NewFeedback, Sending, record_feedback, send_version
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product

FEEDBACK = (
    ("功能满足，希望把实施周期缩短到一个月", 4),
    ("价格偏高，请按两期付款再报一版", 3),
    ("总体认可，内部评审通过", 5),
    ("交付范围再写细一些", 3),
)
SLIPS = ("客户机房改造推迟", "接口文档晚到一周", "现场人员临时抽调")
ACCEPTED = "系统连续运行两周，指标达到合同附件要求，双方签字确认"


@dataclass(frozen=True, slots=True)
class Deal:
    """Who sells what to whom at which moment."""

    staff: Staff
    owner: User
    customer: Customer
    dice: Random
    now: datetime

    @property
    def day(self) -> date:
        return local_day(self.now)


def offer(staff: Staff, *, now: datetime) -> None:
    """Write down what the demo company sells: the products of all trades, each with a list price."""
    names = dict.fromkeys(name for trade in TRADES for name in trade.products)
    for number, name in enumerate(names, start=1):
        values = {
            "code": f"P{number:03}", "name": name, "kind": "product", "family": "智能制造", "unit": "套",
            "list_price": Decimal(10_000) * (6 + 7 * number % 43), "tax_rate": Decimal(13), "is_active": True,
        }  # fmt: skip
        save_product(staff.admin, Product(), values, now=now)


def propose(deal: Deal, what: str) -> None:
    """Write a proposal, send it and take down what the customer said; sometimes a second version follows."""
    purchase = _purchase(deal.customer)
    product = Product.objects.get(name=what)
    sets = Decimal(deal.dice.choice((1, 1, 1, 2)))
    lines = [
        NewLine(product, quantity=sets, discount=Decimal(deal.dice.choice((0, 0, 3, 5)))),
        NewLine(name="实施与培训", unit="项", price=Decimal(deal.dice.choice((8_000, 12_000, 20_000)))),
    ]
    values = {
        "lines": lines, "modules": ["数据采集", "计划排产", "看板报表"], "duration": deal.dice.choice(("6 周", "8 周", "3 个月")),
        "terms": "首付款 30%，验收后付清；质保一年",
    }  # fmt: skip
    proposal = open_proposal(
        deal.owner, deal.customer, NewProposal(purchase, f"{what}建设方案", values), now=deal.now
    )
    for last in range(deal.dice.choice((1, 1, 2))):
        version = proposal.versions.get() if last == 0 else new_version(deal.owner, proposal, now=deal.now)
        sent = send_version(deal.owner, version, Sending("email", "客户邮箱"), now=deal.now)
        words, rating = deal.dice.choice(FEEDBACK)
        record_feedback(deal.owner, sent, NewFeedback(words, rating), now=deal.now)


def sign(deal: Deal) -> None:
    """Draft the contract of the last version sent, have it approved by whoever signs, and put the scan on record."""
    purchase = _purchase(deal.customer)
    version = ProposalVersion.objects.filter(proposal__opportunity=purchase, state=VersionState.SENT).last()
    assert version is not None  # noqa: S101 (who negotiates was sent one)
    terms = Terms(
        title=f"{version.proposal.title}合同", product=version.proposal.title, payment_terms="首付 30%，验收后付 70%",
        liability_terms="逾期每日万分之五", scope_terms="软件、实施、培训与一年质保", starts_on=deal.day,
        ends_on=deal.day + timedelta(days=deal.dice.choice((90, 180, 365, 365))), legal=deal.staff.desk["legal"].pk,
        finance=deal.staff.desk["finance"].pk, shares=PRESETS[deal.dice.choice(("30_70", "30_70", "30_60_10"))],
    )  # fmt: skip
    contract = draft_contract(deal.owner, purchase, terms, version=version, now=deal.now)
    _approve(deal, hand_in(deal.owner, contract, reason="客户等待盖章", now=deal.now))
    contract.refresh_from_db()
    scan = ContentFile(f"%PDF-1.4\n% 合同扫描件 {contract.number}\n".encode(), name=f"{contract.number}.pdf")
    sign_contract(deal.owner, contract, Signature(deal.day, scan), now=deal.now)


def _approve(deal: Deal, request: Request) -> None:
    """Let each who is asked say yes until nobody is left."""
    people = [deal.staff.desk["legal"], *deal.staff.leads.values(), deal.staff.manager, deal.staff.admin]
    while request.status == Request.Status.OPEN:
        signer = next(one for one in people if Request.objects.to_decide(one).filter(pk=request.pk).exists())
        request = grant(signer, request, answer="同意", now=deal.now)


def look_after(deal: Deal) -> None:
    """Move what was signed on by a step: the project, and the money that is due."""
    for contract in Contract.objects.in_force().filter(customer=deal.customer):
        _deliver(deal, contract)
        _pay(deal, contract)


def _deliver(deal: Deal, contract: Contract) -> None:
    project, consultant = contract.projects.first(), deal.staff.desk["delivery"]
    if project is None:
        new = NewProject(
            lead=consultant,
            starts_on=deal.day,
            planned_end=deal.day + timedelta(days=45),
            with_usual_steps=True,
        )
        open_project(deal.owner, contract, new, now=deal.now)
    elif project.state == "planned":
        start_project(consultant, project, on=deal.day, now=deal.now)
    elif project.state == "running" and deal.dice.random() < 0.3:
        later = max(project.dates.end or deal.day, deal.day) + timedelta(days=deal.dice.choice((7, 14)))
        slip_project(consultant, project, expected_end=later, why=deal.dice.choice(SLIPS), now=deal.now)
    elif project.state == "running":
        deliver_project(consultant, project, on=deal.day, now=deal.now)
    elif project.state == "delivered":
        _accept(deal, project, consultant)


def _accept(deal: Deal, project: Project, consultant: User) -> None:
    sheet = ContentFile(f"%PDF-1.4\n% 验收单 {project.name}\n".encode(), name=f"验收单-{deal.day}.pdf")
    accepted = NewAcceptance(deal.day, deal.customer.contacts.first(), ACCEPTED, sheet)
    accept_project(consultant, project, accepted, now=deal.now)


def _pay(deal: Deal, contract: Contract) -> None:
    """Let most of what is due come in, now and then half of it, now and then nothing."""
    due = with_open(Milestone.objects.filter(contract=contract, due_on__lte=deal.day, settled_on=None))
    for one in due:
        part = deal.dice.choices((1, 2, 0), weights=(8, 1, 1))[0]
        if part and one.open > 0:
            amount = to_cents(one.open / part)
            new = NewReceipt(
                amount, deal.day, payer=deal.customer.name, reference=f"R{one.pk}-{deal.day:%m%d}"
            )
            record_receipt(deal.staff.desk["finance"], contract, new, now=deal.now)


def _purchase(customer: Customer) -> Opportunity:
    """Return the purchase a customer is after, the newest first."""
    return Opportunity.objects.open().filter(customer=customer).order_by("-pk")[0]
