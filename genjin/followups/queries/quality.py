"""How good records are: by version of the template, by person, by stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Case, CharField, Count, Exists, OuterRef, Q, Value, When

from genjin.accounts.models import User
from genjin.customers.models import StageChange
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp
from genjin.followups.rules.quality import FAIR, GOOD

GROUPS = {"version": "template_id", "person": "author_id", "stage": "stage"}
MOVED_WITHIN = timedelta(days=30)
SPANS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class QualityLine:
    """Some records: how many, their average score, how many are good, copies, and were followed by a step forward."""

    key: Any
    count: int
    average: int
    good: int
    copies: int
    moved: int

    @property
    def good_percent(self) -> int:
        return self.good * 100 // self.count if self.count else 0

    @property
    def moved_percent(self) -> int:
        return self.moved * 100 // self.count if self.count else 0


def judged_records(user: User, since: datetime, asked: Mapping[str, str] | None = None) -> Any:
    """Return the judged records of the people whose rows `user` sees, since a moment; `asked`: person, version, stage, band."""
    rows = FollowUp.objects.visible_to(user).filter(happened_at__gte=since, quality__isnull=False)
    rows = rows if user.scope.sees_all else rows.filter(author__in=user.scope.people)
    asked = asked or {}
    for name in ("person", "version"):
        if (text := asked.get(name, "")).isdecimal() and len(text) < 19:
            rows = rows.filter(**{GROUPS[name]: int(text)})
    if asked.get("version") == "none":
        rows = rows.filter(template=None)
    if asked.get("stage") in Stage.values:
        rows = rows.filter(stage=asked["stage"])
    bands = {
        "good": Q(quality__gte=GOOD), "fair": Q(quality__gte=FAIR, quality__lt=GOOD), "poor": Q(quality__lt=FAIR),
        "copy": Q(quality_notes__contains=[["copy", ""]]),
    }  # fmt: skip
    return rows.filter(bands[asked["band"]]) if asked.get("band") in bands else rows


def quality_by(
    user: User, group: str, since: datetime, asked: Mapping[str, str] | None = None
) -> list[QualityLine]:
    """Return a line for each version, person or stage, most records first; one query."""
    return _lines(judged_records(user, since, asked), GROUPS[group])


def quality_lift(
    user: User, since: datetime, asked: Mapping[str, str] | None = None
) -> dict[str, QualityLine]:
    """Return good records beside the rest, each with how many were followed by a step forward: what care is worth."""
    rows = judged_records(user, since, asked).annotate(
        side=Case(
            When(quality__gte=GOOD, then=Value("good")), default=Value("rest"), output_field=CharField()
        )
    )
    return {line.key: line for line in _lines(rows, "side")}


def _lines(rows: Any, column: str) -> list[QualityLine]:
    moved = StageChange.objects.filter(
        customer=OuterRef("customer"), at__gt=OuterRef("happened_at"), at__lte=OuterRef("happened_at") + MOVED_WITHIN, origin__gt=""
    ).exclude(target=Stage.LOST)  # fmt: skip
    counted = (
        rows.annotate(has_moved=Exists(moved)).order_by().values(column).annotate(
            count=Count("id"), average=Avg("quality"), good=Count("id", filter=Q(quality__gte=GOOD)),
            copies=Count("id", filter=Q(quality_notes__contains=[["copy", ""]])), moved=Count("id", filter=Q(has_moved=True)),
        )
    )  # fmt: skip
    found = [
        QualityLine(
            row[column], row["count"], round(row["average"]), row["good"], row["copies"], row["moved"]
        )
        for row in counted
    ]
    return sorted(found, key=lambda line: -line.count)
