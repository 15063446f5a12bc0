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
from genjin.customers.queries.collected import field_labels
from genjin.customers.queries.own_conditions import COMPARED, missing_query, own_query, readable_to
from genjin.customers.rules import CustomerType, Grade, GradeProposal, Label, Level, Size, Stage
from genjin.customers.rules.collected import BY_KEY as FACT_KEYS
from genjin.fields.models import CollectionTemplate
from genjin.fields.queries import own_fields
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.models import Deadline, Task
from genjin.followups.queries.promises import broken_by_them, broken_by_us
from genjin.followups.rules import DeadlineKind

MOST_CONDITIONS = 12


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field to filter by; `kind` is text, number, date or choice."""

    name: str
    label: Any
    kind: str
    choices: Callable[[User], Sequence[tuple[Any, Any]]] | None = None


FLAGS = frozenset({"is_grade_confirmed", "do_not_disturb"})
YES_NO = [("yes", _("yes")), ("no", _("no"))]


def _fixed(words: Any) -> Callable[[User], Sequence[tuple[Any, Any]]]:
    return lambda _user: list(words.choices)


PROMISE_STATES = [
    ("ours_broken", _("broken by us")),
    ("theirs_broken", _("broken by them")),
    ("open", _("something is promised")),
]
FIELDS: tuple[FilterField, ...] = (
    FilterField("stage", _("Stage"), "choice", _fixed(Stage)),
    FilterField("grade", _("Grade"), "choice", _fixed(Grade)),
    FilterField("grade_proposal", _("Grade proposal"), "choice", _fixed(GradeProposal)),
    FilterField("is_grade_confirmed", _("Grade confirmed by a person"), "choice", lambda _user: YES_NO),
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
    FilterField("completeness", _("Completeness"), "number"),
    FilterField(
        "missing", _("What is missing"), "choice", lambda _user: list(field_labels(own_fields()).items())
    ),
    FilterField("template_id", _("Collected with"), "choice", lambda _user: _versions()),
    FilterField("budget_max", _("Budget (yuan)"), "number"),
    FilterField("do_not_disturb", _("Do not disturb"), "choice", lambda _user: YES_NO),
    FilterField("last_contact_at", _("Last follow-up"), "date"),
    FilterField("next_action_at", _("Next follow-up"), "date"),
    FilterField("no_next_step_since", _("No next step since"), "date"),
    FilterField("gate_debt_until", _("Owes evidence until"), "date"),
    FilterField("overdue_since", _("Time limit missed since"), "date"),
    FilterField("at_risk", _("High risk"), "choice", lambda _user: [("yes", _("yes")), ("no", _("no"))]),
    FilterField("created_at", _("Created"), "date"),
    FilterField("promise", _("Promises"), "choice", lambda _user: PROMISE_STATES),
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
    operators = {operator["value"] for operator in OPERATORS}
    known = [
        Condition(*row) for row in rows if (row[0] in BY_NAME or is_own_key(row[0])) and row[1] in operators
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
    fields = BY_NAME | _own_by_key(asked)
    for condition in asked:
        if condition.field not in fields:
            continue
        field = fields[condition.field]
        names = {str(value): str(label) for value, label in field.choices(user)} if field.choices else {}
        values = [names.get(text, text) for text in (condition.value, condition.value2) if text]
        lines.append(f"{field.label} {operators[condition.op]} {' – '.join(values)}".strip())
    return lines


def as_query(asked: Sequence[Condition], match: str, reader: User | None = None) -> Q:
    """Return the conditions as one query, all or any of them; a value that cannot be read matches nothing.

    Own fields cost one query. With a `reader`, those that are masked for them are only compared where they are not.
    """
    own = {field.key: field for field in own_fields()} if any(is_own_key(one.field) for one in asked) else {}
    found = Q()
    for condition in asked:
        if condition.field in BY_NAME:
            one = _one(condition)
        elif field := own.get(condition.field):
            one = _own(field, condition) & readable_to(field, reader)
        else:
            one = Q(pk__in=[])
        found = found | one if match == "any" else found & one
    return found


def _own(field: Definition, condition: Condition) -> Q:
    kind = FilterField(field.key, field.label, COMPARED.get(field.kind, "text"))
    low, high = _value(kind, condition.value), _value(kind, condition.value2)
    return own_query(field, condition.op, low, high)


def own_filters(fields: Iterable[Definition]) -> list[FilterField]:
    """Return the own fields as fields to filter by."""
    return [
        FilterField(field.key, field.label, COMPARED.get(field.kind, "text"), _own_choices(field))
        for field in fields
    ]


def _own_choices(field: Definition) -> Callable[[User], Sequence[tuple[Any, Any]]] | None:
    if field.kind == FieldKind.PERSON:
        return lambda _user: [(person.pk, person.name) for person in User.objects.active()]
    words = (
        [(word, word) for word in field.options]
        if field.kind in {FieldKind.CHOICE, FieldKind.CHOICES}
        else []
    )
    return (lambda _user: words) if words else None


def _own_by_key(asked: Iterable[Condition]) -> dict[str, FilterField]:
    """Return the own fields some conditions name; a query only when there are any."""
    if not any(is_own_key(condition.field) for condition in asked):
        return {}
    return {field.name: field for field in own_filters(own_fields())}


def _versions() -> list[tuple[int, str]]:
    kinds = dict(CustomerType.choices)
    rows = CollectionTemplate.objects.published().values_list("pk", "customer_type", "version")
    return [(pk, f"{kinds.get(kind, kind)} {version}") for pk, kind, version in rows]


def _one(condition: Condition) -> Q:
    field = BY_NAME[condition.field]
    if field.name == "missing":
        return (
            missing_query(condition.value)
            if condition.op == "eq" and _is_fact(condition.value)
            else Q(pk__in=[])
        )
    if field.name == "reached":
        moved = StageChange.objects.filter(target=condition.value[:12]).values("customer_id")
        return Q(pk__in=moved) if condition.op == "eq" else Q(pk__in=[])
    if field.name == "promise":
        return _promised(condition)
    if field.name in {"overdue_since", "at_risk"}:
        return _of_clocks(field, condition)
    if condition.op in {"empty", "not_empty"}:
        empty = (
            Q(**{field.name: ""})
            if field.kind == "text" or field.name in {"size", "intent", "grade_proposal"}
            else Q(**{f"{field.name}__isnull": True})
        )
        return empty if condition.op == "empty" else ~empty
    if condition.op == "contains":
        return Q(**{f"{field.name}__icontains": condition.value[:80]})
    low, high = _value(field, condition.value), _value(field, condition.value2)
    return _between(field, low, high) if condition.op == "between" else _equal(field, low)


def _promised(condition: Condition) -> Q:
    """Return who has a promise that is open, or that one side broke: past its day, or given up lately."""
    now = timezone.now()
    if condition.op != "eq" or condition.value not in dict(PROMISE_STATES):
        return Q(pk__in=[])
    found = {
        "open": Task.objects.open().exclude(promised_for=None),
        "ours_broken": broken_by_us(now),
        "theirs_broken": broken_by_them(now),
    }[condition.value]
    return Q(pk__in=found.order_by().values("customer_id"))


def _of_clocks(field: FilterField, condition: Condition) -> Q:
    if field.name == "at_risk":
        found = Q(pk__in=Deadline.objects.high_risk().order_by().values("customer_id"))
        return found if (condition.value or condition.op) in {"yes", "not_empty"} else ~found
    missed = (
        Deadline.objects.running().exclude(breached_at=None).exclude(kind=DeadlineKind.RECYCLE).order_by()
    )
    if condition.op in {"empty", "not_empty"}:
        found = Q(pk__in=missed.values("customer_id"))
        return ~found if condition.op == "empty" else found
    moment = FilterField("breached_at", field.label, "date")
    low, high = _value(moment, condition.value), _value(moment, condition.value2)
    asked = _between(moment, low, high) if condition.op == "between" else _equal(moment, low)
    return Q(pk__in=missed.filter(asked).values("customer_id"))


def _is_fact(key: str) -> bool:
    return key in FACT_KEYS or is_own_key(key)


def _between(field: FilterField, low: Any, high: Any) -> Q:
    found = Q() if low is None else Q(**{f"{field.name}__gte": _start(low)})
    if high is None:
        return found
    if isinstance(high, date):
        return found & Q(**{f"{field.name}__lt": _end(high)})
    return found & Q(**{f"{field.name}__lte": high})


def _equal(field: FilterField, value: Any) -> Q:
    if value is None or (field.name in FLAGS and value not in {"yes", "no"}):
        return Q(pk__in=[])
    if field.name in FLAGS:
        return Q(**{field.name: value == "yes"})
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
