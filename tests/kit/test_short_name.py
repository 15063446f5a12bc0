"""Short names against long ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.short_name import BEST, LEAST, short_forms, short_name_score
from genjin.kit.text import fold


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
