"""Which fields may be changed for many customers at once, and how."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.fields.rules import Definition, FieldKind
from genjin.kit.errors import wrong_at

HOWS = {
    "set": gettext_lazy("set to"),
    "append": gettext_lazy("append"),
    "add": gettext_lazy("add"),
    "remove": gettext_lazy("remove"),
    "clear": gettext_lazy("clear"),
}
# By kind of field. Owner, stage and grade have deeds of their own.
KINDS: Mapping[str, tuple[str, ...]] = {
    "prose": ("set", "append", "clear"),
    "text": ("set", "append", "clear"),
    "value": ("set", "clear"),
    "must": ("set",),
    "name": ("set", "append"),
    "many": ("add", "remove"),
    "words": ("add", "remove", "clear"),
}
OF_OWN: Mapping[str, str] = {
    FieldKind.TEXT: "text", FieldKind.LONG_TEXT: "prose", FieldKind.NUMBER: "value", FieldKind.MONEY: "value", FieldKind.DATE: "value",
    FieldKind.CHOICE: "value", FieldKind.CHOICES: "words", FieldKind.REGION: "value", FieldKind.PERSON: "value",
}  # fmt: skip
NO_OWN: Mapping[str, Definition] = {}
EDITABLE: Mapping[str, str] = {
    "customer_type": "must", "industry": "text", "size": "value", "employee_count": "value", "revenue": "value",
    "founded_on": "value", "province": "text", "city": "text", "district": "text", "address": "text", "website": "text",
    "main_business": "prose", "target_customers": "prose", "industry_rank": "text", "news": "prose", "source": "value",
    "source_detail": "text", "campaign": "value", "first_contact_at": "value", "tags": "many", "need": "prose", "pain_points": "prose", "desired_cooperation": "prose",
    "budget": "value", "is_authority_clear": "value", "decision_process": "text", "needs_many_approvals": "value",
    "purchase_timing": "text", "purchase_by": "value", "competitors": "prose", "need_fit": "value", "intent": "value",
    "past_projects": "prose", "cooperation_period": "text", "satisfaction_score": "value", "commitments": "prose",
    "negotiation_progress": "prose", "repurchase_intent": "value", "do_not_disturb": "value", "review_cycle_months": "must", "notes": "prose", "name": "name", "kind": "must",
    "credit_code": "value",
}  # fmt: skip
BETWEEN = {"prose": "\n", "text": "、", "name": ""}


def kind_of(name: str, own: Mapping[str, Definition] = NO_OWN) -> str:
    """Return the kind of a field; "" of one that is not for changing many at once. `own` are the own fields by key."""
    return OF_OWN.get(own[name].kind, "") if name in own else EDITABLE.get(name, "")


def hows_of(name: str, own: Mapping[str, Definition] = NO_OWN) -> tuple[str, ...]:
    """Return what may be done to a field."""
    return KINDS.get(kind_of(name, own), ())


def check_edit(name: str, how: str, value: str, own: Mapping[str, Definition] = NO_OWN) -> None:
    """Refuse what cannot be done to a field. Raises RuleError `field_unknown`, `how_unknown`, `value_missing`."""
    if not kind_of(name, own):
        sentence = _("This field is not changed for many customers at once.")
        raise wrong_at("field", sentence, "field_unknown")
    if how not in hows_of(name, own):
        sentence = _("This cannot be done to this field.")
        raise wrong_at("how", sentence, "how_unknown")
    if how != "clear" and not value.strip():
        sentence = _("Write the value; to empty the field, choose clear.")
        raise wrong_at("value", sentence, "value_missing")


def appended(kind: str, current: Any, given: str) -> str:
    """Return a text with another one behind it, on a line of its own where a field of this kind holds prose."""
    text = str(current or "")
    return f"{text}{BETWEEN[kind]}{given}" if text else given


def own_raw(field: Definition, how: str, value: str, kept: Any) -> Any:
    """Return what an own field's reader is given: the value itself, or what is `kept` with it put in or taken out."""
    if how == "clear":
        return None
    if how == "append":
        return appended(OF_OWN[field.kind], kept, value)
    if how in {"add", "remove"}:
        words = [
            word.strip() for word in value.replace("，", ",").replace("、", ",").split(",") if word.strip()
        ]
        now = list(kept or [])
        return [*now, *words] if how == "add" else [word for word in now if word not in words]
    return value
