"""Importing a sheet of 200,000 clean rows, against reading it with calamine and COPYing it with the same indexes."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from django.core.files import File
from django.db import connection
from django.utils import timezone
from python_calamine import CalamineWorkbook

from benchmarks.population import BRANDS, REGIONS, TRADES

HEADER = [
    "客户名称",
    "所属行业",
    "省/市/区",
    "线索来源",
    "联系人姓名",
    "职务",
    "手机/电话",
    "邮箱",
    "需求描述",
    "预算范围",
    "级别",
    "备注",
]


def write_sheet(path: Path, rows: int) -> None:
    """Write a clean sheet of leads, every name and number its own."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, HEADER)
        for n in range(rows):
            name = (
                REGIONS[n % 20]
                + BRANDS[n // 20 % 30]
                + BRANDS[n // 600 % 30]
                + BRANDS[n // 18000 % 30]
                + TRADES[n // 7 % 10]
            )
            line = [
                f"{name}{n // 180}有限公司",
                "制造业",
                "广东省深圳市",
                "行业展会",
                "王伟",
                "采购经理",
                f"139{n:08d}",
                f"w{n}@example{n}.com",
                "想更换现有的系统",
                "50-100万",
                "ABC"[n % 3],
                "",
            ]
            sheet.write_row(n + 1, 0, line)


@dataclass(frozen=True, slots=True)
class ImportTiming:
    rows: int
    raw_seconds: float
    our_seconds: float

    @property
    def ratio(self) -> float:
        return self.our_seconds / self.raw_seconds


def raw(path: Path) -> float:
    """Return the seconds of reading the sheet with calamine and COPYing it into a table with the import's indexes."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"c{at} text" for at in range(len(HEADER)))
        cursor.execute(
            f"DROP TABLE IF EXISTS raw; CREATE TABLE raw (id bigserial PRIMARY KEY, tokens tsvector, k1 text, k2 text, k3 text, {columns})"
        )
        for at, expression in enumerate(
            ("c10, id", "c9, id", "c3, id", "c4, id", "c5, id", "c6", "k1", "k2", "k3", "c0")
        ):
            cursor.execute(f"CREATE INDEX raw_{at} ON raw ({expression})")
        cursor.execute("CREATE INDEX raw_tokens ON raw USING gin (tokens)")
        began = time.perf_counter()
        lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
        frame = pl.DataFrame(lines, schema=[f"c{at}" for at in range(len(HEADER))], orient="row")
        tokens = [
            "'" + "' '".join(f"b{name[at : at + 2]}" for at in range(len(name) - 1)) + "'"
            for name in frame["c0"].to_list()
        ]
        frame = frame.with_columns(
            pl.Series("tokens", tokens), k1=pl.col("c0"), k2=pl.col("c6"), k3=pl.col("c7")
        )
        with cursor.copy(f"COPY raw ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False))
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE raw")
    return spent


def ours(path: Path, user: Any) -> float:
    """Return the seconds of the whole import: look, check, match, score, grade, write."""
    from genjin.intake.actions.commit import commit_batch
    from genjin.intake.actions.upload import start_import

    began = time.perf_counter()
    with path.open("rb") as stream:
        batch = start_import(user, File(stream, name=path.name), {}, now=timezone.now(), in_background=False)
    batch = commit_batch(batch.pk, unseen=True)
    if batch.status != "done" or batch.counts["rejected"] or batch.counts["duplicates"]:
        raise SystemExit(f"import: {batch.status} {batch.problem} {batch.counts}")
    return time.perf_counter() - began
