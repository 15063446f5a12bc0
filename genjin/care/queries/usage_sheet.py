"""Reading figures of use out of a sheet: which rows could come in, and what is wrong with the others."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.care.rules.usage import Figures, check_figures, read_period
from genjin.customers.models import Customer
from genjin.customers.rules.search import code_in
from genjin.kit.dates import parse_date
from genjin.kit.errors import RuleError, ValueRefused, wrong_at
from genjin.kit.sheets.header import header_key
from genjin.kit.sheets.reader import ReadLimits, read_table

MOST_ROWS = 2000
LIMITS = ReadLimits(memory_bytes=1 << 30, cpu_seconds=20, wall_seconds=30)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "customer": ("客户名称", "客户", "公司名称", "customer", "name"),
    "code": ("客户编号", "编号", "code"),
    "metric": ("指标", "指标名称", "功能", "metric"),
    "period": ("周期", "期间", "月份", "季度", "period"),
    "percent": ("使用率", "功能使用率", "功能使用率%", "使用率%", "百分比", "percent"),
    "value": ("数值", "值", "value"),
    "active_users": ("活跃用户", "活跃用户数", "activeusers", "active_users"),
    "last_login_on": ("最近登录", "最近登录日", "最后登录", "lastlogin", "last_login_on"),
}
SHOWN = {
    "customer": "客户名称", "code": "客户编号", "metric": "指标", "period": "周期", "percent": "使用率", "value": "数值",
    "active_users": "活跃用户数", "last_login_on": "最近登录日",
}  # fmt: skip
NEEDED = ("metric", "period")


@dataclass(frozen=True, slots=True)
class Good:
    """A row that could come in."""

    row: int
    customer: Customer
    figures: Figures


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that stays out, and why."""

    row: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet holds."""

    good: tuple[Good, ...]
    bad: tuple[Bad, ...]


def read_usage_sheet(user: User, path: Path, today: date) -> Sheet:
    """Read a sheet of figures as `user`: each customer is found by its number or whole name among those in sight.

    Raises RuleError `column_missing`, `too_many_rows`, and those of `kit.sheets.reader.read_table`.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "table.arrow"
        known = frozenset(header_key(word) for words in HEADERS.values() for word in words)
        try:
            table = read_table(path, out=out, known_headers=known, limits=LIMITS)
        except ValueRefused as refusal:
            raise RuleError(refusal.message, refusal.code, fields={"file": [refusal.message]}) from refusal
        if table.rows > MOST_ROWS:
            sentence = _("At most %(count)d rows at once; split the sheet.") % {"count": MOST_ROWS}
            raise wrong_at("file", sentence, "too_many_rows")
        columns = _columns(table.columns)
        cells = pl.scan_ipc(out).collect().to_dicts()
    rows = [
        (int(line["__row__"]), {name: str(line[column] or "").strip() for name, column in columns.items()})
        for line in cells
    ]
    return _sort(rows, _customers(user, [row for _number, row in rows]), today)


def _columns(found: tuple[str, ...]) -> dict[str, str]:
    by_key = {header_key(column): column for column in found}
    columns: dict[str, str] = {}
    for name, words in HEADERS.items():
        column = next((by_key[header_key(word)] for word in words if header_key(word) in by_key), None)
        if column is not None:
            columns[name] = column
    missing = [SHOWN[name] for name in NEEDED if name not in columns]
    if "customer" not in columns and "code" not in columns:
        missing.insert(0, SHOWN["customer"])
    if missing:
        sentence = _("These columns are missing: %(names)s.") % {"names": "、".join(missing)}
        raise wrong_at("file", sentence, "column_missing")
    return columns


type Known = dict[tuple[str, str], list[Customer]]


def _customers(user: User, rows: list[dict[str, str]]) -> Known:
    """Find the customers in sight by number and whole name; two queries."""
    found: Known = defaultdict(list)
    seen = Customer.objects.visible_to(user)
    codes = {code_in(row["code"]): row["code"] for row in rows if row.get("code")}
    names = {row["customer"] for row in rows if row.get("customer")}
    for customer in seen.filter(pk__in=[pk for pk in codes if pk is not None]) if codes else ():
        found["code", codes[customer.pk]].append(customer)
    for customer in seen.filter(name__in=names) if names else ():
        found["customer", customer.name].append(customer)
    return found


def _sort(rows: list[tuple[int, dict[str, str]]], known: Known, today: date) -> Sheet:
    good: list[Good] = []
    bad: list[Bad] = []
    seen: dict[tuple[int, str, str], int] = {}
    for number, row in rows:
        try:
            customer = _customer(row, known)
            figures = _figures(row)
            check_figures(figures, today)
            key = (customer.pk, figures.metric, figures.period.code)
            _refuse_twice(seen.get(key))
        except RuleError as refusal:
            bad.append(Bad(number, row.get("customer") or row.get("code", ""), refusal.message))
        else:
            seen[key] = number
            good.append(Good(number, customer, figures))
    return Sheet(tuple(good), tuple(bad))


def _refuse_twice(before: int | None) -> None:
    if before is not None:
        sentence = _("The same customer, metric and period stand in row %(row)d.") % {"row": before}
        raise RuleError(sentence, "row_twice")


def _customer(row: Mapping[str, str], known: Known) -> Customer:
    asked = [(name, row[name]) for name in ("code", "customer") if row.get(name)]
    if not asked:
        raise RuleError(_("Neither name nor number of a customer."), "customer_missing")
    for key in asked:
        found = known.get(key, [])
        if len(found) > 1:
            raise RuleError(_("Several customers have this name; give the number."), "customer_several")
        if found:
            return found[0]
    raise RuleError(_("No customer of yours has this name or number."), "customer_unknown")


def _figures(row: Mapping[str, str]) -> Figures:
    users = _number(row.get("active_users", ""), SHOWN["active_users"])
    if users is not None and users != int(users):
        raise RuleError(_("Active users are a whole number."), "number_invalid")
    return Figures(
        metric=row.get("metric", ""), period=read_period(row.get("period", "")), percent=_percent(row.get("percent", "")),
        value=_number(row.get("value", ""), SHOWN["value"]), active_users=None if users is None else int(users),
        last_login_on=_day(row.get("last_login_on", "")),
    )  # fmt: skip


def _percent(text: str) -> Decimal | None:
    """Read `85%`, `85` and what a workbook keeps of 85 %: 0.85."""
    found = _number(text.rstrip("%％ "), SHOWN["percent"])
    if found is None or text.endswith(("%", "％")):
        return found
    return found * 100 if 0 < found < 1 else found


def _number(text: str, label: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10) ** 14:
        raise RuleError(
            _("%(label)s: “%(text)s” is no number.") % {"label": label, "text": text[:30]}, "number_invalid"
        )
    return round(found, 2)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueRefused as refusal:
        raise RuleError(f"{SHOWN['last_login_on']}: {refusal.message}", refusal.code) from None
    if found.precision != "day":
        sentence = _("%(label)s: “%(text)s” is no date.") % {
            "label": SHOWN["last_login_on"],
            "text": text[:30],
        }
        raise RuleError(sentence, "date_invalid")
    return found.day


def as_texts(sheet: Sheet) -> Iterator[list[object]]:
    """Yield the rows that could come in as plain values, to be sent along with the preview."""
    for one in sheet.good:
        given = one.figures
        yield [
            one.customer.pk, given.metric, given.period.code, _text(given.percent), _text(given.value), given.active_users,
            given.last_login_on.isoformat() if given.last_login_on else None,
        ]  # fmt: skip


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)


def from_texts(rows: list[list[object]]) -> list[tuple[int, Figures]]:
    """Return what `as_texts` wrote: customer and figures."""
    found: list[tuple[int, Figures]] = []
    for pk, metric, period, percent, value, users, login in rows:
        figures = Figures(
            str(metric), read_period(str(period)), None if percent is None else Decimal(str(percent)),
            None if value is None else Decimal(str(value)), None if users is None else int(str(users)),
            None if login is None else date.fromisoformat(str(login)),
        )  # fmt: skip
        found.append((int(str(pk)), figures))
    return found
