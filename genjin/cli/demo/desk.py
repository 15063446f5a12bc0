"""What people of the demo company do together: reports, promises, plans, a word to a record, a question to a colleague."""

from datetime import datetime, timedelta

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.cli.demo.staff import Staff
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.models import Customer
from genjin.followups.actions.comments import NewComment, add_comment
from genjin.followups.actions.plans import NewPlan, file_plan
from genjin.followups.actions.reports import ReportTexts, comment_report, hand_in_report
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import FollowUp, WorkReport
from genjin.followups.queries.grades import terms_of
from genjin.followups.queries.reports import draft
from genjin.followups.rules import PeriodKind, TaskKind
from genjin.insights.queries.own import own_figures

DAY = timedelta(days=1)
PROMISES = (
    (TaskKind.PROMISE_OURS, "提供两家同行案例和联系人", 2), (TaskKind.PROMISE_OURS, "按客户意见修改报价并发出", -1),
    (TaskKind.PROMISE_THEIRS, "客户内部评审后答复", 3), (TaskKind.PROMISE_THEIRS, "客户提供现有设备清单", -2),
)  # fmt: skip


def work_together(staff: Staff, *, now: datetime) -> None:
    """Let each region's people promise, plan, ask each other and report."""
    for region, lead in staff.leads.items():
        sellers = [person for person in staff.sellers[region] if person != lead]
        for seller in sellers:
            _promise(seller, now)
            _report(seller, now)
        _answer(lead, sellers[0], now)
        _talk(lead, sellers, now)


def _own(seller: User) -> list[Customer]:
    rows = Customer.objects.in_work().filter(owner=seller, stage__in=("prospect", "qualified", "negotiation"))
    return list(rows.order_by("-score", "pk")[:6])


def _promise(seller: User, now: datetime) -> None:
    """Promise something on four customers; half of it is past its day by now. One plan waits for the lead."""
    for customer, (kind, what, days) in zip(_own(seller), PROMISES, strict=False):
        promised = min(now, now + (days - 3) * DAY)
        add_task(
            seller,
            customer,
            NewTask(what, now + days * DAY, seller, kind=kind, is_confirmed=True),
            now=promised,
        )
    for customer in _own(seller)[:1]:
        terms = terms_of(customer.grade)
        goal = "两周内完成方案演示并拿到书面反馈"
        file_plan(seller, customer, NewPlan(terms.max_gap_days, list(terms.channels), goal), now=now)


def _report(seller: User, now: datetime) -> None:
    yesterday = local_day(now) - DAY
    for kind, day in ((PeriodKind.DAY, yesterday), (PeriodKind.WEEK, yesterday - 7 * DAY)):
        begun = draft(seller, kind, day, now)
        texts = ReportTexts(
            begun.done or "电话回访老客户，无新进展", begun.plan or "按计划跟进", begun.support or "暂无"
        )
        hand_in_report(seller, kind, day, texts, count=own_figures, now=now)


def _answer(lead: User, seller: User, now: datetime) -> None:
    report = WorkReport.objects.filter(person=seller, kind=PeriodKind.WEEK).first()
    if report is not None:
        comment_report(lead, report, "节奏不错。谈判阶段的两家请本周内约到决策人。", now=now)


def _talk(lead: User, sellers: list[User], now: datetime) -> None:
    """A lead says a word to a record; a colleague helps with a customer and is asked something."""
    asker, helper = sellers[0], sellers[-1]
    customer = next(iter(_own(asker)), None)
    said = FollowUp.objects.filter(customer=customer).order_by("-happened_at").first() if customer else None
    if customer is None or said is None:
        return
    add_comment(
        lead,
        customer,
        NewComment(f"@{asker.name} 预算口径请再确认一次，下次带上报价的依据。", said, [asker]),
        now=now,
    )
    if helper != asker:
        add_collaborator(asker, customer, NewCollaborator(helper, part="技术交流"), now=now)
        ask = NewTask("请确认接口是否支持客户现有的排产系统", now + DAY, helper, kind=TaskKind.TODO)
        add_task(asker, customer, ask, now=now)
