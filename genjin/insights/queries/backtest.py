"""Rule sets of the score tried on closed customers, as they were known on a day before their end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer, StageChange
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import RuleSet, Stage
from genjin.customers.rules.score import FACT_COLUMNS, Facts, facts_from, label_of, score
from genjin.insights.rules.backtest import BackTest, Closed, back_test

BEGINNINGS = (Stage.LEAD, Stage.PROSPECT)
BOUGHT = (Stage.WON, Stage.REPEAT)
CHUNK = 2000


def backtest(user: User, rules: RuleSet, *, days: int, now: datetime) -> BackTest:
    """Try `rules` beside those in force on the closed customers in sight; nothing is written.

    In it is who came in as lead or prospect and was neither won nor lost `days` days later; the score looks at what
    was on record then. Won is won whatever came after. Customers are read in pieces.
    """
    force, age = current_rules(), timedelta(days=days)
    rows: list[Closed] = []
    unknown = 0
    for some in batched(_closed(user, age, now).iterator(chunk_size=CHUNK), CHUNK):
        known = _known_then([pk for pk, _created, _won in some], age)
        for pk, created, won_at in some:
            facts, on = known[pk], local_day(created + age)
            if facts is None:
                unknown += 1
                continue
            labels = [label_of(score(facts, one, on), one) for one in (force, rules)]
            rows.append(Closed(won_at is not None, *labels))
    return back_test(rows, days=days, unknown=unknown)


def _closed(user: User, age: timedelta, now: datetime) -> Any:
    moves = StageChange.objects.filter(customer=OuterRef("pk")).order_by("at", "pk")
    bought = moves.filter(target__in=BOUGHT)
    rows: Any = Customer.objects.visible_to(user).filter(created_at__lte=now - age)
    rows = rows.filter(Q(stage__in=(*BOUGHT, Stage.LOST)) | Exists(bought)).annotate(
        began=Subquery(moves.values("target")[:1]),
        won_at=Subquery(bought.values("at")[:1]),
        lost_at=Subquery(moves.filter(target=Stage.LOST).reverse().values("at")[:1]),
    )
    day = F("created_at") + age
    closed_later = Q(won_at__gt=day) | Q(won_at=None, stage=Stage.LOST, lost_at__gt=day)
    found = rows.filter(closed_later, began__in=BEGINNINGS).order_by("pk")
    return found.values_list("pk", "created_at", "won_at")


def _known_then(ids: list[int], age: timedelta) -> dict[int, Facts | None]:
    """Return what was on record on the day by customer; None where the version of that day is not kept.

    The version of a day is the one the first change after it replaced, or today's when nothing changed since.
    """
    now = Customer.objects.filter(pk__in=ids).values("pk", *FACT_COLUMNS)
    known: dict[int, Facts | None] = {row["pk"]: facts_from(row) for row in now}
    history = apps.get_model("customers", "CustomerRow")._default_manager
    later = history.filter(pgh_obj_id__in=ids, pgh_created_at__gt=F("created_at") + age)
    first = later.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    for row in _rows(first):
        # Until versions kept the row before a change, they kept the one after it.
        known[row["pgh_obj_id"]] = None if row["pgh_label"] == "update" else facts_from(row)
    return known


def _rows(history: Any) -> Iterator[dict[str, Any]]:
    yield from history.values("pgh_obj_id", "pgh_label", *FACT_COLUMNS)
