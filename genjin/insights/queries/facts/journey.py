"""Facts of the journey: who came, where they got to, how long they stayed, what they are graded."""

from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Extract, Floor
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Choice, Customer, GradeChange, OwnerChange, StageChange
from genjin.customers.rules import JOURNEY, OPEN_STAGES, Grade, Stage
from genjin.followups.models import FollowUp
from genjin.insights.queries.facts import once
from genjin.insights.queries.facts.axes import became, changes_of, rises, value_at, was, within_days
from genjin.insights.queries.facts.base import (
    IN_POOL,
    WHOSE,
    Fact,
    Split,
    Window,
    choices,
    known,
    named,
    owner_then,
)
from genjin.insights.queries.facts.missing import marks_of_missing

FIRST_CONTACT_HOURS = 24


def days_between(later: Any, earlier: Any) -> Cast:
    """Return the whole days between two moments."""
    return Cast(Floor(Extract(later - earlier, "epoch") / 86400), IntegerField())


def hours_between(later: Any, earlier: Any) -> Cast:
    """Return the whole hours between two moments."""
    return Cast(Floor(Extract(later - earlier, "epoch") / 3600), IntegerField())


def _reached(window: Window, *stages: str, **more: Any) -> Exists:
    moves = StageChange.objects.filter(customer=OuterRef("pk"), target__in=stages, **more).order_by()
    return Exists(known(moves, "at", window))


def _leads(window: Window) -> Any:
    return known(Customer.objects.all(), "created_at", window).annotate(
        has_won=_reached(window, Stage.WON), has_qualified=_reached(window, *JOURNEY[2:]),
        was_invalid=_reached(window, Stage.LOST, origin__in=JOURNEY[:2]),
    )  # fmt: skip


def _won(window: Window) -> Any:
    """Customers with the moment they were won first, and the days since the first contact."""
    moves = StageChange.objects.filter(customer=OuterRef("pk"), target=Stage.WON)
    first = known(moves, "at", window).order_by("at").values("at")[:1]
    rows = Customer.objects.annotate(won_at=Subquery(first)).filter(won_at__isnull=False)
    return rows.annotate(cycle=days_between(F("won_at"), F("first_contact_at")))


LEAD = Fact(
    "lead", "customer", _leads, at="created_at", customer="", person=F("owner_id"), nobody=IN_POOL,
    splits={"lost_reason": Split(_("Reason for loss"), F("lost_reason_id"), named(Choice))},
    parts={"won": Q(has_won=True), "qualified": Q(has_qualified=True), "invalid": Q(was_invalid=True)},
)  # fmt: skip
FIRST_CONTACT = Fact(
    "first_contact", "customer", lambda window: _leads(window).exclude(first_contact_at=None), at="first_contact_at", customer="",
    person=F("owner_id"), nobody=IN_POOL, parts={"won": Q(has_won=True)},
)  # fmt: skip
WON = Fact(
    "won", "customer", _won, at="won_at", customer="", person=owner_then("pk", "won_at"), nobody=IN_POOL,
    splits={"cycle": Split(_("Days from first contact to won"), F("cycle"), is_number=True)}, parts={"timed": Q(cycle__gte=0)},
)  # fmt: skip


def _entries(window: Window) -> "QuerySet[StageChange]":
    """First entries into each stage, with what came after: one row per customer and stage, whatever went back and forth."""
    rows = known(StageChange.objects.filter(target__in=JOURNEY), "at", window)
    earlier = StageChange.objects.filter(customer=OuterRef("customer"), target=OuterRef("target"))
    rows = rows.filter(~Exists(earlier.filter(Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))).order_by()))  # fmt: skip
    after = known(StageChange.objects.filter(customer=OuterRef("customer")), "at", window)
    after = after.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))).order_by()
    further: Any = Q(pk__in=[])
    for place, stage in enumerate(JOURNEY):
        further |= Q(target=stage) & Exists(after.filter(target__in=JOURNEY[place + 1 :]))
    gone = after.order_by("at", "id").values("at")[:1]
    return rows.annotate(has_advanced=further, left_at=Subquery(gone)).annotate(
        days=days_between(F("left_at"), F("at"))
    )


ENTRY = Fact(
    "entry", "change", _entries, at="at", person=owner_then("customer", "at"), nobody=IN_POOL,
    splits={
        "entered": Split(_("Stage entered"), F("target"), choices(Stage)),
        "days": Split(pgettext_lazy("split", "Days in the stage"), F("days"), is_number=True),
    },
    parts={"advanced": Q(has_advanced=True), "left": Q(days__isnull=False)},
)  # fmt: skip
MOVE = Fact(
    "move", "change", lambda window: known(StageChange.objects.exclude(origin=""), "at", window), at="at", person=owner_then("customer", "at"), nobody=IN_POOL,
    splits={
        "origin": Split(_("From"), F("origin"), choices(Stage)), "target": Split(_("To"), F("target"), choices(Stage)),
        "lost_reason": Split(_("Reason for loss"), F("customer__lost_reason_id"), named(Choice)),
    },
    parts={"forward": StageChange.is_forward(), "lost": Q(target=Stage.LOST)},
)  # fmt: skip
GRADED = Fact(
    "graded", "grade", lambda window: known(GradeChange.objects.filter(is_proposal=False), "at", window), at="at", person=owner_then("customer", "at"), nobody=IN_POOL,
    splits={"origin": Split(_("From"), F("origin"), choices(Grade)), "target": Split(_("To"), F("target"), choices(Grade))},
)  # fmt: skip


def standing_rows(window: Window) -> "QuerySet[Customer]":
    """Customers as they stood at the end of the days asked for: stage, grade and owner of that moment."""
    if window.known is None:
        return Customer.objects.annotate(stage_then=F("stage"), grade_then=F("grade"), whose=F("owner_id"))
    rows = Customer.objects.filter(created_at__lt=window.known)
    return rows.annotate(
        stage_then=value_at(StageChange, "pk", at__lt=window.known), grade_then=value_at(GradeChange, "pk", at__lt=window.known), whose=value_at(OwnerChange, "pk", at__lt=window.known)
    )  # fmt: skip


STANDING = Fact(
    "standing", "customer", standing_rows, stands=True, customer="", person=WHOSE, nobody=IN_POOL,
    splits={"stage": Split(_("Stage"), F("stage_then"), choices(Stage)), "grade": Split(_("Grade"), F("grade_then"), choices(Grade))},
    parts={"open": Q(stage_then__in=OPEN_STAGES)}, marks=marks_of_missing(Q(stage_then__in=OPEN_STAGES)),
    sums={"completeness": F("completeness")},
)  # fmt: skip


def _customers_of(rows: Any) -> Q:
    """Return the condition to be a customer of some rows; these are read once, not once for each customer."""
    return Q(pk__in=rows.order_by().values("customer_id"))


def _among(changes: "QuerySet[Any]") -> Any:
    """Return whether a customer is among those of some changes."""
    return ExpressionWrapper(_customers_of(changes), output_field=BooleanField())


def _ripe(window: Window) -> "QuerySet[Customer]":
    """Customers that were of grade A and qualified on any day of the days asked for (S2-21)."""
    began = _customers_of(was(GradeChange, Grade.A, window)) & _customers_of(was(StageChange, Stage.QUALIFIED, window))  # fmt: skip
    graded = became(GradeChange, Grade.A, window).annotate(stage_then=value_at(StageChange, "customer", at__lte=OuterRef("at")))  # fmt: skip
    moved = became(StageChange, Stage.QUALIFIED, window).annotate(grade_then=value_at(GradeChange, "customer", at__lte=OuterRef("at")))  # fmt: skip
    within = _customers_of(graded.filter(stage_then=Stage.QUALIFIED)) | _customers_of(moved.filter(grade_then=Grade.A))  # fmt: skip
    won = within_days(changes_of(StageChange, window).filter(target=Stage.WON), window)
    return Customer.objects.filter(began | within).annotate(won_then=_among(won))


RIPE = Fact(
    "ripe", "customer", _ripe, once=once.A_QUALIFIED, customer="", person=F("owner_id"), nobody=IN_POOL, parts={"won": Q(won_then=True)},
)  # fmt: skip


def _of_b(window: Window) -> "QuerySet[Customer]":
    """Customers that were B when the days began or became B within them, and whether they became A (S2-21)."""
    b = _customers_of(was(GradeChange, Grade.B, window)) | _customers_of(became(GradeChange, Grade.B, window))
    return Customer.objects.filter(b).annotate(rose=_among(within_days(rises(window), window)))


OF_B = Fact(
    "of_b", "customer", _of_b, once=once.OF_B, customer="", person=F("owner_id"), nobody=IN_POOL, parts={"rose": Q(rose=True)},
)  # fmt: skip


def _given(window: Window) -> "QuerySet[OwnerChange]":
    """Customers given to somebody, with the first effective contact after it (S4-7)."""
    rows = known(OwnerChange.objects.exclude(target=None), "at", window)
    contacts = FollowUp.objects.filter(customer=OuterRef("customer"), is_effective=True, happened_at__gte=OuterRef("at"))  # fmt: skip
    first = known(contacts, "recorded_at", window).order_by("happened_at").values("happened_at")[:1]
    rows = rows.annotate(touched_at=Subquery(first))
    return rows.annotate(hours=hours_between(F("touched_at"), F("at")))


GIVEN = Fact(
    "given", "owner", _given, at="at", person=F("target_id"),
    splits={"hours": Split(_("Hours to the first contact"), F("hours"), is_number=True), "how": Split(pgettext_lazy("split", "How it came"), F("how"))},
    parts={"touched": Q(hours__isnull=False), "in_time": Q(hours__lt=FIRST_CONTACT_HOURS)},
)  # fmt: skip
