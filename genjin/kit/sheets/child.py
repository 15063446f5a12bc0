"""The reading itself, in a process of its own: `python -m genjin.kit.sheets.child REQUEST.json`.

It binds itself to limits before it loads a reader, and answers with a file of JSON. Whatever a hostile
file does to it, the caller is another process.
"""

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genjin.kit.sheets.container import open_container
from genjin.kit.sheets.unreadable import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def main(request_path: Path) -> None:
    """Do what the request says and write the answer: {"answer": ...} or {"refused": code, "details": ...}."""
    request = json.loads(request_path.read_text("utf-8"))
    gc.disable()  # millions of cells and no cycles: looking for some takes a fifth of the time
    _bind(request["memory_bytes"], request["cpu_seconds"])
    result: dict[str, Any]
    try:
        result = {"answer": OPERATIONS[request["operation"]](request)}
    except Unreadable as refusal:
        result = {"refused": refusal.code, "details": refusal.details}
    except MemoryError:
        result = {"refused": "sheet_too_heavy", "details": {}}
    Path(request["answer"]).write_text(json.dumps(result, ensure_ascii=False), "utf-8")


def _bind(memory_bytes: int, cpu_seconds: int) -> None:
    if sys.platform == "win32":  # no such limits there; the parent still keeps the time
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect(request: dict[str, Any]) -> dict[str, Any]:
    """Describe the file and each of its sheets."""
    path = Path(request["path"])
    container = open_container(path)
    if container.kind == "text":
        text, delimiter, rows = _text_records(path)
        count, width = 0, 0
        for count, row in enumerate(rows, start=1):  # noqa: B007 (the last number is the count)
            width = max(width, len(row))
        sheet = {"name": "", "is_hidden": False, "is_chart": False, "rows": count, "columns": width}
        return {"kind": "text", "encoding": text.encoding, "delimiter": delimiter, "sheets": [sheet]}
    book = _open_book(path)
    sheets = [_describe(book, place) for place in range(len(book.sheet_names))]
    return {"kind": container.kind, "encoding": None, "delimiter": None, "sheets": sheets}


def read(request: dict[str, Any]) -> dict[str, Any]:
    """Write one sheet's table to the Arrow file the request names."""
    from genjin.kit.sheets.table import Wish, write_table

    path, out = Path(request["path"]), Path(request["out"])
    container = open_container(path)
    known = frozenset(request["known_headers"])
    if container.kind == "text":
        text, _, records = _text_records(path)
        wish = Wish(request["header_row"], known, is_ragged=True, on_row=_teller(request, 0))
        answer = write_table(records, out, wish)
        lost = [{"code": "lost_characters", "details": {"count": text.lost}}] if text.lost else []
        return {**answer, "sheet": "", "notes": lost + answer["notes"]}
    return _read_book(path, Wish(request["header_row"], known, is_1904=container.is_1904), request)


def look(request: dict[str, Any]) -> dict[str, Any]:
    """Do both on one opening of the file."""
    return {"file": inspect(request), "table": read(request)}


def _teller(request: dict[str, Any], rows: int) -> Callable[[int], None]:
    """Return what keeps the parent told how many rows of how many are read."""
    path = Path(request["progress"])

    def tell(row: int) -> None:
        path.write_text(f"{row} {rows}", "ascii")

    return tell


def _text_records(path: Path) -> tuple[Any, str, Iterator[list[str]]]:
    from genjin.kit.sheets.text import find_delimiter, records

    text = _decoded(path)
    delimiter = find_delimiter(text.content)
    rows = _without_blank_end(records(text.content, delimiter))
    first = list(islice(rows, 2))
    if not first:
        raise Unreadable("sheet_empty")
    if sum(map(len, first)) == 1 or (len(first) == 1 and len(first[0]) == 1):
        raise Unreadable("sheet_no_table", words=first[0][0][:80] if first[0] else "")
    return text, delimiter, chain(first, rows)


@cache
def _decoded(path: Path) -> Any:
    from genjin.kit.sheets.text import decode

    return decode(path.read_bytes())


def _without_blank_end(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows up to the last one that holds anything."""
    blank: list[list[str]] = []
    for row in rows:
        if any(cell.strip() for cell in row):
            yield from blank
            blank.clear()
            yield row
        else:
            blank.append(row)


@cache
def _open_book(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Unreadable("sheet_password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("sheet_damaged") from error


@lru_cache(maxsize=1)  # a sheet is parsed whole and may be large
def _sheet(book: "CalamineWorkbook", name: str) -> Any:
    from python_calamine import CalamineError

    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("sheet_damaged") from error


def _describe(book: "CalamineWorkbook", place: int) -> dict[str, Any]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    about = book.sheets_metadata[place]
    is_chart = about.typ != SheetTypeEnum.WorkSheet
    sheet = None if is_chart else _sheet(book, about.name)
    return {
        "name": about.name,
        "is_hidden": about.visible != SheetVisibleEnum.Visible,
        "is_chart": is_chart,
        "rows": sheet.height if sheet else 0,
        "columns": sheet.width if sheet else 0,
    }


def _read_book(path: Path, wish: Any, request: dict[str, Any]) -> dict[str, Any]:
    from genjin.kit.sheets.table import write_table

    book = _open_book(path)
    name, sheet, others = _choose(book, request["sheet"])
    if sheet is None or sheet.start is None:
        raise Unreadable("sheet_empty")
    rows: Iterable[list[Any]] = sheet.iter_rows()
    wish = replace(wish, on_row=_teller(request, sheet.height))
    answer = write_table(rows, Path(request["out"]), wish, first_column=sheet.start[1])
    left = [{"code": "other_sheets", "details": {"names": "、".join(others)}}] if others else []
    return {**answer, "sheet": name, "notes": left + answer["notes"]}


def _choose(book: "CalamineWorkbook", wanted: str | None) -> tuple[str, Any, list[str]]:
    """Return the wanted sheet, or the first visible one with cells, and the visible ones left out."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        if wanted not in {about.name for about in tables}:
            raise Unreadable("sheet_unknown", name=wanted, names="、".join(about.name for about in tables))
        return wanted, _sheet(book, wanted), []
    visible = [about.name for about in tables if about.visible == SheetVisibleEnum.Visible]
    for name in visible:
        sheet = _sheet(book, name)
        if sheet.start is not None:
            return name, sheet, [other for other in visible if other != name]
    raise Unreadable("sheet_empty")


OPERATIONS = {"inspect": inspect, "read": read, "look": look}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
