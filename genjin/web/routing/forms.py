"""The forms of rules, extensions and locks; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Pool
from genjin.routing.actions.rules import Part
from genjin.routing.models import AssignmentRule, RecycleRule
from genjin.web.shell.forms import DateInput, Form, dress


class ExtensionForm(Form):
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your lead reads it and decides. A customer is extended once."),
    )  # fmt: skip


class LockForm(Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandoverForm(Form):
    """Whose customers go to whom."""

    giver = forms.ModelChoiceField(label=_("Whose customers"), queryset=User.objects.none())
    receiver = forms.ModelChoiceField(label=_("Go to"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("What the receiver should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    at_once = forms.BooleanField(
        label=_("Takes effect at once"), required=False,
        help_text=_("For somebody who has left already: the customers move now, and the receiver confirms afterwards."),
    )  # fmt: skip

    giver_percent = forms.IntegerField(
        label=_("Credit that stays with the giver (%)"), required=False, min_value=0, max_value=100,
        help_text=_("Of deals that come of these customers, up to the day below."),
    )  # fmt: skip
    shared_until = forms.DateField(label=_("Credit shared until"), required=False, widget=DateInput())

    def __init__(self, *args: Any, user: User, giver: User | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"giver": giver, "at_once": giver is not None and not giver.is_active})
        super().__init__(*args, **kwargs)
        led = User.objects.led_by(user)
        self.fields["giver"].queryset = led  # type: ignore[attr-defined]
        self.fields["receiver"].queryset = led.active()  # type: ignore[attr-defined]


class RuleForm(Form):
    """The plain fields of a rule, with the model's own words."""

    names: tuple[str, ...] = ("name", "position", "is_active", "limit_per_run")
    model: type[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.names:
            field = self.model._meta.get_field(name).formfield()
            dress(field)
            self.fields[name] = field


class RecycleRuleForm(RuleForm):
    model = RecycleRule
    names = (
        "name",
        "pool",
        "days_a",
        "days_b",
        "days_c",
        "no_deal_days",
        "limit_per_run",
        "position",
        "is_active",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = Pool.objects.all()  # type: ignore[attr-defined]


class AssignmentRuleForm(RuleForm):
    model = AssignmentRule
    names = ("name", "only_working_hours", "fallback", "limit_per_run", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fallback"].queryset = User.objects.active()  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """One line of who gets customers."""

    person = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.active())
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)
    capacity = forms.IntegerField(
        label=_("Open customers at most"), min_value=0, max_value=100_000, required=False
    )


def parts_of(data: Any) -> tuple[list[Part], list[str]]:
    """Read the lines of who gets customers from the three equal lists of a request; with what is wrong."""
    parts: dict[int, Part] = {}
    wrong: list[str] = []
    lists = (data.getlist(name) for name in ("person", "weight", "capacity"))
    for person, weight, capacity in zip(*lists, strict=False):
        if not person:
            continue
        line = PartForm({"person": person, "weight": weight, "capacity": capacity})
        if line.is_valid():
            one = line.cleaned_data
            parts[one["person"].pk] = Part(one["person"], one["weight"], one["capacity"])
        else:
            wrong += [str(sentence) for sentences in line.errors.values() for sentence in sentences]
    return list(parts.values()), wrong
