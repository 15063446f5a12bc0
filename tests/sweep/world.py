"""A small company seen through one person of a given role, with a mark in every text others wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user, issue_token, save_team, save_view
from genjin.accounts.models import Absence, ApiToken, CalendarDay, Team, User
from genjin.accounts.permissions import Role
from genjin.care.actions.deeds import solve_ticket
from genjin.care.actions.links import make_report_link
from genjin.care.actions.surveys import NewSurvey, send_survey, write_survey
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import ChurnWeights, UsageRule
from genjin.care.rules.churn import FIRST_WEIGHTS
from genjin.customers.actions.records import delete_customers
from genjin.customers.actions.scores import save_draft
from genjin.customers.models import Campaign, Choice, Customer, Participant, Pool, Tag
from genjin.customers.rules.score import FIRST_RULE_SET
from genjin.fields.models import CustomField
from genjin.followups.models import WorkReport
from genjin.insights.models import Review, ReviewAction
from genjin.library.actions.entries import save_entry
from genjin.library.models import Entry, RecordTemplate
from genjin.notices.actions import tell
from genjin.notices.models import Delivery, Notice, Robot
from genjin.proposals.models import PriceBook, ProposalLink, ProposalTemplate
from genjin.quality.models import SpotCheck, SpotCheckItem
from genjin.routing.models import Handover, RecycleRule, RuleRun
from genjin.selling.models import Product
from tests.sweep.aims import amounts, set_aims
from tests.sweep.maker import Maker
from tests.sweep.marks import INTERNAL, MARK, MISSING, SECRET_PHONES, TARGET_OF_MATE, TARGET_OF_STRANGER
from tests.sweep.ways_in import ways_in

OF_CUSTOMER = {
    "journey_stop",
    "project",
    "project_step",
    "project_risk",
    "project_member",
    "renewal",
    "repurchase",
    "churn_alert",
    "past_alert",
    "offer",
    "offer_sent",
    "offer_draft",
    "offer_file",
    "offer_link",
    "objection",
    "customer",
    "contact",
    "file",
    "task",
    "info",
    "alias",
    "collaborator",
    "comment",
    "survey",
    "ticket",
    "report_link",
}
SEES_ALL = {Role.MANAGER, Role.ADMIN, Role.AUDITOR}
SEES_TEAM = SEES_ALL | {Role.LEAD}


@dataclass
class World:
    """The rows by family and by kind of id: own, mate, stranger, deleted."""

    actor: User
    pool: Pool
    ids: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)  # what forms are filled with
    token: str = ""
    public: dict[str, str] = field(default_factory=dict)  # what stands in the addresses strangers reach

    def sees(self, family: str, kind: str) -> bool:
        """Say whether the actor's role has a row in sight; written down here, not asked of the code."""
        if kind in {"missing", "deleted", "crossed"}:
            return False
        if family in {"view", "deal_view", "token", "notice"}:
            return kind == "own"
        if (
            kind == "shared"
        ):  # named as a collaborator who reads; what is beside the customer stays out of sight
            return family in OF_CUSTOMER or Role(self.actor.role) in SEES_ALL
        role = Role(self.actor.role)
        return kind == "own" or role in (SEES_TEAM if kind == "mate" else SEES_ALL)


def people(role: Role, now: datetime) -> tuple[User, User, User, User]:
    """Return the actor, a mate of the same team, a stranger of another, and an administrator."""
    top = save_team(None, Team(name="公司"), now=now)
    team = save_team(None, Team(name="甲组", parent=top), now=now)
    other = save_team(None, Team(name="乙组", parent=top), now=now)
    cast = (
        ("actor", role, team),
        ("mate", Role.REP, team),
        ("stranger", Role.REP, other),
        ("admin", Role.ADMIN, None),
    )
    actor, mate, stranger, admin = (
        add_user(None, NewUser(username=login, name=login, role=part, team=place), now=now)
        for login, part, place in cast
    )
    save_team(None, team, leads=[actor], now=now)  # leading alone shows nothing: the role must let it
    return actor, mate, stranger, admin


def make_world(role: Role, now: datetime) -> World:
    """Build the company around an actor of `role`."""
    actor, mate, stranger, admin = people(role, now)
    maker = Maker(admin, now)
    world = World(actor, Pool.objects.get(name="公海"))
    kinds = {
        "own": maker.rows("OWN", actor),
        "mate": maker.rows(f"{MARK}MATE", mate) if role not in SEES_TEAM else maker.rows("MATE", mate),
        "stranger": maker.rows(MARK, stranger, phone=SECRET_PHONES[0]),
        "deleted": maker.rows("GONE", actor),
    }
    for kind, families in kinds.items():
        for family, ids in families.items():
            world.ids.setdefault(family, {})[kind] = ids
    _helped(world, maker, stranger)
    for family in ("batch", "request", "reassignment", "edit", "export"):
        del world.ids[family]["deleted"]
    world.ids["contact"]["crossed"] = (world.ids["customer"]["own"][0], world.ids["contact"]["stranger"][1])
    maker.customer("POOLED", pool=world.pool, phone=SECRET_PHONES[1])
    _bins(world, maker, mate, stranger)
    _keepsakes(world, actor, stranger, now)
    _absences(world, mate, stranger, now)
    _reports(world, mate, stranger, now)
    set_aims(mate, stranger, now)
    _handovers(world, admin, mate, stranger, now)
    _samples(world, {"own": actor, "mate": mate, "stranger": stranger})
    _references(world, mate, now)
    ways_in(world, maker, now)
    _asked(world, maker, mate, now)
    world.ids["metric"] = {"own": ("cash",)}  # every figure sees the same rows: tests/insights
    for ids in world.ids.values():
        ids["missing"] = (MISSING,) * len(ids["own"])
    world.ids["contact"]["gone"] = (world.ids["customer"]["own"][0], MISSING)
    return world


def _helped(world: World, maker: Maker, stranger: User) -> None:
    """A customer of the stranger's the actor is named on, reading only; and the time on another that is over."""
    rows = maker.rows("SHARED", stranger, phone=SECRET_PHONES[2])
    maker.helper(Customer.objects.get(pk=rows["customer"][0]), world.actor)
    for family in OF_CUSTOMER:
        world.ids[family]["shared"] = rows[family]
    over = maker.helper(
        Customer.objects.get(pk=world.ids["customer"]["stranger"][0]), world.actor, may_write=True
    )
    Participant.objects.filter(pk=over.pk).update(ends_at=maker.now)


def _bins(world: World, maker: Maker, mate: User, stranger: User) -> None:
    """Customers in the recycle bin; the live one of one's own is none of them."""
    gone = {"own": ("GONE", world.actor), "mate": ("GONEMATE", mate), "stranger": (f"{MARK}GONE", stranger)}
    rows = {kind: maker.customer(word, owner=owner) for kind, (word, owner) in gone.items()}
    deleted = [row.pk for row in rows.values()] + list(world.ids["customer"]["deleted"])
    delete_customers(maker.admin, deleted, now=maker.now)
    world.ids["bin"] = {kind: (row.pk,) for kind, row in rows.items()}
    world.ids["bin"]["crossed"] = world.ids["customer"]["own"]


def _samples(world: World, people: dict[str, User]) -> None:
    """Samples of the three, each with one customer of theirs."""
    now = timezone.now()
    for kind, person in people.items():
        word = MARK if kind == "stranger" else kind
        sample = SpotCheck.objects.create(
            drawn_at=now, drawn_by=person, seed=f"{word}seed", size=1, base_count=1, base_mark=word
        )
        item = SpotCheckItem.objects.create(
            spot_check=sample, customer_id=world.ids["customer"][kind][0], owner=person, position=1
        )
        world.ids.setdefault("sample", {})[kind] = (sample.pk,)
        world.ids.setdefault("sample_item", {})[kind] = (item.pk,)


def _keepsakes(world: World, actor: User, stranger: User, now: datetime) -> None:
    """What belongs to one person alone: saved views, tokens."""
    world.ids["view"] = {
        kind: (
            save_view(
                person,
                page="customers",
                name=f"{MARK if person is stranger else 'OWN'}视图",
                query="tab=mine",
            ).pk,
        )
        for kind, person in (("own", actor), ("stranger", stranger))
    }
    world.ids["deal_view"] = {
        kind: (save_view(person, page="opportunities", name=f"{word}商机视图", query="tab=mine").pk,)
        for kind, person, word in (("own", actor, "OWN"), ("stranger", stranger, MARK))
    }
    issue_token(stranger, stranger, name=f"{MARK}token", days=9, now=now)
    _notices(world, actor, stranger, now)
    world.token = issue_token(actor, actor, name="own", days=9, now=now)
    tokens = {token.user_id: token.pk for token in ApiToken.objects.all()}
    world.ids["token"] = {"own": (tokens[actor.pk],), "stranger": (tokens[stranger.pk],)}


def _reports(world: World, mate: User, stranger: User, now: datetime) -> None:
    """What people reported of their day."""
    people = (("own", world.actor, "OWN"), ("mate", mate, "MATE"), ("stranger", stranger, MARK))
    world.ids["report"] = {
        kind: (
            WorkReport.objects.create(
                person=person, kind="day", first=now.date(), done=word, written_at=now
            ).pk,
        )
        for kind, person, word in people
    }
    _team_reviews(world, stranger, now)


def _team_reviews(world: World, stranger: User, now: datetime) -> None:
    """Reviews: published and a draft of the actor's team, one of another team, each with something decided."""
    made = (
        ("own", world.actor, "published", 0),
        ("mate", world.actor, "draft", 7),
        ("stranger", stranger, "draft", 0),
    )
    lost = [{"customer": ids[0], "reason": None, "at": now.isoformat(), "person": None} for kind, ids in world.ids["customer"].items() if kind in {"own", "stranger"}]  # fmt: skip
    for kind, person, state, days in made:
        first = now.date() - timedelta(days=days)
        row = Review.objects.create(
            kind="week", first=first, last=first, team=person.team, made_at=now, made_by=person,
            conclusions=f"{MARK}结论" if kind == "stranger" else kind, figures={"before": [str(first), str(first)], "lost": lost},
        )  # fmt: skip
        owner = person if kind == "own" else stranger
        what = f"{MARK}行动" if kind == "stranger" else kind
        action = ReviewAction.objects.create(review=row, what=what, owner=owner, due_on=first, created_at=now, created_by=person)  # fmt: skip
        if state == "published":
            Review.objects.filter(pk=row.pk).update(state=state, published_at=now)
        world.ids.setdefault("review", {})[kind] = (row.pk,)
        world.ids.setdefault("review_action", {})[kind] = (action.pk,)  # fmt: skip


def _notices(world: World, actor: User, stranger: User, now: datetime) -> None:
    """What the actor and a stranger were told, one of it about a customer out of the actor's sight."""
    for kind, person, word in (("own", actor, "OWN"), ("stranger", stranger, MARK)):
        said = {"who": word, "what": word}
        tell([person], "task_given", key="1", at=now, customer_id=world.ids["customer"][kind][0], **said)
        world.ids.setdefault("notice", {})[kind] = (Notice.objects.get(person=person, key="1").pk,)
    far = world.ids["customer"]["stranger"][0]
    tell([actor], "task_given", key="2", at=now, customer_id=far, who=MARK, what=MARK)
    robot = Robot.objects.create(name="群", host="example.com", url_sealed="x")
    notice = Notice.objects.get(person=stranger, key="1")
    sent = Delivery.objects.create(
        notice=notice,
        person=stranger,
        channel="robot",
        robot=robot,
        created_at=now,
        next_at=now,
        status="failed",
    )
    world.ids |= {"robot": {"own": (robot.pk,)}, "delivery": {"own": (sent.pk,)}}


def _absences(world: World, mate: User, stranger: User, now: datetime) -> None:
    """Who is away: known to who leads them."""
    world.ids["absence"] = {
        kind: (Absence.objects.create(person=person, starts_on=now.date(), ends_on=now.date(), note=word).pk,)
        for kind, person, word in (
            ("own", world.actor, "OWN"), ("mate", mate, "MATE"), ("stranger", stranger, MARK),
        )
    }  # fmt: skip


def _handovers(world: World, admin: User, mate: User, stranger: User, now: datetime) -> None:
    """Offers to the actor, to a mate and to a stranger."""
    makes = {
        "own": (mate, world.actor, "OWN"),
        "mate": (admin, mate, "MATE"),
        "stranger": (admin, stranger, MARK),
    }
    world.ids["handover"] = {
        kind: (
            Handover.objects.create(
                giver=giver, receiver=receiver, made_by=admin, made_at=now, note=f"{word}交接"
            ).pk,
        )
        for kind, (giver, receiver, word) in makes.items()
    }


def _references(world: World, mate: User, now: datetime) -> None:
    """What administrators keep; no row of it is anybody's."""
    choice = {kind: Choice.objects.filter(kind=kind).first() for kind in Choice.Kind.values}
    tag, team = Tag.objects.create(name="空标签"), Team.objects.get(name="乙组")
    day = CalendarDay.objects.order_by("day").first()
    assert day is not None
    shared = {
        "user": mate.pk,
        "team": team.pk,
        "choice": choice["source"].pk,
        "tag": tag.pk,
        "pool": world.pool.pk,
        "campaign": Campaign.objects.create(name="空活动").pk,
        "own_field": CustomField.objects.order_by("pk")[0].pk,
    }
    shared["record_template"] = RecordTemplate.objects.all()[0].pk
    shared["entry_of_library"] = save_entry(
        None, Entry(), {"title": "手册", "body": "内容"}, file=ContentFile(b"text", name="a.txt"), now=now
    ).pk
    shared["product"] = Product.objects.create(code="X", name="产品").pk
    shared["price_book"] = PriceBook.objects.create(name="价目表", starts_on=now.date()).pk
    values = {"name": "用满了", "metric": "使用率", "threshold": 80, "text": "推荐模块"}
    shared["usage_rule"] = UsageRule.objects.create(**values).pk
    shared["churn_weights"] = ChurnWeights.objects.create(
        weights={str(part): weight for part, weight in FIRST_WEIGHTS.items()}, state="proposed", made_at=now
    ).pk
    world.ids |= {family: {"own": (pk,)} for family, pk in shared.items()}
    world.ids["proposal_template"] = {
        "own": (
            ProposalTemplate.objects.create(
                name="模板", file="x", file_name="x.docx", uploaded_at=now, uploaded_by=mate
            ).pk,
        )
    }
    world.ids["number_rule"] = {"own": ("proposal",)}  # type: ignore[dict-item]
    link = ProposalLink.objects.get(pk=world.ids["offer_link"]["own"][0])
    world.public["offer"] = link.key
    rule = RecycleRule.objects.first()
    assert rule is not None
    run = RuleRun.objects.create(kind="recycle", at=now)
    world.ids |= {
        "rule": {"own": ("recycle", rule.pk)},
        "rule_kind": {"own": ("recycle",)},
        "run": {"own": (run.pk,)},
        "flow": {"own": ("discount",)},
        "rule_draft": {
            "own": (save_draft(User.objects.get(username="admin"), FIRST_RULE_SET, note="草稿", now=now).pk,)
        },
    }  # type: ignore[dict-item]
    world.values = _filled(world, mate, choice, now)
    world.ids["returned"] = {"own": ("source", 0, "collected")}  # type: ignore[dict-item]
    world.ids["template"] = {"own": ("new",)}  # type: ignore[dict-item]
    world.ids["day"] = {"own": (day.day.isoformat(),)}  # type: ignore[dict-item]


def _asked(world: World, maker: Maker, mate: User, now: datetime) -> None:
    """Pages on which a customer rates, confirms and reports, none of whose words may be read there."""
    customer = maker.customer(INTERNAL, owner=mate)
    survey = write_survey(maker.admin, customer, NewSurvey(mate), since=now, now=now)
    ticket = open_ticket(maker.admin, customer, NewTicket("complaint", INTERNAL, INTERNAL), now=now)
    solve_ticket(maker.admin, ticket, answer=INTERNAL, solution=INTERNAL, now=now)
    ticket.refresh_from_db()
    world.public |= {
        "survey": send_survey(maker.admin, survey, now=now).link_key, "confirmation": ticket.confirm_key,
        "report": make_report_link(maker.admin, customer, None, now=now).key,
    }  # fmt: skip


def _filled(world: World, mate: User, choice: dict[str, Any], now: datetime) -> dict[str, str]:
    later = (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    return {
        "name": "新名字", "contact_name": "李四", "phone": "13800138000", "kind": "org", "email": "new@example.com", "asked": "1",
        "csrfmiddlewaretoken": "x", "owner": str(mate.pk), "assignee": str(mate.pk), "pool": str(world.pool.pk),
        "reason": str(choice["release_reason"].pk), "lost_reason": str(choice["lost_reason"].pk), "stage": "lost", "grade": "A",
        "goal": "本季度签约", "cadence_days": "7", "channels": "phone",
        "add": "新标签", "due_at": later, "next_at": later, "next_text": "下一步", "summary": "今天电话沟通了采购的详细需求和预算", "method": "phone",
        "objective": "再联系", "outcome": "已经完成了沟通", "version": "1", "language": "en", "days": "30", "username": "newcomer", "role": "rep",
        "is_active": "on", "position": "3", "daily_claims": "5", "hold_cap": "50", "namespace": "组", "points_industry_fit": "3",
        "points_budget_clear": "2", "points_authority_clear": "2", "points_need_stated": "0", "points_timing_near": "0", "pass_mark": "5",
        "ordinary_mark": "3", "industries": "制造业", "day": "2027-02-01", "is_working": "0", "year": "2025", "place": "mine",
        "text": "新闻", "said_in": "年报", "dated_on": "2026-01-05", "topic": "news", "size": "5", "comment": "请补充",
        "query": "x", "column_set": "usual", "field": "industry", "how": "set", "value": "新行业", "step": "run", "format": "csv",
        "is_unmasked": "on", "most_rows": "100", "days_kept": "7", "answer": "可以", "starts_on": "2027-02-01", "ends_on": "2027-02-02", "limit_per_run": "5", "days_a": "14", "days_b": "30", "days_c": "60", "no_deal_days": "0",
        "cooldown_days": "7", "hold_hours": "0", "weight": "1", "capacity": "5", "match": "all", "person": str(mate.pk), "columns": "stage", "login": "nobody", "password": "not-a-password", "code": "000000", "target": "name",
    }  # fmt: skip


def marks_for(world: World) -> Iterator[str]:
    """Yield the texts that must appear in no answer to this actor."""
    role = Role(world.actor.role)
    if role not in SEES_TEAM:
        yield from amounts(TARGET_OF_MATE)
    if role not in SEES_ALL:
        yield from amounts(TARGET_OF_STRANGER)
        yield MARK
        yield from SECRET_PHONES
    if role == Role.AUDITOR:
        yield from SECRET_PHONES
