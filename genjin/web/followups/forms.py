"""The task pages' forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.followups.rules import TaskKind
from genjin.library.models import Entry
from genjin.library.rules import EntryKind
from genjin.web.shell.forms import Form, MomentField


class EntriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """What to bring from the library: materials first, any entry in use."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("From the library"), queryset=Entry.objects.active().exclude(kind=EntryKind.GREETING),
            required=False, widget=forms.SelectMultiple(attrs={"data-picker": ""}),
        )  # fmt: skip

    def label_from_instance(self, entry: Entry) -> str:
        return f"{entry.get_kind_display()} · {entry.title}"


class MaterialsForm(Form):
    """What to bring to a task."""

    materials = forms.CharField(label=gettext_lazy("To bring"), max_length=300, required=False)
    entries = EntriesField()


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
    entries = EntriesField()
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
