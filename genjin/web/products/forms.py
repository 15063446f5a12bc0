"""Price books, discount limits and rules of numbers as forms: shape only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.permissions import RIGHTS, Right, Role
from genjin.proposals.rules import Audience
from genjin.selling.models import Product
from genjin.selling.rules.numbers import Reset
from genjin.web.shell.forms import DateInput, Form


class BookForm(Form):
    """A price book; its prices come as two equal lists beside it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    audience = forms.ChoiceField(
        label=pgettext_lazy("price book", "Holds for"), choices=Audience.choices, initial=Audience.ALL
    )
    starts_on = forms.DateField(label=pgettext_lazy("price book", "From"), widget=DateInput())
    ends_on = forms.DateField(
        label=pgettext_lazy("price book", "Until"), widget=DateInput(), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    def prices(self) -> list[tuple[Product, Decimal]]:
        """Return the typed prices; raises ValidationError for what is no product or number."""
        data: Any = self.data
        pairs = zip(data.getlist("product"), data.getlist("price"), strict=False)
        typed = [(pk, price.strip()) for pk, price in pairs if pk or price.strip()]
        known = {str(product.pk): product for product in Product.objects.filter(pk__in=[pk for pk, _price in typed if pk.isdecimal()])}  # fmt: skip
        field = forms.DecimalField(max_digits=14, decimal_places=2)
        found = []
        for at, (pk, price) in enumerate(typed, start=1):
            if pk not in known:
                raise forms.ValidationError(_("Row %(number)d: choose a product.") % {"number": at})
            try:
                found.append((known[pk], field.clean(price)))
            except forms.ValidationError as error:
                sentence = _("Row %(number)d: %(wrong)s") % {"number": at, "wrong": error.messages[0]}
                raise forms.ValidationError(sentence) from error
        return found

    def clean(self) -> dict[str, Any]:
        return super().clean() | {"prices": self.prices()}


class LimitsForm(Form):
    """How far each role that sells may discount alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in Role:
            if Right.SELL in RIGHTS[role]:
                self.fields[role.value] = forms.DecimalField(
                    label=role.label, min_value=0, max_value=100, max_digits=5, decimal_places=2,
                    widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.5"}),
                )  # fmt: skip


class NumberForm(Form):
    """How something is numbered."""

    pattern = forms.CharField(
        label=gettext_lazy("Pattern"), max_length=40,
        help_text=gettext_lazy("Placeholders: {year} {month} {day} and, exactly once, {n}."),
    )  # fmt: skip
    digits = forms.IntegerField(label=gettext_lazy("Digits of {n}"), min_value=1, max_value=9)
    reset = forms.ChoiceField(label=gettext_lazy("Counts anew"), choices=Reset.choices)


class TemplateForm(Form):
    """A Word file with placeholders."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    file = forms.FileField(
        label=gettext_lazy("Word file (.docx)"), required=False, help_text=gettext_lazy("Only the known placeholders; nothing in it is run.")
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False)
