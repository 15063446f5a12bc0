"""Evidence and moves as forms: shape only, sense is asked of the actions."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Choice, Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof, reachable
from genjin.followups.actions.evidence import NewEvidence
from genjin.followups.rules.evidence import LONGEST_EXCEPTION, USUAL_KIND, EvidenceKind
from genjin.web.customers.forms import AskingForm, BulkForm
from genjin.web.shell.forms import DateInput, Form, MomentField

BY_HAND = [pair for pair in Proof.choices if pair[0] != Proof.CONTRACT]


class EvidenceForm(Form):
    """What shows something: words or a file. A signed contract is none of it: signing it under Contracts says so."""

    proves = forms.MultipleChoiceField(
        label=_("This shows"), choices=BY_HAND, required=False, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("evidence", "Form"), choices=EvidenceKind.choices, required=False
    )
    text = forms.CharField(
        label=pgettext_lazy("evidence", "In words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as: Manager Wang confirmed 800,000 on the phone; the file is enough if it speaks for itself."),
    )  # fmt: skip
    file = forms.FileField(label=_("File"), required=False)
    occurred_at = MomentField(label=pgettext_lazy("evidence", "When"), required=False)

    def __init__(self, *args: Any, offered: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes = self.fields["proves"]
        boxes.widget.attrs["class"] = "form-check-input"
        if offered:
            boxes.choices = [(code, label) for code, label in BY_HAND if code in offered]  # type: ignore[attr-defined]

    def preset(self, proves: Collection[str]) -> None:
        """Tick what is wanted and choose the form in which it is usually known."""
        known = [code for code in proves if code in Proof.values]
        self.initial["proves"] = known
        self.initial["kind"] = USUAL_KIND[known[0]] if known else EvidenceKind.VERBAL

    @property
    def has_words(self) -> bool:
        """Whether anything was given that could be evidence."""
        return bool(self.cleaned_data["text"].strip() or self.cleaned_data["file"])

    def as_new(self) -> NewEvidence:
        """Return the answers as the action takes them."""
        data = self.cleaned_data
        return NewEvidence(
            kind=data["kind"] or EvidenceKind.OTHER, proves=data["proves"], text=data["text"], file=data["file"],
            occurred_at=data["occurred_at"],
        )  # fmt: skip


class MoveForm(AskingForm, EvidenceForm):
    """A move to another stage; the choices are what the transition table reaches from here."""

    stage = forms.ChoiceField(label=_("Stage"))
    lost_reason = forms.ModelChoiceField(
        label=_("Reason for loss"), queryset=Choice.objects.none(), required=False
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(s.value, s.label) for s in reachable(Stage(customer.stage))]  # type: ignore[attr-defined]
        self.fields["lost_reason"].queryset = Choice.objects.of("lost_reason")  # type: ignore[attr-defined]
        if self.data.get("approval_reason"):
            self.offer_asking()


class ExceptionForm(Form):
    """Why a gate is to be passed without its evidence, and until when the evidence will be there."""

    reason = forms.CharField(
        label=_("Why it cannot wait"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(label=_("The evidence will be there by"), widget=DateInput())
    lost_reason = forms.ModelChoiceField(
        label=_("Reason for loss"), queryset=Choice.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lost_reason"].queryset = Choice.objects.of("lost_reason")  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("At most %(days)d days from now.") % {
            "days": LONGEST_EXCEPTION.days
        }
        self.initial.setdefault("until", timezone.localdate() + timedelta(days=14))

    @property
    def end(self) -> datetime:
        """The end of the chosen day in the company's time zone."""
        day = self.cleaned_data["until"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time.min))


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Why it no longer stands"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class StillSoForm(EvidenceForm):
    """A word to the weekly look, and evidence if there is some; neither is needed."""

    note = forms.CharField(label=_("A word to it"), required=False, max_length=300)


class BulkMoveForm(BulkForm):
    """Where many customers are to go."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    lost_reason = forms.ModelChoiceField(
        label=_("Reason for loss"), queryset=Choice.objects.none(), required=False, help_text=_("Only when they are lost.")
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For a step back or a loss. On the way up the evidence of each customer speaks."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lost_reason"].queryset = Choice.objects.of("lost_reason")  # type: ignore[attr-defined]
