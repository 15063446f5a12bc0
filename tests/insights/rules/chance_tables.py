"""Tables that chances are learned from in tests, and what is asked of them."""

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from genjin.insights.rules.chances.study import Study, Wish, study

FIRST = date(2024, 1, 1)
SOURCES = {"转介绍": 0.75, "展会": 0.45, "官网": 0.25, "短信": 0.08}


def leads(rows: int = 1200, *, seed: int = 1, signal: bool = True, days: int = 600) -> pl.DataFrame:
    """Leads of which the source and the visits tell something, unless there is no signal."""
    dice = Random(seed)
    found: dict[str, list[str | None]] = {
        name: [] for name in ("编号", "创建日期", "来源", "访问次数", "城市", "结果")
    }
    for row in range(rows):
        source = dice.choice(list(SOURCES))
        visits = dice.randrange(0, 30)
        chance = 0.8 * SOURCES[source] + 0.2 * visits / 30 if signal else 0.3
        found["编号"].append(f"X{row:05d}")
        found["创建日期"].append(str(FIRST + timedelta(days=row * days // rows)))
        found["来源"].append(source)
        found["访问次数"].append(str(visits) if dice.random() > 0.1 else None)
        found["城市"].append(dice.choice(["杭州", "宁波", "Select", "温州"]))
        found["结果"].append("赢单" if dice.random() < chance else "输单")
    return pl.DataFrame(found)


def learned(frame: pl.DataFrame, **wish: Any) -> Study:
    return study(frame, Wish("结果", **wish))


def left_out(result: Study) -> dict[str, str]:
    return {found.column: found.leak.value for found in result.report.leaks}


def ended(frame: pl.DataFrame) -> pl.Series:
    return frame["结果"] == "赢单"


def with_text(frame: pl.DataFrame, name: str, values: list[str | None]) -> pl.DataFrame:
    return frame.with_columns(pl.Series(name, values, dtype=pl.String))


def orders(customers: int = 600, *, days: int = 360) -> pl.DataFrame:
    """Customers with a rhythm of their own, some of whom have left."""
    dice = Random(2)
    rows = []
    for customer in range(customers):
        gap, day = dice.choice([15, 40, 120, 400]), dice.randrange(0, 60)
        while day < days:
            rows.append((f"C{customer}", str(FIRST + timedelta(days=day)), str(dice.randrange(10, 500))))
            day += max(1, int(dice.expovariate(1 / gap)))
    return pl.DataFrame(rows, schema=["客户", "日期", "金额"], orient="row")
