"""Opportunities as forms: shape only, sense is asked of the actions."""

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Choice
from genjin.kit.money import to_cents
from genjin.selling.actions.opportunities import NewLine
from genjin.selling.models import Opportunity, Product
from genjin.selling.rules import Forecast, OpportunityKind
from genjin.selling.rules.moves import REACHABLE
from genjin.web.gates.forms import EvidenceForm
from genjin.web.shell.forms import DateInput, Form


class OpportunityForm(Form):
    """What a purchase is about, for how much, by when, and how firmly it is counted on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=gettext_lazy("What is it about?"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OpportunityKind.choices)
    amount = forms.DecimalField(
        label=gettext_lazy("Expected amount (yuan)"), required=False, min_value=0, max_digits=14, decimal_places=2
    )  # fmt: skip
    expected_close = forms.DateField(
        label=gettext_lazy("Expected close"), required=False, widget=DateInput(),
        help_text=gettext_lazy("Without a day it stands on the list of opportunities nobody can count on."),
    )  # fmt: skip
    forecast = forms.ChoiceField(
        label=gettext_lazy("Forecast"), choices=Forecast.choices, initial=Forecast.PIPELINE,
        help_text=gettext_lazy("Commit: we will get it. Best case: if nothing goes wrong. Pipeline: still open."),
    )  # fmt: skip
    probability = forms.IntegerField(
        label=gettext_lazy("Probability in %"), required=False, min_value=0, max_value=100
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), queryset=User.objects.none(), widget=forms.Select(attrs={"data-picker": ""}), required=False,
        help_text=gettext_lazy("Somebody else than the customer's owner sees the customer through the opportunity."),
    )  # fmt: skip
    notes = forms.CharField(
        label=gettext_lazy("Notes"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, chances: dict[str, int], row: Opportunity | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = User.objects.filter(pk=row.owner_id or 0) if row else User.objects.none()
        self.fields["owner"].queryset = User.objects.active() | kept  # type: ignore[attr-defined]
        said = _("Empty: that of its stage (%(first)d %% qualified, %(second)d %% in negotiation).")
        self.fields["probability"].help_text = said % {
            "first": chances["qualified"],
            "second": chances["negotiation"],
        }
        if row is not None:
            del self.fields["kind"]

    def read_lines(self, data: QueryDict) -> list[NewLine]:
        """Return the products that were filled in; what cannot be read becomes an error of the form."""
        products = {
            str(one.pk): one for one in Product.objects.filter(pk__in=ids_in(data.getlist("product")))
        }
        found = []
        for pk, quantity, price in zip(
            data.getlist("product"), data.getlist("quantity"), data.getlist("price"), strict=False
        ):
            if not pk:
                continue
            count, each = _number(quantity or "1"), _number(price) if price.strip() else None
            if pk not in products or count is None or (price.strip() and each is None):
                self.add_error(None, _("Choose a product; quantity and price are numbers."))
                return []
            found.append(NewLine(products[pk], count, each))
        return found


def ids_in(given: Collection[str]) -> list[int]:
    """Return what can be a number of a row."""
    return [int(one) for one in given if one.isdecimal() and len(one) < 19]


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return to_cents(found) if found.is_finite() and abs(found) < 10**12 else None


class OpportunityMoveForm(EvidenceForm):
    """A move of an opportunity, with evidence given on the spot."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"))
    lost_reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason for loss"), queryset=Choice.objects.none(), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(one.value, one.label) for one in REACHABLE[row.stage]]  # type: ignore[attr-defined]
        self.fields["lost_reason"].queryset = Choice.objects.of("lost_reason")  # type: ignore[attr-defined]


class ChancesForm(Form):
    """How likely a purchase of an open stage is."""

    qualified = forms.IntegerField(
        label=gettext_lazy("Qualified: probability in %"), min_value=0, max_value=100
    )
    negotiation = forms.IntegerField(
        label=gettext_lazy("Negotiation: probability in %"), min_value=0, max_value=100
    )
