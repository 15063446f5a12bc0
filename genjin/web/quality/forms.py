"""The forms about doubles: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.web.shell.forms import Form


class ParentForm(Form):
    """Which of two is the parent."""

    parent = forms.ChoiceField(label=_("Parent company"), widget=forms.RadioSelect)


class NoteForm(Form):
    """Why a pair is decided so."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)
