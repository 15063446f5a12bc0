"""A year of the calendar as a file: both forms, both encodings, and a sentence for each line that is refused."""

import json
from datetime import date

import pytest

from genjin.kit.calendar_days import DayLine, read_calendar

CSV = "日期,类型,名称\n2027-01-01,休,元旦\n2027/2/20,班,调休\n2027.10.1,holiday,\n"
READ = [
    DayLine(date(2027, 1, 1), False, "元旦"),
    DayLine(date(2027, 2, 20), True, "调休"),
    DayLine(date(2027, 10, 1), False, ""),
]


@pytest.mark.parametrize("content", [CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("gb18030")])
def test_a_sheet_of_days_is_read(content):
    found = read_calendar(content)
    assert (found.days, found.refused) == (READ, [])


def test_a_list_of_objects_is_read():
    rows = [
        {"date": str(line.day), "kind": "work" if line.is_working else "off", "name": line.name}
        for line in READ
    ]
    assert read_calendar(json.dumps(rows).encode()).days == READ
    assert read_calendar(json.dumps({"days": rows}).encode()).days == READ


@pytest.mark.parametrize(
    "line",
    [
        "2027-02-30,off,x",
        "2027-13-01,off,x",
        "x,off,x",
        ",off,x",
        "2027-01-02,maybe,x",
        "2027-01-02,,x",
        "1999-01-01,off,x",
        "2101-01-01,off,x",
        "2027-01-01,work,again",
    ],
)
def test_a_wrong_line_is_refused_with_a_sentence_and_the_rest_comes(line):
    found = read_calendar(f"date,kind,name\n2027-01-01,off,元旦\n{line}\n".encode())
    assert [one.day for one in found.days] == [date(2027, 1, 1)]
    ((number, sentence),) = found.refused
    assert number == 3 and sentence


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"[1", b'{"days": 3}', b"\xff\xfe\x00", b"name,when\nx,y\n", b'[1, "x", null]']
)
def test_what_is_no_calendar_gives_no_day_and_says_why(content):
    found = read_calendar(content)
    assert not found.days and found.refused
