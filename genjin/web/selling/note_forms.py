"""Needs, parts in the decision, competitors and account plans as forms: shape only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.selling.actions.plans import PlannedAct
from genjin.selling.models import ChainMember, Competitor, Need, Opportunity
from genjin.selling.rules import Attitude, ChainRole, Influence
from genjin.selling.rules.needs import FIELDS
from genjin.web.shell.forms import DateInput, Form, MomentField, dress

FOLLOWED = (
    ("need", _("What is needed")), ("pain_points", _("Pain points")), ("budget", _("Budget")), ("decision_process", _("Decision process")),
)  # fmt: skip
SHORT = {"situation", "problem", "implication", "payoff", "wishes", "strengths", "weaknesses", "answer"}


def _field_of_need(name: str) -> Any:
    """Return a field as the model has it; pain points as lines."""
    field: Any = Need._meta.get_field(name).formfield()  # type: ignore[union-attr]
    if name == "pains":
        field = forms.CharField(
            label=_("Pain points"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line; they are numbered."),
        )  # fmt: skip
    if name in SHORT:
        field.widget.attrs["rows"] = 2
    dress(field)
    return field


class NeedForm(Form):
    """A need in the order one asks: situation, problem, implication, payoff."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, customer: Customer, row: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name] = _field_of_need(name)
        self.fields["budget_min"].label, self.fields["budget_max"].label = (
            _("Budget from (yuan)"),
            _("Budget to (yuan)"),
        )
        self.fields["told_at"] = MomentField(
            label=_("Told"), required=False, help_text=_("Empty: now. Written down after more than 24 hours it is marked late."),
        )  # fmt: skip
        if row is None:
            deals = Opportunity.objects.open().filter(customer=customer)
            self.fields["opportunity"] = forms.ModelChoiceField(
                label=_("For the opportunity"), queryset=deals, required=False
            )
        if row is None and customer.stage in {"won", "repeat"}:
            self.fields["is_new"] = forms.BooleanField(
                label=_("A new need: put it on record as evidence and open the repeat purchase"),
                required=False,
                initial=True,
            )
        self.fields["ticked"] = forms.MultipleChoiceField(
            label=_("Overwrite on the customer's record"), choices=FOLLOWED, required=False, widget=forms.CheckboxSelectMultiple,
            help_text=_("What is empty there is filled in anyway."),
        )  # fmt: skip
        for name in ("told_at", "opportunity"):
            if name in self.fields:
                dress(self.fields[name])
        self.fields["ticked"].widget.attrs["class"] = "form-check-input"
        if "is_new" in self.fields:
            self.fields["is_new"].widget.attrs["class"] = "form-check-input"

    def values(self) -> dict[str, Any]:
        """Return the need's own fields as the action takes them."""
        data = {name: self.cleaned_data[name] for name in FIELDS}
        data["pains"] = [line.strip() for line in data["pains"].splitlines() if line.strip()]
        return data


class ChainForm(Form):
    """A person's part in the decision."""

    contact = forms.ChoiceField(label=_("Contact"))
    role = forms.ChoiceField(label=_("Part in the decision"), choices=ChainRole.choices)
    attitude = forms.ChoiceField(label=_("Attitude"), choices=Attitude.choices, initial=Attitude.UNKNOWN)
    influence = forms.TypedChoiceField(
        label=_("Influence"), choices=Influence.choices, coerce=int, initial=Influence.SOME
    )
    reports_to = forms.ChoiceField(label=_("Reports to"), required=False)
    notes = forms.CharField(label=_("What matters to this person"), required=False, max_length=300)

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], members: list[tuple[str, str]], row: ChainMember | None = None, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = people  # type: ignore[attr-defined]
        self.fields["reports_to"].choices = [("", "—"), *members]  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["contact"]


class RivalForm(Form):
    """A competitor, and what we answer."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "price", "strengths", "weaknesses", "answer", "is_current", "opportunity"):
            field: Any = Competitor._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if name in SHORT:
                field.widget.attrs["rows"] = 2
            if name == "opportunity":
                field.queryset = Opportunity.objects.filter(customer=customer)
                field.empty_label = str(_("all of them"))
            dress(field)
            self.fields[name] = field


class PlanForm(Form):
    """The plan of a key account, with up to three things to do."""

    position = forms.CharField(
        label=_("Standing in the industry"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    chain = forms.CharField(
        label=_("Who decides, and how"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rivals = forms.CharField(
        label=_("Work with competitors"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    goals = forms.CharField(label=_("Goals"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    review_on = forms.DateField(label=_("Look again on"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in (1, 2, 3):
            known = {"n": number}
            self.fields[f"act{number}"] = forms.CharField(
                label=_("To do %(n)d") % known, max_length=300, required=False
            )
            self.fields[f"who{number}"] = forms.ModelChoiceField(
                label=_("By whom"),
                queryset=User.objects.active(),
                required=False,
                widget=forms.Select(attrs={"data-picker": ""}),
            )
            self.fields[f"on{number}"] = forms.DateField(label=_("Until"), required=False, widget=DateInput())
            for name in ("act", "who", "on"):
                dress(self.fields[f"{name}{number}"])

    def clean(self) -> dict[str, Any]:
        """Ask for a day with every act."""
        data = super().clean()
        for number in (1, 2, 3):
            if data.get(f"act{number}") and not data.get(f"on{number}"):
                self.add_error(f"on{number}", _("Until when?"))
        return data

    def acts(self, me: User, today: date) -> list[PlannedAct]:
        """Return what was filled in; who is not named is oneself."""
        data = self.cleaned_data
        return [
            PlannedAct(data[f"act{number}"], data[f"who{number}"] or me, data[f"on{number}"] or today)
            for number in (1, 2, 3)
            if data.get(f"act{number}")
        ]
