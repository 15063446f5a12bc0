from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.errors import ValueRefused
from genjin.kit.money import (
    MoneyRange,
    in_words,
    parse_money,
    parse_money_range,
    show_cents,
    show_money,
    show_number,
    to_cents,
)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5-8万元", 50_000, 80_000),
        ("5万-8万", 50_000, 80_000),
        ("10万到15万", 100_000, 150_000),
        ("50－100万", 500_000, 1_000_000),
        ("50~100万", 500_000, 1_000_000),
        ("1-3亿元", 100_000_000, 300_000_000),
        ("5000-10000元", 5_000, 10_000),
        ("5000-1万", 5_000, 10_000),
        ("一百二十万", 1_200_000, 1_200_000),
        ("三十到五十万", 300_000, 500_000),
        ("一千零五十万以上", 10_500_000, None),
        ("5十万", 500_000, 500_000),
        ("50万以下", None, 500_000),
        ("不超过50万元", None, 500_000),
        ("≤50万", None, 500_000),
        ("100万以上", 1_000_000, None),
        ("至少100万", 1_000_000, None),
        ("15w", 150_000, 150_000),
        ("1.2亿", 120_000_000, 120_000_000),
        ("¥12,000.00", 12_000, 12_000),
        ("￥１２，０００", 12_000, 12_000),
        ("2百万", 2_000_000, 2_000_000),
        ("30k", 30_000, 30_000),
        ("50-100万元/年", 500_000, 1_000_000),
        ("年营收1-3亿", 100_000_000, 300_000_000),
        ("50万元以下（不含）", None, 500_000),
        ("100-200 万 元", 1_000_000, 2_000_000),
        ("50万至80万之间", 500_000, 800_000),
        ("介于50万和80万之间", 500_000, 800_000),
        ("50万及以上", 500_000, None),
        ("50万或以下", None, 500_000),
        ("3个亿", 300_000_000, 300_000_000),
        ("不到50万", None, 500_000),
        ("超100万", 1_000_000, None),
        ("100多万", 1_000_000, None),
        ("800万余元", 8_000_000, None),
        ("3000万元（含税）", 30_000_000, 30_000_000),
    ],
)
def test_amounts_and_ranges(text: str, low: int | None, high: int | None) -> None:
    found = parse_money_range(text)
    assert (found.low, found.high, found.is_approximate) == (low, high, False)


@pytest.mark.parametrize("text", ["约2万元", "2万左右", "大约 2 万"])
def test_about_is_remembered(text: str) -> None:
    assert parse_money_range(text) == MoneyRange(Decimal(20_000), Decimal(20_000), is_approximate=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("若干", "money_invalid"),
        ("面议", "money_invalid"),
        ("三五十万", "money_invalid"),
        ("几十万", "money_invalid"),
        ("", "money_empty"),
        ("元", "money_invalid"),
        ("8-5万", "money_order"),
        ("5万-8", "money_order"),
        ("99999999亿", "money_too_large"),
        ("1.2.3", "money_invalid"),
        ("1,2万", "money_invalid"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_money_range(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("123456.78", "123456.78"),
        ("-500", "-500"),
        ("12.345", "12.35"),
        ("1.5万", "15000"),
        ("¥12,000.00元", "12000"),
    ],
)
def test_one_amount(text: str, amount: str) -> None:
    assert parse_money(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["5-8万", "约5万", "50万以上", "1.38E+10"])
def test_one_amount_is_wanted_and_no_range(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_money(text)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("123456.78", "12.35万"),
        ("100000", "10万"),
        ("10000", "1万"),
        ("9999.99", "¥9,999.99"),
        ("9800", "¥9,800.00"),
        ("0", "¥0.00"),
        ("-500", "-¥500.00"),
        ("-20000", "-2万"),
        ("120000000", "1.2亿"),
        ("99999999", "1亿"),
        ("99990000", "9,999万"),
        ("12345600000000", "123,456亿"),
    ],
)
def test_amounts_are_shown_short(amount: str, shown: str) -> None:
    assert show_money(Decimal(amount)) == shown


@given(st.decimals(min_value=0, max_value=10**13, places=2))
def test_what_is_shown_reads_back_within_half_a_percent(amount: Decimal) -> None:
    assert abs(parse_money(show_money(amount)) - amount) <= amount * Decimal("0.005")
    assert parse_money(f"¥{amount:,.2f}") == amount


@given(st.text(alphabet="0123456789.-万亿元约以上下到¥, wk若", max_size=15))
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_money_range(text)
    except ValueRefused:
        return
    assert found.low is None or found.high is None or found.low <= found.high


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("123.45", "壹佰贰拾叁元肆角伍分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("10005", "壹万零伍元整"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("10050000", "壹仟零伍万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        ("-20000300.40", "负贰仟万零叁佰元肆角整"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


def spoken(words: str) -> Decimal:
    """Read capital numerals back, independently of how they were written."""
    sign = -1 if words.startswith("负") else 1
    yuan, has_yuan, rest = words.removeprefix("负").rpartition("元")
    total, group, digit = 0, 0, 0
    for letter in yuan if has_yuan else "":
        if letter in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(letter)
        elif letter in "拾佰仟":
            group += digit * 10 ** ("拾佰仟".index(letter) + 1)
            digit = 0
        else:
            factor = {"万": 10**4, "亿": 10**8}[letter]
            total = (total + group + digit) * factor if letter == "亿" else total + (group + digit) * factor
            group = digit = 0
    cents = 0
    for letter in rest:
        if letter in "壹贰叁肆伍陆柒捌玖":
            digit_of_rest = "零壹贰叁肆伍陆柒捌玖".index(letter)
        elif letter in "角分":
            cents += digit_of_rest * {"角": 10, "分": 1}[letter]
    return sign * (Decimal(total + group + digit) + Decimal(cents) / 100)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_words_read_back_as_the_amount(amount: Decimal) -> None:
    words = in_words(amount)
    assert spoken(words) == amount
    assert "零零" not in words
    assert words.endswith(("整", "分"))


@pytest.mark.parametrize(("amount", "code"), [("0.001", "money_invalid"), ("1e16", "money_too_large")])
def test_what_cannot_be_spelt_is_refused(amount: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        in_words(Decimal(amount))
    assert refusal.value.code == code


def test_amounts_show_to_the_cent_and_quantities_without_idle_zeros() -> None:
    assert [show_cents(Decimal(one)) for one in ("60000", "-0.5", "1234567.891")] == [
        "60,000.00",
        "-0.50",
        "1,234,567.89",
    ]
    assert [show_number(Decimal(one)) for one in ("1.50", "13.00", "1000000.00", "1234567.25", "0.00")] == [
        "1.5",
        "13",
        "1000000",
        "1234567.25",
        "0",
    ]
    assert [to_cents(Decimal(one)) for one in ("0.125", "-0.125", "2")] == [
        Decimal("0.13"),
        Decimal("-0.13"),
        Decimal("2.00"),
    ]
