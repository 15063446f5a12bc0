from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from genjin.cli import chances
from genjin.cli.arguments import existing_file, moment, new_file
from genjin.cli.command import GenjinCommand
from genjin.insights.rules.chances import plain, repeat
from genjin.insights.rules.chances.figures import Figures
from genjin.insights.rules.chances.learning import linear_models
from genjin.insights.rules.chances.study import Chance, Study, Wish, came_true, drift, study, tell


class Command(GenjinCommand):
    help = _(
        "Learn chances from a sheet of closed rows, and say honestly what they are worth; needs no database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("deed", choices=["backtest"])
        parser.add_argument("file", metavar="FILE", type=existing_file, help=_("xlsx, xls, xlsb, ods or csv"))
        parser.add_argument("--sheet", help=_("which sheet; by default the first with a table"))
        parser.add_argument("--target", metavar="COL", help=_("the column that says how each row ended"))
        parser.add_argument("--time", metavar="COL", help=_("the column that says when each row began"))
        parser.add_argument(
            "--without",
            metavar="COL",
            nargs="+",
            action="extend",
            default=[],
            help=_("columns not to learn from"),
        )
        parser.add_argument(
            "--positive", metavar="WORD", nargs="+", default=[], help=_("words of the target that mean yes")
        )
        parser.add_argument(
            "--negative", metavar="WORD", nargs="+", default=[], help=_("words of the target that mean no")
        )
        parser.add_argument(
            "--orders", metavar=("CUSTOMER", "DAY", "AMOUNT"), nargs=3,
            help=_("instead of --target: the file is a list of orders; who buys again?"),
        )  # fmt: skip
        parser.add_argument(
            "--until", metavar="DAY", type=moment, help=_("with --orders: nothing later is looked at")
        )
        parser.add_argument(
            "--weeks",
            type=int,
            default=repeat.WEEKS,
            help=_("with --orders: within how many weeks (default 39)"),
        )
        parser.add_argument(
            "--score",
            metavar="FILE2",
            type=existing_file,
            help=_("rows to be told a chance; by default the open rows"),
        )
        parser.add_argument(
            "--out", metavar="F.csv", type=new_file, help=_("write these rows with their chances")
        )

    def handle(self, *_args: Any, file: Path, as_json: bool, **options: Any) -> None:
        if bool(options["target"]) == bool(options["orders"]):
            raise self.wrong_use(
                _("Say what is to be foreseen: --target COLUMN, or --orders CUSTOMER DAY AMOUNT.")
            )
        self._check_orders(options)
        linear_models()
        frame = chances.table_of(file, options["sheet"])
        if options["orders"]:
            learned, asked, more = self._orders(frame, options)
        else:
            learned, asked, more = self._rows(frame, options)
        told = tell(learned, asked)
        moved = drift(learned, asked) if learned.report.is_reliable else []
        came = more.pop("came", None)
        figures = came_true(told, came)
        if options["out"]:
            chances.write_chances(options["out"], asked, told, learned.report)
        found = {
            **plain.plain(learned.report), **more, "drift": plain.remarks(moved),
            "score": {"rows": asked.height, **_told(told), **plain.figures_plain(figures)},
            "out": str(options["out"] or ""),
        }  # fmt: skip
        if options["orders"]:
            self.say(
                _("Asked is who buys again within %(weeks)s weeks after %(day)s.")
                % {"weeks": more["weeks"], "day": more["until"]}
            )
        said = [
            *chances.lines(learned.report),
            *(remark.message for remark in moved),
            *_score_lines(asked, figures),
        ]
        self.answer(found, said, as_json=as_json)

    def _check_orders(self, options: dict[str, Any]) -> None:
        """Refuse what a list of orders, or anything but one, has no use for."""
        alone = ("until",) if options["target"] else ("time", "score", "without", "positive", "negative")
        if unused := [f"--{name}" for name in alone if options[name]]:
            found = {"options": "、".join(unused), "with": "--target" if options["target"] else "--orders"}
            raise self.wrong_use(_("%(options)s means nothing with %(with)s.") % found)

    def _rows(
        self, frame: pl.DataFrame, options: dict[str, Any]
    ) -> tuple[Study, pl.DataFrame, dict[str, Any]]:
        wish = Wish(
            options["target"], options["time"],
            tuple(options["without"]), tuple(options["positive"]), tuple(options["negative"]),
        )  # fmt: skip
        asked = chances.table_of(options["score"]) if options["score"] else None
        learned = study(frame, wish, asked=asked)
        if asked is None:
            asked = frame.filter(learned.report.outcome.values.is_null())
        came = learned.report.outcome.read_again(asked[wish.target]) if wish.target in asked.columns else None
        return learned, asked, {"came": came}

    def _orders(
        self, frame: pl.DataFrame, options: dict[str, Any]
    ) -> tuple[Study, pl.DataFrame, dict[str, Any]]:
        names = tuple(options["orders"])
        until: datetime | None = options["until"]
        tables = repeat.repeat_tables(
            frame, names, until=until.date() if until else None, weeks=options["weeks"]
        )
        wish = Wish(repeat.TARGET, repeat.START, without=(repeat.CUSTOMER,), positive=("1",), negative=("0",))
        learned = study(tables.known, wish, asked=tables.now)
        later = repeat.bought_later(frame, names, tables)
        came = None if later is None else learned.report.outcome.read_again(later)
        more = {"came": came, "weeks": round(tables.weeks, 1), "until": tables.until.isoformat()}
        return learned, tables.now.rename({repeat.CUSTOMER: names[0]}), more


def _told(told: list[Chance | None]) -> dict[str, Any]:
    known = [one.chance for one in told if one is not None]
    return {"told": len(known), "mean_chance": plain.rounded(sum(known) / len(known)) if known else None}


def _score_lines(asked: pl.DataFrame, figures: Figures | None) -> Iterator[str]:
    yield _("Rows that ask for a chance: %(rows)d") % {"rows": asked.height}
    if figures is not None:
        yield from chances.figure_lines(figures)
