"""Rows by which customers are counted once in a unit of the calendar: spoken to, B, and A while qualified.

A share of such customers is the same as those of `journey` and `work` say it, without reading the customers of a year for it.
"""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models import Window as Over
from django.db.models.functions import Coalesce, Lag, Least, Trunc

from genjin.accounts.queries import company_zone
from genjin.customers.models import GradeChange, StageChange
from genjin.customers.rules import Grade, Stage
from genjin.followups.models import FollowUp
from genjin.insights.models import Standing
from genjin.insights.queries.facts.axes import rises
from genjin.insights.queries.facts.base import Fact, Once, Window
from genjin.insights.rules.stretches import Grain

RIPE = Q(grade=Grade.A, stage=Stage.QUALIFIED)
_OWNER = F("customer__owner_id")


def _units[Rows: QuerySet[Any]](rows: Rows, at: str, *others: str) -> Rows:
    """Add the units of the calendar that the moment `at`, the one `before` it and others lie in."""
    zone, named = company_zone(), {"at": at, "before": "before"} | {other: other for other in others}
    units = {f"{name}_{grain}": Trunc(path, grain.value, tzinfo=zone) for name, path in named.items() for grain in Grain}  # fmt: skip
    return rows.annotate(**units)


def _new(other: str = "") -> dict[str, Q]:
    """Return the part of each unit: on these rows a customer counts in it first, and `other` was in the same unit.

    Rows know `before`, the last moment at which the customer counted already.
    """
    found = {grain.value: Q(before=None) | Q(**{f"before_{grain}__lt": F(f"at_{grain}")}) for grain in Grain}
    return {
        grain: new & Q(**{f"{other}_{grain}": F(f"at_{grain}")}) if other else new
        for grain, new in found.items()
    }


def _last(field: str, order: str) -> Over:
    return Over(Lag(field), partition_by="customer_id", order_by=[order, "id"])


def _contacts(_window: Window) -> "QuerySet[FollowUp]":
    return _units(FollowUp.objects.annotate(before=_last("happened_at", "happened_at")), "happened_at")


def _stood(how: Q) -> "QuerySet[Standing]":
    return Standing.objects.filter(how)


def _came(how: Q) -> "QuerySet[Standing]":
    return _units(_stood(how).annotate(before=_last("until", "since")), "since")


def _rises(window: Window) -> "QuerySet[GradeChange]":
    return _units(rises(window).annotate(before=_last("at", "at")), "at")


def _ripe_then_won(_window: Window) -> "QuerySet[StageChange]":
    """Wins of customers that were A and qualified before: `ripe_at` is when they were last."""
    stood = (
        _stood(RIPE)
        .filter(customer=OuterRef("customer"), since__lte=OuterRef("at"))
        .order_by("-since", "-id")
    )
    ripe_at = Subquery(
        stood.annotate(last=Least(Coalesce("until", OuterRef("at")), OuterRef("at"))).values("last")[:1]
    )
    rows = StageChange.objects.filter(target=Stage.WON).annotate(ripe_at=ripe_at, before=_last("at", "at"))
    return _units(rows, "at", "ripe_at")


def _won_then_ripe(_window: Window) -> "QuerySet[Standing]":
    """Customers that become A and qualified after they were won: `won_at` is when they were last."""
    wins = StageChange.objects.filter(
        target=Stage.WON, customer=OuterRef("customer"), at__lt=OuterRef("since")
    )
    rows = _stood(RIPE).annotate(
        before=_last("until", "since"), won_at=Subquery(wins.order_by("-at").values("at")[:1])
    )
    return _units(rows, "since", "won_at")


SPOKEN_TO = Once(Fact("once_spoken_to", "customer", _contacts, at="happened_at", person=_OWNER, parts=_new()))
OF_B = Once(
    Fact(
        "once_b", "customer", lambda _window: _came(Q(grade=Grade.B)), at="since", person=_OWNER, parts=_new()
    ),
    left=Fact("once_b_left", "customer", lambda _window: _stood(Q(grade=Grade.B)), at="until", person=_OWNER),
    parts={"rose": (Fact("once_b_rose", "customer", _rises, at="at", person=_OWNER, parts=_new()),)},
)
A_QUALIFIED = Once(
    Fact("once_ripe", "customer", lambda _window: _came(RIPE), at="since", person=_OWNER, parts=_new()),
    left=Fact("once_ripe_left", "customer", lambda _window: _stood(RIPE), at="until", person=_OWNER),
    parts={
        "won": (
            Fact("once_ripe_won", "customer", _ripe_then_won, at="at", person=_OWNER, parts=_new("ripe_at")),
            Fact(
                "once_won_ripe", "customer", _won_then_ripe, at="since", person=_OWNER, parts=_new("won_at")
            ),
        )
    },
)
