"""What customers are filtered by: an explicit list of fields and operators, nothing else reaches the query.

One language of conditions for lists, saved views, and the rules that act by themselves.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Campaign, Choice, Customer, Pool, StageChange, Tag
from genjin.customers.rules import CustomerType, Grade, Label, Level, Size, Stage

MOST_CONDITIONS = 12


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field to filter by; `kind` is text, number, date or choice."""

    name: str
    label: Any
    kind: str
    choices: Callable[[User], Sequence[tuple[Any, Any]]] | None = None


def _fixed(words: Any) -> Callable[[User], Sequence[tuple[Any, Any]]]:
    return lambda _user: list(words.choices)


FIELDS: tuple[FilterField, ...] = (
    FilterField("stage", _("Stage"), "choice", _fixed(Stage)),
    FilterField("grade", _("Grade"), "choice", _fixed(Grade)),
    FilterField("label", _("Label"), "choice", _fixed(Label)),
    FilterField("customer_type", _("Type"), "choice", _fixed(CustomerType)),
    FilterField(
        "owner_id",
        _("Owner"),
        "choice",
        lambda user: [(p.pk, p.name) for p in User.objects.active().led_by(user)],
    ),
    FilterField(
        "pool_id", _("Pool"), "choice", lambda user: [(p.pk, p.name) for p in Pool.objects.visible_to(user)]
    ),
    FilterField(
        "source_id",
        _("Source"),
        "choice",
        lambda _user: [(c.pk, c.name) for c in Choice.objects.of("source")],
    ),
    FilterField(
        "campaign_id",
        _("Campaign"),
        "choice",
        lambda _user: [(c.pk, c.name) for c in Campaign.objects.all()[:300]],
    ),
    FilterField("reached", _("Ever reached"), "choice", _fixed(Stage)),
    FilterField("tags", _("Tag"), "choice", lambda _user: [(t.pk, str(t)) for t in Tag.objects.all()[:300]]),
    FilterField("industry", _("Industry"), "text"),
    FilterField("province", _("Province"), "text"),
    FilterField("city", _("City"), "text"),
    FilterField("size", _("Company size"), "choice", _fixed(Size)),
    FilterField("intent", _("Intent"), "choice", _fixed(Level)),
    FilterField("score", _("Score"), "number"),
    FilterField("budget_max", _("Budget (yuan)"), "number"),
    FilterField("last_contact_at", _("Last follow-up"), "date"),
    FilterField("next_action_at", _("Next follow-up"), "date"),
    FilterField("no_next_step_since", _("No next step since"), "date"),
    FilterField("created_at", _("Created"), "date"),
    FilterField("import_batch", _("Import batch"), "number"),
)
BY_NAME = {field.name: field for field in FIELDS}
OPERATORS = (
    {"value": "eq", "label": _("is"), "kinds": ""},
    {"value": "contains", "label": _("contains"), "kinds": "text"},
    {"value": "between", "label": _("is between"), "kinds": "number date"},
    {"value": "empty", "label": _("is empty"), "kinds": ""},
    {"value": "not_empty", "label": _("is not empty"), "kinds": ""},
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the filter as asked."""

    field: str
    op: str
    value: str = ""
    value2: str = ""


def read_conditions(rows: Iterable[Sequence[str]]) -> list[Condition]:
    """Return the conditions of (field, operator, value, second value); unknown fields and operators are left out."""
    known = [
        Condition(*row) for row in rows if row[0] in BY_NAME and row[1] in {o["value"] for o in OPERATORS}
    ]
    return [row for row in known if row.value or row.value2 or row.op in {"empty", "not_empty"}][
        :MOST_CONDITIONS
    ]


def written(asked: Iterable[Condition]) -> list[list[str]]:
    """Return conditions as they are kept with a rule; `read_conditions` reads them again."""
    return [list(astuple(condition)) for condition in asked]


def in_words(asked: Iterable[Condition], user: User) -> list[str]:
    """Return conditions as a person reads them: field, operator, value by its name."""
    operators = {operator["value"]: operator["label"] for operator in OPERATORS}
    lines = []
    for condition in asked:
        field = BY_NAME[condition.field]
        names = {str(value): str(label) for value, label in field.choices(user)} if field.choices else {}
        values = [names.get(text, text) for text in (condition.value, condition.value2) if text]
        lines.append(f"{field.label} {operators[condition.op]} {' – '.join(values)}".strip())
    return lines


def as_query(asked: Sequence[Condition], match: str) -> Q:
    """Return the conditions as one query, all or any of them; a value that cannot be read matches nothing."""
    found = Q()
    for condition in asked:
        one = _one(condition)
        found = found | one if match == "any" else found & one
    return found


def _one(condition: Condition) -> Q:
    field = BY_NAME[condition.field]
    if field.name == "reached":
        moved = StageChange.objects.filter(target=condition.value[:12]).values("customer_id")
        return Q(pk__in=moved) if condition.op == "eq" else Q(pk__in=[])
    if condition.op in {"empty", "not_empty"}:
        empty = (
            Q(**{field.name: ""})
            if field.kind == "text" or field.name in {"size", "intent"}
            else Q(**{f"{field.name}__isnull": True})
        )
        return empty if condition.op == "empty" else ~empty
    if condition.op == "contains":
        return Q(**{f"{field.name}__icontains": condition.value[:80]})
    low, high = _value(field, condition.value), _value(field, condition.value2)
    return _between(field, low, high) if condition.op == "between" else _equal(field, low)


def _between(field: FilterField, low: Any, high: Any) -> Q:
    found = Q() if low is None else Q(**{f"{field.name}__gte": _start(low)})
    if high is None:
        return found
    if isinstance(high, date):
        return found & Q(**{f"{field.name}__lt": _end(high)})
    return found & Q(**{f"{field.name}__lte": high})


def _equal(field: FilterField, value: Any) -> Q:
    if value is None:
        return Q(pk__in=[])
    if field.name == "tags":
        return Q(pk__in=Customer.tags.through.objects.filter(tag_id=value).values("customer_id"))
    if isinstance(value, date):
        return Q(**{f"{field.name}__gte": _start(value), f"{field.name}__lt": _end(value)})
    return Q(**{field.name: value})


def _value(field: FilterField, text: str) -> Any:
    try:
        if field.kind == "date":
            return date.fromisoformat(text)
        if field.kind == "number":
            number = Decimal(text)
            return number if abs(number) < Decimal(10) ** 15 else None
        if field.name.endswith("_id") or field.name == "tags":
            return int(text) if int(text) < 2**62 else None
    except (ValueError, InvalidOperation):
        return None
    return text[:80]


def _start(value: Any) -> Any:
    return timezone.make_aware(datetime.combine(value, time.min)) if isinstance(value, date) else value


def _end(value: date) -> datetime:
    return timezone.make_aware(datetime.combine(value + timedelta(days=1), time.min))
