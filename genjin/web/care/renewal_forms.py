"""Forms of renewals; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.care.models import Renewal
from genjin.care.rules.renewals import DECIDED, Outcome
from genjin.contracts.models import Contract
from genjin.contracts.rules import ContractState
from genjin.customers.models import Choice
from genjin.web.shell.forms import DateInput, Form

_TEXT = {"rows": 4}


class RenewalPlanForm(Form):
    plan = forms.CharField(
        label=_("What to do"), max_length=4000, required=False, widget=forms.Textarea(attrs=_TEXT),
        help_text=_("Whom you talk to, what you offer, what could stand in the way."),
    )  # fmt: skip
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DecisionForm(Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[(one.value, one.label) for one in Outcome if one in DECIDED]
    )
    amount = forms.DecimalField(
        label=_("New amount (yuan)"), max_digits=16, decimal_places=2, required=False,
        help_text=_("Of what is renewed; empty takes the new contract's amount."),
    )  # fmt: skip
    new_contract = forms.ModelChoiceField(
        label=_("New contract"), queryset=Contract.objects.none(), required=False
    )
    lost_reason = forms.ModelChoiceField(
        label=_("Reason for loss"), queryset=Choice.objects.none(), required=False,
        help_text=_("Only when it is not renewed."),
    )  # fmt: skip
    reason = forms.CharField(
        label=pgettext_lazy("renewal", "In words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why not, or what changes."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, renewal: Renewal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Contract.objects.filter(customer=renewal.customer_id).exclude(pk=renewal.contract_id)
        contracts: Any = self.fields["new_contract"]
        contracts.queryset = others.exclude(state=ContractState.VOID)
        reasons: Any = self.fields["lost_reason"]
        reasons.queryset = Choice.objects.filter(kind=Choice.Kind.LOST_REASON, is_active=True)
