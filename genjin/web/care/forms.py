"""The forms of care; shape only, sense is asked of the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import RIGHTS, Right
from genjin.care.models import Ticket
from genjin.care.rules import Priority, TicketKind
from genjin.care.rules.surveys import LONGEST_COMMENT, Answer
from genjin.care.rules.words import ConfirmedBy, NoteKind, Rating
from genjin.customers.models import Contact, Customer
from genjin.delivery.models import Project
from genjin.web.shell.forms import Form

ABLE = [role for role, rights in RIGHTS.items() if Right.MANAGE_TASKS in rights]
TAKEN_DOWN = [pair for pair in TicketKind.choices if pair[0] != TicketKind.BAD_RATING]
YES_NO = [("", "—"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague who can look after something, in any department."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        super().__init__(
            label=label, queryset=User.objects.active().filter(role__in=ABLE), required=required, empty_label="—",
            widget=forms.Select(attrs={"data-picker": ""}),
        )  # fmt: skip

    def label_from_instance(self, person: User) -> str:
        return f"{person.name} · {person.get_role_display()}"


class LongField(forms.CharField):
    """A text of several lines."""

    def __init__(self, label: Any, *, required: bool = True, most: int = 4000) -> None:
        super().__init__(
            label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": 3})
        )


class TicketForm(Form):
    """A complaint or request as it is taken down."""

    kind = forms.ChoiceField(label=pgettext_lazy("ticket", "Kind"), choices=TAKEN_DOWN)
    title = forms.CharField(label=pgettext_lazy("ticket", "What is it about"), max_length=200)
    details = LongField(gettext_lazy("In detail"), required=False)
    priority = forms.ChoiceField(
        label=pgettext_lazy("ticket", "Priority"), choices=Priority.choices, initial=Priority.NORMAL
    )
    owner = PersonField(gettext_lazy("Who looks after it"), required=False)
    project = forms.ModelChoiceField(
        label=pgettext_lazy("menu", "Delivery"),
        queryset=Project.objects.none(),
        required=False,
        empty_label="—",
    )
    sender = forms.CharField(label=gettext_lazy("Who reported it"), max_length=60, required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = Project.objects.filter(customer=customer)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["owner"].help_text = gettext_lazy(
            "You yourself unless you choose somebody; they are told and see the customer."
        )
        if not projects.exists():
            del self.fields["project"]


class AcceptForm(TicketForm):
    """What came by the customer's page, as it is accepted."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, customer=customer, **kwargs)
        for name in ("file", "sender", "project"):
            self.fields.pop(name, None)


class ChangeForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=pgettext_lazy("ticket", "Kind"), choices=TAKEN_DOWN)
    title = forms.CharField(label=pgettext_lazy("ticket", "What is it about"), max_length=200)
    details = LongField(gettext_lazy("In detail"), required=False)
    priority = forms.ChoiceField(label=pgettext_lazy("ticket", "Priority"), choices=Priority.choices)


class AnswerForm(Form):
    text = LongField(gettext_lazy("What the customer was told"))
    file = forms.FileField(label=gettext_lazy("File"), required=False)


class SolveForm(Form):
    answer = LongField(gettext_lazy("What the customer was told"), required=False)
    solution = LongField(gettext_lazy("How it was solved"))
    file = forms.FileField(label=gettext_lazy("File"), required=False)


class ConfirmForm(Form):
    name = forms.CharField(label=gettext_lazy("Who of the customer's people confirmed it"), max_length=60)
    how = forms.ChoiceField(
        label=pgettext_lazy("confirmed", "How"),
        choices=[pair for pair in ConfirmedBy.choices if pair[0] != ConfirmedBy.LINK],
    )
    text = LongField(gettext_lazy("In their words"), required=False)


class ReopenForm(Form):
    reason = LongField(gettext_lazy("What is not solved yet"))


class DeclineForm(Form):
    reason = LongField(gettext_lazy("Why it is not accepted"))


class CallOffForm(Form):
    reason = LongField(gettext_lazy("Why the customer is not asked"), most=200)


class MergeForm(Form):
    into = forms.ModelChoiceField(
        label=gettext_lazy("Into"), queryset=Ticket.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Ticket.objects.open().filter(customer=ticket.customer_id).exclude(pk=ticket.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class HandOnTicketForm(Form):
    owner = PersonField(gettext_lazy("To"))
    note = LongField(gettext_lazy("Note"), required=False)


class NoteForm(Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("note", "For whom"),
        choices=[pair for pair in NoteKind.choices if pair[0] in {"internal", "out", "in"}],
    )
    text = LongField(pgettext_lazy("note", "Text"), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.attrs.pop("autofocus", None)  # it stands below what was said


class SurveyForm(Form):
    """An asking opened by hand."""

    responsible = PersonField(gettext_lazy("Who asks"))
    project = forms.ModelChoiceField(
        label=pgettext_lazy("menu", "Delivery"),
        queryset=Project.objects.none(),
        required=False,
        empty_label="—",
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = Project.objects.filter(customer=customer)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        if not projects.exists():
            del self.fields["project"]


class AskedForm(Form):
    """What a customer answers on the phone."""

    contact = forms.ModelChoiceField(
        label=gettext_lazy("Who was asked"), queryset=Contact.objects.none(), required=False, empty_label="—"
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are they"),
        choices=Rating.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    is_stable = forms.ChoiceField(label=gettext_lazy("Does it run stably"), choices=YES_NO, required=False)
    meets_need = forms.ChoiceField(
        label=gettext_lazy("Does it do what they need"), choices=YES_NO, required=False
    )
    nps = forms.TypedChoiceField(
        label=gettext_lazy("How likely would they recommend us (0 to 10)"), coerce=int, empty_value=None, required=False,
        choices=[("", "—"), *((str(at), str(at)) for at in range(10, -1, -1))],
    )  # fmt: skip
    comment = LongField(gettext_lazy("In their words"), required=False, most=LONGEST_COMMENT)
    new_need = LongField(gettext_lazy("A new need they named"), required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        field.queryset = Contact.objects.filter(pk__in=[pk for pk, _name in people])  # type: ignore[attr-defined]
        names = dict(people)
        field.label_from_instance = lambda person: names[person.pk]  # type: ignore[attr-defined]
        self.fields["new_need"].help_text = gettext_lazy("It goes on record as evidence of a new need.")

    def as_answer(self) -> Answer:
        """Return it as the action takes it."""
        data = self.cleaned_data
        known = {"yes": True, "no": False}
        return Answer(
            data["rating"],
            known.get(data["is_stable"]),
            known.get(data["meets_need"]),
            data["nps"],
            data["comment"],
            data["new_need"],
        )


class ReportLinkForm(Form):
    """For what the page is on which the customer reports problems."""

    project = forms.ModelChoiceField(
        label=pgettext_lazy("menu", "Delivery"),
        queryset=Project.objects.none(),
        required=False,
        empty_label="—",
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = Project.objects.filter(customer=customer)  # type: ignore[attr-defined]
        self.fields["project"].help_text = gettext_lazy(
            "The page shows its name and nothing else of the customer."
        )
