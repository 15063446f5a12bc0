from collections import Counter
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from genjin.cli.command import GenjinCommand, require_tables
from genjin.customers.queries.scores import PastScore, every_score
from genjin.customers.rules.rescore import Verdict

SHOWN = 50


class Command(GenjinCommand):
    help = _(
        "Compute every score that stands or stood again, and say which are not the same; nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("deed", choices=["recompute"])

    def handle(self, *_args: Any, as_json: bool, **_options: Any) -> None:
        require_tables()
        counts: Counter[str] = Counter()
        differing: list[PastScore] = []
        for one in every_score():
            counts[one.again.verdict] += 1
            if one.again.verdict == Verdict.DIFFERS and len(differing) < SHOWN:
                differing.append(one)
        found = {verdict.value: counts[verdict] for verdict in Verdict}
        lines = [f"{verdict.label}: {counts[verdict]}" for verdict in Verdict]
        self.answer(
            found | {"differing": [_plain(one) for one in differing]},
            [*map(_line, differing), *lines],
            as_json=as_json,
        )


def _plain(one: PastScore) -> dict[str, Any]:
    return {
        "customer": one.customer, "until": one.until, "score": one.kept.score, "label": one.kept.label, "version": one.kept.version,
        "scored_on": one.kept.on, "override": one.kept.override, "computed": one.again.computed, "computed_label": one.again.label,
    }  # fmt: skip


def _line(one: PastScore) -> str:
    return f"KH{one.customer:06d}  {one.kept.score} {one.kept.label} → {one.again.computed} {one.again.label}  v{one.kept.version} {one.kept.on}"
