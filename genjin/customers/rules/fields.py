"""Which fields people may write, and how each is read: one list for forms, API and import.

A reader takes what somebody typed and returns the stored values by field name; it refuses with ValueRefused.
What is not listed here cannot be written from outside.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from genjin.customers.rules.axes import CustomerType, Kind, Level, ReviewCycle, Size, size_of
from genjin.kit.birthday import parse_birthday
from genjin.kit.company_name import shown_company_name
from genjin.kit.credit_code import parse_credit_code
from genjin.kit.dates import parse_date
from genjin.kit.errors import RuleError, ValueRefused
from genjin.kit.industry import as_chosen
from genjin.kit.money import parse_money_range, to_cents
from genjin.kit.phone import parse_phone
from genjin.kit.text import as_typed, clean

Reader = Callable[[Any], dict[str, Any]]
LONG_TEXT = 2000  # from here on a field is somebody's prose and is kept to the letter
_ORDINARY_IN_NAMES = frozenset("()（）&·.,-'/+〇")


def text_as_stored(text: str, longest: int) -> str:
    """Return a text as it is kept: prose to the letter, a short field without what nobody typed.

    Raises ValueRefused: too_long.
    """
    text = as_typed(text) if longest >= LONG_TEXT else clean(text)
    if len(text) > longest:
        sentence = _("At most %(longest)d characters; this has %(length)d.")
        raise ValueRefused(sentence % {"longest": longest, "length": len(text)}, "too_long")
    return text


def _text(name: str, longest: int) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        return {name: text_as_stored(str(raw), longest) if raw is not None else ""}

    return read


def _choice(name: str, words: type[TextChoices], *, default: str = "") -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        text = str(raw or "").strip()
        if not text:
            return {name: default}
        if text not in words.values:
            sentence = _("Choose one of: %(words)s.") % {"words": ", ".join(words.values)}
            raise ValueRefused(sentence, "choice_unknown")
        return {name: text}

    return read


def _money(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        if raw is None or raw == "":
            return {name: None}
        try:
            value = to_cents(Decimal(str(raw).replace(",", "").strip()))
            is_in_range = 0 <= value < Decimal(10) ** 14  # NaN cannot be compared
        except InvalidOperation as error:
            raise ValueRefused(_("Write an amount in yuan, such as 80000."), "money_invalid") from error
        if not is_in_range:
            raise ValueRefused(_("Write an amount between 0 and 100 trillion yuan."), "money_out_of_range")
        return {name: value}

    return read


def _money_range(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        if raw is None or not str(raw).strip():
            return {f"{name}_min": None, f"{name}_max": None}
        amount = parse_money_range(str(raw))
        return {f"{name}_min": amount.low, f"{name}_max": amount.high}

    return read


def _day(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        if raw is None or raw == "":
            return {name: None}
        if isinstance(raw, datetime):
            return {name: raw.date()}
        return {name: raw if isinstance(raw, date) else parse_date(str(raw)).day}

    return read


def read_founded(raw: Any) -> dict[str, Any]:
    """Read a founding date that may be a year or a month only (S1-19)."""
    if raw is None or raw == "":
        return {"founded_on": None, "founded_precision": "day"}
    if isinstance(raw, date):
        return {"founded_on": raw}
    found = parse_date(str(raw))
    return {"founded_on": found.day, "founded_precision": found.precision}


def _moment(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        if raw is None or raw == "":
            return {name: None}
        if not isinstance(raw, datetime) or raw.tzinfo is None:
            raise ValueRefused(_("Write a moment with its time zone."), "moment_invalid")
        return {name: raw}

    return read


def _flag(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        return {name: str(raw).strip().lower() in {"true", "1", "on", "yes", "是", "清晰", "明确"}}

    return read


def _row(name: str) -> Reader:
    return lambda raw: {name: raw or None}


def read_birthday(raw: Any) -> dict[str, Any]:
    """Read a person's birthday by either calendar, with or without its year. Raises ValueRefused: birthday_invalid."""
    text = clean(str(raw)) if raw is not None else ""
    if not text:
        return {"birthday": "", "birth_key": ""}
    found = parse_birthday(text)
    return {"birthday": found.text, "birth_key": found.key}


def read_name(raw: Any) -> dict[str, Any]:
    """Read a customer's name; it is shown as written, apart from blanks and brackets (S0-7, S1-14).

    A name with a sign that company names do not have (a symbol, an emoji, a zero-width blank) is somebody's
    own spelling and stays to the letter. Raises ValueRefused: name_missing, too_long.
    """
    text = as_typed(str(raw)) if raw is not None else ""
    if not clean(text):
        raise ValueRefused(_("Write the customer's full name."), "name_missing")
    if text.isalpha() or all(map(_is_ordinary, text)):
        text = shown_company_name(text)
    if len(text) > 200:
        sentence = _("At most %(longest)d characters; this has %(length)d.")
        raise ValueRefused(sentence % {"longest": 200, "length": len(text)}, "too_long")
    return {"name": text}


def _is_ordinary(sign: str) -> bool:
    return sign.isalpha() or sign.isdecimal() or sign.isspace() or sign in _ORDINARY_IN_NAMES


def read_credit_code(raw: Any) -> dict[str, Any]:
    """Read a credit code; an old registration number goes to its own field."""
    text = str(raw or "").strip()
    if not text:
        return {"credit_code": ""}
    try:
        return {"credit_code": parse_credit_code(text).value}
    except ValueRefused as refusal:
        if refusal.code == "uscc_old_registration_number":
            return {"credit_code": "", "old_registration_no": text}
        raise


def read_industry(raw: Any) -> dict[str, Any]:
    """Read an industry: a code of GB/T 4754 becomes its words, any other text stays free (S1-19)."""
    return {"industry": text_as_stored(as_chosen(str(raw)), 80) if raw is not None else ""}


def read_employees(raw: Any) -> dict[str, Any]:
    """Read a head count and its size band (S1-19)."""
    if raw is None or raw == "":
        return {"employee_count": None}
    text = str(raw).strip()
    if not text.isdecimal() or len(text) > 12 or int(text) > 10_000_000:
        raise ValueRefused(_("Write a whole number of people."), "number_invalid")
    return {"employee_count": int(text), "size": size_of(int(text))}


def read_satisfaction(raw: Any) -> dict[str, Any]:
    """Read how satisfied they are, from 1 (very dissatisfied) to 5 (very satisfied) (S1-5)."""
    if raw is None or raw == "":
        return {"satisfaction_score": None}
    text = str(raw).strip()
    if text not in {"1", "2", "3", "4", "5"}:
        raise ValueRefused(_("Write a whole number from 1 to 5."), "number_invalid")
    return {"satisfaction_score": int(text)}


def read_review_cycle(raw: Any) -> dict[str, Any]:
    """Read after how many months an existing customer is gone through again: 3 or 6; 6 when nothing is said (S1-2)."""
    text = str(raw or ReviewCycle.HALF_YEAR.value).strip()
    if text not in {str(value) for value in ReviewCycle.values}:
        raise ValueRefused(_("Write 3 or 6 months."), "number_invalid")
    return {"review_cycle_months": int(text)}


def read_extra(raw: Any) -> dict[str, Any]:
    """Read further fields: short texts by label, at most 50 of them."""
    if not raw:
        return {"extra": {}}
    if not isinstance(raw, Mapping) or len(raw) > 50:
        raise ValueRefused(_("Further fields are at most 50 texts by label."), "extra_invalid")
    return {"extra": {clean(str(label))[:60]: clean(str(value))[:2000] for label, value in raw.items()}}


def _phone(name: str) -> Reader:
    def read(raw: Any) -> dict[str, Any]:
        text = str(raw or "").strip()
        return {name: stored_phone(text) if text else ""}

    return read


def stored_phone(text: str) -> str:
    """Return a phone as it is stored: normalised number with its extension."""
    phone = parse_phone(text)
    return f"{phone.number}-{phone.extension}" if phone.extension else phone.number


def read_email(raw: Any) -> dict[str, Any]:
    """Read a mail address."""
    text = clean(str(raw or ""))
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValueRefused(_("Write a mail address like name@example.com."), "email_invalid") from error
    return {"email": text}


CUSTOMER_FIELDS: Mapping[str, Reader] = {
    "name": read_name,
    "kind": _choice("kind", Kind, default=Kind.ORG),
    "customer_type": _choice("customer_type", CustomerType, default=CustomerType.NEW),
    "credit_code": read_credit_code,
    "industry": read_industry,
    "size": _choice("size", Size),
    "employee_count": read_employees,
    "revenue": _money_range("revenue"),
    "revenue_min": _money("revenue_min"),
    "revenue_max": _money("revenue_max"),
    "founded_on": read_founded,
    "province": _text("province", 20),
    "city": _text("city", 30),
    "district": _text("district", 30),
    "address": _text("address", 300),
    "website": _text("website", 200),
    "main_business": _text("main_business", 4000),
    "target_customers": _text("target_customers", 4000),
    "news": _text("news", 4000),
    "industry_rank": _text("industry_rank", 80),
    "source": _row("source"),
    "campaign": _row("campaign"),
    "source_detail": _text("source_detail", 120),
    "referrer": _row("referrer"),
    "parent": _row("parent"),
    "first_contact_at": _moment("first_contact_at"),
    "need": _text("need", 4000),
    "pain_points": _text("pain_points", 4000),
    "desired_cooperation": _text("desired_cooperation", 4000),
    "budget": _money_range("budget"),
    "budget_min": _money("budget_min"),
    "budget_max": _money("budget_max"),
    "is_authority_clear": _flag("is_authority_clear"),
    "decision_process": _text("decision_process", 300),
    "needs_many_approvals": _flag("needs_many_approvals"),
    "purchase_timing": _text("purchase_timing", 80),
    "purchase_by": _day("purchase_by"),
    "competitors": _text("competitors", 4000),
    "need_fit": _choice("need_fit", Level),
    "intent": _choice("intent", Level),
    "past_projects": _text("past_projects", 4000),
    "cooperation_period": _text("cooperation_period", 80),
    "satisfaction_score": read_satisfaction,
    "commitments": _text("commitments", 4000),
    "negotiation_progress": _text("negotiation_progress", 4000),
    "repurchase_intent": _choice("repurchase_intent", Level),
    "do_not_disturb": _flag("do_not_disturb"),
    "review_cycle_months": read_review_cycle,
    "notes": _text("notes", 8000),
    "extra": read_extra,
}
CONTACT_FIELDS: Mapping[str, Reader] = {
    "name": _text("name", 80),
    "job_title": _text("job_title", 80),
    "role": _row("role"),
    "phone": _phone("phone"),
    "phone2": _phone("phone2"),
    "wechat": _text("wechat", 60),
    "email": read_email,
    "is_primary": _flag("is_primary"),
    "is_decider": _flag("is_decider"),
    "preference": _text("preference", 120),
    "do_not_disturb": _flag("do_not_disturb"),
    "birthday": read_birthday,
    "consent_basis": _text("consent_basis", 60),
    "notes": _text("notes", 4000),
}
# What a pool may hide from its members; nothing one can filter or search by, which would give it away.
HIDEABLE = (
    "need", "pain_points", "desired_cooperation", "decision_process", "purchase_timing", "competitors", "main_business",
    "target_customers", "news", "industry_rank", "address", "website", "source_detail", "past_projects",
    "cooperation_period",
)  # fmt: skip
PROTECTED_IN_LOG = frozenset({"name", "phone", "phone2", "wechat", "email", "birthday", "notes"})


def read_fields(raw: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Read every known field of `raw` and return stored values by field name; unknown names are ignored.

    Raises RuleError `fields_invalid` with one sentence per field at fault.
    """
    values: dict[str, Any] = {}
    refused: dict[str, list[str]] = {}
    for name in raw.keys() & readers.keys():
        try:
            values |= readers[name](raw[name])
        except ValueRefused as refusal:
            refused[name] = [refusal.message]
    if refused:
        raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=refused)
    return values
