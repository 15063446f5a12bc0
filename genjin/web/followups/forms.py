"""The task pages' forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.followups.rules import TaskKind
from genjin.web.shell.forms import Form, MomentField


class TaskForm(Form):
    objective = forms.CharField(label=pgettext_lazy("task", "What for"), max_length=300)
    due_at = MomentField(label=gettext_lazy("Due"))
    assignee = forms.ModelChoiceField(
        label=pgettext_lazy("task", "Who"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.Select(attrs={"data-picker": ""}),
    )
    materials = forms.CharField(label=gettext_lazy("To bring"), max_length=300, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TaskKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.active()  # type: ignore[attr-defined]


class OutcomeForm(Form):
    outcome = forms.CharField(label=gettext_lazy("What came of it"), max_length=2000, widget=forms.Textarea)


class PostponeForm(Form):
    due_at = MomentField(label=gettext_lazy("New day"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class HandOnForm(Form):
    assignee = forms.ModelChoiceField(
        label=gettext_lazy("To"), queryset=User.objects.none(), widget=forms.Select(attrs={"data-picker": ""})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.active()  # type: ignore[attr-defined]


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)
