"""The customer pages' forms: shape only; words come from the models."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Alias, Campaign, Choice, Contact, Pool, Tag
from genjin.customers.rules import Grade, Kind
from genjin.customers.rules.axes import CustomerType
from genjin.customers.rules.collected import BY_KEY
from genjin.customers.rules.overrides import HIGHEST
from genjin.fields.queries import current_template, own_fields
from genjin.fields.rules import Definition, Item
from genjin.followups.rules import Method
from genjin.kit.industry import all_industries
from genjin.web.customers.words import field_named
from genjin.web.exports.taking import TakeForm
from genjin.web.shell.forms import DateInput, Form, SeenForm, day_field, dress
from genjin.web.shell.own_fields import form_field

GROUPS: dict[str, tuple[str, ...]] = {
    "base": ("name", "kind", "customer_type", "credit_code", "industry", "size", "employee_count", "revenue_min", "revenue_max",
             "founded_on", "province", "city", "district", "address", "website", "main_business", "target_customers",
             "industry_rank", "news", "source", "source_detail", "campaign"),
    "need": ("need", "pain_points", "desired_cooperation", "budget_min", "budget_max", "is_authority_clear", "decision_process",
             "needs_many_approvals", "purchase_timing", "purchase_by", "competitors", "need_fit", "intent"),
    "past": ("past_projects", "cooperation_period", "satisfaction_score", "commitments", "negotiation_progress", "repurchase_intent",
             "review_cycle_months", "do_not_disturb", "notes"),
}  # fmt: skip
GROUP_WORDS = {"base": _("Base information"), "need": _("Need and budget"), "past": _("History and notes")}


def field_for(name: str) -> forms.Field:
    """Make the form field of a customer's field, with the model's own words."""
    field: Any = field_named(name).formfield()
    if name in {"purchase_by", "founded_on"}:
        field.widget = DateInput()
    if name == "industry":
        field.widget = IndustryInput(attrs={"maxlength": 80})
        field.help_text = _("Choose section and division of GB/T 4754, or write freely.")
    if name == "source":
        field.queryset = Choice.objects.of("source")
    if name == "campaign":
        field.queryset = Campaign.objects.offered()
    dress(field)
    assert isinstance(field, forms.Field)  # noqa: S101 (narrows the type)
    return field


class IndustryInput(forms.TextInput):
    """Free text with the industries of GB/T 4754 on both levels to choose from."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the input with its list of choices."""
        listed = f"{(attrs or {}).get('id', name)}-choices"
        shown = super().render(name, value, (attrs or {}) | {"list": listed}, renderer)
        options = format_html_join("", '<option value="{}">', ((one.words,) for one in all_industries()))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, listed, options)


class GroupForm(SeenForm):
    """Some fields of a customer, changed together; `version` is what the person saw.

    `own` are own fields among them, `kept` their values; `asked` says by fact or own key how a template asks.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        names: Sequence[str],
        own: Sequence[Definition] = (),
        kept: Mapping[str, Any] | None = None,
        asked: Mapping[str, Item] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in own:
            self.fields[field.key] = form_field(field, (kept or {}).get(field.key))
        for name in names:
            if name not in self.fields:
                self.fields[name] = field_for(name)
        for name, item in (asked or {}).items():
            if name in self.fields:
                _ask(self.fields[name], item)
        self.order_fields(["version", *names])
        self.remember()


def _ask(field: Any, item: Item) -> None:
    """Let a field say how it is asked for; what is missing is no error, so that the field is not required here."""
    field.is_asked, field.question = item.is_required, item.question
    field.help_text = item.help or field.help_text


class QuickForm(Form):
    """A new customer in three required fields: name, person, number (S0-6)."""

    name = forms.CharField(
        label=_("Customer name"), max_length=200, help_text=_("The full name, without abbreviations.")
    )
    contact_name = forms.CharField(label=_("Contact name"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=60)
    kind = forms.ChoiceField(label=_("Nature"), choices=Kind.choices, required=False)
    job_title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    source = forms.ModelChoiceField(label=_("Lead source"), queryset=Choice.objects.none(), required=False)
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)
    need = forms.CharField(label=_("Need"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    budget = forms.CharField(
        label=_("Budget"), max_length=60, required=False, help_text=_("As people say it: 50-100万, 8万以下.")
    )
    place = forms.ChoiceField(label=_("Goes to"), required=False)
    parent = forms.CharField(
        label=_("Parent company"),
        max_length=200,
        required=False,
        help_text=_("For a branch: the full name or the number of its parent."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = Choice.objects.of("source")  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = Campaign.objects.offered()  # type: ignore[attr-defined]
        pools = [(f"pool{pool.pk}", pool.name) for pool in Pool.objects.visible_to(user)]
        if self.data.get("approval_reason"):
            self.offer_asking()
        self.fields["place"].choices = [("mine", _("My customers")), *pools]  # type: ignore[attr-defined]
        for name, field in _demanded().items():
            if name not in self.fields:
                self.fields[name] = field

    def offer_asking(self) -> None:
        """Let the person say why it is another customer than the one it looks like; who leads them decides."""
        self.fields["approval_reason"] = forms.CharField(
            label=_("Why it is another customer"), max_length=500, required=False,
            help_text=_("Fill this in and save: your lead is asked, and it is added when granted."),
        )  # fmt: skip


def _demanded() -> dict[str, forms.Field]:
    """Return the fields a new customer must have by its template, besides those everybody is asked for."""
    template = current_template(CustomerType.NEW)
    must = template.outline.must - {"name", "budget"} if template else frozenset()
    own = {field.key: field for field in own_fields()} if must else {}
    found: dict[str, forms.Field] = {}
    for key in sorted(must):
        if field := own.get(key):
            found[key] = form_field(field)
        elif key in {"contact.email", "contact.wechat"}:
            found[key.removeprefix("contact.")] = forms.CharField(
                label=BY_KEY[key].label,
                max_length=120,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        elif key in BY_KEY:
            found |= {name: field_for(name) for name in BY_KEY[key].form}
    return found


class ContactForm(SeenForm):
    """A person at a customer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "job_title", "role", "phone", "phone2", "wechat", "email", "is_primary", "is_decider",
                     "do_not_disturb", "preference", "birthday", "consent_basis", "notes"):  # fmt: skip
            field: Any = field_named(name, Contact).formfield()
            if name == "role":
                field.queryset = Choice.objects.of("contact_role")
            if name == "email":
                field = forms.CharField(
                    label=field.label, required=False
                )  # the rule's own sentence is better
            if name == "birthday":
                field.help_text = _("such as 8月15日, 1985-08-15 or 农历八月十五")
            dress(field)
            self.fields[name] = field
        self.remember()


class AliasForm(Form):
    """What else a customer is called."""

    name = forms.CharField(label=pgettext_lazy("company", "Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Alias.Kind.choices)


class ParentForm(Form):
    """Whose branch a customer is."""

    parent = forms.CharField(
        label=_("Parent company"), max_length=200, required=False,
        help_text=_("The full name or the customer number (KH…); empty: nobody's branch."),
    )  # fmt: skip


class BulkForm(Form):
    """Which customers a batch deed is for: chosen ids, or all that match the list's address."""

    ids = forms.CharField(required=False, widget=forms.HiddenInput)
    matching = forms.CharField(required=False, widget=forms.HiddenInput)


class AssignForm(BulkForm):
    owner = forms.ModelChoiceField(
        label=_("New owner"), queryset=User.objects.none(), widget=forms.Select(attrs={"data-picker": ""})
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().led_by(user)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class PlanForm(BulkForm):
    objective = forms.CharField(
        label=_("What for"),
        max_length=300,
        initial=_("First contact: introduce ourselves, ask for the need"),
        help_text=_(
            "Whoever has no next step yet gets one, spread over the working days until the grade's date."
        ),
    )
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.PHONE)


class AskingForm(Form):
    """A form that lets its person ask the lead when the grade's number of contacts is not reached yet."""

    def offer_asking(self) -> None:
        """Let the person say why it should go all the same; who leads them decides."""
        self.fields["approval_reason"] = forms.CharField(
            label=_("Ask your lead: why it should go all the same"), max_length=500, required=False,
            help_text=_("Fill this in and save: your lead is asked, and it is done when granted."),
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )  # fmt: skip


class ReleaseForm(AskingForm, BulkForm):
    pool = forms.ModelChoiceField(label=_("Pool"), queryset=Pool.objects.none())
    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Choice.objects.none())
    more = forms.CharField(label=_("In words"), required=False, max_length=300)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = Pool.objects.visible_to(user)
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]
        self.fields["pool"].initial = pools.first()
        self.fields["reason"].queryset = Choice.objects.of("release_reason")  # type: ignore[attr-defined]
        if self.data.get("approval_reason"):
            self.offer_asking()


class GradeForm(BulkForm):
    asked = forms.CharField(required=False, widget=forms.HiddenInput, initial="1")
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    until = day_field(
        _("Until"), required=False,
        help_text=_("Only for a grade other than the rules say: the last day it counts. Then the rules count again and the owner is told."),
    )  # fmt: skip


class ScoreForm(Form):
    """A score set by hand."""

    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=HIGHEST)
    reason = forms.CharField(
        label=_("Why the rules are wrong here"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = day_field(
        _("Until"), help_text=_("The last day it counts; then the rules count again and the owner is told.")
    )


class TagForm(BulkForm):
    add = forms.CharField(
        label=_("Add tags"),
        required=False,
        max_length=200,
        help_text=_("Such as 行业-制造业; several with commas."),
    )
    remove = forms.ModelMultipleChoiceField(
        label=_("Take tags off"), required=False, queryset=Tag.objects.all()
    )


class ExportForm(BulkForm, TakeForm):
    """Customers as a sheet: what every list asks, and which columns."""

    column_set = forms.ChoiceField(
        label=_("Columns"), required=False,
        choices=[("usual", _("As the import takes them")), ("list", _("The columns of my list")), ("all", _("All columns"))],
    )  # fmt: skip
    field_order = ("reason", "column_set", "format", "is_unmasked")


class FileForm(Form):
    file = forms.FileField(label=_("File"), help_text=_("Pictures, PDF, Office files or texts up to 20 MB."))
