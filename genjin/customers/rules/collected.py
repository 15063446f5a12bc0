"""Which facts every customer can be asked for, and when one counts as there. Own fields stand beside them.

One table for all: the pure rule here, the SQL of `actions.completeness`, forms and missing rates are made from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from genjin.fields.rules import Completeness, Outline
from genjin.fields.rules.outline import completeness

Empty = Literal["text", "null", "flag"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A built-in field of templates: there when one of `columns` holds something.

    `empty` says how the columns look when they hold nothing; `form` are the fields of the form that fills it (a reader's names);
    `label` is only given where no single column's own name will do.
    """

    key: str
    columns: tuple[str, ...]
    empty: Empty = "text"
    form: tuple[str, ...] = ()
    label: Any = ""
    of_contact: bool = False
    derived: bool = False  # follows from what is done, such as the last contact; nobody types it


def _text(key: str) -> Fact:
    return Fact(key, (key,), form=(key,))


def _person(key: str, *columns: str, label: Any) -> Fact:
    return Fact(f"contact.{key}", columns or (key,), label=label, of_contact=True)


FACTS: tuple[Fact, ...] = (
    _text("name"), _text("kind"), _text("customer_type"), _text("credit_code"), _text("industry"),
    Fact("founded_on", ("founded_on",), "null", ("founded_on",)),
    Fact("size", ("size",), form=("size", "employee_count")),
    Fact("revenue", ("revenue_min", "revenue_max"), "null", ("revenue_min", "revenue_max"), _("Yearly revenue")),
    Fact("region", ("province", "city"), form=("province", "city", "district"), label=_("Region")),
    _text("address"), _text("website"), _text("main_business"), _text("target_customers"), _text("news"), _text("industry_rank"),
    Fact("source", ("source_id",), "null", ("source", "source_detail")),
    _person("name", label=_("Key contact")), _person("job_title", label=_("Job title of the contact")),
    _person("phone", "phone", "phone2", label=_("Phone of the contact")), _person("wechat", label=_("WeChat of the contact")),
    _person("email", label=_("E-mail of the contact")), _person("notes", label=_("Notes on the contact")),
    _text("need"), _text("pain_points"), _text("desired_cooperation"),
    Fact("budget", ("budget_min", "budget_max"), "null", ("budget_min", "budget_max"), _("Budget range")),
    Fact("authority", ("is_authority_clear",), "flag", ("is_authority_clear",), _("Decision authority is clear")),
    Fact("decision_process", ("decision_process",), form=("decision_process", "needs_many_approvals")),
    Fact("purchase", ("purchase_timing",), form=("purchase_timing", "purchase_by"), label=_("Purchase timing")),
    _text("competitors"), _text("need_fit"), _text("intent"),
    _text("past_projects"), _text("cooperation_period"),
    Fact("satisfaction_score", ("satisfaction_score",), "null", ("satisfaction_score",)),
    _text("commitments"), _text("negotiation_progress"), _text("repurchase_intent"), _text("notes"),
    Fact("stage", ("stage",), derived=True), Fact("grade", ("grade",), derived=True),
    Fact("last_contact", ("last_contact_at",), "null", label=_("Follow-up records"), derived=True),
    Fact("next_action", ("next_action_at",), "null", label=_("Plan of the next follow-up"), derived=True),
)  # fmt: skip
BY_KEY: Mapping[str, Fact] = {fact.key: fact for fact in FACTS}
MAY_BE_DEMANDED = frozenset(fact.key for fact in FACTS if not fact.derived)
# What a reader's field name stands for; "revenue" and "budget" are typed as one range by sheets and programs.
_TYPED = {
    "name": "name",
    "revenue": "revenue",
    "budget": "budget",
    "province": "region",
    "employee_count": "size",
}
FACT_OF_FIELD: Mapping[str, str] = {
    name: fact.key for fact in FACTS if not fact.of_contact for name in (*fact.columns, *fact.form)
} | _TYPED


def filled_keys(
    values: Mapping[str, Any], people: Iterable[Mapping[str, Any]], custom: Mapping[str, Any]
) -> frozenset[str]:
    """Return the keys of what is there: `values` by column, `people` likewise, own values by key."""
    people = list(people)
    return frozenset(
        fact.key
        for fact in FACTS
        if (any(_is_there(fact, person) for person in people) if fact.of_contact else _is_there(fact, values))
    ) | frozenset(custom)


def _is_there(fact: Fact, values: Mapping[str, Any]) -> bool:
    found = (values.get(column) for column in fact.columns)
    return any(value is not None for value in found) if fact.empty == "null" else any(found)


def weighed(
    outline: Outline,
    values: Mapping[str, Any],
    people: Iterable[Mapping[str, Any]] = (),
    custom: Mapping[str, Any] | None = None,
) -> Completeness:
    """Weigh a record by an outline: percent and what is missing. Pure; sheets call it for each row they bring."""
    return completeness(outline, filled_keys(values, people, custom or {}))


SET_ANYWAY = frozenset({"kind", "customer_type", "stage", "grade"})  # no row lacks them, named or not


def demanded_keys(must: Iterable[str], values: Mapping[str, Any], custom: Mapping[str, Any]) -> list[str]:
    """Return which of the keys that must be there to save are not, of a row of a sheet; looks at no other field.

    `values` are by column, the person's as `contact.phone`.
    """
    absent = (key for key in must if key not in custom and key not in SET_ANYWAY)
    return sorted(key for key in absent if (fact := BY_KEY.get(key)) is None or not _stands_in(fact, values))


def _stands_in(fact: Fact, values: Mapping[str, Any]) -> bool:
    if fact.of_contact:
        return _is_there(fact, person_of(values))
    return _is_there(fact, values)


def person_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the person of a sheet's row by column."""
    return {name[8:]: value for name, value in values.items() if name.startswith("contact.")}
