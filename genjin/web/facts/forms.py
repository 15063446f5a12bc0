"""The forms of checked facts: shape only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.customers.rules import Grade
from genjin.kit.errors import RuleError
from genjin.quality.actions.facts import Seen
from genjin.quality.queries.facts import FactLine
from genjin.quality.rules.facts import FACTS, MOST_MONTHS, CheckMethod
from genjin.quality.rules.public import Topic
from genjin.quality.rules.samples import LARGEST_SAMPLE
from genjin.web.customers.forms import field_for
from genjin.web.customers.words import field_named
from genjin.web.shell.forms import DateInput, Form, dress


def _field(line: FactLine, name: str) -> forms.Field:
    if line.contact is None:
        return field_for(name)
    field: Any = field_named(name, Contact).formfield()
    dress(field)
    return field  # type: ignore[no-any-return]


class CheckForm(Form):
    """Facts as they stand, each to be ticked as true or written anew, and how one made sure."""

    method = forms.ChoiceField(label=_("How"), choices=CheckMethod.choices, initial=CheckMethod.CALL)
    source = forms.CharField(
        label=_("Who or what said so"),
        required=False,
        max_length=200,
        help_text=_("Such as Manager Wang, the licence, the company's site."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, customer: Customer, lines: Sequence[FactLine], ticked: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            row = line.contact or customer
            self.fields[f"tick-{line.key}"] = forms.BooleanField(
                label=line.fact.label, required=False, initial=ticked
            )
            self.fields[f"was-{line.key}"] = forms.CharField(widget=forms.HiddenInput, initial=line.current)
            for name in line.fact.fields:
                field = _field(line, name)
                field.required, field.initial = False, getattr(row, name)
                self.fields[f"{line.key}__{name}"] = field
        for field in self.fields.values():
            dress(field)

    def groups(self) -> list[dict[str, Any]]:
        """Return each fact with its tick, its fields and who it is about."""
        return [
            {
                "label": line.fact.label,
                "of": line.contact.name if line.contact else "",
                "tick": self[f"tick-{line.key}"],
                "was": self[f"was-{line.key}"],
                "fields": [self[f"{line.key}__{name}"] for name in line.fact.fields],
            }
            for line in self.lines
        ]

    def seen(self) -> list[Seen]:
        """Return the ticked facts, with new values where something was written anew."""
        return [self._seen(line) for line in self.lines if self.cleaned_data[f"tick-{line.key}"]]

    def _seen(self, line: FactLine) -> Seen:
        names = {name: f"{line.key}__{name}" for name in line.fact.fields}
        is_new = any(key in self.changed_data for key in names.values())
        values = {name: self.cleaned_data[key] for name, key in names.items()} if is_new else None
        return Seen(line.fact.key, line.contact, values, self.cleaned_data[f"was-{line.key}"])

    def at_its_field(self, refusal: RuleError) -> RuleError:
        """Return a refusal whose sentences stand at this form's own fields."""
        fields = {
            f"{line.key}__{name}": refusal.fields[name]
            for line in self.lines
            for name in line.fact.fields
            if name in refusal.fields and self.cleaned_data.get(f"tick-{line.key}")
        }
        return RuleError(
            refusal.message, refusal.code, status=refusal.status, fields=fields or refusal.fields, details=refusal.details
        )  # fmt: skip


class InfoForm(Form):
    """What is said in public about a customer."""

    topic = forms.ChoiceField(label=pgettext_lazy("public", "About"), choices=Topic.choices)
    text = forms.CharField(
        label=_("What is said"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For head count and revenue just the figure: 260, or 1-3亿元."),
    )  # fmt: skip
    said_in = forms.CharField(
        label=_("Source"),
        max_length=120,
        help_text=_("Such as the company's site, the annual report, 天眼查."),
    )
    dated_on = forms.DateField(label=_("Dated"), widget=DateInput())
    link = forms.CharField(label=_("Address on the web"), max_length=500, required=False)
    take_over = forms.BooleanField(
        label=_("Also write it into the customer's own field (head count, revenue, main business)"),
        required=False,
    )


class TermsForm(Form):
    """How many months a check of each fact holds."""

    def __init__(self, *args: Any, months: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in FACTS:
            self.fields[fact.key] = forms.IntegerField(
                label=fact.label, min_value=1, max_value=MOST_MONTHS, initial=months[fact.key],
                help_text=_("dynamic") if fact.is_dynamic else "",
            )  # fmt: skip
            dress(self.fields[fact.key])


class SampleForm(Form):
    """How many customers to draw, and out of which."""

    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=LARGEST_SAMPLE, initial=10)
    person = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Everybody I lead")
    )
    level = forms.ChoiceField(label=_("Grade"), choices=[("", _("Any")), *Grade.choices], required=False)
    since = forms.DateField(label=_("Added from"), widget=DateInput(), required=False)
    until = forms.DateField(label=_("Added up to"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().led_by(user).exclude(pk=user.pk)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class CommentForm(Form):
    """What is to be mended."""

    comment = forms.CharField(
        label=_("What is to be mended"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner gets it as a task, due in three working days."),
    )  # fmt: skip
