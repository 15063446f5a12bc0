"""The night's learning from the company's own history."""

from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.queries.chances import early_table
from genjin.insights.rules.chances import plain
from genjin.insights.rules.chances.study import Chance, Study, Wish, drift, study, tell
from genjin.insights.rules.chances.trust import Level, sample_doubts
from genjin.insights.rules.early import CUSTOMER, ENDED, LOST, STARTED, WON
from genjin.kit.errors import RuleError

KEPT = 90  # models; older reports go
CHUNK = 2000


def learn_chances(now: datetime) -> int:
    """Learn from customers as they were on their seventh day, and write the chance of each that is open (S4-7).

    Returns how many got one: none where the model is not reliable. Without scikit-learn nothing is done.
    """
    table = early_table(now)
    waiting = table.filter(pl.col(ENDED) == "")
    wish = Wish(ENDED, STARTED, without=(CUSTOMER,), positive=(WON,), negative=(LOST,))
    try:
        learned = study(table, wish)
    except RuleError as refusal:
        if refusal.code == "predict_missing":
            return 0
        # Nobody was won, or nobody was lost: too few, and no word of the command line.
        won, lost = (table.filter(pl.col(ENDED) == word).height for word in (WON, LOST))
        _write(now, Level.NOT_RELIABLE, {"reasons": plain.remarks(sample_doubts([], (won, lost)))}, [])
        return 0
    told = tell(learned, waiting)
    return _write(now, learned.report.level, _report(learned, waiting), _rows(waiting, told))


def _report(learned: Study, waiting: pl.DataFrame) -> dict[str, Any]:
    moved = drift(learned, waiting) if learned.report.is_reliable and waiting.height else []
    return {**plain.plain(learned.report), "drift": plain.remarks(moved)}


def _rows(waiting: pl.DataFrame, told: list[Chance | None]) -> list[CustomerChance]:
    return [
        CustomerChance(
            customer_id=int(pk), chance=one.chance, low=one.low, high=one.high,
            reasons=[{"column": why.column, "value": why.value, "raises": why.raises} for why in one.reasons],
        )
        for pk, one in zip(waiting[CUSTOMER].to_list(), told, strict=True)
        if one is not None
    ]  # fmt: skip


@transaction.atomic
def _write(now: datetime, level: Level, report: dict[str, Any], rows: list[CustomerChance]) -> int:
    """Put this night's model and chances in the place of the last one's."""
    model = ChanceModel.objects.create(learned_at=now, level=level, report=report)
    CustomerChance.objects.all().delete()
    for row in rows:
        row.model = model
    CustomerChance.objects.bulk_create(rows, batch_size=CHUNK)
    kept = ChanceModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT]
    ChanceModel.objects.exclude(pk__in=list(kept)).delete()
    return len(rows)
