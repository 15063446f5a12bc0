"""Makes what a customer is made of, under a word that is looked for afterwards."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from genjin.accounts.models import User
from genjin.approvals.actions import NewRequest, ask
from genjin.approvals.models import Request
from genjin.care.actions.deeds import note_ticket
from genjin.care.actions.links import make_report_link
from genjin.care.actions.surveys import NewSurvey, write_survey
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import ChurnAlert, Renewal, Repurchase, Ticket, UsageFigure, WinBack
from genjin.contracts.models import Contract
from genjin.customers.actions.aliases import add_alias
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Contact, Customer, Participant, Pool
from genjin.delivery.models import Project
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.actions.files import attach_file
from genjin.followups.actions.ownership import add_customer
from genjin.followups.actions.plans import NewPlan, file_plan
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Attachment, Comment, Evidence, Task
from genjin.intake.models import (
    BulkEdit,
    Export,
    ImportBatch,
    ImportProblem,
)
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.actions.public import NewInfo, note_public_info
from genjin.quality.models import DuplicatePair
from genjin.selling.models import ChainMember, Competitor, Need, Opportunity
from tests.sweep.offers import offers


class Maker:
    """Makes customers with people, records, tasks and files."""

    def __init__(self, admin: User, now: datetime) -> None:
        self.admin, self.now, self.numbers = admin, now, count(1)

    def customer(
        self, word: str, *, owner: User | None = None, pool: Pool | None = None, phone: str = ""
    ) -> Customer:
        number = next(self.numbers)
        texts = ("industry", "address", "main_business", "target_customers", "news", "source_detail", "need", "pain_points",
                 "desired_cooperation", "decision_process", "purchase_timing", "competitors", "past_projects",
                 "cooperation_period", "notes", "city", "province", "district", "website", "industry_rank")  # fmt: skip
        fields: dict[str, Any] = dict.fromkeys(texts, f"{word}{number}") | {"extra": {f"{word}x": f"{word}y"}}
        fields["name"] = f"杭州{word}{number}机电有限公司"
        person = {"name": f"{word}王", "phone": phone or f"1370000{number:04d}", "wechat": f"{word}wx", "notes": f"{word}n",
                  "email": f"{word.lower()}{number}@example.com", "job_title": f"{word}职务", "preference": f"{word}p"}  # fmt: skip
        new = NewCustomer(fields=fields, contacts=[person], owner=owner, pool=pool)
        return add_customer(self.admin, new, now=self.now)

    def rows(self, word: str, owner: User, **more: Any) -> dict[str, tuple[int, ...]]:
        """Make a customer with one of everything; ids by family."""
        customer = self.customer(word, owner=owner, **more)
        contact = Contact.objects.get(customer=customer)
        todo = NewTask(
            objective=f"{word}目标",
            materials=f"{word}资料",
            assignee=owner,
            due_at=self.now + timedelta(days=2),
        )
        new = NewFollowUp(
            method="phone", summary=f"{word}今天电话沟通了采购的详细需求", happened_at=self.now - timedelta(hours=1), feedback=f"{word}f",
            new_needs=f"{word}nn", risks=f"{word}r", contact=contact, next_actions=[todo], questions=f"{word}q",
        )  # fmt: skip
        said = record_contact(self.admin, customer, new, now=self.now)
        file = ContentFile(f"{word} in the file".encode(), name=f"{word}.txt")
        attach_file(self.admin, customer, file, now=self.now)
        info = note_public_info(
            self.admin, customer, NewInfo(f"{word}融资", f"{word}年报", self.now.date()), now=self.now
        )
        seen = [Seen("need"), Seen("contact.phone", contact)]
        check_facts(self.admin, customer, NewCheck(seen, "call", f"{word}经理", f"{word}备注"), now=self.now)
        plan = file_plan(self.admin, customer, NewPlan(7, ["phone"], f"{word}目标"), now=self.now)
        return {
            "plan": (plan.pk,),
            "info": (info.pk,),
            "customer": (customer.pk,),
            "contact": (customer.pk, contact.pk),
            "file": (Attachment.objects.get(customer=customer).pk,),
            "followup": (said.pk,),
            "person": (contact.pk,),
            "task": (Task.objects.get(customer=customer).pk,),
            "batch": (self.batch(word, owner).pk,),
            "edit": (self.edit(word, owner, customer).pk,),
            "export": (self.export(word, owner).pk,),
            "comment": (customer.pk, self.comment(customer, owner, word).pk),
            "collaborator": (customer.pk, self.helper(customer, self.admin, part=word).pk),
            "evidence": (self.evidence(word, customer).pk,),
            **self.delivery(word, customer, owner),
            **self.money(word, customer, owner),
            **self.growth(word, customer, owner),
            **self.selling(word, customer, owner),
            **offers(self, word, customer),
            "alias": (customer.pk, add_alias(self.admin, customer, f"{word}简称", now=self.now).pk),
            "pair": (self.pair(word, owner, customer).pk,),
            "reassignment": (self.reassignment(owner, customer, word).pk,),
            **self.care(word, owner, customer),
            "request": (ask(owner, NewRequest("other", f"{word}请求", f"{word}理由"), now=self.now).pk,),
        }

    def reassignment(self, owner: User, customer: Customer, word: str) -> Request:
        """Propose another owner for a customer nobody was in touch with."""
        return Request.objects.create(
            kind="reassign", subject=f"{word}转给他人", reason=f"{word}未联系", customer_id=customer.pk, asked_by=owner,
            asked_at=self.now, data={"run": 0, "clock": 0, "owner": owner.pk, "to": None},
        )  # fmt: skip

    def care(self, word: str, owner: User, customer: Customer) -> dict[str, tuple[int, ...]]:
        """Ask for a rating, take down a ticket, make a page to report problems on."""
        survey = write_survey(self.admin, customer, NewSurvey(owner), since=self.now, now=self.now)
        new = NewTicket(
            "complaint",
            f"{word}投诉",
            f"{word}详情",
            owner=self.admin,
            sender=f"{word}人",
            sender_reach=f"{word}r",
        )
        ticket = open_ticket(self.admin, customer, new, now=self.now)
        note_ticket(self.admin, ticket, kind="internal", text=f"{word}备注", now=self.now)
        Ticket.objects.filter(pk=ticket.pk).update(owner=owner)
        link = make_report_link(self.admin, customer, None, now=self.now)
        return {"survey": (survey.pk,), "ticket": (ticket.pk,), "report_link": (link.pk,)}

    def comment(self, customer: Customer, author: User, word: str) -> Comment:
        """Say something about the record, written by the owner whatever the role may."""
        return Comment.objects.create(
            customer=customer,
            followup=customer.followups.get(),
            author=author,
            at=self.now,
            text=f"{word}评论",
        )

    def helper(self, customer: Customer, person: User, **more: Any) -> Participant:
        """Name somebody as collaborator."""
        return add_collaborator(self.admin, customer, NewCollaborator(person, **more), now=self.now)

    def delivery(self, word: str, customer: Customer, owner: User) -> dict[str, tuple[int, ...]]:
        """Make a signed contract with its project, a step, a risk and somebody of the team."""
        wish = Opportunity.objects.create(
            customer=customer, name=f"{word}商机", owner=owner, stage="won", stage_entered_at=self.now, opened_at=self.now, closed_at=self.now
        )  # fmt: skip
        contract = Contract.objects.create(
            number=f"{word}HT{customer.pk}", customer=customer, opportunity=wish, title=f"{word}合同", amount=1000, state="signed",
            signed_on=self.now.date(), scope_terms=f"{word}范围", created_at=self.now,
        )  # fmt: skip
        contract.milestones.create(name=f"{word}尾款", amount=1000, trigger="acceptance")
        row = Project.objects.create(
            customer=customer, contract=contract, name=f"{word}项目", state="running", created_at=self.now, kickoff_minutes=f"{word}纪要",
            planned_end=self.now.date() - timedelta(days=3), kickoff_on=self.now.date(), started_on=self.now.date(),
        )  # fmt: skip
        row.slips.create(target=self.now.date(), why=f"{word}原因", at=self.now, by=owner)
        step = row.steps.create(name=f"{word}步骤", owner=owner, due_on=self.now.date())
        risk = row.risks.create(text=f"{word}风险", answer=f"{word}应对", raised_at=self.now, raised_by=owner)
        member = row.members.create(user=self.admin, part="other", note=f"{word}分工")
        return {
            "journey_stop": ("delivery", row.pk),  # type: ignore[dict-item]
            "signed_contract": (contract.pk,), "project": (row.pk,), "project_step": (row.pk, step.pk),
            "project_risk": (row.pk, risk.pk), "project_member": (row.pk, member.pk),
        }  # fmt: skip

    def money(self, word: str, customer: Customer, owner: User) -> dict[str, tuple[int, ...]]:
        """Give the signed contract a receipt, an invoice, a billing profile and an amendment."""
        contract = customer.contracts.get(state="signed")
        profile = customer.billing_profiles.create(
            name=f"{word}抬头", bank=f"{word}银行", tax_number="91350100M000100Y43"
        )
        receipt = contract.receipts.create(
            amount=10, received_on=self.now.date(), payer=f"{word}付款方", note=f"{word}备注", recorded_by=owner, recorded_at=self.now
        )  # fmt: skip
        receipt.parts.create(milestone=contract.milestones.get(), amount=10)
        invoice = contract.invoices.create(
            profile=profile, amount=20, tax=2, note=f"{word}开票", requested_by=owner, requested_at=self.now
        )  # fmt: skip
        said = {"amount": "1000", "title": f"{word}合同", "milestones": []}
        amendment = contract.amendments.create(
            number=1, reason=f"{word}变更", before=said, after=said | {"amount": "900"}, came_from="signed", state="rejected",
            asked_by=owner, asked_at=self.now,
        )  # fmt: skip
        return {
            "receipt": (receipt.pk,), "invoice": (invoice.pk,), "amendment": (amendment.pk,), "billing_profile": (customer.pk, profile.pk),
        }  # fmt: skip

    def growth(self, word: str, customer: Customer, owner: User) -> dict[str, tuple[int, ...]]:
        """Make a renewal, a proposal to buy again, figures of use, an alarm to answer and one somebody acts on."""
        wish = customer.opportunities.earliest("pk")
        known: dict[str, Any] = {
            "customer": customer,
            "opportunity": wish,
            "state": "active",
            "signed_on": self.now.date(),
            "amount": 1000,
            "created_at": self.now,
        }
        contract = Contract.objects.create(number=f"{word}XY{customer.pk}", title=f"{word}续约合同", **known)
        renewal = Renewal.objects.create(
            customer=customer, contract=contract, owner=owner, ends_on=self.now.date() + timedelta(days=20), opened_at=self.now,
            plan=f"{word}续约方案", plan_until=self.now.date(),
        )  # fmt: skip
        again = Repurchase.objects.create(
            customer=customer, why=f"{word}用满了", owner=owner, plan=f"{word}复购方案", next_step=f"{word}约演示", opened_at=self.now
        )  # fmt: skip
        UsageFigure.objects.create(
            customer=customer, metric=f"{word}使用率", period="2026-01", ends_on=self.now.date(), percent=50, recorded_at=self.now
        )  # fmt: skip
        past = ChurnAlert.objects.create(
            customer=customer, responsible=owner, raised_at=self.now, due_at=self.now, score=30, answer="false", why=f"{word}误报",
            answered_at=self.now, closed_at=self.now,
        )  # fmt: skip
        alert = ChurnAlert.objects.create(
            customer=customer, responsible=owner, raised_at=self.now, due_at=self.now + timedelta(days=3), score=55,
            parts=[{"part": "login", "weight": 30, "days": 44}], answer="acting", answered_at=self.now,
        )  # fmt: skip
        WinBack.objects.create(
            alert=alert, reason=f"{word}原因", measures=f"{word}措施", owner=owner, until=self.now.date(), made_at=self.now
        )  # fmt: skip
        return {
            "renewal": (renewal.pk,),
            "repurchase": (again.pk,),
            "churn_alert": (alert.pk,),
            "past_alert": (past.pk,),
        }

    def selling(self, word: str, customer: Customer, owner: User) -> dict[str, tuple[int, ...]]:
        """Make an opportunity with all that is written about it."""
        known: dict[str, Any] = {"owner": owner, "stage_entered_at": self.now, "opened_at": self.now}
        deal = Opportunity.objects.create(
            customer=customer, name=f"{word}商机单", notes=f"{word}备注", amount=Decimal(1000), **known
        )
        deal.changes.create(target="qualified", at=self.now, by=owner, reason=f"{word}原因")
        need = Need.objects.create(
            customer=customer,
            title=f"{word}需求",
            problem=f"{word}难点",
            pains=[f"{word}痛点"],
            told_at=self.now,
            recorded_at=self.now,
        )
        need.changes.create(field="wishes", old=f"{word}旧", new=f"{word}新", told_at=self.now, at=self.now)
        rival = Competitor.objects.create(
            customer=customer, name=f"{word}竞品", answer=f"{word}应对", updated_at=self.now
        )
        member = ChainMember.objects.create(
            customer=customer,
            contact=customer.contacts.get(),
            role="user",
            notes=f"{word}关注",
            verified_at=self.now,
        )
        return {
            "deal": (deal.pk,), "need": (need.pk,), "chain": (customer.pk, member.pk), "rival": (customer.pk, rival.pk),
        }  # fmt: skip

    def evidence(self, word: str, customer: Customer) -> Evidence:
        """Put something on record that shows a need."""
        new = NewEvidence("verbal", ["need"], f"{word}确认了需求")
        return add_evidence(self.admin, customer, new, now=self.now)

    def edit(self, word: str, owner: User, customer: Customer) -> BulkEdit:
        """Make a bulk edit that is over, with one who stayed out."""
        refusals = [{"customer_id": customer.pk, "name": word, "code": "x", "message": word}]
        return BulkEdit.objects.create(
            by=owner, created_at=self.now, finished_at=self.now, field="industry", how="set", value=word, ids=[customer.pk],
            status="done", done=1, refused=1, refusals=refusals,
        )  # fmt: skip

    def export(self, word: str, owner: User) -> Export:
        """Make an export that is ready."""
        return Export.objects.create(
            by=owner, created_at=self.now, finished_at=self.now, expires_at=self.now + timedelta(days=7), reason=word,
            columns=["name"], query=f"q={word}", status="done", rows=1, file=ContentFile(word.encode(), name="x.xlsx"),
        )  # fmt: skip

    def pair(self, word: str, owner: User, customer: Customer) -> DuplicatePair:
        """Make a second record that a scan found like the first."""
        twin = self.customer(f"{word}TWIN", owner=owner)
        return DuplicatePair.objects.create(
            first=customer, second=twin, level="similar", reasons=["core"], found_at=self.now
        )

    def batch(self, word: str, owner: User) -> ImportBatch:
        """Make an import that is done, with a problem to look at."""
        columns = [f"{word}名称", f"{word}电话"]
        batch = ImportBatch.objects.create(
            name=f"{word}.csv", created_by=owner, created_at=self.now, status=ImportBatch.Status.READY,
            shape={"columns": columns, "sheets": [], "sheet": word, "sample": [[word, word]], "notes": [word], "rows": 1, "header_row": 1},
            options={"mapping": {columns[0]: "name"}}, counts={"rows": 1, "created": 1, "warnings": 1}, total=1,
            file=ContentFile(f"{columns[0]},{columns[1]}\n{word}公司,{word}\n".encode(), name="x.csv"),
        )  # fmt: skip
        ImportProblem.objects.create(
            batch=batch, row=2, column=columns[1], code="x", value=word, message=word, level="warning"
        )
        return batch
