"""Reads over ratings: who asks, and what the answers say together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.accounts.queries import company_zone
from genjin.care.models.surveys import Survey, SurveyQuerySet, SurveySettings
from genjin.care.queries.usage import with_live_contract
from genjin.care.rules.surveys import PASSIVE, PROMOTER, Mood, mood
from genjin.care.rules.words import Occasion
from genjin.contracts.models import ContractLine
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.delivery.models import Acceptance, Member, Project
from genjin.delivery.rules import Part, ProjectState
from genjin.followups.rules.clocks import midnight
from genjin.kit.dates import months_back


def who_asks(project: Project | None, customer: Customer) -> User | None:
    """Return who asks a customer for a rating: the team's service person, else the owner, else who looks after it (S3-17)."""
    if project is not None:
        team = list(Member.objects.filter(project=project, user__is_active=True).select_related("user"))
        for one in sorted(team, key=lambda member: member.part != Part.SERVICE):
            if one.part == Part.SERVICE or one.user.role == Role.SERVICE:
                return one.user
    return responsible_for(customer, otherwise=project.lead if project else None)


def unasked() -> "QuerySet[Acceptance]":
    """Return the standing acceptances after which nobody was asked or answered, and nobody is being asked."""
    known = Survey.objects.filter(project=OuterRef("project"))
    since = Q(opened_at__gte=OuterRef("recorded_at")) | Q(answered_at__gte=OuterRef("recorded_at"))
    waits = Q(answered_at=None, called_off_at=None)
    rows = Acceptance.objects.filter(withdrawn_at=None, project__state=ProjectState.ACCEPTED)
    rows = rows.filter(~Exists(known.filter(since | waits)), project__customer__deleted_at=None)
    return rows.select_related("project").order_by("pk")


def taken_back() -> SurveyQuerySet:
    """Return the waiting ones after a delivery whose acceptance no longer stands."""
    rows = Survey.objects.waiting().filter(occasion=Occasion.DELIVERY, project__isnull=False)
    return (
        rows.exclude(project__state=ProjectState.ACCEPTED)
        .select_related("responsible", "project")
        .order_by("pk")
    )


def survey_settings() -> SurveySettings:
    """Return how often customers are asked by themselves; as at first where nobody chose."""
    return SurveySettings.objects.first() or SurveySettings()


def unasked_round(today: date, months: int) -> "QuerySet[Customer]":
    """Return customers with a running contract, signed `months` ago or earlier, that were neither asked nor answered since then (S1-2).

    Who is being asked is not among them. No months: nobody.
    """
    if not months:
        return Customer.objects.none()
    last = months_back(today, months)
    since = midnight(last + timedelta(days=1), company_zone())
    known = Survey.objects.filter(customer=OuterRef("pk"))
    known = known.filter(
        Q(opened_at__gte=since) | Q(answered_at__gte=since) | Q(answered_at=None, called_off_at=None)
    )
    return with_live_contract(today, signed_by=last).filter(~Exists(known))


def asked_today(today: date) -> int:
    """Return how many customers were asked in rounds on a day so far."""
    begun = midnight(today, company_zone())
    return Survey.objects.filter(occasion=Occasion.ROUND, opened_at__gte=begun).count()


def newest_project(customer: Customer) -> Project | None:
    """Return the delivery of a customer that was accepted last: its team knows them."""
    rows = Project.objects.filter(customer=customer, accepted_on__isnull=False)
    return rows.select_related("lead").order_by("-accepted_on", "-pk").first()


LIKELY = {"said": (0, 10), "up": (PROMOTER, 10), "mid": (PASSIVE, PROMOTER - 1), "down": (0, PASSIVE - 1)}
GROUPS: Mapping[str, str] = {
    "who": "responsible__name",
    "lead": "project__lead__name",
    "team": "customer__owner__team__name",
}
KEYS: Mapping[str, str] = {"who": "responsible", "lead": "project__lead", "team": "customer__owner__team"}
PRODUCT = "product"  # the products of the delivered contract; an answer counts for each of them
BYS = (*KEYS, PRODUCT)


def narrowed(rows: SurveyQuerySet, asked: Mapping[str, str]) -> SurveyQuerySet:
    """Keep the rows a figure stands for: `from` and `to` (days of the answer), `rating`, `nps` (said, up, mid, down), `occasion`, and a group's key.

    What is not understood is left aside.
    """
    first, last = as_day(asked.get("from", "")), as_day(asked.get("to", ""))
    if first:
        rows = rows.filter(answered_at__gte=midnight(first, company_zone()))
    if last:
        rows = rows.filter(answered_at__lt=midnight(last + timedelta(days=1), company_zone()))
    if asked.get("rating") in {"1", "2", "3", "4", "5"}:
        rows = rows.filter(rating=int(asked["rating"]))
    if asked.get("nps") in LIKELY:
        rows = rows.filter(nps__range=LIKELY[asked["nps"]])
    if asked.get("occasion") in Occasion.values:
        rows = rows.filter(occasion=asked["occasion"])
    return _of_product(_of_group(rows, asked), asked.get(PRODUCT, ""))


def _of_group(rows: SurveyQuerySet, asked: Mapping[str, str]) -> SurveyQuerySet:
    for name, key in KEYS.items():
        value = asked.get(name, "")
        if value == "0":
            rows = rows.filter(**{f"{key}__isnull": True})
        elif value.isdecimal() and len(value) < 19:
            rows = rows.filter(**{key: int(value)})
    return rows


def _of_product(rows: SurveyQuerySet, value: str) -> SurveyQuerySet:
    lines = ContractLine.objects.filter(contract=OuterRef("project__contract"))
    if value == "0":
        return rows.filter(~Exists(lines.filter(product__isnull=False)))
    if value.isdecimal() and len(value) < 19:
        return rows.filter(Exists(lines.filter(product=int(value))))
    return rows


def as_day(text: str) -> date | None:
    """Return a day as addresses write it; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None


@dataclass(frozen=True, slots=True)
class Line:
    """A group's figures: its key in the address ("0": none), its name, what its answers say."""

    key: str
    name: str
    mood: Mood


def moods_of(rows: SurveyQuerySet, by: str) -> list[Line]:
    """Return the figures of each group, the biggest first; one query, two by product."""
    answers: dict[tuple[str, str], list[tuple[int, int | None]]] = defaultdict(list)
    for key, name, rating, nps in _grouped(rows.answered().order_by(), by):
        answers[str(key or 0), name or ""].append((rating, nps))
    lines = [Line(key, name, mood(found)) for (key, name), found in answers.items()]
    return sorted(lines, key=lambda line: (-line.mood.count, line.name))


def _grouped(rows: SurveyQuerySet, by: str) -> Iterator[tuple[int | None, str | None, int, int | None]]:
    if by in KEYS:
        yield from rows.values_list(KEYS[by], GROUPS[by], "rating", "nps")
        return
    line = "project__contract__lines__product"
    named = rows.filter(**{f"{line}__isnull": False}).values_list(
        "pk", line, f"{line}__name", "rating", "nps"
    )
    for _pk, key, name, rating, nps in named.distinct():  # two lines of one product are one answer
        yield key, name, rating, nps
    for rating, nps in _of_product(rows, "0").values_list("rating", "nps"):
        yield None, None, rating or 0, nps


def mood_of(rows: SurveyQuerySet) -> Mood:
    """Return the figures over answered rows; one query."""
    pairs = rows.answered().order_by().values_list("rating", "nps")
    return mood((rating or 0, nps) for rating, nps in pairs)


def answered_in_time(rows: SurveyQuerySet) -> tuple[int, int]:
    """Return how many of the answered ones after a delivery were answered within their week, and how many there are."""
    found = (
        rows.answered()
        .filter(occasion=Occasion.DELIVERY)
        .aggregate(kept=Count("pk", filter=Q(answered_at__lte=F("due_at"))), all=Count("pk"))
    )
    return found["kept"], found["all"]
