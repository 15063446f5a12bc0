"""`genjin predict` as a door: what is read, printed and written. What is learned is told beside the rules."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from genjin.config.main import needs_database
from genjin.kit.errors import RuleError, ValueRefused
from tests.insights.rules.chance_tables import leads, orders


def run(*words: Any) -> Any:
    out = io.StringIO()
    call_command("predict", "backtest", *(str(word) for word in words), stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue()) if "--json" in words else out.getvalue()


@pytest.fixture
def sheet(tmp_path) -> Path:
    path = tmp_path / "线索.csv"
    leads().write_csv(path)
    return path


def test_a_second_file_is_told_its_chances(sheet, tmp_path):
    asked, out = tmp_path / "新线索.csv", tmp_path / "chances.csv"
    leads(50, seed=8).with_columns(城市=pl.lit("=cmd|calc")).drop("结果").write_csv(asked)
    found = run(sheet, "--target", "结果", "--time", "创建日期", "--score", asked, "--out", out, "--json")
    assert (found["reliable"], found["level"], found["leakage"]["alarm"]) == (True, "strong", False)
    assert (found["rows"], found["score"]["rows"], found["score"]["told"]) == (1200, 50, 50)
    assert found["split"]["fit"]["to"] < found["split"]["test"]["from"]
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 50
    assert all(float(row["chance_low"]) <= float(row["chance"]) <= float(row["chance_high"]) for row in rows)
    assert rows[0]["reason_1"]
    assert {row["城市"] for row in rows} == {"'=cmd|calc"}
    again = tmp_path / "again.csv"
    run(sheet, "--target", "结果", "--time", "创建日期", "--score", asked, "--out", again)
    assert again.read_bytes() == out.read_bytes()


def test_what_is_not_reliable_is_written_without_chances(tmp_path):
    sheet, out = tmp_path / "noise.csv", tmp_path / "chances.csv"
    leads(1000, signal=False).write_csv(sheet)
    found = run(sheet, "--target", "结果", "--score", sheet, "--out", out, "--json")
    assert (found["reliable"], found["score"]["told"]) == (False, 0)
    assert found["reasons"][0]["message"]
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert {(row["chance"], row["level"]) for row in csv.DictReader(file)} == {("", "not_reliable")}
    assert "不可靠" in run(sheet, "--target", "结果")


def test_words_that_are_no_outcome_are_said(tmp_path):
    path = tmp_path / "线索.xlsx"
    frame = leads(600)
    ends = [{0: "跟进中", 1: "无意向"}.get(row % 10, word) for row, word in enumerate(frame["结果"])]
    frame.with_columns(pl.Series("结果", ends)).write_excel(path)
    assert "无意向 (60)、跟进中 (60)" in run(path, "--target", "结果")


def test_columns_may_be_left_out(sheet):
    found = run(sheet, "--target", "结果", "--without", "来源", "城市", "--json")
    assert {column["column"] for column in found["columns"]} == {"访问次数"}


def test_a_list_of_orders_says_who_buys_again(tmp_path):
    sheet, out = tmp_path / "orders.csv", tmp_path / "chances.csv"
    orders().write_csv(sheet)
    found = run(
        sheet,
        "--orders",
        "客户",
        "日期",
        "金额",
        "--until",
        "2024-09-01",
        "--weeks",
        "8",
        "--out",
        out,
        "--json",
    )
    assert (found["until"], found["weeks"], found["reliable"]) == ("2024-09-01", 8.0, True)
    assert found["score"]["auc"] > 0.7
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["客户"].startswith("C")


def test_wrong_words_are_answered_with_what_to_do(sheet, tmp_path):
    with pytest.raises(CommandError) as wrong:
        run(sheet)
    assert wrong.value.returncode == 2
    for words in (
        ("--target", "结果", "--until", "2024-09-01"),
        ("--orders", "a", "b", "c", "--score", sheet, "--time", "b"),
    ):
        with pytest.raises(CommandError) as unused:
            run(sheet, *words)
        assert (unused.value.returncode, words[-2] in str(unused.value)) == (2, True)
    with pytest.raises(RuleError) as unknown:
        run(sheet, "--target", "阶段")
    assert "结果" in unknown.value.message
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(ValueRefused):
        run(empty, "--target", "结果")


def test_scikit_learn_is_asked_for_before_a_file_is_read(tmp_path, monkeypatch):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no sheet at all")
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(RuleError) as missing:
        run(broken, "--target", "结果")
    assert missing.value.code == "predict_missing"
    assert "genjin[predict]" in missing.value.message


def test_it_needs_no_database_and_loads_nothing_heavy_before_it_learns():
    assert not needs_database(["predict", "backtest", "x.csv"])
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'genjin.config.settings'; django.setup();"
        "import genjin.cli.management.commands.predict; print(sorted({'sklearn', 'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
