"""Doing something for many rows, each for itself."""

import logging
from collections.abc import Callable, Iterable

from django.db.models import Model

from genjin.kit.errors import RuleError

log = logging.getLogger(__name__)


def each[Row: Model](rows: Iterable[Row], deed: Callable[[Row], int]) -> int:
    """Return the sum of what `deed` says of each row; a row a rule refuses is logged and does not stop those after it.

    `deed` is a transaction of its own.
    """
    done = 0
    for row in list(rows):
        try:
            done += deed(row)
        except RuleError as refusal:
            log.warning("%s %s: %s", row._meta.label, row.pk, refusal.code)
    return done
