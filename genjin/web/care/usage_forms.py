"""Forms of use and buying again; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.care.actions.repurchase import BUYS_AGAIN
from genjin.care.models import UsageRule
from genjin.care.rules.usage import Figures, read_period
from genjin.customers.rules import Level
from genjin.followups.rules.evidence import EvidenceKind
from genjin.kit.errors import RuleError
from genjin.selling.models import Product
from genjin.web.shell.forms import DateInput, Form, dress


class FiguresForm(Form):
    """One metric of one period."""

    metric = forms.CharField(
        label=_("What was measured"), max_length=60, widget=forms.TextInput(attrs={"list": "metrics"}),
        help_text=_("For example: share of advanced functions used, orders a month."),
    )  # fmt: skip
    period = forms.CharField(
        label=pgettext_lazy("usage", "Period"), max_length=20, help_text=_("A month, a quarter or a year: 2026-03, 2026Q1, 2026.")
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("Share of functions used, %"), required=False, max_digits=5, decimal_places=2
    )
    value = forms.DecimalField(
        label=pgettext_lazy("usage", "Value"), required=False, max_digits=16, decimal_places=2
    )
    active_users = forms.IntegerField(label=_("Active users"), required=False, min_value=0, max_value=10**8)
    last_login_on = forms.DateField(label=_("Last login"), required=False, widget=DateInput())

    def clean_period(self) -> Any:
        try:
            return read_period(self.cleaned_data["period"])
        except RuleError as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def figures(self) -> Figures:
        """Return what the action wants."""
        return Figures(**self.cleaned_data)


class SheetForm(Form):
    file = forms.FileField(label=_("Sheet"), max_length=200)


class ProposeForm(Form):
    product = forms.ModelChoiceField(
        label=_("Product to recommend"), queryset=Product.objects.none(), required=False
    )
    why = forms.CharField(
        label=_("What speaks for it"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.queryset = Product.objects.offered()


class BuyAgainForm(Form):
    """The plan to let a customer buy again."""

    plan = forms.CharField(
        label=pgettext_lazy("repurchase", "Plan"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you offer, why it helps this customer, who decides there."),
    )  # fmt: skip
    intent = forms.ChoiceField(
        label=_("Intent to buy again"), choices=[("", "—"), *Level.choices], required=False
    )
    budget = forms.DecimalField(label=_("Budget (yuan)"), max_digits=16, decimal_places=2, required=False)
    budget_when = forms.CharField(
        label=_("When the budget is there"),
        max_length=60,
        required=False,
        help_text=_("For example: next quarter."),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = forms.DateField(label=pgettext_lazy("repurchase", "On"), required=False, widget=DateInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ConfirmForm(Form):
    """The customer's word."""

    said = forms.CharField(
        label=_("What the customer says"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes on record as evidence of a new need."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=_("In which form it is known"), initial=EvidenceKind.VERBAL,
        choices=[(one.value, one.label) for one in EvidenceKind if one in {"verbal", "email", "chat", "minutes", "other"}],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=pgettext_lazy("opportunity", "Kind"), choices=[(one.value, one.label) for one in BUYS_AGAIN]
    )
    amount = forms.DecimalField(
        label=_("Expected amount (yuan)"), max_digits=16, decimal_places=2, required=False
    )
    expected_close = forms.DateField(label=_("Expected close"), required=False, widget=DateInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DismissForm(Form):
    why = forms.CharField(
        label=_("Why not now"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The rule does not ask again for half a year."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReferralForm(Form):
    """Whom a customer referred."""

    referred = forms.CharField(
        label=_("Referred customer"), max_length=200,
        help_text=_("Its whole name or number; this customer stands there as who recommended us."),
    )  # fmt: skip


class UsageRuleForm(Form):
    """A rule that recommends, with the model's own words."""

    names = ("name", "metric", "figure", "operator", "threshold", "product", "text", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.names:
            column: Any = UsageRule._meta.get_field(name)
            field = column.formfield()
            dress(field)
            self.fields[name] = field
        product: Any = self.fields["product"]
        product.queryset = Product.objects.offered()
        self.fields["metric"].widget.attrs["list"] = "metrics"
