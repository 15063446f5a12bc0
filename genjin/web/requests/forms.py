"""What is asked of who decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.web.shell.forms import Form


class GrantForm(Form):
    answer = forms.CharField(
        label=_("A word to it"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeclineForm(Form):
    answer = forms.CharField(label=_("Why not"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
