"""Proposals as forms: shape only, sense is asked of the actions."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.kit.money import show_number
from genjin.proposals.actions.drafts import NewLine
from genjin.proposals.models import PriceBook, ProposalVersion
from genjin.proposals.rules import SentBy
from genjin.proposals.rules.drafts import LONGEST_MODULE, MOST_MODULES
from genjin.selling.models import Opportunity, Product
from genjin.web.shell.forms import DateInput, Form, MomentField, SeenForm

COLUMNS = ("product", "name", "unit", "quantity", "price", "discount", "tax_rate")
_FIGURES: Mapping[str, forms.DecimalField] = {
    "quantity": forms.DecimalField(max_digits=12, decimal_places=2),
    "price": forms.DecimalField(max_digits=16, decimal_places=2, required=False),
    "discount": forms.DecimalField(max_digits=5, decimal_places=2, required=False),
    "tax_rate": forms.DecimalField(max_digits=5, decimal_places=2, required=False),
}


class LinesWidget(forms.Widget):
    """Equal lists of values, one of each a line; drawn by the page."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:  # noqa: ARG002 (Django's way)
        columns = [data.getlist(f"line_{column}") if hasattr(data, "getlist") else [] for column in COLUMNS]
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
        return [row for row in rows if any(row[name].strip() for name in ("product", "name", "price"))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 (Django's way)
        return False


class LinesField(forms.Field):
    """The lines of a version."""

    widget = LinesWidget

    def to_python(self, value: Any) -> list[NewLine]:
        """Read lines as typed, or as the hidden copy of what was shown holds them."""
        rows: Sequence[Mapping[str, Any]] = (
            json.loads(value) if isinstance(value, str) and value else value or []
        )
        if any(isinstance(row, NewLine) for row in rows):
            return list(value)
        wanted = {int(row["product"]) for row in rows if str(row["product"]).isdecimal()}
        known = Product.objects.in_bulk(wanted)
        return [_line(at, row, known) for at, row in enumerate(rows, start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


def _line(at: int, row: Mapping[str, Any], known: Mapping[int, Product]) -> NewLine:
    figures: dict[str, Decimal | None] = {}
    for name, field in _FIGURES.items():
        try:
            figures[name] = field.clean(str(row[name]).strip())
        except forms.ValidationError as error:
            words = {"number": at, "wrong": error.messages[0]}
            raise forms.ValidationError(_("Line %(number)d: %(wrong)s") % words) from error
    pk = str(row["product"])
    return NewLine(
        known.get(int(pk)) if pk.isdecimal() else None, str(row["name"]).strip(), str(row["unit"]).strip(),
        figures["quantity"] or Decimal(0), figures["price"], figures["discount"] or Decimal(0), figures["tax_rate"],
    )  # fmt: skip


def as_row(line: Any) -> dict[str, str]:
    """Return a stored line as the form shows it."""
    return {
        "product": str(line.product_id or ""), "name": line.name, "unit": line.unit,
        **{name: show_number(getattr(line, name)) for name in ("quantity", "price", "discount", "tax_rate")},
    }  # fmt: skip


class ModulesField(forms.CharField):
    """One module a line."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = value if isinstance(value, list) else str(value or "").replace("\r\n", "\n").split("\n")
        return [line.strip() for line in lines if line.strip()]

    def validate(self, value: Any) -> None:
        if len(value) > MOST_MODULES or any(len(line) > LONGEST_MODULE for line in value):
            words = {"count": MOST_MODULES, "letters": LONGEST_MODULE}
            raise forms.ValidationError(
                _("At most %(count)d modules of %(letters)d characters each.") % words
            )

    def run_validators(self, value: Any) -> None:
        """Leave length to `validate`."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class VersionForm(SeenForm):
    """What a version says."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    modules = ModulesField(
        label=gettext_lazy("Modules and services"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line."),
    )  # fmt: skip
    price_book = forms.ModelChoiceField(
        label=gettext_lazy("Price book"), queryset=PriceBook.objects.none(), required=False, empty_label=gettext_lazy("the one that holds for this customer"),
    )  # fmt: skip
    lines = LinesField(label=gettext_lazy("Lines"), required=False)
    discount = forms.DecimalField(
        label=gettext_lazy("Discount on the whole in %"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
    )
    duration = forms.CharField(
        label=gettext_lazy("Implementation period"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Such as: 2 months after signing")}),
    )  # fmt: skip
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=DateInput())
    terms = forms.CharField(
        label=gettext_lazy("Terms of service"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, version: ProposalVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = PriceBook.objects.in_use().fitting(version.proposal.customer.customer_type)
        kept = PriceBook.objects.filter(pk=version.price_book_id or 0)
        self.fields["price_book"].queryset = fitting | kept  # type: ignore[attr-defined]
        self.fields["lines"].hidden_widget = forms.HiddenInput
        self.remember()
        names = ("title", "modules", "price_book", "discount", "duration", "valid_until", "terms")
        self.initial.update({name: getattr(version, name) for name in names})
        self.initial.update({"version": version.revision, "price_book": version.price_book_id})
        self.initial["lines"] = json.dumps([as_row(line) for line in version.lines.all()], ensure_ascii=False)

    @property
    def rows(self) -> list[dict[str, str]]:
        """Return the lines to draw: as typed, else as stored."""
        if self.is_bound:
            typed: list[dict[str, str]] = self["lines"].data or []
            return typed
        return list(json.loads(self.initial["lines"]))


class BeginForm(Form):
    """A proposal to begin."""

    opportunity = forms.ModelChoiceField(
        label=gettext_lazy("Opportunity"), queryset=Opportunity.objects.none()
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Opportunity.objects.open().filter(customer=customer)
        self.fields["opportunity"].queryset = rows  # type: ignore[attr-defined]
        first = rows.first()
        if first is not None and not self.initial.get("opportunity"):
            self.initial["opportunity"] = first.pk


class HandInForm(Form):
    """Why the discount goes further than one may alone."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SendForm(Form):
    """How a version went out."""

    method = forms.ChoiceField(label=gettext_lazy("Sent by"), choices=SentBy.choices)
    to = forms.CharField(label=gettext_lazy("To whom"), max_length=200)
    sent_at = MomentField(label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: now."))


class FeedbackForm(Form):
    """What the customer said."""

    text = forms.CharField(
        label=gettext_lazy("What the customer said"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Rating"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *((count, "★" * count + "☆" * (5 - count)) for count in range(5, 0, -1))],
    )  # fmt: skip
    contact = forms.ModelChoiceField(
        label=pgettext_lazy("feedback", "Said by"), queryset=Contact.objects.none(), required=False
    )
    occurred_at = MomentField(
        label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: now.")
    )

    def __init__(self, *args: Any, customer: Customer, shown: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = customer.contacts.all()
        field.label_from_instance = lambda person: shown.get(person.pk, "—")


class ShareForm(Form):
    """How long a link holds."""

    days = forms.IntegerField(
        label=gettext_lazy("Days it can be opened"), min_value=1, max_value=365, initial=30
    )


class AuthorsForm(Form):
    """Who writes beside the sellers."""

    authors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Co-authors"), queryset=User.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"data-picker": True}),
        help_text=gettext_lazy("Colleagues of any department; they see this customer as long as they are named here."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authors"].queryset = User.objects.active()  # type: ignore[attr-defined]


class FileForm(Form):
    """A file beside a version."""

    file = forms.FileField(label=gettext_lazy("File"))
