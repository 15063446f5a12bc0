"""A web form as a visitor sees it: made from its questions, with a box to agree and a decoy for machines."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.customers.rules import Size
from genjin.fields.queries import own_fields
from genjin.intake.rules.forms import LONGEST_ANSWER, Askable, AskedField, askable
from genjin.web.shell.forms import Form, dress


def _field(asked: AskedField, known: Askable) -> forms.Field:
    words: dict[str, Any] = {"label": asked.words, "required": asked.is_required}
    if known.kind == "size":
        return forms.ChoiceField(choices=[("", _("Please choose")), *Size.choices], **words)
    if known.own is not None and known.kind in {"choice", "choices"}:
        words |= {"choices": [(word, word) for word in known.own.options]}
        if known.kind == "choices":
            return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **words)
        words["choices"] = [("", _("Please choose")), *words["choices"]]
        return forms.ChoiceField(**words)
    field = forms.CharField(max_length=LONGEST_ANSWER, **words)
    if known.kind == "long":
        field.widget = forms.Textarea(attrs={"rows": 3})
    elif known.kind in {"phone", "email"}:
        field.widget = forms.TextInput(attrs={"type": "tel" if known.kind == "phone" else "email"})
    if known.autocomplete:
        field.widget.attrs["autocomplete"] = known.autocomplete
    return field


class UncheckedForm(Form):
    """A form of a page for strangers: every check is left to the action, which says the same to whoever sends without it."""

    def _clean_fields(self) -> None:
        """Take everything as it was sent."""


class VisitorForm(UncheckedForm):
    """The questions of one web form; sense is asked of the action."""

    def __init__(self, *args: Any, asked: Sequence[AskedField], consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = askable(own_fields())
        for question in asked:
            self.fields[question.key] = _field(question, known[question.key])
        self.fields["consent"] = forms.BooleanField(label=consent, required=True)
        self.fields["token"] = forms.CharField(widget=forms.HiddenInput, max_length=4000)
        for field in self.fields.values():
            dress(field)
