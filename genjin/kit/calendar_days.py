"""A year of the working calendar as a file: CSV or JSON with date, kind and name; wrong lines are refused one by one."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

MOST_LINES = 2000
WORDS = {
    "off": False, "holiday": False, "rest": False, "休": False, "休息": False, "放假": False, "节假日": False, "假期": False,
    "work": True, "working": True, "workday": True, "班": True, "上班": True, "工作": True, "工作日": True, "调休": True, "补班": True,
}  # fmt: skip
NAMES = {
    "date": "date", "day": "date", "日期": "date", "kind": "kind", "type": "kind", "类型": "kind", "name": "name", "名称": "name",
    "说明": "name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the file, read."""

    day: date
    is_working: bool
    name: str = ""


@dataclass(slots=True)
class CalendarFile:
    """What a file holds: days in order, and why which line is refused."""

    days: list[DayLine] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_calendar(content: bytes) -> CalendarFile:
    """Read CSV (UTF-8 or GB18030, with a head of date, kind, name) or JSON (a list of objects with these keys)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    found = CalendarFile()
    seen: dict[date, bool] = {}
    try:
        rows = list(_json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text))
    except (ValueError, csv.Error):
        found.refused.append(
            (1, _("This is neither CSV with the columns date, kind, name, nor a JSON list of days."))
        )
        return found
    for number, row in rows[:MOST_LINES]:
        line = _read(row)
        if isinstance(line, str):
            found.refused.append((number, line))
        elif line.day in seen:
            found.refused.append((number, _("%(day)s stands in the file twice.") % {"day": line.day}))
        else:
            seen[line.day] = line.is_working
            found.days.append(line)
    if len(rows) > MOST_LINES:
        found.refused.append(
            (
                MOST_LINES + 1,
                _("More than %(count)d lines; bring in a year at a time.") % {"count": MOST_LINES},
            )
        )
    found.days.sort(key=lambda line: line.day)
    return found


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    data = json.loads(text)
    rows = data.get("days", ()) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise ValueError("no list")  # noqa: TRY004 (one refusal for all that is no calendar)
    for number, row in enumerate(rows, start=1):
        yield number, _renamed(row) if isinstance(row, dict) else {}


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text))
    heads = {NAMES.get((head or "").strip().lower()) for head in reader.fieldnames or ()}
    if not {"date", "kind"} <= heads:
        raise ValueError("no head")
    for row in reader:
        yield reader.line_num, _renamed(row)


def _renamed(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {NAMES[key]: value for name, value in row.items() if (key := str(name).strip().lower()) in NAMES}


def _read(row: Mapping[str, Any]) -> DayLine | str:
    text = str(row.get("date") or "").strip().replace("/", "-").replace(".", "-")
    try:
        day = date(*(int(part) for part in text.split("-", 2)))
    except (ValueError, TypeError):
        return _("“%(text)s” is no day; write 2027-01-01.") % {"text": text[:20]}
    if not 2000 <= day.year <= 2100:
        return _("%(day)s lies outside the years 2000 to 2100.") % {"day": day}
    word = str(row.get("kind") or "").strip().lower()
    if word not in WORDS:
        return _("“%(text)s” is no kind of day; write off or work.") % {"text": word[:20]}
    return DayLine(day, WORDS[word], str(row.get("name") or "").strip()[:40])
