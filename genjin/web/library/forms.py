"""The form of a piece of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.rules import Grade, Stage
from genjin.library.rules import EntryKind, Objection, Spin
from genjin.library.rules.entries import LONGEST_BODY, PLACEHOLDERS, read_tags
from genjin.web.shell.forms import Form

ANY = ("", gettext_lazy("any"))


class EntryForm(Form):
    """What it is, for which occasion, and the words."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=EntryKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    body = forms.CharField(
        label=pgettext_lazy("library", "Text"), max_length=LONGEST_BODY, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("These are filled in when it is used: %(words)s") % {"words": " ".join(PLACEHOLDERS)},
    )  # fmt: skip
    topic = forms.CharField(
        label=gettext_lazy("Topic"), max_length=60, required=False, widget=forms.TextInput(attrs={"list": "topics"})
    )  # fmt: skip
    spin = forms.ChoiceField(
        label=gettext_lazy("Kind of question"), choices=[("", "—"), *Spin.choices], required=False
    )
    objection = forms.ChoiceField(
        label=pgettext_lazy("library", "Objection"), choices=[("", "—"), *Objection.choices], required=False
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=[ANY, *Stage.choices], required=False)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), choices=[ANY, *Grade.choices], required=False)
    tags = forms.CharField(label=gettext_lazy("Tags"), max_length=300, required=False)
    file = forms.FileField(label=pgettext_lazy("library", "File"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_tags(self) -> list[str]:
        return read_tags(self.cleaned_data["tags"])

    def values(self) -> dict[str, Any]:
        """Return what the action wants."""
        data = dict(self.cleaned_data)
        data.pop("file")
        if data["version"] is None:
            data.pop("version")
        return data
