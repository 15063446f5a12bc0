from functools import partial

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.columns import parse_column
from genjin.kit.dates import parse_date
from genjin.kit.errors import ValueRefused
from genjin.kit.phone import Phone, parse_phone


def test_values_and_problems_run_along_the_rows() -> None:
    result = parse_column(pl.Series(["13812345678", None, "1381234567", "138 1234 5678", ""]), parse_phone)
    assert [value and value.number for value in result.values] == [
        "13812345678",
        None,
        None,
        "13812345678",
        None,
    ]
    assert [problem and problem.code for problem in result.problems] == [
        None,
        None,
        "phone_invalid",
        None,
        "phone_empty",
    ]


def test_each_distinct_value_is_read_once() -> None:
    read: list[str] = []

    def parse(text: str) -> str:
        read.append(text)
        return text

    parse_column(pl.Series(["a", "b", "a", None, "b"]), parse)
    assert read == ["a", "b"]


def test_columns_of_numbers_and_other_arguments() -> None:
    result = parse_column(pl.Series([43101, 20260305, None]), partial(parse_date, order="DMY"))
    assert [value and value.day.isoformat() for value in result.values] == ["2018-01-01", "2026-03-05", None]


def test_an_empty_column() -> None:
    result = parse_column(pl.Series([], dtype=pl.String), parse_phone)
    assert (result.values, result.problems) == ([], [])


@given(
    st.lists(
        st.sampled_from(["13812345678", "010-62345678", "无", "62345678", None, "1.38E+10"]), max_size=30
    )
)
def test_a_column_is_read_as_its_cells_are(cells: list[str | None]) -> None:
    result = parse_column(pl.Series(cells, dtype=pl.String), parse_phone)
    for cell, value, problem in zip(cells, result.values, result.problems, strict=True):
        assert (value, problem and problem.code) == _alone(cell)


def _alone(cell: str | None) -> tuple[Phone | None, str | None]:
    if cell is None:
        return None, None
    try:
        return parse_phone(cell), None
    except ValueRefused as refusal:
        return None, refusal.code
