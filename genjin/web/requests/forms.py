"""What is asked of who decides."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.web.shell.forms import DateInput, Form


class GrantForm(Form):
    answer = forms.CharField(
        label=_("A word to it"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeclineForm(Form):
    answer = forms.CharField(label=_("Why not"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AddForm(Form):
    """Who else is to agree, and when."""

    person = forms.ModelChoiceField(
        label=pgettext_lazy("signer", "Who"),
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"data-picker": ""}),
    )
    when = forms.ChoiceField(
        label=pgettext_lazy("signer", "When"),
        choices=[("before", _("Before me: I answer after them")), ("after", _("After my step"))],
        widget=forms.RadioSelect,
        initial="before",
    )
    note = forms.CharField(
        label=_("Why"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class HandOnForm(Form):
    """Who answers instead."""

    person = forms.ModelChoiceField(
        label=_("Who answers instead"),
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"data-picker": ""}),
    )
    note = forms.CharField(
        label=_("Why"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class TryForm(Form):
    """For whom, about which amount and on which day a flow is tried."""

    person = forms.ModelChoiceField(
        label=_("Asked by"), queryset=User.objects.active(), widget=forms.Select(attrs={"data-picker": ""})
    )
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    day = forms.DateField(label=_("Day"), required=False, widget=DateInput())
