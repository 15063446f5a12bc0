"""The sheets Genjin hands out: the import template, and the rows of a batch with their problems."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from genjin.fields.queries import own_fields
from genjin.intake.actions.kept import opened
from genjin.intake.actions.slices import BLOCK, ROW
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.intake.rules.kinds import NAME_OF, REQUIRED, SheetKind, targets_of
from genjin.kit.sheets.writer import SheetOut, write_xlsx

TEXT_COLUMNS = ("credit_code", "contact.phone")


def write_template(path: Path, kind: SheetKind = SheetKind.CUSTOMERS) -> None:
    """Write the downloadable template: header, one example row, and a sheet that explains the columns."""
    targets, must = targets_of(kind, own_fields()), {NAME_OF[kind], *REQUIRED[kind]}
    header = [f"{target.header}*" if target.key in must else target.header for target in targets]
    text = frozenset(at for at, target in enumerate(targets) if target.key in TEXT_COLUMNS)
    lines = [
        [target.header, target.help or "", target.example, "、".join(target.synonyms[:6])]
        for target in targets
    ]
    write_xlsx(
        path,
        [
            SheetOut(
                str(kind.label),
                header,
                [[target.example for target in targets]],
                widths=[18] * len(header),
                text_columns=text,
            ),
            SheetOut("填写说明", ["列", "怎么填", "例子", "也认得"], lines, widths=[18, 40, 24, 50]),
        ],
    )


def write_errors(batch: ImportBatch, path: Path) -> None:
    """Write every row there is something to say about, with the reason beside its original cells."""
    columns = batch.shape["columns"]
    with opened(batch) as table:
        header = [_("Row"), _("Result"), _("Reason"), *columns]
        lines = _error_lines(batch, table.select(ROW, *columns))
        write_xlsx(
            path, [SheetOut(_("Rows with problems"), header, lines, widths=[8, 18, 60] + [16] * len(columns))]
        )


def _error_lines(batch: ImportBatch, table: pl.LazyFrame) -> Iterator[list[str]]:
    words = dict(ImportProblem.Level.choices)
    cells = _rows_of(table)
    for number, problems in groupby(
        batch.problems.iterator(chunk_size=5000), key=lambda problem: problem.row
    ):
        found = list(problems)
        row = next((row for row in cells if row[0] == number), None)
        if row is None:
            return
        worst = next((one.level for one in found if one.level in {"rejected", "same"}), found[0].level)
        said = (f"{one.column}: {one.message}" if one.column else one.message for one in found)
        yield [str(number), str(words[worst]), "; ".join(said), *(cell or "" for cell in row[1:])]


def _rows_of(table: pl.LazyFrame) -> Iterator[tuple[Any, ...]]:
    at = 0
    while not (block := table.slice(at, BLOCK).collect()).is_empty():
        yield from block.iter_rows()
        at += BLOCK
