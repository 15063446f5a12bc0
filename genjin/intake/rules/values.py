"""Reading one cell of a sheet: the same readers as the form's, after the words of sheets are understood."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from genjin.customers.rules import CustomerType, Grade, Kind, Level, Size, Stage
from genjin.customers.rules.axes import size_of
from genjin.customers.rules.fields import CUSTOMER_FIELDS, read_email, read_name, stored_phone, text_as_stored
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import read_value
from genjin.kit.credit_code import parse_credit_code
from genjin.kit.dates import Order, parse_date, parse_moment
from genjin.kit.errors import ValueRefused
from genjin.kit.phone import split_phones
from genjin.kit.region import parse_region
from genjin.kit.text import clean, fold

Values = dict[str, Any]
CellReader = Callable[[str], Values]

EMPTY_WORDS = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "/",
        "\\",
        "null",
        "none",
        "nan",
        "n/a",
        "#n/a",
        "无",
        "暂无",
        "未知",
        "select",
        "不详",
        "待定",
        "未定",
    }
)
KINDS = {"企业": Kind.ORG, "公司": Kind.ORG, "单位": Kind.ORG, "org": Kind.ORG, "company": Kind.ORG,
         "个人": Kind.PERSON, "自然人": Kind.PERSON, "person": Kind.PERSON}  # fmt: skip
TYPES = {"新客户": CustomerType.NEW, "新": CustomerType.NEW, "new": CustomerType.NEW,
         "老客户": CustomerType.EXISTING, "老": CustomerType.EXISTING, "existing": CustomerType.EXISTING,
         "重点客户": CustomerType.KEY, "重点": CustomerType.KEY, "大客户": CustomerType.KEY, "key": CustomerType.KEY}  # fmt: skip
LEVELS = {
    "高": Level.HIGH,
    "high": Level.HIGH,
    "中": Level.MEDIUM,
    "medium": Level.MEDIUM,
    "低": Level.LOW,
    "low": Level.LOW,
}
GRADES = {
    "高": Grade.A,
    "中": Grade.B,
    "低": Grade.C,
    "高意向": Grade.A,
    "中意向": Grade.B,
    "低意向": Grade.C,
}
YES = frozenset(
    {
        "是",
        "有",
        "清晰",
        "明确",
        "已明确",
        "y",
        "yes",
        "true",
        "1",
        "√",
        "决策人",
        "最终决策人",
        "老板",
        "有决策权",
    }
)
NO = frozenset(
    {"否", "没有", "不清晰", "不明确", "未明确", "待确认", "n", "no", "false", "0", "×", "无决策权", "影响者"}
)
_NUMBER = re.compile(r"\d+")


def is_empty(text: str | None) -> bool:
    """Whether a cell says nothing: blank, or one of the words people write for nothing."""
    return text is None or text.strip().lower() in EMPTY_WORDS


def _word(name: str, words: Mapping[str, Any]) -> CellReader:
    def read(text: str) -> Values:
        value = words.get(text.strip().lower())
        if value is None:
            sentence = _("Write one of: %(words)s.") % {"words": "、".join(words)}
            raise ValueRefused(sentence, f"{name}_unknown")
        return {name: value} if value != "" else {}

    return read


def read_grade(text: str) -> Values:
    """Read a grade: A, A级, a类, 高意向 (S0-8)."""
    word = fold(text)
    letter = word[:1].upper()
    if letter in Grade.values and word[1:] in {"", "级", "类", "级客户", "类客户", "级高潜力"}:
        return {"grade": letter}
    if word in GRADES:
        return {"grade": GRADES[word]}
    raise ValueRefused(_("Write the grade as A, B or C."), "grade_unknown")


def read_size(text: str) -> Values:
    """Read a head count or a band such as 50-200人 by its lower end (S1-19)."""
    numbers = [int(number) for number in _NUMBER.findall(text.replace(",", ""))]
    if not numbers or numbers[0] > 10_000_000:
        raise ValueRefused(_("Write a number of people or a range, such as 50-200."), "size_invalid")
    if len(numbers) == 1 and not any(mark in text for mark in "以+<>上下内约"):
        return {"employee_count": numbers[0], "size": size_of(numbers[0])}
    if any(mark in text for mark in ("以下", "以内", "少于", "<")):
        return {"size": size_of(max(numbers[0] - 1, 0))}
    return {"size": Size(size_of(numbers[0]))}


def read_phones(text: str) -> Values:
    """Read one or two phones of a cell; the first good one is the main one (S0-7)."""
    parts = split_phones(text)
    good: list[str] = []
    refused: ValueRefused | None = None
    for part in parts:
        try:
            good.append(stored_phone(part))
        except ValueRefused as refusal:
            refused = refusal
    if refused is not None or not good:
        raise refused or ValueRefused(_("Write a phone number."), "phone_invalid")
    return {"contact.phone": good[0], "contact.phone2": good[1] if len(good) > 1 else ""}


def read_uscc(text: str) -> Values:
    """Read a credit code; an old registration number goes to its own field, with a warning."""
    try:
        code = parse_credit_code(text)
    except ValueRefused as refusal:
        if refusal.code == "uscc_old_registration_number":
            return {"old_registration_no": clean(text)[:20], "!": refusal}
        raise
    warning = ValueRefused(
        _("Its inner check digit does not fit; please compare with the licence."), code.warning
    )
    return {"credit_code": code.value} | ({"!": warning} if code.warning else {})


def read_authority(text: str) -> Values:
    """Read whether it is clear who decides; other words are kept as the decision process (S0-15)."""
    word = text.strip().lower()
    if word in YES or word in NO:
        return {"is_authority_clear": word in YES}
    return {"decision_process": clean(text)[:300], "is_authority_clear": True}


def read_timing(text: str) -> Values:
    """Read when they want to buy: a date, or words kept as they are (S0-15)."""
    words = clean(text)[:80]
    try:
        return {"purchase_timing": words, "purchase_by": parse_date(text).day}
    except ValueRefused:
        return {"purchase_timing": words}


def read_place(text: str) -> Values:
    """Read province, city and district out of a place or an address; unreadable parts stay empty."""
    region = parse_region(text)
    return {"province": region.province, "city": region.city, "district": region.district} if region else {}


def read_address(text: str) -> Values:
    """Read an address and the region it names."""
    return {"address": clean(text)[:300]} | read_place(text)


def read_tags(text: str) -> Values:
    """Read tags cut by commas, blanks or 、 (S1-15)."""
    return {
        "tags": tuple(
            dict.fromkeys(part.strip()[:70] for part in re.split(r"[,，、;；|\s]+", text) if part.strip())
        )
    }


def moment_reader(name: str, order: Order, zone: ZoneInfo) -> CellReader:
    """Make a reader of moments for a column whose dates are written in `order`."""
    return lambda text: {name: parse_moment(text, order=order, zone=zone)}


def day_reader(name: str, order: Order) -> CellReader:
    """Make a reader of days for a column whose dates are written in `order`."""

    def read(text: str) -> Values:
        found = parse_date(text, order=order)
        extra = {"founded_precision": found.precision} if name == "founded_on" else {}
        return {name: found.day} | extra

    return read


def own_reader(field: Definition) -> CellReader:
    """Make a reader of an own field's cells; a colleague stays a name until names are looked up together."""
    if field.kind == FieldKind.PERSON:
        return lambda text: {field.key: clean(text)[:60]}

    def read(text: str) -> Values:
        value = read_value(field, text)
        return {} if value is None else {field.key: value}

    return read


def text_reader(name: str, longest: int) -> CellReader:
    """Make a reader of plain text; longer text is refused with its length."""
    return lambda text: {name: text_as_stored(text, longest)}


PARENT_FIELD = "上级单位"  # among the further fields until the parent is found
_BETWEEN_NAMES = re.compile(r"[、,，;；/\n]+")


def _names(key: str) -> CellReader:
    """Read several names of a cell, each at most 200 letters."""

    def read(text: str) -> Values:
        found = [part.strip()[:200] for part in _BETWEEN_NAMES.split(text)]
        return {key: [part for part in dict.fromkeys(found) if part][:20]}

    return read


STAGES: Mapping[str, str] = {  # "" says nothing: whoever has not bought may stand at any stage before it
    "线索": "lead", "潜在客户": "prospect", "潜在": "prospect", "意向客户": "qualified", "意向": "qualified", "谈判客户": "negotiation",
    "谈判": "negotiation", "成交客户": "won", "成交": "won", "已成交": "won", "未成交": "", "已流失": "lost", "复购客户": "repeat", "复购": "repeat", "流失客户": "lost", "流失": "lost",
    **{str(stage): str(stage) for stage in Stage},
}  # fmt: skip
READERS: Mapping[str, CellReader] = {
    "short_name": _names("short_name"),
    "former_name": _names("former_name"),
    "name": read_name,
    "kind": _word("kind", KINDS),
    "customer_type": _word("customer_type", TYPES),
    "credit_code": read_uscc,
    "size": read_size,
    "revenue": CUSTOMER_FIELDS["revenue"],
    "industry": CUSTOMER_FIELDS["industry"],
    "place": read_place,
    "address": read_address,
    "budget": CUSTOMER_FIELDS["budget"],
    "authority": read_authority,
    "purchase": read_timing,
    "grade": read_grade,
    "stage": _word("stage", STAGES),
    "need_fit": _word("need_fit", LEVELS),
    "intent": _word("intent", LEVELS),
    "satisfaction_score": CUSTOMER_FIELDS["satisfaction_score"],
    "repurchase_intent": _word("repurchase_intent", LEVELS),
    "tags": read_tags,
    "contact.phone": read_phones,
    "contact.email": lambda text: {"contact.email": read_email(text)["email"]},
}
