"""Amounts of money in yuan, as typed in budgets and as shown in lists."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.text import clean

_UNITS = {
    "": Decimal(1),
    "元": Decimal(1),
    "百": Decimal(100),
    "千": Decimal(1000),
    "k": Decimal(1000),
    "万": Decimal(10_000),
    "w": Decimal(10_000),
    "十万": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
}
_UNIT = "十万|百万|千万|[元百千k万w亿]"
_AMOUNT = rf"(\d+(?:\.\d+)?)({_UNIT})?"
_SINGLE = re.compile(_AMOUNT)
_RANGE = re.compile(rf"{_AMOUNT}[-到至]{_AMOUNT}")
_AT_MOST = re.compile(
    rf"(?:(?:不超过|未超过|不高于|不多于|不大于|小于等于|小于|少于|低于|不到|不足|最多|<=?){_AMOUNT}|{_AMOUNT}(?:以下|以内|之内|封顶))"
)
_AT_LEAST = re.compile(
    rf"(?:(?:不低于|不少于|不小于|大于等于|大于|高于|超过|超出|超|逾|不止|至少|>=?){_AMOUNT}|{_AMOUNT}(?:以上|起|\+|[多余]))"
)
_ABOUT = re.compile(r"大约|大概|约|近|左右|上下")
_DRESSING = re.compile(
    r"[\s¥￥']|(?<=\d),(?=\d{3}(?!\d))|人民币|rmb|cny|预算|(?<=[\d百千k万w亿])(?:元|块钱?|圆)整?"
)
# What is said around an amount and does not change it.
_AROUND = re.compile(
    r"\((?:不?含税?|税前|税后|每年|一年|年|约)\)|/年|每年|一年|^(?:公司)?(?:年营业?收入|年营业额|年营收|年收入|营业额|营收|年产值)(?:为|是|约)?|之间|介于|人民币"
)
_SAID_OTHERWISE = (
    (re.compile(r"(?:或者?|及|含)(?=以[上下内])"), ""),
    (re.compile(r"个(?=亿)"), ""),
    (re.compile(r"(?<=[\d百千k万w亿元])[和与](?=\d)"), "-"),
    (re.compile(r"(?<=\d)([多余])(十万|百万|千万|[百千k万w亿])"), r"\2\1"),  # 100多万 is 100万多
    (re.compile(r"(?<=[百千k万w亿])([多余])元"), r"\1"),
)
_NUMERAL = re.compile(
    r"(?<!\d)(?:[零〇一二两三四五六七八九][零〇一二两三四五六七八九十百千]*|十[一二三四五六七八九]?)(?=[^十百千]|$)"
)
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~～─", "-") | {"≤": "<", "≥": ">", "萬": "万", "億": "亿"})
CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 14
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_PLACES = ("", "拾", "佰", "仟")
_CAPITAL_GROUPS = ("", "万", "亿", "万")
_MOST_SPELT = Decimal(10) ** 16


@dataclass(frozen=True, slots=True)
class MoneyRange:
    """From `low` to `high` yuan, both included; None is open. One amount has low equal to high."""

    low: Decimal | None
    high: Decimal | None
    is_approximate: bool


def parse_money_range(text: str) -> MoneyRange:
    """Read an amount or a range in yuan: `5-8万元`, `50万以下`, `约2万元`, `15w`, `¥12,000.00`, `一百二十万`.

    Raises ValueRefused: money_empty, money_invalid, money_order, money_too_large.
    """
    plain = _plain(text)
    amount = _ABOUT.sub("", plain)
    is_approximate = amount != plain
    if found := _SINGLE.fullmatch(amount):
        value = _yuan(found[1], found[2])
        return MoneyRange(value, value, is_approximate)
    if found := _RANGE.fullmatch(amount):
        return _between(found, is_approximate=is_approximate)
    if found := _AT_MOST.fullmatch(amount):
        return MoneyRange(None, _yuan(found[1] or found[3], found[2] or found[4]), is_approximate)
    if found := _AT_LEAST.fullmatch(amount):
        return MoneyRange(_yuan(found[1] or found[3], found[2] or found[4]), None, is_approximate)
    raise _invalid()


def parse_money(text: str, *, to_the_cent: bool = False) -> Decimal:
    """Read one exact amount in yuan, with two decimals; raises ValueRefused as parse_money_range does.

    `to_the_cent` refuses what would be rounded: money_too_fine.
    """
    plain = _plain(text)
    sign = -1 if plain.startswith("-") else 1
    found = _SINGLE.fullmatch(plain.removeprefix("-"))
    if not found:
        raise _invalid()
    value = _yuan(found[1], found[2])
    if to_the_cent and value != Decimal(found[1]) * _UNITS[found[2] or ""]:
        raise ValueRefused(_("An amount has at most two places after the point."), "money_too_fine")
    return sign * value


def show_money(amount: Decimal) -> str:
    """Show an amount short: `¥9,800.00`, `12.35万`, `1.2亿`; the full value belongs beside it on hover."""
    size = abs(amount)
    for least, unit in ((_UNITS["亿"], "亿"), (_UNITS["万"], "万")):
        # Rounded first, so that 99,999,999 is 1亿 and not 10000万.
        if to_cents(size / _UNITS["万"]) * _UNITS["万"] >= least and size >= _UNITS["万"]:
            short = to_cents(amount / least)
            return f"{short:,.2f}".rstrip("0").rstrip(".") + unit
    return f"{'-' if amount < 0 else ''}¥{to_cents(size):,.2f}"


def show_cents(amount: Decimal) -> str:
    """Show an amount to the cent, with thousands apart and no sign of a currency: `60,000.00`."""
    return f"{amount:,.2f}"


def show_number(number: Decimal) -> str:
    """Show a quantity or a percentage without idle zeros: `1.5`, `13`, `1000000`."""
    return f"{number.normalize():f}"


def to_cents(amount: Decimal) -> Decimal:
    """Round an amount to the cent, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def in_words(amount: Decimal) -> str:
    """Return an amount in the capital numerals of cheques and contracts: 壹佰贰拾叁元肆角伍分, 壹万零伍元整.

    Takes at most two decimals and less than 10^16. Raises ValueRefused `money_invalid`, `money_too_large`.
    """
    size = abs(amount)
    if size != size.quantize(CENT):
        raise _invalid()
    if size >= _MOST_SPELT:
        raise _too_large()
    yuan, cents = divmod(int(size * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = _spelt(yuan) + "元" if yuan else ""
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    words += _CAPITALS[fen] + "分" if fen else "整" if words else "零元整"
    return ("负" if amount < 0 else "") + words


def _spelt(number: int) -> str:
    """Spell a whole number above zero: groups of four digits, one 零 for any run of zeros between digits."""
    digits = str(number)
    words, has_gap = "", False
    for at, digit in enumerate(digits):
        place = len(digits) - at - 1
        if digit == "0":
            has_gap = True
        else:
            words += ("零" if has_gap and words else "") + _CAPITALS[int(digit)] + _CAPITAL_PLACES[place % 4]
            has_gap = False
        if place % 4 == 0:  # 亿 closes all that stands before it, 万 only its own four digits
            group = digits[: at + 1] if place == 8 else digits[max(0, at - 3) : at + 1]
            words += _CAPITAL_GROUPS[place // 4] if int(group) else ""
    return words


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", clean(text)).lower().translate(_DASHES)
    plain = _AROUND.sub("", re.sub(r"\s+", "", plain))
    plain = _NUMERAL.sub(lambda found: str(_numeral(found[0])), _DRESSING.sub("", plain))
    for words, instead in _SAID_OTHERWISE:
        plain = words.sub(instead, plain)
    if not plain:
        raise ValueRefused(_("The amount is empty. Write a number, for example 50000 or 5万."), "money_empty")
    return plain


def _numeral(words: str) -> int:
    """Read a number below ten thousand in characters: 一百二十 is 120, 十五 is 15, 二〇 is 20."""
    if _PLACES.keys().isdisjoint(words):
        return int("".join(str(_DIGITS[word]) for word in words))
    total, digit = 0, 0
    for word in words:
        if word in _DIGITS:
            if digit:  # 三五十万 is from thirty to fifty, said shorter than we read
                raise _invalid()
            digit = _DIGITS[word]
        else:
            total += (digit or 1) * _PLACES[word]
            digit = 0
    return total + digit


def _between(found: re.Match[str], *, is_approximate: bool) -> MoneyRange:
    """Take the unit of the end for the start too: 5-8万 is 50,000 to 80,000, 5000-1万 is not."""
    low, high = _yuan(found[1], found[2] or found[4]), _yuan(found[3], found[4])
    if low > high and not found[2] and len(found[1]) > 3:
        low = _yuan(found[1], None)
    if low > high:
        raise ValueRefused(
            _("The range ends below its start. Write the smaller amount first, for example 5-8万."),
            "money_order",
        )
    return MoneyRange(low, high, is_approximate)


def _yuan(digits: str, unit: str | None) -> Decimal:
    amount = Decimal(digits) * _UNITS[unit or ""]
    if amount >= _LARGEST:
        raise _too_large()
    return to_cents(amount)


def _too_large() -> ValueRefused:
    return ValueRefused(
        _("This amount is too large. Check the number of zeros and the unit."), "money_too_large"
    )


def _invalid() -> ValueRefused:
    return ValueRefused(
        _("This is not an amount of money. Write a number or a range, for example 50000, 5万 or 5-8万."),
        "money_invalid",
    )
