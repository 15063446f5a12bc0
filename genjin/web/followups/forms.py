"""The task pages' forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.followups.queries.asks import departments
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
    file = forms.FileField(label=gettext_lazy("File"), required=False)


class AskForm(Form):
    """What is asked of a colleague, or of a department."""

    objective = forms.CharField(label=gettext_lazy("What is needed"), max_length=300)
    details = forms.CharField(
        label=gettext_lazy("What they should know"), max_length=4000, required=False, widget=forms.Textarea,
        help_text=gettext_lazy("They see this customer while it is open, with contact data masked."),
    )  # fmt: skip
    assignee = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"), queryset=User.objects.none(), required=False,
        widget=forms.Select(attrs={"data-picker": ""}),
    )  # fmt: skip
    department = forms.ChoiceField(
        label=gettext_lazy("Or a department"), required=False,
        help_text=gettext_lazy("Whoever is there today and has the fewest open tasks gets it."),
    )  # fmt: skip
    due_at = MomentField(label=gettext_lazy("By when"))
    file = forms.FileField(label=gettext_lazy("File"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["assignee"]
        people.queryset = User.objects.active()
        people.label_from_instance = lambda person: f"{person.name} · {person.get_role_display()}"
        self.fields["department"].choices = [("", "—"), *departments()]  # type: ignore[attr-defined]


class QuestionForm(Form):
    question = forms.CharField(
        label=gettext_lazy("What you need to know"), max_length=2000, widget=forms.Textarea
    )


class ExplainForm(Form):
    answer = forms.CharField(
        label=gettext_lazy("What they need to know"), max_length=2000, widget=forms.Textarea
    )
    due_at = MomentField(label=gettext_lazy("By when"), required=False)


class ReopenForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("What is still missing"), max_length=2000, widget=forms.Textarea
    )
    due_at = MomentField(label=gettext_lazy("By when"))


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
