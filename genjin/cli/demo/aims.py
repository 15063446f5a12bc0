"""What the demo company wants to reach: the manager sets teams and company, each lead the people of the team."""

from datetime import date, datetime
from decimal import Decimal

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.cli.demo.staff import Staff
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.queries.asking import Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.stretches import Grain, before, unit_of
from genjin.insights.rules.targets import MONEY, Aim

MORE = Decimal("1.15")  # than the people of a team reached on average in the month before
LEAST = {Aim.AMOUNT_SIGNED: 200_000, Aim.CASH: 100_000, Aim.WON: 2, Aim.CONTACTS: 20}


def aim(staff: Staff, *, now: datetime) -> None:
    """Set the targets of this month and of the whole year."""
    today = local_day(now)
    month, company = unit_of(Grain.MONTH, today), dict.fromkeys(Aim, Decimal(0))
    for region, lead in staff.leads.items():
        people = staff.sellers[region]
        each = {metric: _share(staff.manager, people, metric, today) for metric in Aim}
        set_targets(lead, _lines(each, month.first, [one for one in people if one != lead]), now=now)
        team = {metric: amount * len(people) for metric, amount in each.items()}
        lines = _lines(each, month.first, [lead])
        lines += [
            NewTarget(metric, Grain.MONTH, month.first, amount, team=lead.team_id)
            for metric, amount in team.items()
        ]
        set_targets(staff.manager, lines, now=now)
        company = {metric: company[metric] + team[metric] for metric in Aim}
    lines = [NewTarget(metric, Grain.MONTH, month.first, amount) for metric, amount in company.items()]
    year = unit_of(Grain.YEAR, today).first
    lines += [NewTarget(metric, Grain.YEAR, year, amount * 12) for metric, amount in company.items()]
    set_targets(staff.manager, lines, now=now)


def _lines(each: dict[Aim, Decimal], first: date, people: list[User]) -> list[NewTarget]:
    return [
        NewTarget(metric, Grain.MONTH, first, amount, one.pk)
        for metric, amount in each.items()
        for one in people
    ]


def _share(manager: User, people: list[User], metric: Aim, today: date) -> Decimal:
    """Return the target of each of a team's people: a little more than last month's mean, rounded."""
    period = before(unit_of(Grain.MONTH, today))
    reached = ask(METRICS[metric], Question(manager, period, today, [one.pk for one in people])).total.value
    step = 10_000 if metric in MONEY else 1
    mean = Decimal(reached or 0) * MORE / len(people)
    return max(Decimal(LEAST[metric]), (mean / step).quantize(Decimal(1)) * step)
