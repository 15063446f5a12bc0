"""What lies on the desks this morning: rules in force, a fair with its form, doubles to look at, somebody who is away."""

from datetime import datetime, timedelta
from decimal import Decimal

from genjin.accounts.actions.calendar import save_absence
from genjin.accounts.models import Absence, User
from genjin.accounts.queries import local_day
from genjin.cli.demo.staff import Staff
from genjin.cli.demo.words import PLACES
from genjin.customers.actions.campaigns import save_campaign
from genjin.customers.actions.records import NewCustomer, change_customer
from genjin.customers.models import Campaign, Choice, Customer, Pool
from genjin.followups.actions.ownership import add_customer
from genjin.followups.queries.conditions import read_conditions
from genjin.intake.actions.webforms import save_form
from genjin.intake.models import WebForm
from genjin.intake.rules.forms import AskedField
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.actions.samples import NewSample, draw_sample
from genjin.quality.actions.scan import run_scan, start_scan
from genjin.routing.actions.assignment import assign_by_rules
from genjin.routing.actions.extension import ask_for_extension
from genjin.routing.actions.handover import NewHandover, offer_handover
from genjin.routing.actions.recycling import set_all_clocks, warn_owners
from genjin.routing.actions.rules import Draft, Part, save_rule
from genjin.routing.models import AssignmentRule
from genjin.routing.queries.recycling import leaving

NEW_LEADS = 6


def lay_out(staff: Staff, *, now: datetime) -> None:
    """Put on the desks what the rules, the marketing and the leads of the demo company are at."""
    admin = User.objects.get(username="linhao")
    pool = Pool.objects.all()[0]
    _rules(admin, staff, now)
    campaign = _fair(admin, now)
    _form(admin, campaign, pool, now)
    _leads(admin, pool, now)
    set_all_clocks(now)
    warn_owners(now)
    _people(admin, staff, now)
    _quality(admin, staff, now)


def _rules(admin: User, staff: Staff, now: datetime) -> None:
    for at, (region, places) in enumerate(PLACES.items(), start=1):
        provinces = dict.fromkeys(place[0] for place in places)
        conditions = read_conditions(("province", "eq", province, "") for province in provinces)
        parts = [Part(person, weight=1 if person.role == "lead" else 2) for person in staff.sellers[region]]
        draft = Draft({"name": f"{region}线索轮转", "position": at}, conditions, "any", parts)
        save_rule(admin, AssignmentRule(), draft, now=now)


def _fair(admin: User, now: datetime) -> Campaign:
    """Plan a fair of last month, and say which customers came from it."""
    begins = local_day(now) - timedelta(days=40)
    values = {
        "name": "秋季工业博览会", "channel": "行业展会", "starts_on": begins, "ends_on": begins + timedelta(days=3),
        "cost": Decimal("86000"), "notes": "N3 馆 128 号展位",
    }  # fmt: skip
    campaign = save_campaign(admin, Campaign(), values, now=now)
    came = Customer.objects.live().filter(source__name="行业展会").order_by("-pk")[:40]
    for customer in came:
        change_customer(admin, customer, {"campaign": campaign}, version=customer.version, now=now)
    return campaign


def _form(admin: User, campaign: Campaign, pool: Pool, now: datetime) -> None:
    values = {
        "name": "官网留言", "title": "预约产品演示", "intro": "留下联系方式，我们将在一个工作日内与您联系。",
        "consent_text": "我同意贵公司保存以上信息，用于答复我的咨询。", "thank_you": "感谢您的留言，我们会尽快与您联系。",
        "source": Choice.objects.of("source").filter(name="官网留言").first(), "campaign": campaign,
        "destination": WebForm.Destination.RULES, "pool": pool, "daily_limit": 100,
    }  # fmt: skip
    asked = [
        AskedField("name", "公司名称", is_required=True), AskedField("contact.name", "您的姓名", is_required=True),
        AskedField("contact.phone", "手机", is_required=True), AskedField("province", "所在省份"), AskedField("need", "想了解什么"),
    ]  # fmt: skip
    save_form(admin, WebForm(), values, asked, now=now)


def _leads(admin: User, pool: Pool, now: datetime) -> None:
    """Let some leads come in just now: the rules give them away, except those of a place nobody sells to."""
    source = Choice.objects.of("source").filter(name="官网留言").first()
    places = [place for region in PLACES.values() for place in region[:1]] + [
        ("海南省", "海口市", "", "海口")
    ]
    ids = []
    for at in range(NEW_LEADS):
        province, city, district, short = places[at % len(places)]
        fields = {
            "name": f"{short}新程第{at + 1}智能装备有限公司", "province": province, "city": city, "district": district,
            "industry": "制造业", "need": "想了解设备联网方案", "source": source,
        }  # fmt: skip
        contacts = [{"name": "何经理", "phone": f"1360000{4100 + at}"}]
        ids.append(add_customer(admin, NewCustomer(fields, contacts, pool=pool), now=now).pk)
    assign_by_rules(ids, now=now)


def _people(admin: User, staff: Staff, now: datetime) -> None:
    """Somebody is away, somebody hands customers on, somebody asks for more time."""
    today = local_day(now)
    region = next(iter(staff.sellers))
    lead, giver, receiver = staff.leads[region], *staff.sellers[region][-2:]
    values = {"starts_on": today, "ends_on": today + timedelta(days=4), "note": "年假"}
    save_absence(admin, Absence(person=giver), values, now=now)
    ids = list(Customer.objects.live().filter(owner=giver).order_by("-pk").values_list("pk", flat=True)[:3])
    if ids:
        offer = NewHandover(giver, receiver, ids, note="休假期间请继续跟进，报价都在附件里。")
        offer_handover(lead, offer, now=now)
    clock = leaving(receiver, now).filter(responsible=receiver).first()
    if clock is not None:
        ask_for_extension(receiver, clock.customer, reason="客户负责人出差，下周回来继续谈", now=now)


def _quality(admin: User, staff: Staff, now: datetime) -> None:
    """One company stands there twice, some facts are checked, and a lead has drawn a sample."""
    first = Customer.objects.live().owned().order_by("pk").first()
    if first is not None:
        twin = {"name": f"{first.name.removesuffix('有限公司')}公司", "need": "展会上又留了一次名片"}
        add_customer(admin, NewCustomer(twin, pool=Pool.objects.all()[0]), now=now)
    for customer in Customer.objects.live().owned().exclude(industry="").order_by("pk")[:12]:
        seen = [Seen("name"), Seen("industry")]
        check_facts(
            admin, customer, NewCheck(seen, method="registry", source="企业信用信息公示系统"), now=now
        )
    scan = start_scan(admin, now=now, in_background=False)
    run_scan(scan.pk)
    draw_sample(next(iter(staff.leads.values())), NewSample(5), now=now)
