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

KEYS = 5  # a clean row has: whole name, core, mobile, mail, domain
CUSTOMER_INDEXES = 11


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
    """Return the seconds of reading the sheet with calamine and COPYing it into a table with the import's indexes.

    The same indexes means the same entries: those of a customer, five identity keys by key and by customer,
    and the search tokens. What those entries are is worked out before the clock starts.
    """
    texts, keys = [f"c{at}" for at in range(len(HEADER))], [f"k{at}" for at in range(KEYS)]
    indexed = [f"c{at}, id" for at in range(CUSTOMER_INDEXES)] + keys + [f"id, {key}" for key in keys]
    derived = derived_of(path)
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in texts + keys)
        cursor.execute(
            f"DROP TABLE IF EXISTS raw; CREATE TABLE raw (id bigserial PRIMARY KEY, tokens tsvector, {columns})"
        )
        for at, expression in enumerate(indexed):
            cursor.execute(f"CREATE INDEX raw_{at} ON raw ({expression})")
        cursor.execute("CREATE INDEX raw_tokens ON raw USING gin (tokens)")
        began = time.perf_counter()
        lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
        frame = pl.DataFrame(lines, schema=texts, orient="row").with_columns(derived)
        with cursor.copy(f"COPY raw ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.write_csv(include_header=False))
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE raw")
    return spent


def derived_of(path: Path) -> list[pl.Series]:
    """Return the entries of keys and search of every row of the sheet, as columns."""
    from genjin.customers.rules.identity import Reachable, identity_keys
    from genjin.customers.rules.search import tokens
    from genjin.kit.tokens import as_tsvector

    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    people = [[Reachable(str(line[4]), (str(line[6]),), str(line[7]))] for line in lines]
    names = [str(line[0]) for line in lines]
    keys = [
        (identity_keys(name, "org", "", reached) + [""] * KEYS)[:KEYS]
        for name, reached in zip(names, people, strict=True)
    ]
    search = [as_tsvector(tokens(name, "", reached)) for name, reached in zip(names, people, strict=True)]
    columns = [pl.Series(f"k{at}", [row[at] for row in keys]) for at in range(KEYS)]
    return [*columns, pl.Series("tokens", search)]


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
