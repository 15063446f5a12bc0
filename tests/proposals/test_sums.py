"""Sums of a proposal: to the cent, exact, and a discount that cannot hide."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from genjin.proposals.rules.drafts import is_beyond
from genjin.proposals.rules.sums import LineTerms, quote

percents = st.decimals(min_value=0, max_value=100, places=2)
LINES = st.lists(
    st.builds(
        LineTerms,
        quantity=st.decimals(min_value="0.01", max_value=9999, places=2),
        price=st.decimals(min_value=0, max_value=999_999, places=2),
        discount=percents,
        tax_rate=st.sampled_from([Decimal(0), Decimal(1), Decimal(3), Decimal(6), Decimal(9), Decimal(13)]),
        list_price=st.none() | st.decimals(min_value=0, max_value=999_999, places=2),
    ),
    max_size=12,
)


def test_a_line_by_hand():
    found = quote([LineTerms(Decimal(3), Decimal("199.99"), Decimal(10), Decimal(13))])
    (line,) = found.lines
    assert (line.full, line.amount, line.net, line.tax) == tuple(
        map(Decimal, ("599.97", "539.97", "477.85", "62.12"))
    )
    assert (line.off, found.deepest) == (Decimal("10.00"), Decimal("10.00"))


def test_a_discount_on_the_whole_comes_on_top_of_that_of_the_line():
    found = quote([LineTerms(Decimal(1), Decimal(100), Decimal(10), Decimal(0))], Decimal(10))
    assert (found.amount, found.off) == (Decimal("81.00"), Decimal("19.00"))


def test_a_lower_price_is_a_discount_by_another_name():
    found = quote([LineTerms(Decimal(1), Decimal(80), Decimal(0), Decimal(0), list_price=Decimal(100))])
    assert found.deepest == Decimal("20.00")
    assert is_beyond(found, Decimal(15))
    assert not is_beyond(found, Decimal(20))


def test_a_dear_line_does_not_hide_a_cheap_one():
    lines = [
        LineTerms(Decimal(1), Decimal(200), list_price=Decimal(100)),
        LineTerms(Decimal(1), Decimal(50), list_price=Decimal(100)),
    ]
    found = quote(lines)
    assert (found.off, found.deepest) == (Decimal(0), Decimal(50))


def test_nothing_comes_to_nothing():
    assert (quote([]).amount, quote([]).deepest, quote([]).by_rate) == (Decimal(0), Decimal(0), {})


@given(LINES, percents)
def test_sums_are_exact(lines, discount):
    found = quote(lines, discount)
    for line in found.lines:
        assert line.amount == line.net + line.tax
        assert line.amount == line.amount.quantize(Decimal("0.01"))
        assert line.net == line.net.quantize(Decimal("0.01"))
        assert 0 <= line.off <= 100
        assert line.tax >= 0
    assert found.amount == sum(line.amount for line in found.lines)
    assert found.amount == found.net + found.tax
    assert found.net == sum(net for net, _tax in found.by_rate.values())
    assert found.tax == sum(tax for _net, tax in found.by_rate.values())


@given(LINES, percents)
def test_each_line_is_within_half_a_cent_of_the_truth(lines, discount):
    for line, one in zip(lines, quote(lines, discount).lines, strict=True):
        truth = line.quantity * line.price * (100 - line.discount) * (100 - discount) / 10_000
        assert abs(one.amount - truth) <= Decimal("0.005")
        assert abs(one.net * (100 + line.tax_rate) / 100 - one.amount) <= Decimal("0.006")


@given(LINES, percents, percents)
def test_more_discount_is_never_dearer_and_never_measured_less(lines, one, other):
    less, more = sorted((one, other))
    assert quote(lines, more).amount <= quote(lines, less).amount
    assert quote(lines, more).deepest >= quote(lines, less).deepest
