"""A company's year, drawn at random: customers that came, moved, were graded, handed over and spoken to."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from genjin.accounts.models import User
from genjin.contracts.models import Contract, Receipt
from genjin.customers.models import Choice, Contact, Customer, GradeChange, OwnerChange, Pool, StageChange
from genjin.customers.rules import JOURNEY, CustomerType, Stage
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.followups.rules import DeadlineKind, Method
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.selling.models import Opportunity

YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Company:
    """Draws rows of one seed; every row is as an action would have left it."""

    people: list[User]
    seed: int

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.pool = Pool.objects.first()
        self.sources = list(Choice.objects.filter(kind=Choice.Kind.SOURCE)[:3])

    def moment(self, after: datetime = YEAR, days: int = 300) -> datetime:
        return after + timedelta(minutes=self.dice.randrange(days * 24 * 60))

    def make(self, count: int = 12) -> list[Customer]:
        return [self.customer(number) for number in range(count)]

    def customer(self, number: int) -> Customer:
        came = self.moment()
        owner = self.dice.choice([*self.people, None])
        row = Customer.objects.create(
            name=f"宁波第{self.seed}-{number}泵阀有限公司", owner=owner, pool=None if owner else self.pool, created_at=came, updated_at=came,
            stage_entered_at=came, owned_since=came if owner else None, first_contact_at=self.dice.choice([came, None]), source=self.dice.choice([*self.sources, None]),
            no_next_step_since=came if owner else None, industry=self.dice.choice(["泵阀", ""]), customer_type=self.dice.choice(CustomerType.values),
            need=self.dice.choice(["换泵", ""]), is_authority_clear=self.dice.random() < 0.5, budget_max=self.dice.choice([None, 500_000]), completeness=self.dice.randrange(101),
            deleted_at=self.moment(came) if self.dice.random() < 0.1 else None,
        )  # fmt: skip
        self.life(row, came, owner)
        return row

    def life(self, row: Customer, came: datetime, owner: User | None) -> None:
        stage, at = Stage.LEAD, came
        StageChange.objects.create(customer=row, target=stage, at=at)
        for _ in range(self.dice.randrange(5)):
            at = self.moment(at, 60)
            target = self.dice.choice([one for one in (*JOURNEY, Stage.LOST) if one != stage])
            StageChange.objects.create(customer=row, origin=stage, target=target, at=at, by=owner)
            stage = target
        grade, when = "", came
        for _ in range(self.dice.randrange(1, 4)):
            target = self.dice.choice([one for one in "ABC" if one != grade])
            GradeChange.objects.create(
                customer=row, origin=grade, target=target, at=when, is_proposal=self.dice.random() < 0.2
            )
            grade, when = target, self.moment(when, 60)
        if owner:
            OwnerChange.objects.create(
                customer=row, target=self.dice.choice(self.people), at=came, how="assigned"
            )
            OwnerChange.objects.create(
                customer=row, target=owner, at=self.moment(came, 90), how="handed_over"
            )
        Customer.objects.filter(pk=row.pk).update(stage=stage, grade=grade)
        for phone in self.dice.choice([(), ("",), ("13800000001",), ("", "13800000002")]):
            Contact.objects.create(customer=row, name="王工", phone=phone, created_at=came, updated_at=came)
        self.work(row, came)

    def work(self, row: Customer, came: datetime) -> None:
        for _ in range(self.dice.randrange(5)):
            said = self.moment(came, 90)
            late = timedelta(hours=self.dice.randrange(72))
            FollowUp.objects.create(
                customer=row, author=self.dice.choice(self.people), method=self.dice.choice(Method.values), happened_at=said, recorded_at=said + late,
                is_late=late > timedelta(hours=24), got_response=self.dice.random() < 0.5, is_effective=self.dice.random() < 0.8, summary="谈了交期和价格",
            )  # fmt: skip
        for kind in self.dice.sample(DeadlineKind.values, 3):
            due = self.moment(came, 60)
            met = self.moment(came, 80) if self.dice.random() < 0.7 else None
            Deadline.objects.create(
                customer=row, kind=kind, responsible=self.dice.choice(self.people), starts_at=came, due_at=due, met_at=met,
                breached_at=due if met is None or met > due else None,
            )  # fmt: skip
        for _ in range(self.dice.randrange(3)):
            due, done = self.moment(came, 60), self.dice.random() < 0.5
            Task.objects.create(
                customer=row, assignee=self.dice.choice(self.people), due_at=due, objective="回电话", created_at=came,
                status="done" if done else "open", closed_at=self.moment(came, 90) if done else None, closed_by=self.dice.choice(self.people) if done else None,
            )  # fmt: skip
        for _ in range(self.dice.randrange(3)):
            opened, stage = (
                self.moment(came, 60),
                self.dice.choice(["qualified", "negotiation", "won", "lost"]),
            )
            closed = self.moment(opened, 60) if stage in {"won", "lost"} else None
            deal = Opportunity.objects.create(
                customer=row, name="两台离心泵", owner=self.dice.choice([*self.people, None]), stage=stage, stage_entered_at=closed or opened, opened_at=opened,
                closed_at=closed, amount=self.dice.choice([None, self.dice.randrange(1_000_000)]),
            )  # fmt: skip
            if row.owner and self.dice.random() < 0.5:
                self.proposal(deal, self.moment(opened, 60), row.owner)
            if stage == "won" and self.dice.random() < 0.8:
                self.contract(deal, closed)

    def proposal(self, deal: Opportunity, at: datetime, by: User) -> None:
        offered = Proposal.objects.create(number=f"BJ-{deal.pk}", customer=deal.customer, opportunity=deal, title="离心泵", created_at=at)  # fmt: skip
        sent = (
            {"state": "sent", "sent_at": at, "sent_by": by, "sha256": "0" * 64}
            if self.dice.random() < 0.7
            else {}
        )
        ProposalVersion.objects.create(proposal=offered, number=1, created_at=at, created_by=by, **sent)

    def contract(self, deal: Opportunity, at: datetime) -> None:
        day, owner = self.moment(at, 30).date(), self.dice.choice(self.people)
        contract = Contract.objects.create(
            number=f"HT-{deal.pk}", customer=deal.customer, opportunity=deal, title="离心泵", amount=self.dice.randrange(1_000_000), product="两台离心泵",
            state="signed", signed_on=day, starts_on=day, ends_on=day + timedelta(days=365), owner=owner, created_at=at, created_by=owner,
        )  # fmt: skip
        for _ in range(self.dice.randrange(3)):
            got = self.moment(at, 90)
            Receipt.objects.create(contract=contract, amount=self.dice.randrange(1, 100_000), received_on=got.date(), recorded_at=got, recorded_by=owner)  # fmt: skip
