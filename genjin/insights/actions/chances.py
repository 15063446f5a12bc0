"""The night's learning from the company's own history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.queries.chances import PIECE, known_table, waiting_table
from genjin.insights.rules.chances import plain
from genjin.insights.rules.chances.learning import linear_models
from genjin.insights.rules.chances.study import Study, Wish, drift, study, tell
from genjin.insights.rules.chances.trust import Level, sample_doubts
from genjin.insights.rules.early import CUSTOMER, ENDED, HORIZON, NOT_WON, STARTED, WON
from genjin.kit.errors import RuleError

KEPT = 90  # models; older reports go
CHUNK = 2000
# Starts are whole days: one more, so that no outcome of the last hours is known too early.
WISH = Wish(
    ENDED, STARTED, without=(CUSTOMER,), positive=(WON,), negative=(NOT_WON,), horizon=HORIZON.days + 1
)


def learn_chances(now: datetime) -> int:
    """Learn from customers as they were on their seventh day, and write the chance of each that is open (S4-7).

    Returns how many got one: none where the model is not reliable. Without scikit-learn nothing is done.
    """
    try:
        linear_models()
    except RuleError:
        return 0
    known = known_table(now)
    won = known.filter(pl.col(ENDED) == WON).height
    if too_few := sample_doubts([], (won, known.height - won)):
        counts = {"closed": known.height, "positives": won, "negatives": known.height - won}
        return _write(now, Level.NOT_RELIABLE, {**counts, "reasons": plain.remarks(too_few)}, [])
    waiting = waiting_table(now)
    learned = study(pl.concat([known, waiting]), WISH)
    moved = drift(learned, waiting) if learned.report.is_reliable and waiting.height else []
    report = {**plain.plain(learned.report), "drift": plain.remarks(moved)}
    pieces = (_told(learned, piece) for piece in waiting.iter_slices(PIECE))
    return _write(now, learned.report.level, report, pieces)


def _told(learned: Study, waiting: pl.DataFrame) -> list[CustomerChance]:
    return [
        CustomerChance(
            customer_id=int(pk), chance=one.chance, low=one.low, high=one.high,
            reasons=[{"column": why.column, "value": why.value, "raises": why.raises} for why in one.reasons],
        )
        for pk, one in zip(waiting[CUSTOMER].to_list(), tell(learned, waiting), strict=True)
        if one is not None
    ]  # fmt: skip


@transaction.atomic
def _write(
    now: datetime, level: Level, report: dict[str, Any], pieces: Iterable[list[CustomerChance]]
) -> int:
    """Put this night's model and chances in the place of the last one's."""
    CustomerChance.objects.all().delete()
    told: list[float] = []
    for rows in pieces:
        CustomerChance.objects.bulk_create(rows, batch_size=CHUNK)
        told += [row.chance for row in rows]
    chances = pl.Series(told, dtype=pl.Float64)
    thirds = [chances.quantile(third / 3) for third in (1, 2)] if told else []
    ChanceModel.objects.create(learned_at=now, level=level, report={**plain.kept(report), "thirds": thirds})
    kept = ChanceModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT]
    ChanceModel.objects.exclude(pk__in=list(kept)).delete()
    return len(told)
