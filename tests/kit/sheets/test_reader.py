"""The child, its limits, and the choice of a sheet."""

import os
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.messages import note, refusal
from genjin.kit.sheets.reader import Note, ReadLimits, SheetInfo, inspect_sheet_file, read_table


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        hidden = workbook.add_worksheet("隐藏")
        hidden.write_row(0, 0, ["名称", "金额"])
        hidden.write_row(1, 0, ["秘密", 1])
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=客户!$B$2:$B$3"})
        workbook.add_chartsheet("图").set_chart(chart)
        workbook.add_worksheet("空")
        page = workbook.add_worksheet("客户")
        for row, values in enumerate([["名称", "金额"], ["甲", 1], ["乙", 2]]):
            page.write_row(row, 0, values)
        workbook.add_worksheet("其他").write_row(0, 0, ["a", "b"])
        page.activate()
        hidden.hide()
    return path


def tampered(path: Path, change: Callable[[str], str]) -> Path:
    """Rewrite the first sheet of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return path


def refused(path: Path, out: Path, **wish: Any) -> ValueRefused:
    with pytest.raises(ValueRefused) as error:
        read_table(path, out=out, **wish)
    return error.value


def test_every_sheet_is_described(book: Path) -> None:
    file = inspect_sheet_file(book)
    assert (file.kind, file.encoding, file.delimiter) == ("xlsx", None, None)
    assert file.sheets == (
        SheetInfo("隐藏", is_hidden=True, is_chart=False, rows=2, columns=2),
        SheetInfo("图", is_hidden=False, is_chart=True, rows=0, columns=0),
        SheetInfo("空", is_hidden=False, is_chart=False, rows=0, columns=0),
        SheetInfo("客户", is_hidden=False, is_chart=False, rows=3, columns=2),
        SheetInfo("其他", is_hidden=False, is_chart=False, rows=1, columns=2),
    )
    assert [sheet.is_empty for sheet in file.sheets] == [False, True, True, False, False]


def test_the_first_visible_sheet_with_cells_is_read(book: Path, read: Callable[..., Any]) -> None:
    table, rows = read(book)
    assert (table.sheet, rows["名称"].to_list()) == ("客户", ["甲", "乙"])
    assert [(n.code, n.details) for n in table.notes] == [("other_sheets", {"names": "空、其他"})]


def test_a_hidden_sheet_is_read_only_when_it_is_named(book: Path, read: Callable[..., Any]) -> None:
    assert read(book, sheet="隐藏")[1]["名称"].to_list() == ["秘密"]


def test_an_unknown_sheet_is_refused_with_the_names_there_are(book: Path, tmp_path: Path) -> None:
    error = refused(book, tmp_path / "o", sheet="没有")
    assert error.code == "sheet_unknown"
    assert "客户" in error.message


def test_an_empty_sheet_is_refused(book: Path, tmp_path: Path) -> None:
    assert refused(book, tmp_path / "o", sheet="空").code == "sheet_empty"
    assert not (tmp_path / "o").exists()


def test_a_wrong_dimension_does_not_cut_the_table(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    path = sheet([["名称", "金额"], *[[f"甲{n}", n] for n in range(500)]])
    tampered(path, lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', xml))
    assert read(path)[0].rows == 500


def test_a_cell_in_the_far_corner_is_refused_and_not_allocated(
    sheet: Callable[..., Any], tmp_path: Path
) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = tampered(sheet([["名称", "金额"], ["甲", 1]]), lambda xml: xml.replace("</sheetData>", corner))
    started = time.monotonic()
    assert refused(path, tmp_path / "o").code == "sheet_too_heavy"
    assert time.monotonic() - started < 30


def test_too_little_memory_is_a_sentence_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,金额\n" + "甲,1\n" * 3_000_000, "utf-8")
    with pytest.raises(ValueRefused) as error:
        inspect_sheet_file(path, limits=ReadLimits(memory_bytes=70 << 20))
    assert error.value.code == "sheet_too_heavy"


def test_a_reader_that_takes_too_long_is_stopped(sheet: Callable[..., Any], tmp_path: Path) -> None:
    path = sheet([["名称", "金额"], *[[f"甲{n}", n] for n in range(30_000)]])
    started = time.monotonic()
    assert refused(path, tmp_path / "o", limits=ReadLimits(wall_seconds=0.05)).code == "sheet_too_heavy"
    assert time.monotonic() - started < 3


def test_a_broken_part_is_refused_as_damaged(sheet: Callable[..., Any], tmp_path: Path) -> None:
    path = tampered(sheet([["名称", "金额"], ["甲", 1]]), lambda xml: xml[: len(xml) // 2] + "<<<")
    assert refused(path, tmp_path / "o").code == "sheet_damaged"


def test_the_child_inherits_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, book: Path) -> None:
    folder = tmp_path / "python"
    folder.mkdir()
    seen = tmp_path / "seen"
    (folder / "sitecustomize.py").write_text(
        f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))"
    )
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setattr(
        "genjin.kit.sheets.reader.ROOT", f"{folder}{os.pathsep}{Path(__file__).resolve().parents[3]}"
    )
    inspect_sheet_file(book)
    assert "PYTHONUTF8" in seen.read_text()
    assert "secret" not in seen.read_text()


@pytest.mark.parametrize(
    ("code", "details"),
    [
        ("sheet_too_wide", {"columns": 3000, "most": 2000}),
        ("sheet_open_quote", {"row": 7}),
        ("sheet_too_heavy", {}),
    ],
)
def test_a_refusal_keeps_its_code_and_fills_its_sentence(code: str, details: dict[str, int]) -> None:
    answer = refusal(code, details)
    assert answer.code == code
    assert all(str(value) in answer.message for value in details.values())


def test_a_note_makes_its_own_sentence() -> None:
    details = {"names": "备用"}
    assert Note("empty_columns", details).sentence == note("empty_columns", details)
    assert "备用" in Note("empty_columns", details).sentence


def test_a_table_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(2100)) + "\n" + ",".join("1" * 2100) + "\n", "utf-8")
    assert refused(path, tmp_path / "o").code == "sheet_too_wide"


def test_it_says_how_far_it_is_and_stops_when_told_to(sheet: Callable[..., Any], tmp_path: Path) -> None:
    path = sheet([["名称", "金额"], *[[f"甲{n}", n] for n in range(60_000)]])
    told: list[float] = []
    read_table(path, out=tmp_path / "o", limits=ReadLimits(on_progress=told.append))
    assert told
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        read_table(path, out=tmp_path / "p", limits=ReadLimits(on_progress=stop))
    assert time.monotonic() - started < 3
