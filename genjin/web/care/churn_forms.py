"""Forms of churn warnings; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.care.rules.churn import Answer, Part, Result
from genjin.web.shell.forms import DateInput, Form


class AnswerForm(Form):
    """False, or known already."""

    answer = forms.ChoiceField(
        label=pgettext_lazy("churn", "Answer"), widget=forms.RadioSelect,
        choices=[(Answer.FALSE, Answer.FALSE.label), (Answer.KNOWN, Answer.KNOWN.label)],
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A false alarm needs a reason; the same signs of this customer are silent for 60 days."),
    )  # fmt: skip


class WinBackForm(Form):
    """The plan to win a customer back."""

    reason = forms.CharField(
        label=_("Why they may leave"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    measures = forms.CharField(
        label=pgettext_lazy("win-back", "What is done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example three months of service for nothing, a training on site, a visit of the head."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=User.objects.none())
    until = forms.DateField(label=_("Until"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()


class ResultForm(Form):
    """What came of it."""

    result = forms.ChoiceField(
        label=pgettext_lazy("win-back", "Result"), widget=forms.RadioSelect,
        choices=[(Result.WON_BACK, Result.WON_BACK.label), (Result.LOST, Result.LOST.label)],
    )  # fmt: skip
    outcome = forms.CharField(
        label=_("What came of it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WeightsForm(Form):
    """What each sign weighs, and from which score on an alarm is raised."""

    raise_at = forms.IntegerField(label=_("Alarm from this score"), min_value=1, max_value=100)
    high_at = forms.IntegerField(
        label=_("High from this score"), min_value=1, max_value=100, help_text=_("The lead is told as well.")
    )
    limit_per_run = forms.IntegerField(label=_("Alarms a night at most"), min_value=1, max_value=10_000)
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in Part:
            field = forms.IntegerField(label=part.label, min_value=0, max_value=100)
            field.widget.attrs["class"] = "form-control"
            self.fields[part.value] = field
        self.fields["raise_at"].widget.attrs.pop("autofocus", None)  # it is not the first any more
        self.order_fields([*Part.values, "raise_at", "high_at", "limit_per_run", "reason"])

    def weights(self) -> dict[str, int]:
        """Return the weights as the action wants them."""
        return {part.value: int(self.cleaned_data[part.value]) for part in Part}


class SpanForm(Form):
    """Which past is played again."""

    first = forms.DateField(label=pgettext_lazy("span", "From"), widget=DateInput())
    last = forms.DateField(label=pgettext_lazy("span", "To"), widget=DateInput())
