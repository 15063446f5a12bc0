"""Projects, steps, risks and the acceptance as forms: shape only, sense is asked of the actions."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Contact
from genjin.delivery.rules import Part, RiskLevel, StepTrigger
from genjin.delivery.rules.words import NO_TRIGGER
from genjin.web.shell.forms import Form, day_field, person_field


class PeopleForm(Form):
    """A form that names colleagues: those who may sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if (
                isinstance(field, forms.ModelChoiceField)
                and field.queryset is not None
                and field.queryset.model is User
            ):
                field.queryset = User.objects.active()


class ProjectForm(PeopleForm):
    name = forms.CharField(label=_("Project name"), max_length=200)
    lead = person_field(_("In charge of delivery"))
    starts_on = day_field(_("Planned beginning"), required=False)
    planned_end = day_field(
        _("Planned end"), required=False, help_text=_("Payments that wait for acceptance are expected then.")
    )
    notes = forms.CharField(
        label=_("Notes"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewProjectForm(ProjectForm):
    with_usual_steps = forms.BooleanField(
        label=_("Begin with the usual steps: kick-off, study, implementation, training, going live"),
        required=False,
    )


class KickoffForm(Form):
    on = day_field(_("Day of the meeting"))
    minutes = forms.CharField(
        label=_("Minutes"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Who was there, what was agreed, what is open."),
    )  # fmt: skip
    split = forms.CharField(
        label=_("Split of work"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who does what, on our side and on the customer's."),
    )  # fmt: skip
    file = forms.FileField(label=_("Minutes as a file"), required=False)


class DayForm(Form):
    """A day on which something happened: today unless said."""

    on = day_field(pgettext_lazy("fact", "Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class SlipForm(Form):
    expected_end = day_field(_("Expected end"))
    why = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: the customer's server comes two weeks later. It stands beside the payments in the forecast."),
    )  # fmt: skip


class AcceptForm(Form):
    """The customer's acceptance; made for a phone on site: a photo of the sheet is enough."""

    file = forms.FileField(
        label=_("Signed acceptance sheet"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf,.doc,.docx"}),
        help_text=_("A photo or scan; without one write below what the customer said."),
    )  # fmt: skip
    on = day_field(_("Accepted on"))
    signer = forms.ModelChoiceField(
        label=_("Who of the customer signed"), queryset=Contact.objects.none(), required=False
    )
    words = forms.CharField(
        label=_("In words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
        self.fields["signer"].queryset = Contact.objects.filter(pk__in=[pk for pk, _name in people])  # type: ignore[attr-defined]
        self.fields["signer"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


class ReasonForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(PeopleForm):
    user = person_field(_("Who"), required=True)
    part = forms.ChoiceField(label=_("As what"), choices=Part.choices)
    note = forms.CharField(label=_("Split of work"), required=False, max_length=200)


class StepForm(PeopleForm):
    name = forms.CharField(label=pgettext_lazy("delivery", "Step"), max_length=200)
    owner = person_field(
        _("Who does it"), help_text=_("With a day it stands among the tasks of this person.")
    )
    due_on = day_field(_("Due"), required=False)
    weight = forms.IntegerField(
        label=_("Weight"), min_value=1, max_value=100, initial=10, help_text=_("How much of the whole it is, against the other steps.")
    )  # fmt: skip
    trigger = forms.ChoiceField(
        label=_("Makes payments due that wait for"),
        choices=[NO_TRIGGER, *StepTrigger.choices],
        required=False,
    )
    why = forms.CharField(label=_("Why the day moves"), required=False, max_length=200)


class RiskForm(PeopleForm):
    text = forms.CharField(label=_("What may go wrong"), max_length=300)
    level = forms.ChoiceField(label=_("How bad"), choices=RiskLevel.choices, initial=RiskLevel.MEDIUM)
    owner = person_field(_("Who watches it"))
    answer = forms.CharField(
        label=_("What is done about it"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    closed = forms.BooleanField(label=_("Settled"), required=False)
