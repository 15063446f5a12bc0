"""The forms about doubles: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.web.shell.forms import Form


class NoteForm(Form):
    """Why a pair is decided so."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)
