"""How single values are read, and why they are refused: one plain dictionary for each."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.company_name import parse_company_name
from genjin.kit.credit_code import parse_credit_code
from genjin.kit.dates import parse_date
from genjin.kit.errors import ValueRefused
from genjin.kit.industry import parse_industry
from genjin.kit.money import parse_money_range, show_money
from genjin.kit.phone import parse_phone
from genjin.kit.region import parse_region

Found = dict[str, Any]


def reading(kind: str, text: str) -> Found:
    """Return how `text` is read: input, ok, value, code, message, and what else the kind has to say."""
    try:
        found = READINGS[kind](text)
    except ValueRefused as refusal:
        return {"input": text, "ok": False, "value": None, "code": refusal.code, "message": refusal.message}
    return {"input": text, "ok": True, "value": None, "code": "", "message": ""} | found


def _phone(text: str) -> Found:
    phone = parse_phone(text)
    return {
        "value": f"{phone.number}-{phone.extension}" if phone.extension else phone.number, "kind": str(phone.kind), "extension": phone.extension, "display": phone.display,
        "is_virtual": phone.is_virtual,
    }  # fmt: skip


def _name(text: str) -> Found:
    name = parse_company_name(text)
    if not name.display:
        raise ValueRefused(_("Write the customer's full name."), "name_missing")
    return {
        "value": name.display, "display": name.display, "key_full": name.key_full, "key_core": name.key_core,
        "region": name.region, "branch": name.branch,
    }  # fmt: skip


def _uscc(text: str) -> Found:
    code = parse_credit_code(text)
    return {"value": code.value, "warning": code.warning}


def _region(text: str) -> Found:
    region = parse_region(text)
    if not region:
        raise ValueRefused(_("No province, city or district of China is recognised in it."), "region_unknown")
    return {
        "value": "".join(dict.fromkeys((region.province, region.city, region.district))),
        "province": region.province, "city": region.city, "district": region.district, "code": region.code,
    }  # fmt: skip


def _money(text: str) -> Found:
    amount = parse_money_range(text)
    low, high = (None if one is None else str(one) for one in (amount.low, amount.high))
    shown = [show_money(one) for one in (amount.low, amount.high) if one is not None]
    return {
        "value": low if low == high else f"{low or ''}-{high or ''}", "low": low, "high": high,
        "is_approximate": amount.is_approximate, "display": " - ".join(dict.fromkeys(shown)),
    }  # fmt: skip


def _industry(text: str) -> Found:
    industry = parse_industry(text)
    return {
        "value": industry.words, "code": industry.code, "section": industry.section, "division": industry.division,
        "ok": bool(industry), "message": "" if industry else _("This may be several industries, or none."),
    }  # fmt: skip


def _date(text: str) -> Found:
    found = parse_date(text)
    return {"value": found.day.isoformat(), "precision": found.precision}


READINGS: dict[str, Callable[[str], Found]] = {
    "phone": _phone,
    "name": _name,
    "uscc": _uscc,
    "region": _region,
    "money": _money,
    "date": _date,
    "industry": _industry,
}
