"""Objections as forms: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.models import Customer
from genjin.library.models import Entry
from genjin.library.rules import EntryKind
from genjin.library.rules import Objection as Category
from genjin.proposals.actions.objections import Answer
from genjin.proposals.queries.objections import suggestions
from genjin.proposals.rules import Acceptance
from genjin.proposals.rules.objections import Learnt
from genjin.selling.models import Opportunity
from genjin.web.shell.forms import Form

MOST = 200


def learnt_words(found: Learnt) -> str:
    """Return what is known of a standard answer, in words."""
    if found.rate is None:
        return _("too few answers to tell (%(count)d)") % {"count": found.count}
    return _("accepted %(rate)d %% of %(count)d") % {"rate": found.rate, "count": found.count}


class AnswerForm(Form):
    """What was answered, and how it was taken."""

    entry = forms.ModelChoiceField(
        label=gettext_lazy("Standard answer"), queryset=Entry.objects.none(), required=False, empty_label=gettext_lazy("none, own words"),
        help_text=gettext_lazy("Those that are accepted most often stand first."),
    )  # fmt: skip
    answer = forms.CharField(
        label=gettext_lazy("Our answer"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    acceptance = forms.ChoiceField(
        label=pgettext_lazy("objection", "How the customer took it"), choices=[("", "—"), *Acceptance.choices], required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, category: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = {word: at for at, word in enumerate(Category.values)}
        rows = sorted(
            suggestions(category, most=MOST), key=lambda pair: order.get(pair[0].objection, len(order))
        )
        field: Any = self.fields["entry"]
        field.queryset = Entry.objects.filter(kind=EntryKind.OBJECTION)
        labels = [
            (entry.pk, f"{entry.get_objection_display()} · {entry.title} ({learnt_words(known)})")
            for entry, known in rows
        ]
        field.choices = [("", field.empty_label), *labels]

    def as_answer(self) -> Answer | None:
        """Return the answer; None while none was given."""
        data = self.cleaned_data
        given = data["acceptance"] or data["answer"].strip() or data["entry"]
        return Answer(data["acceptance"], data["answer"], data["entry"]) if given else None


class ObjectionForm(AnswerForm):
    """An objection, answered on the spot or not yet."""

    category = forms.ChoiceField(label=pgettext_lazy("objection", "Category"), choices=Category.choices)
    said = forms.CharField(
        label=gettext_lazy("What was said"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    opportunity = forms.ModelChoiceField(
        label=gettext_lazy("Opportunity"), queryset=Opportunity.objects.none(), required=False
    )
    field_order = ("category", "said", "opportunity", "entry", "answer", "acceptance")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opportunity"].queryset = Opportunity.objects.filter(customer=customer)  # type: ignore[attr-defined]
