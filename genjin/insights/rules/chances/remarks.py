"""Sentences about a model. A remark keeps its code and its details, and becomes a sentence in the language of who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "sample_too_small": _("Too few closed rows: %(yes)d ended well and %(no)d did not; %(least)d of each are needed."),
    "part_too_small": _("Too few rows of one outcome in the older or the newest part; %(least)d of each are needed."),
    "no_columns": _("No column is left to learn from."),
    "leakage_alarm": _("Too good to be true: AUC %(auc)s. Some columns tell what came later; look at %(columns)s."),
    "no_signal": _("The columns say next to nothing about the outcome: AUC %(auc)s, at least 0.6 is needed."),
    "maybe_chance": _("It may be mere chance: AUC %(auc)s, but no more than %(low)s is certain."),
    "suspiciously_good": _("AUC %(auc)s is rarely met honestly; make sure that %(columns)s are known beforehand."),
    "no_better_than_base_rate": _("As numbers the chances were no better than the base rate said to everybody; take them as an order."),
    "badly_calibrated": _("The chances were %(gap)s off on average where they were tested; take them as an order, not as numbers."),
    "base_rate_drift": _("The share that ended well moved from %(before)s among older rows to %(after)s among the newest."),
    "column_drift": _("The values of %(column)s in rows that ask for a chance are not spread as in those learned from (index %(index)s, above 0.25 is much)."),
    "column_moved": _("The values of %(column)s among the newest rows are not spread as among older ones (index %(index)s, above 0.25 is much)."),
    "repeated_rows": _("%(count)d rows are the same as another in every column; if they were copied, the figures look better than they are."),
    "order_of_rows": _("No column tells the time of rows: the order of the file is taken for it, oldest first. Name one: --time COLUMN."),
    "order_guessed": _("No column of time was named: rows are ordered by %(column)s."),
    "time_missing": _("%(count)d closed rows have no time and are not learned from."),
    "newest_only": _("Only the newest %(count)d closed rows are learned from."),
    "one_time_only": _("The times of rows do not differ; the order of the file is taken."),
}  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """What is to be said about a model: a code that never changes, and what its sentence tells."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return sentence(self.code, self.details)


def sentence(code: str, details: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> str:
    """Return a remark in words; `labels` are those of columns, where their names are codes."""
    named = labels or {}
    words = dict(details)
    if "column" in words:
        words["column"] = named.get(words["column"], words["column"])
    if "columns" in words:
        words["columns"] = "、".join(str(named.get(name, name)) for name in words["columns"])
    return str(SENTENCES[code] % words)
