"""One customer's months: each step is an action that a person of the team could have taken at that moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from genjin.accounts.models import User
from genjin.cli.demo.clock import Clock
from genjin.cli.demo.companies import Company
from genjin.cli.demo.deals import Deal, look_after, propose, sign
from genjin.cli.demo.proof import proof_of
from genjin.cli.demo.staff import Staff
from genjin.cli.demo.talk import objective, talk
from genjin.customers.actions.axes import tag_customers
from genjin.customers.actions.records import NewCustomer, change_customer, save_contact
from genjin.customers.models import Choice, Contact, Customer, Pool, Tag
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.ownership import (
    add_customer,
    assign_customers,
    claim_customer,
    release_customers,
)
from genjin.followups.actions.plans import NewPlan, file_plan
from genjin.followups.actions.stages import Move
from genjin.followups.actions.tasks import NewTask, cancel_task, finish_task, postpone_task
from genjin.followups.models import Task
from genjin.followups.rules import FIRST_POLICY, propose_next_contact
from genjin.kit.errors import RuleError
from genjin.selling.actions.stages import move_stage, prove_and_move

LATE = timedelta(days=2, hours=3)
NEXT_STAGE = {"lead": "prospect", "prospect": "qualified", "qualified": "negotiation", "negotiation": "won"}
STEP_CHANCE = {"lead": 0.5, "prospect": 0.45, "qualified": 0.4, "negotiation": 0.45}
MOVE_WORDS = {
    "negotiation": "方案已提交，客户书面反馈认可，最终决策人已明确",
    "won": "合同已签，扫描件归档，首付款到账",
    "repeat": "客户提出二期需求，已立项",
}
GOALS = (
    "两周内见到决策人",
    "本月确认预算与采购时间",
    "本季度完成方案演示",
    "先建立联系，了解现状",
    "拿到书面反馈后报价",
)
GRADE_WORDS = {
    "A": "需求、预算、决策人都明确，本季度采购",
    "B": "有需求，预算和时间还要确认",
    "C": "需求还不清楚，先保持联系",
}
RELEASE_WORDS = ("多次联系没有回应", "暂无需求", "不在负责区域", "手上客户太多，跟不过来")


@dataclass(frozen=True, slots=True)
class Setting:
    """What every story shares."""

    staff: Staff
    clock: Clock
    pool: Pool
    reasons: list[Choice]
    tags: list[Tag]


class Story:
    """Runs one customer's life step by step; `run` yields the moment at which the next step is to be taken."""

    def __init__(self, setting: Setting, company: Company, dice: Random) -> None:
        self.setting, self.company, self.dice = setting, company, dice
        self.now = setting.clock.start
        self.customer = Customer()
        self.person: Contact | None = None
        self.due: datetime | None = None
        self.told: set[str] = set()
        # Some have not got round to today's work yet, so that today's list is never empty.
        self.end = dice.choice((setting.clock.end, setting.clock.this_morning))
        self.owner: User = dice.choice(setting.staff.sellers[company.region])
        # Not everybody is equally quick; the slow ones are those whose tasks are overdue today.
        self.slack = dice.choices((0, 1, 4), weights=(7, 2, 1))[0]

    def run(self) -> Iterator[datetime]:
        """Yield moments; the caller sets `now` to each before it goes on."""
        yield from self._arrive()
        patience = self.dice.choice((1, 1, 2, 2, 3, 6))
        while patience and self.customer.stage != "lost":
            yield self._next_moment()
            self._contact()
            patience -= 1
        yield self._next_moment()
        yield from self._end()

    def _arrive(self) -> Iterator[datetime]:
        """Enter the system: written down by the seller, given by the lead, or lying in the pool for a while."""
        dice, staff = self.dice, self.setting.staff
        way = dice.choices(("own", "given", "pool"), weights=(5, 3, 2))[0]
        fields, contacts = self.company.fields, self.company.contacts
        if way == "pool":
            self._add(staff.manager, NewCustomer(fields, contacts, pool=self.setting.pool))
            yield self.setting.clock.later(self.now, dice.randint(2, 150), dice)
            self.customer = claim_customer(self.owner, self.customer, now=self.now)
            return
        if way == "given":
            self._add(staff.manager, NewCustomer(fields, contacts, pool=self.setting.pool))
            lead = staff.leads[self.company.region]
            yield self.now + timedelta(minutes=dice.randint(20, 300))
            assign_customers(lead, [self.customer.pk], self.owner, reason="按区域分配", now=self.now)
            return
        self._add(self.owner, NewCustomer(fields, contacts))

    def _add(self, actor: User, new: NewCustomer) -> None:
        self.customer = add_customer(actor, new, now=self.now)
        self.person = self.customer.contacts.first()
        if self.dice.random() < 0.2 and new.pool is None:
            tag = self.dice.choice(self.setting.tags)
            tag_customers(actor, [self.customer.pk], add=[tag], now=self.now)

    def _fresh(self) -> Customer:
        return Customer.objects.get(pk=self.customer.pk)

    def _open_tasks(self) -> list[Task]:
        return list(Task.objects.open().filter(customer=self.customer))

    def _next_moment(self) -> datetime:
        """Return when the next contact takes place: when it is due, or some days after it."""
        if self.due is None:
            return self.setting.clock.later(self.now, self.dice.choice((0, 0, 1, 2, 6)), self.dice)
        late = self.dice.randint(0, 3) * self.slack
        return self.setting.clock.on(self.due + timedelta(days=late), self.dice)

    def _contact(self) -> None:
        """Speak with the customer, write it down, plan what is next; sometimes learn, grade or move."""
        dice, customer = self.dice, self.customer
        said = talk(dice, customer.stage, self.company.trade, who=self.company.who, told=self.told)
        moved = said.got_response and dice.random() < STEP_CHANCE.get(customer.stage, 0.08)
        is_late = dice.random() < 0.07 and self.now - LATE > customer.created_at
        record_contact(
            self.owner,
            customer,
            NewFollowUp(
                method=said.method, summary=said.summary, happened_at=self.now - LATE if is_late else self.now,
                feedback=said.feedback, got_response=said.got_response, new_needs=said.new_needs, risks=said.risks,
                mood=said.mood, contact=self.person, done_tasks=self._open_tasks(),
                next_actions=[self._next_step(customer)],
            ),
            now=self.now,
        )  # fmt: skip
        if customer.stage in {"won", "repeat"}:
            look_after(self._deal(customer))
        if moved:
            self._get_on(self._fresh())
        elif dice.random() < 0.06:
            self._postpone()

    def _next_step(self, customer: Customer) -> NewTask:
        clock, dice = self.setting.clock, self.dice
        proposed = propose_next_contact(
            FIRST_POLICY.of(customer.grade), self.now.date(), clock.calendar, clock.zone
        )
        due = proposed + timedelta(days=dice.randint(-3, 2), minutes=30 * dice.randint(0, 16))
        due = clock.on(max(due, self.now + timedelta(days=1)), dice)
        self.due = due
        return NewTask(objective(dice, customer.stage), due, method=dice.choice(("phone", "wechat", "visit")))

    def _postpone(self) -> None:
        for task in self._open_tasks()[:1]:
            self.due = self.setting.clock.later(task.due_at, self.dice.randint(2, 7), self.dice)
            postpone_task(self.owner, task, due_at=self.due, reason="客户临时改期", now=self.now)

    def _get_on(self, customer: Customer) -> None:
        """Write down what was learned, and move to the next stage when its gate opens."""
        learned = self._learned(customer)
        if learned:
            customer = change_customer(self.owner, customer, learned, version=customer.version, now=self.now)
        target = NEXT_STAGE.get(customer.stage) or ("repeat" if customer.stage == "won" else "")
        if target == "prospect" and (customer.score < 5 or customer.last_contact_at is None):
            target = ""
        if target:
            customer = self._move(customer, Move(target, MOVE_WORDS.get(target, "")))
        self.customer = customer
        self._settle_grade(self._fresh())

    def _settle_grade(self, customer: Customer) -> None:
        """Confirm the grade the rules gave, or take the one they propose since."""
        grade = customer.grade_proposal if customer.is_grade_confirmed else customer.grade
        if grade not in GRADE_WORDS or self.dice.random() >= 0.6:
            return
        grade_customers(self.owner, [customer.pk], grade, reason=GRADE_WORDS[grade], now=self.now)
        if self.dice.random() < 0.93:
            terms = FIRST_POLICY.of(grade)
            plan = NewPlan(terms.max_gap_days, list(terms.channels), self.dice.choice(GOALS))
            file_plan(self.owner, customer, plan, now=self.now)

    def _move(self, customer: Customer, move: Move) -> Customer:
        """Move with what shows it; the first step up asks for facts alone, the third for who decides."""
        if move.target == "prospect":
            return move_stage(self.owner, customer, move.target, now=self.now)
        if move.target == "negotiation":
            save_contact(self.owner, customer, {"is_decider": True}, contact=self.person, now=self.now)
            propose(self._deal(customer), self.dice.choice(self.company.trade.products))
            return move_stage(self.owner, customer, move.target, reason=move.reason, now=self.now)
        if move.target == "won":
            sign(self._deal(customer))
            return self._fresh()
        proof = proof_of(move.target, self.dice)
        return prove_and_move(self.owner, customer, move, proof, now=self.now)

    def _deal(self, customer: Customer) -> Deal:
        return Deal(self.setting.staff, self.owner, customer, self.dice, self.now)

    def _learned(self, customer: Customer) -> dict[str, Any]:
        dice = self.dice
        if customer.stage == "lead" and not customer.is_authority_clear:
            return {
                "is_authority_clear": True,
                "decision_process": f"{self.company.who}审核，总经理签字",
                "intent": "medium",
            }
        if customer.stage == "prospect" and customer.budget_max is None:
            low = dice.choice((8, 12, 15, 20, 30, 50))
            quarter = self.now.date() + timedelta(days=dice.randint(15, 110))
            return {
                "budget": f"{low}-{low * 2}万", "purchase_by": quarter, "intent": "high",
                "need": customer.need or f"{dice.choice(self.company.trade.pains)}，计划上{dice.choice(self.company.trade.products)}",
            }  # fmt: skip
        return {}

    def _end(self) -> Iterator[datetime]:
        """Bring what was begun to some end: lost, back to the pool, idle, or simply the next date in the diary."""
        customer, dice = self._fresh(), self.dice
        if customer.stage in {"won", "repeat"}:
            yield from self._look_after()
            return
        ending = dice.choices(("lost", "released", "idle", "kept"), weights=(3, 2, 1, 4))[0]
        if ending in {"lost", "released"}:
            if not self._give_up(customer, ending):
                yield from self._go_on()
        elif ending == "idle":
            for task in self._open_tasks():
                cancel_task(self.owner, task, reason="客户出差，时间另约", now=self.now)
        else:
            yield from self._go_on()

    def _give_up(self, customer: Customer, ending: str) -> bool:
        """Lose or return a customer; False when its grade asks for more contacts first."""
        reason, words = self.dice.choice(self.setting.reasons), self.dice.choice(RELEASE_WORDS)
        try:
            if ending == "lost":
                self._move(customer, Move("lost", "客户已明确答复", reason))
            else:
                release_customers(self.owner, [customer.pk], self.setting.pool, reason=words, now=self.now)
        except RuleError as refusal:
            if refusal.code != "too_few_touches":
                raise
            return False
        return True

    def _look_after(self) -> Iterator[datetime]:
        """Visit a customer who has bought, again and again."""
        while True:
            customer = self._fresh()
            for task in self._open_tasks():
                finish_task(self.owner, task, outcome="已回访，使用正常", now=self.now)
            step = replace(self._next_step(customer), objective="季度回访")
            said = talk(self.dice, customer.stage, self.company.trade, who=self.company.who, told=self.told)
            new = NewFollowUp(
                said.method, said.summary, self.now, feedback=said.feedback, next_actions=[step]
            )
            record_contact(self.owner, customer, new, now=self.now)
            look_after(self._deal(customer))
            yield self._next_moment()

    def _go_on(self) -> Iterator[datetime]:
        while True:
            self._contact()
            yield self._next_moment()
