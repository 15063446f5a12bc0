"""The whole line once, as a team walks it: from a lead of a fair to money collected, a bad rating solved, and the next purchase."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.accounts.models import User
from genjin.approvals.models import Request
from genjin.care.actions.keeping import follow_deliveries
from genjin.care.actions.renewals import keep_renewals
from genjin.care.models import Renewal, Repurchase, Survey, Ticket
from genjin.contracts.models import CollectionHold, Contract, Receipt
from genjin.contracts.queries.money import paid, rest
from genjin.customers.models import Customer
from genjin.delivery.models import Project
from genjin.followups.models import Deadline
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.selling.models import Opportunity
from tests.browser.conftest import Windows

NAME, PHONE = "苏州太湖轴承科技有限公司", "13900007701"
PDF = {"mimeType": "application/pdf", "buffer": b"%PDF-1.7 scan"}


def send(page: Page, path: str, *, stays: bool = False, **fields: Any) -> None:
    """Fill in the form at an address and send it; `stays` expects a refusal instead of the way on."""
    page.goto(path)
    form = page.locator("main form[method=post]").first
    for name, value in fields.items():
        box = form.locator(f"[name={name}]").first
        kind = box.evaluate("box => box.type")
        if kind == "select-one":
            box.select_option(str(value))
        elif kind in {"checkbox", "radio"}:
            (box if value == "on" else form.locator(f"[name={name}][value='{value}']")).check()
        elif kind == "file":
            box.set_input_files({"name": f"{value}.pdf", **PDF})  # type: ignore[arg-type]
        else:
            box.fill(str(value))
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        form.locator("button.btn-primary:not([type=button])").first.click()
    status = answered.value.status
    assert status in ({409, 422} if stays else {204, 302}), (
        path,
        status,
        page.locator("main").inner_text()[:600],
    )
    if not stays:
        page.wait_for_url(lambda url: urlsplit(url).path != urlsplit(path).path)
    page.wait_for_load_state()


@contextmanager
def unchanged(*models: Any) -> Iterator[None]:
    """Expect a refusal to leave every row of these tables as it was."""
    before = [list(model.objects.order_by("pk").values()) for model in models]
    yield
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


class Story:
    """The windows of those who take part, and the customer they work on."""

    def __init__(self, windows: Windows, person: Callable[..., User]) -> None:
        self.alice = windows.open("alice")
        self.bob, self.lena = windows.open("bob"), windows.open("lena")
        self.fiona, self.derek = windows.open("fiona"), windows.open("derek")
        self.windows, self.person = windows, person

    @property
    def customer(self) -> Customer:
        return Customer.objects.get(name=NAME)

    @property
    def at(self) -> str:
        return f"/customers/{self.customer.pk}"

    @property
    def contract(self) -> Contract:
        return Contract.objects.get(customer=self.customer)

    def stage(self) -> tuple[str, list[str]]:
        """The customer's stage and those of its opportunities."""
        rows = Opportunity.objects.filter(customer=self.customer).order_by("pk")
        return self.customer.stage, [row.stage for row in rows]

    def lead(self) -> None:
        """A lead from a fair: 3 for the industry and 2 for the budget pass the mark of 5 (S3-6)."""
        page = self.alice
        page.goto("/new/")
        page.locator("[name=source]").select_option(label="行业展会")
        for name, value in {
            "name": NAME,
            "contact_name": "顾总",
            "phone": PHONE,
            "budget": "50-100万",
        }.items():
            page.locator(f"main [name={name}]").fill(value)
        with page.expect_navigation():
            page.locator("main form").get_by_role("button", name="Save", exact=True).first.click()
        send(page, f"{self.at}/edit/base/", industry="制造业-轴承")
        send(page, f"{self.at}/stage/?to=prospect", stays=True)
        expect(page.locator("main")).to_contain_text("A first effective contact")
        page.goto(f"{self.at}/")
        page.locator("#composer-summary").fill("展会上谈了四十分钟，顾总要把两条产线的排产管起来")
        page.get_by_role("button", name="Save follow-up").click()
        expect(page.locator("#timeline")).to_contain_text("展会上谈了四十分钟")
        assert self.customer.score == 5
        send(page, f"{self.at}/stage/?to=prospect")

    def qualify(self) -> None:
        page = self.alice
        send(
            page,
            f"{self.at}/edit/need/",
            need="两条产线自动排产",
            decision_process="总经理签字",
            is_authority_clear="on",
        )
        send(page, f"{self.at}/stage/?to=qualified", text="顾总确认需求、预算六十万和签字流程")
        assert self.stage() == ("qualified", ["qualified"])

    def propose(self) -> None:
        """Two versions, each with the customer's word; an objection answered."""
        page, deal = self.alice, Opportunity.objects.get(customer=self.customer)
        send(page, f"/proposals/for/{self.customer.pk}/", title="排产系统一期", opportunity=deal.pk)
        proposal = Proposal.objects.get(customer=self.customer)
        self._version(proposal, 1, "480000", "价格偏高，希望缩短到一个月", 3)
        send(page, f"/proposals/{proposal.pk}/next/")
        self._version(proposal, 2, "460000", "认可，按此签合同", 5)
        send(
            page, f"{self.at}/objections/new/", category="price", said="比另一家贵一成",
            answer="含一年驻场服务，三年总成本低于对方", acceptance="accepted",
        )  # fmt: skip
        contact = self.customer.contacts.get()
        send(page, f"{self.at}/contacts/{contact.pk}/", is_decider="on")
        send(page, f"{self.at}/stage/?to=negotiation")
        assert self.stage() == ("negotiation", ["negotiation"])

    def _version(self, proposal: Proposal, number: int, price: str, said: str, rating: int) -> None:
        page, version = self.alice, ProposalVersion.objects.get(proposal=proposal, number=number)
        send(
            page,
            f"/proposals/versions/{version.pk}/edit/",
            line_name="排产系统",
            line_quantity="1",
            line_price=price,
            duration="一个月",
        )
        send(page, f"/proposals/versions/{version.pk}/send/", to="顾总")
        send(page, f"/proposals/versions/{version.pk}/feedback/", text=said, rating=rating)

    def contract_signed(self) -> None:
        """30 and 70, read by legal, granted by the lead, signed with its scan; every way round is refused."""
        page = self.alice
        with unchanged(Opportunity, Customer):
            send(page, f"{self.at}/stage/?to=won", stays=True)
        version = ProposalVersion.objects.get(proposal__customer=self.customer, number=2)
        ends = timezone.localdate() + timedelta(days=80)
        terms = {
            "liability_terms": "逾期每日万分之五", "scope_terms": "软件与实施", "ends_on": ends, "payment_terms": "30/70",
            "legal": self.person("lena").pk, "finance": self.person("fiona").pk,
        }  # fmt: skip
        page.goto(f"/contracts/new/?version={version.pk}")
        with unchanged(Contract):
            send(page, f"/contracts/new/?version={version.pk}", stays=True, **terms, ms_share="20")
            expect(page.locator("main")).to_contain_text("90")
        send(page, f"/contracts/new/?version={version.pk}", **terms)
        contract = self.contract
        assert [str(one.amount) for one in contract.milestones.all()] == ["138000.00", "322000.00"]
        url = f"/contracts/{contract.pk}"
        page.goto(f"{url}/sign/")
        assert Contract.objects.get(pk=contract.pk).state == "draft"
        send(page, f"{url}/hand-in/", reason="请法务审核条款")
        request = Request.objects.get(kind="contract", customer_id=self.customer.pk)
        with unchanged(Request, Contract):
            page.goto(f"/requests/{request.pk}/grant/")
            page.locator("main form[method=post]").first.get_by_role("button", name="Grant").click()
            page.wait_for_load_state()
        send(self.lena, f"/requests/{request.pk}/grant/", answer="条款可以")
        send(self.bob, f"/requests/{request.pk}/grant/", answer="同意")
        with unchanged(Contract, Customer):
            send(page, f"{url}/sign/", stays=True)
        send(page, f"{url}/sign/", file="contract")
        assert self.stage() == ("won", ["won"])
        assert self.contract.state in {"signed", "active"}

    def first_money(self) -> None:
        """Above the rest is refused; the down payment comes in."""
        url = f"/payments/contracts/{self.contract.pk}/receipt/"
        with unchanged(Receipt):
            send(self.fiona, url, stays=True, amount="460000.01")
            expect(self.fiona.locator("main")).to_contain_text("460,000.00")
        send(self.fiona, url, amount="138000")
        assert (paid(self.contract), rest(self.contract)) == (Decimal(138_000), Decimal(322_000))

    def delivered(self) -> None:
        """The last milestone waits for the acceptance, and for nothing else."""
        derek = self.person("derek")
        last = self.contract.milestones.get(position=1)
        assert last.due_on is None
        planned = timezone.localdate() + timedelta(days=30)
        send(
            self.alice,
            f"/deliveries/new/?contract={self.contract.pk}",
            lead=derek.pk,
            planned_end=planned,
        )
        project = Project.objects.get(contract=self.contract)
        page, url = self.derek, f"/deliveries/{project.pk}"
        send(page, f"{url}/start/")
        slipped = planned + timedelta(days=10)
        send(page, f"{url}/slip/", expected_end=slipped, why="客户机房晚十天")
        last.refresh_from_db()
        assert (last.expected_on, "机房" in last.expected_why) == (slipped, True)
        send(page, f"{url}/deliver/")
        send(page, f"{url}/accept/", file="acceptance", words="两条产线运行两周")
        last.refresh_from_db()
        assert last.due_on == timezone.localdate()

    def last_money(self) -> None:
        send(self.fiona, f"/payments/contracts/{self.contract.pk}/receipt/", amount="322000")
        assert rest(self.contract) == 0

    def rated(self) -> None:
        """One of five: answered and solved within 24 hours, money talk held meanwhile."""
        follow_deliveries(timezone.now())  # what the worker does within the minute
        survey = Survey.objects.get(customer=self.customer)
        self.alice.goto(f"/surveys/{survey.pk}/")
        self.alice.get_by_role("button", name="Questionnaire link").click()
        expect(self.alice.locator("#link input[readonly]")).to_be_visible()
        survey.refresh_from_db()
        visitor = self.windows.phone("", f"/rate/{survey.link_key}/")
        visitor.locator("[name=rating][value='1']").check(force=True)
        visitor.locator("[name=comment]").fill("每天停机两次")
        visitor.get_by_role("button", name="Send").click()
        expect(visitor.locator("h1")).to_have_text("Thank you")
        ticket = Ticket.objects.get(customer=self.customer)
        assert CollectionHold.objects.open().filter(customer=self.customer).exists()
        owner = self.derek if ticket.owner == self.person("derek") else self.alice
        send(owner, f"/tickets/{ticket.pk}/answer/", text="已致电致歉，工程师当天到场")
        send(owner, f"/tickets/{ticket.pk}/solve/", solution="更换控制板，观察两小时无停机")
        clock = Deadline.objects.get(kind="bad_rating", subject_id=ticket.pk)
        assert clock.met_at is not None and clock.breached_at is None
        assert not CollectionHold.objects.open().filter(customer=self.customer).exists()

    def bought_again(self) -> None:
        page = self.alice
        send(page, f"/usage/customers/{self.customer.pk}/propose/", why="高级功能已用到八成五")
        row = Repurchase.objects.get(customer=self.customer)
        send(
            page,
            f"/usage/proposals/{row.pk}/confirm/",
            said="顾总确认明年一季度再上一条产线",
            amount="200000",
            kind="repeat",
        )
        assert self.stage() == ("repeat", ["won", "qualified"])

    def renewed(self) -> None:
        keep_renewals(timezone.now())  # what the worker does every morning
        row = Renewal.objects.get(contract=self.contract)
        send(
            self.alice,
            f"/renewals/{row.pk}/decide/",
            outcome="renewed",
            amount="60000",
            reason="按原条款续一年",
        )
        row.refresh_from_db()
        assert row.outcome == "renewed"

    def reconciles(self) -> None:
        """Every yuan can be walked back to the fair, and the picture tells the whole line."""
        rows = Receipt.objects.filter(contract=self.contract)
        assert sum(row.amount for row in rows) == self.contract.amount == Decimal(460_000)
        deal = self.contract.opportunity
        assert (
            deal.customer.source and deal.customer.source.name,
            self.contract.proposal_version.number,
        ) == ("行业展会", 2)  # type: ignore[union-attr]
        page = self.alice
        page.goto(f"{self.at}/?tab=journey")
        for words in ("行业展会", self.contract.number, "排产系统一期"):
            expect(page.locator("main")).to_contain_text(words)
        stranger = self.windows.open("anna", f"{self.at}/?tab=journey")
        assert urlsplit(stranger.url).path == f"{self.at}/"
        expect(stranger.locator("body")).not_to_contain_text(NAME)


def test_from_a_fair_to_the_next_purchase(windows: Windows, person: Callable[..., User]) -> None:
    story = Story(windows, person)
    for step in (
        story.lead, story.qualify, story.propose, story.contract_signed, story.first_money, story.delivered, story.last_money,
        story.rated, story.bought_again, story.renewed, story.reconciles,
    ):  # fmt: skip
        step()
