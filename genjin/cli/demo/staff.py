"""The people of the demo company: twelve in three teams, and those they sell with: legal, finance, delivery, service."""

from dataclasses import dataclass
from datetime import datetime

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.accounts.models import Team, User
from genjin.accounts.rules import new_secret

TEAMS = {"华东": "华东销售组", "华南": "华南销售组", "北方": "北方销售组"}
PEOPLE = (
    ("linhao", "林浩", "admin", ""), ("zhaomin", "赵敏", "manager", ""),
    ("chenjing", "陈静", "lead", "华东"), ("wanglei", "王磊", "rep", "华东"), ("sunyue", "孙悦", "rep", "华东"),
    ("huangwei", "黄伟", "lead", "华南"), ("liangting", "梁婷", "rep", "华南"), ("xiejun", "谢军", "rep", "华南"),
    ("luona", "罗娜", "rep", "华南"),
    ("zhanghong", "张红", "lead", "北方"), ("liuyang", "刘洋", "rep", "北方"), ("gaofeng", "高峰", "rep", "北方"),
    ("zhoulan", "周岚", "legal", ""), ("fangqi", "方琦", "finance", ""), ("heming", "何铭", "delivery", ""), ("yutong", "于彤", "service", ""),
)  # fmt: skip


DESK = ("legal", "finance", "delivery", "service")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who does what: administrator, manager, the desk, and by region the lead and who sells there."""

    admin: User
    manager: User
    desk: dict[str, User]  # by role: legal, finance, delivery, service
    leads: dict[str, User]
    sellers: dict[str, list[User]]
    passwords: dict[str, str]  # by login, shown once


def hire(now: datetime) -> Staff:
    """Add teams and people with random passwords. Raises RuleError `username_taken`."""
    company = save_team(None, Team(name="销售中心"), now=now)
    teams = {
        region: save_team(None, Team(name=name, parent=company), now=now) for region, name in TEAMS.items()
    }
    found: dict[str, User] = {}
    passwords: dict[str, str] = {}
    for login, name, role, region in PEOPLE:
        passwords[login] = new_secret(9)
        team = teams.get(region, company)
        new = NewUser(username=login, name=name, role=role, team=team, password=passwords[login])
        found[login] = add_user(None, new, now=now)
    leads = {region: found[login] for login, _name, role, region in PEOPLE if role == "lead"}
    for region, lead in leads.items():
        save_team(None, teams[region], leads=[lead], now=now)
    sellers = {
        region: [
            found[login] for login, _name, role, home in PEOPLE if home == region and role in {"rep", "lead"}
        ]
        for region in TEAMS
    }
    desk = {role: found[login] for login, _name, role, _home in PEOPLE if role in DESK}
    return Staff(found["linhao"], found["zhaomin"], desk, leads, sellers, passwords)
