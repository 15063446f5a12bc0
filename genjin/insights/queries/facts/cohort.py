"""Facts of cohorts: who came in which week or month, and how many of these passed until they got somewhere."""

from datetime import date
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, Extract, Floor, Trunc
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer, StageChange
from genjin.customers.rules import JOURNEY, Stage
from genjin.followups.models import FollowUp
from genjin.insights.queries.facts.base import IN_POOL, Fact, Split, Window, known
from genjin.insights.rules.cohorts import GRAINS, MOST_AFTER, Step
from genjin.insights.rules.stretches import Grain
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState

# Months are of 28 to 31 days, and yet so many of them are never half a month more or less than as many mean ones.
SECONDS = {Grain.WEEK: 7 * 86400, Grain.MONTH: 365.2425 * 86400 / 12}


def _there_at(step: Step, window: Window) -> Subquery:
    """The moment a customer first got there, as it was known."""
    rows: QuerySet[Any]
    at = "at"
    match step:
        case Step.CONTACTED:
            rows, at = FollowUp.objects.filter(customer=OuterRef("pk")), "happened_at"
            rows = known(rows, "recorded_at", window)
        case Step.QUOTED:
            rows, at = ProposalVersion.objects.filter(proposal__customer=OuterRef("pk")), "sent_at"
            rows = known(rows.filter(state=VersionState.SENT), at, window)
        case _:
            stages = JOURNEY[2:] if step is Step.QUALIFIED else (Stage.WON,)
            rows = known(StageChange.objects.filter(customer=OuterRef("pk"), target__in=stages), at, window)
    return Subquery(rows.order_by(at).values(at)[:1])


def _came(grain: Grain) -> Trunc:
    return Trunc("created_at", grain.value, output_field=DateField(), tzinfo=company_zone())


def _passed(grain: Grain, there: str) -> Any:
    """The weeks or months from the one in which they came to the one in which they got there."""
    then, came = (Trunc(name, grain.value, tzinfo=company_zone()) for name in (there, "created_at"))
    # half of one more, so that an hour of summer time counts for nothing
    return Cast(Floor(Extract(then - came, "epoch") / SECONDS[grain] + 0.5), IntegerField())


@cache
def cohort_fact(step: Step, grain: Grain) -> Fact:
    """Return customers by when they came (`came`) and how long it took (`after`); parts "0" to "12" and "ever" are cumulative."""

    def rows(window: Window) -> "QuerySet[Customer]":
        found = known(Customer.objects.all(), "created_at", window)
        found = found.annotate(there_at=_there_at(step, window), came=_came(grain))
        return found.annotate(after=_passed(grain, "there_at"))

    return Fact(
        f"cohort_{step}", "customer", rows, at="created_at", customer="", person=F("owner_id"), nobody=IN_POOL,
        splits={
            "came": Split(pgettext_lazy("cohort", "Came in"), F("came")), "after": Split(_("Weeks or months until then"), F("after"), is_number=True),
        },
        parts={str(after): Q(after__lte=after) for after in range(MOST_AFTER + 1)} | {"ever": Q(after__isnull=False)},
    )  # fmt: skip


def split_of(step: Step, grain: Grain) -> str:
    """Return the split of COHORT that tells when customers came and how long it took, as `read_split` reads it."""
    return f"{step}_{grain}"


def read_split(value: str) -> tuple[date, int | None]:
    """Return the first day of the week or month they came in, and how many of these passed until they got there.

    None is not yet; what took longer than cohorts are followed for is one more than these.
    """
    came, _colon, after = value.partition(":")
    return date.fromisoformat(came), int(after) if after else None


def _capped(after: Any) -> Func:
    """Nothing of nothing, 0 of what is less, and at most one more than cohorts are followed for."""
    return Func(after, Value(list(range(1, MOST_AFTER + 2)), ArrayField(IntegerField())), function="width_bucket", output_field=IntegerField())  # fmt: skip


def _all_ways(window: Window) -> "QuerySet[Customer]":
    found = known(Customer.objects.all(), "created_at", window)
    found = found.annotate(**{f"there_{step}": _there_at(step, window) for step in Step})
    ways = {}
    for grain in GRAINS:
        for step in Step:
            after = Coalesce(Cast(_capped(_passed(grain, f"there_{step}")), TextField()), Value("", TextField()))  # fmt: skip
            came = Cast(Cast(_came(grain), DateField()), TextField())  # a moment to the database
            ways[split_of(step, grain)] = Concat(came, Value(":", TextField()), after)
    return found.annotate(**ways)


COHORT = Fact(
    "cohort", "customer", _all_ways, at="created_at", customer="", person=F("owner_id"), nobody=IN_POOL,
    splits={split_of(step, grain): Split(step.label, F(split_of(step, grain)), is_fine=True) for step in Step for grain in GRAINS},
)  # fmt: skip
