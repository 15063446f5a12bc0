"""The rarer parts of the follow-up form: promises, and what changed about the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.queries import company_zone
from genjin.customers.models import Contact, Customer
from genjin.followups.actions.tasks import NewTask
from genjin.followups.rules import OPENS_AT, TaskKind
from genjin.kit.money import show_money

MOST_PROMISES = 10
SIDES = {"ours": TaskKind.PROMISE_OURS, "theirs": TaskKind.PROMISE_THEIRS}
CHANGES = {  # field of the form: label, longest
    "budget": (gettext_lazy("Budget"), 60),
    "need": (gettext_lazy("Need"), 4000),
    "purchase_timing": (gettext_lazy("Purchase timing"), 80),
    "decision_process": (gettext_lazy("Decision chain"), 300),
    "competitors": (gettext_lazy("Competitors"), 2000),
}


@dataclass(slots=True)
class PromiseRow:
    """A promise as it was typed; `error` says what is missing."""

    side: str = "ours"
    what: str = ""
    by: str = ""
    who: str = ""
    is_confirmed: str = ""
    error: str = ""

    def read(self, people: Sequence[Contact]) -> NewTask | None:
        """Return the promise; None when it cannot be read, and `error` says why."""
        try:
            day = date.fromisoformat(self.by)
        except ValueError:
            day = None
        if day is None or not self.what.strip():
            self.error = _("A promise says what, and by when.")
            return None
        kind = SIDES.get(self.side, TaskKind.PROMISE_OURS)
        person = next((one for one in people if str(one.pk) == self.who), None)
        return NewTask(
            objective=self.what.strip()[:300], due_at=datetime.combine(day, OPENS_AT, company_zone()).replace(hour=18), kind=kind,
            promisor=person if kind == TaskKind.PROMISE_THEIRS else None, is_confirmed=self.is_confirmed == "1",
        )  # fmt: skip


def promise_rows(data: Any) -> list[PromiseRow]:
    """Return the rows somebody filled in."""
    if not hasattr(data, "getlist"):
        return []
    names = ("promise_side", "promise_what", "promise_by", "promise_who", "promise_confirmed")
    rows = zip(*(data.getlist(name)[:MOST_PROMISES] for name in names), strict=False)
    return [PromiseRow(*row) for row in rows if row[1].strip() or row[2].strip()]


def add_change_fields(form: forms.Form, customer: Customer) -> None:
    """Give the form a field for each thing a contact may change; what holds today is shown in it, empty means unchanged."""
    for name, (label, longest) in CHANGES.items():
        form.fields[f"new_{name}"] = forms.CharField(
            label=label, max_length=longest, required=False,
            widget=forms.TextInput(attrs={"class": "form-control", "placeholder": _held(customer, name)}),
        )  # fmt: skip


def _held(customer: Customer, name: str) -> str:
    if name == "budget":
        ends = [show_money(end) for end in (customer.budget_min, customer.budget_max) if end is not None]
        text = "–".join(dict.fromkeys(ends))
    else:
        text = " ".join(str(getattr(customer, name)).split())[:60]
    return _("now: %(value)s") % {"value": text} if text else _("not known yet")


def changes_in(data: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody wrote as changed, by the customer's field."""
    return {name: data[f"new_{name}"] for name in CHANGES if data.get(f"new_{name}")}
