"""Contracts, signatures, money and invoices as forms: shape only, sense is asked of the actions."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import RIGHTS, Right, Role
from genjin.contracts.models import BillingProfile
from genjin.contracts.rules import ContractKind, FileKind, InvoiceKind, PayMethod
from genjin.contracts.rules.words import BY_HAND, Trigger
from genjin.customers.models import Customer
from genjin.web.shell.forms import Form, day_field, person_field


def _money(label: Any, *, required: bool = True, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=required, max_digits=14, decimal_places=2, min_value=Decimal(0),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}), **more,
    )  # fmt: skip


def _words(label: Any, rows: int = 3, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class ContractForm(Form):
    """What a contract says besides its rows."""

    title = forms.CharField(label=_("Name of the contract"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("contract", "Kind"), choices=ContractKind.choices)
    product = forms.CharField(label=_("Product or service"), max_length=200, required=False)
    amount = _money(_("Amount with tax"), required=False, help_text=_("Empty: what the lines come to."))
    net_amount = _money(
        _("Amount without tax"), required=False, help_text=_("Empty: by the tax rates of the lines.")
    )
    discount = forms.DecimalField(
        label=_("Discount on the whole in %"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100,
    )  # fmt: skip
    starts_on = day_field(_("Begins"), required=False)
    ends_on = day_field(_("Ends"), required=False)
    profile = forms.ModelChoiceField(
        label=_("Billing profile"), queryset=BillingProfile.objects.none(), required=False,
        help_text=_("As what the customer stands in the contract and on invoices."),
    )  # fmt: skip
    our_side = forms.CharField(label=_("Our side"), max_length=120, required=False)
    payment_terms = _words(_("Payment terms"))
    liability_terms = _words(_("Liability"))
    scope_terms = _words(_("Scope of delivery"))
    other_terms = _words(_("Other terms"))
    legal = person_field(_("Terms reviewed by"))
    finance = person_field(_("Payments watched by"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = customer.billing_profiles.all()  # type: ignore[attr-defined]
        active = User.objects.active().order_by("name")
        payers = [role for role, rights in RIGHTS.items() if Right.RECORD_MONEY in rights]
        self.fields["legal"].queryset = active.filter(role__in=[Role.LEGAL, Role.MANAGER])  # type: ignore[attr-defined]
        self.fields["finance"].queryset = active.filter(role__in=payers)  # type: ignore[attr-defined]


class HandInForm(Form):
    reason = _words(
        _("What is to be decided"), required=True, initial=_("Please review the terms and approve.")
    )


class SignForm(Form):
    file = forms.FileField(label=_("Scan of the signed contract"), required=False)
    signed_on = day_field(_("Signed on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = timezone.localdate()
        self.fields["file"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"


class ReasonForm(Form):
    reason = _words(_("Reason"), required=True)


class TriggerForm(Form):
    """What happened that milestones wait for."""

    trigger = forms.ChoiceField(label=_("What happened"))
    on = day_field(_("On which day"))

    def __init__(self, *args: Any, waiting: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [(one.value, one.label) for one in BY_HAND if one in waiting]  # type: ignore[attr-defined]
        self.fields["on"].initial = timezone.localdate()


class ExpectForm(Form):
    """When something that milestones wait for is expected instead, and why."""

    trigger = forms.ChoiceField(label=_("What is waited for"))
    on = day_field(_("Expected on"))
    why = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, waiting: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [(one.value, one.label) for one in Trigger if one in waiting]  # type: ignore[attr-defined]


class FileForm(Form):
    file = forms.FileField(label=_("File"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("contract file", "What it is"),
        choices=[(one.value, one.label) for one in (FileKind.TEXT, FileKind.OTHER)],
    )


class ProfileForm(Form):
    """A billing profile (工商抬头)."""

    name = forms.CharField(label=_("Name on invoices"), max_length=120)
    tax_number = forms.CharField(label=_("Tax number"), max_length=20, required=False)
    bank = forms.CharField(label=_("Bank"), max_length=120, required=False)
    account = forms.CharField(label=_("Account"), max_length=40, required=False)
    address = forms.CharField(label=_("Registered address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Registered phone"), max_length=40, required=False)


class ReceiptForm(Form):
    """Money that came in; how it is spread over milestones stands beside it in rows."""

    amount = _money(pgettext_lazy("receipt", "Amount"))
    received_on = day_field(_("Received on"))
    method = forms.ChoiceField(label=_("How it came in"), choices=PayMethod.choices)
    payer = forms.CharField(label=_("Payer"), max_length=120, required=False)
    reference = forms.CharField(label=_("Bank reference"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate()
        self.fields["key"].initial = uuid4()


class InvoiceForm(Form):
    """An invoice to be asked for."""

    kind = forms.ChoiceField(label=_("Kind of invoice"), choices=InvoiceKind.choices)
    amount = _money(_("Amount with tax"))
    tax_rate = forms.DecimalField(
        label=_("Tax rate in %"), max_digits=5, decimal_places=2, initial=Decimal(13), min_value=Decimal(0)
    )
    profile = forms.ModelChoiceField(label=_("Billing profile"), queryset=BillingProfile.objects.none())
    note = _words(_("Note"), 2)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = customer.billing_profiles.all()
        self.fields["profile"].queryset = profiles  # type: ignore[attr-defined]
        self.fields["profile"].initial = profiles.first()


class IssueForm(Form):
    number = forms.CharField(label=_("Invoice number"), max_length=60)
    issued_on = day_field(_("Issued on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = timezone.localdate()


class AmendForm(Form):
    """What shall stand instead; the plan stands beside it in rows."""

    reason = _words(_("Why the contract changes"), 2, required=True)
    title = forms.CharField(label=_("Name of the contract"), max_length=200)
    product = forms.CharField(label=_("Product or service"), max_length=200, required=False)
    amount = _money(_("Amount with tax"))
    net_amount = _money(_("Amount without tax"), required=False)
    starts_on = day_field(_("Begins"), required=False)
    ends_on = day_field(_("Ends"), required=False)
    payment_terms = _words(_("Payment terms"))
    liability_terms = _words(_("Liability"))
    scope_terms = _words(_("Scope of delivery"))
    other_terms = _words(_("Other terms"))


class EndForm(Form):
    """Ending a contract early for what both sides settle."""

    settled = _money(
        _("Settled amount in all"),
        help_text=_("What was paid already counts; what is left becomes one final payment."),
    )
    ends_on = day_field(_("Ends"))
    reason = _words(_("Why it ends"), 2, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = timezone.localdate()
