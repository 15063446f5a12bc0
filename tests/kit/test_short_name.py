"""Short names against long ones."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.short_name import BEST, LEAST, short_forms, short_name_score
from genjin.kit.text import fold

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"


def score(short: str, name: str) -> int:
    return short_name_score(short_forms(short), fold(name))


@pytest.mark.parametrize(
    ("short", "nearer", "farther"),
    [
        ("听潮液压", "听潮维克液压股份有限公司", "上海听听潮水液体压力有限公司"),
        ("听潮科技", "杭州听潮科技有限公司", "浙江大听潮科技有限公司"),
        ("渝听潮", "重庆听潮机电有限公司", "听潮水泥有限公司"),
        ("沪农商行", "上海农村商业银行股份有限公司", "上海农业商店行业协会"),
        ("听潮A", "听潮企业股份有限公司", "听过潮汐有限公司"),
        ("XD听潮", "听潮企业股份有限公司", "听过潮汐有限公司"),
    ],
)
def test_the_nearer_name_scores_higher(short, nearer, farther):
    assert score(short, nearer) > score(short, farther)


def test_letters_in_another_order_or_missing_do_not_fit():
    assert score("潮听", "听潮机电有限公司") == 0
    assert score("听潮仪器", "听潮机电有限公司") == 0
    assert short_forms("听") == []


@given(
    st.lists(st.tuples(st.sampled_from("听潮远景机电"), st.booleans()), min_size=2, max_size=12).filter(
        lambda letters: sum(kept for _letter, kept in letters) >= 2
    )
)
def test_whatever_is_left_out_of_a_name_the_rest_fits(letters):
    name = "".join(letter for letter, _kept in letters)
    short = "".join(letter for letter, kept in letters if kept)
    assert LEAST <= score(short, name) <= BEST


@pytest.mark.shared
def test_short_names_of_listed_companies() -> None:
    """The right long name is among 500 the first for 93 of 100 short names, and among the first five for 97."""
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    with (SHARED / "expected" / "abbrev_truth.csv").open(encoding="utf-8-sig") as file:
        pairs = list(csv.DictReader(file))[::8]
    names = [fold(pair["full"]) for pair in pairs]
    first = among_five = 0
    for at, pair in enumerate(pairs):
        forms = short_forms(pair["short"])
        ranked = sorted(
            range(len(names)), key=lambda one: (-short_name_score(forms, names[one]), len(names[one]))
        )
        first += ranked[0] == at
        among_five += at in ranked[:5]
    assert first >= 0.93 * len(pairs), first
    assert among_five >= 0.97 * len(pairs), among_five
