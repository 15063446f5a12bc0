"""After the sale in the demo company: how customers use what they bought, what is renewed, who may leave, who complains."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from genjin.accounts.queries import local_day
from genjin.care.actions.churn import WinBackPlan, answer_alarm, look_nightly
from genjin.care.actions.deeds import answer_ticket, solve_ticket
from genjin.care.actions.keeping import follow_deliveries
from genjin.care.actions.renewals import keep_renewals
from genjin.care.actions.repurchase import save_usage_rule
from genjin.care.actions.surveys import answer_survey
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.actions.usage import NewUsage, open_reviews, record_usage
from genjin.care.models import ChurnAlert, Survey, UsageRule
from genjin.care.rules.surveys import Answer as Said
from genjin.care.rules.usage import Figures, quarter_of
from genjin.cli.demo.staff import Staff
from genjin.contracts.models import Contract
from genjin.selling.models import Product

METRIC = "高级功能使用率"
WORDS = {
    5: "上线很顺利，培训到位", 4: "总体满意，报表还想再灵活些", 3: "能用，响应可以再快一点", 2: "现场老师换了两次，进度拖了",
    1: "系统卡顿一周没人解决",
}  # fmt: skip
TICKETS = (
    ("complaint", "报表导出偶尔超时", "urgent"),
    ("request", "希望增加一个车间看板", "normal"),
    ("request", "新员工需要一次补充培训", "low"),
    ("complaint", "接口数据晚到半天", "high"),
)


def look_back(staff: Staff, *, now: datetime) -> None:
    """Ask for ratings, note figures of use, open what is due, and answer a part of it."""
    dice = Random("after")  # noqa: S311 (a story, no secret)
    follow_deliveries(now)
    _ratings(staff, dice, now)
    _tickets(staff, dice, now)
    _usage(staff, dice, now)
    keep_renewals(now)
    open_reviews(now)
    look_nightly(now)
    _alarms(dice, now)


def _ratings(staff: Staff, dice: Random, now: datetime) -> None:
    """Take down most of the ratings that are asked for; some are bad, and their tickets are under way."""
    service = staff.desk["service"]
    for survey in Survey.objects.waiting().select_related("customer__owner").order_by("pk"):
        asker = survey.responsible or survey.customer.owner or service
        if dice.random() < 0.75:
            rating = dice.choices((5, 4, 3, 2, 1), weights=(8, 8, 3, 1, 1))[0]
            said = Said(
                rating, is_stable=rating > 2, meets_need=rating > 2, nps=rating * 2, comment=WORDS[rating]
            )
            answer_survey(asker, survey, said, now=now)


def _tickets(staff: Staff, dice: Random, now: datetime) -> None:
    """Open some tickets, answer most, solve and confirm some."""
    contracts = Contract.objects.in_force().select_related("customer__owner").order_by("pk")[:24]
    moments = sorted(
        now - timedelta(days=dice.randint(0, 12), hours=dice.randint(4, 9)) for _one in contracts
    )
    for at, (contract, opened) in enumerate(zip(contracts, moments, strict=True)):
        kind, title, priority = TICKETS[at % len(TICKETS)]
        owner = contract.customer.owner
        if owner is None:
            continue
        new = NewTicket(
            kind, title, details="客户来电反映，需要跟进", priority=priority, owner=staff.desk["service"]
        )
        ticket = open_ticket(owner, contract.customer, new, now=opened)
        if at % 4:
            answer_ticket(
                staff.desk["service"], ticket, text="已收到，正在排查", now=opened + timedelta(hours=1)
            )
        if at % 3 == 0:
            solve_ticket(
                staff.desk["service"], ticket, solution="已修复并发布，客户侧验证通过", answer="问题已解决，请您确认", now=opened + timedelta(hours=3)
            )  # fmt: skip


def _usage(staff: Staff, dice: Random, now: datetime) -> None:
    """Note last quarter's figures of who has a contract; a rule says what to offer to whom uses nearly everything."""
    product = Product.objects.filter(is_active=True).order_by("pk").first()
    values = {
        "name": "高级功能用满", "metric": METRIC, "figure": "percent", "operator": "ge", "threshold": Decimal(80),
        "product": product, "text": "高级功能已用到八成以上，建议介绍增购模块", "is_active": True,
    }  # fmt: skip
    save_usage_rule(staff.admin, UsageRule(), values, now=now)
    today = local_day(now)
    for contract in Contract.objects.in_force().select_related("customer__owner").order_by("pk"):
        owner = contract.customer.owner
        if owner is None:
            continue
        percent = Decimal(dice.choice((35, 48, 55, 62, 70, 76, 82, 85, 91)))
        seen = today - timedelta(days=dice.choice((0, 1, 2, 3, 5, 8, 36)))
        figures = Figures(
            METRIC, quarter_of(today), percent, active_users=dice.randint(4, 60), last_login_on=seen
        )
        record_usage(owner, [NewUsage(contract.customer, figures)], now=now)


def _alarms(dice: Random, now: datetime) -> None:
    """Answer a part of the alarms: some are acted on, some were false."""
    today = local_day(now)
    for alert in ChurnAlert.objects.filter(answer="").select_related("customer__owner").order_by("pk"):
        owner, way = alert.customer.owner, dice.choice(("acting", "false", "", ""))
        if owner is None or not way:
            continue
        plan = WinBackPlan(
            "使用量下降，关键用户离职",
            "免费延长三个月服务，上门培训新用户",
            owner,
            today + timedelta(days=30),
        )
        why = "客户停产检修，月底恢复" if way == "false" else ""
        answer_alarm(owner, alert, way, why=why, plan=plan if way == "acting" else None, now=now)
