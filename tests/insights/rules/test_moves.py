"""How a figure moved: true to its numbers, and never an arrow on what stayed."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from genjin.insights.rules.figures import Unit
from genjin.insights.rules.moves import Move, move_of

NUMBERS = st.decimals(0, 1_000_000, places=2)


@given(st.sampled_from(Unit.values), NUMBERS, NUMBERS, st.booleans())
def test_an_arrow_points_where_the_number_went_and_less_of_what_is_bad_is_good(unit, now, then, is_bad):
    move = move_of(unit, now, then, is_bad=is_bad)
    assert move.way in {"", "up" if now > then else "down"}
    assert bool(move.way) == bool(move.tone)
    less_is_better = is_bad or unit in {Unit.DAYS, Unit.HOURS}
    if move.way:
        assert (move.tone == "green") == ((now > then) != less_is_better)


def test_what_cannot_be_compared_says_nothing_and_what_rounds_to_nothing_stayed():
    assert move_of("count", 5, 0, is_bad=False) == move_of("count", None, 3, is_bad=False) == Move()
    assert move_of("yuan", Decimal(1_917_600), Decimal(1_917_000), is_bad=False) == Move("+0%")
    assert move_of("share", Decimal("0.5"), Decimal(0), is_bad=False).text.startswith("+50.0")
