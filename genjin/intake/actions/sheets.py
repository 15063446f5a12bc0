"""The sheets Genjin hands out: the import template, and the rows of a batch with their problems."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from genjin.intake.actions.upload import opened
from genjin.intake.models import ImportBatch
from genjin.intake.rules.columns import TARGETS
from genjin.kit.sheets.writer import SheetOut, write_xlsx

TEXT_COLUMNS = ("credit_code", "contact.phone")


def write_template(path: Path) -> None:
    """Write the downloadable template: header, one example row, and a sheet that explains the columns."""
    header = [f"{target.header}*" if target.key == "name" else target.header for target in TARGETS]
    text = frozenset(at for at, target in enumerate(TARGETS) if target.key in TEXT_COLUMNS)
    lines = [
        [target.header, target.help or "", target.example, "、".join(target.synonyms[:6])]
        for target in TARGETS
    ]
    write_xlsx(
        path,
        [
            SheetOut(
                "客户",
                header,
                [[target.example for target in TARGETS]],
                widths=[18] * len(header),
                text_columns=text,
            ),
            SheetOut("填写说明", ["列", "怎么填", "例子", "也认得"], lines, widths=[18, 40, 24, 50]),
        ],
    )


def write_errors(batch: ImportBatch, path: Path) -> None:
    """Write every row there is something to say about, with the reason beside its original cells."""
    said: dict[int, list[str]] = {}
    level: dict[int, str] = {}
    for problem in batch.problems.all().iterator(chunk_size=5000):
        line = f"{problem.column}: {problem.message}" if problem.column else problem.message
        said.setdefault(problem.row, []).append(line)
        worst = level.get(problem.row)
        if worst is None or worst not in {"rejected", "same"}:
            level[problem.row] = problem.level
    words = dict(batch.problems.model.Level.choices)
    columns = batch.shape["columns"]
    with opened(batch) as frame:
        wanted = frame.filter(frame["__row__"].is_in(list(said)))

        def lines() -> Iterator[list[str]]:
            for row in wanted.iter_rows(named=True):
                number = row["__row__"]
                yield [
                    str(number),
                    str(words[level[number]]),
                    "; ".join(said[number]),
                    *(row[name] or "" for name in columns),
                ]

        header = [_("Row"), _("Result"), _("Reason"), *columns]
        write_xlsx(
            path,
            [SheetOut(_("Rows with problems"), header, lines(), widths=[8, 18, 60] + [16] * len(columns))],
        )
