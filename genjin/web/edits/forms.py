"""What is to be changed: a field, what is done to it, and the value, in the widget that fits the field."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Campaign, Choice
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import LONGEST_PROSE, LONGEST_TEXT
from genjin.intake.actions.edit_values import FLAGS, Edit
from genjin.intake.rules.edits import EDITABLE, HOWS, hows_of
from genjin.web.customers.forms import GROUP_WORDS, GROUPS, BulkForm
from genjin.web.customers.words import field_named
from genjin.web.edits.words import label_of
from genjin.web.shell.forms import DateInput, MomentInput, dress

HELP = {
    "budget": _("As people say it: 50-100万, 8万以下."), "revenue": _("As people say it: 50-100万, 8万以下."),
    "founded_on": _("A day, a month or a year: 2015, 2015-03, 2015-03-05."), "tags": _("Such as 行业-制造业; several with commas."),
}  # fmt: skip


def field_choices(own: Mapping[str, Definition]) -> list[Any]:
    """Return the fields to choose from, in the groups of the customer page."""
    shown = {"budget_min": "budget", "revenue_min": "revenue", "budget_max": "", "revenue_max": ""}
    groups = [(GROUP_WORDS[key], [shown.get(name, name) for name in names]) for key, names in GROUPS.items()]
    known = {name for _label, names in groups for name in names}
    groups.append((_("More"), [name for name in EDITABLE if name not in known]))
    shown_groups: list[Any] = [
        (label, [(name, label_of(name)) for name in names if name in EDITABLE]) for label, names in groups
    ]
    mine = [(key, field.label) for key, field in own.items() if hows_of(key, own)]
    return [*shown_groups, (_("Own fields"), mine)] if mine else shown_groups


class EditForm(BulkForm):
    """The value's widget follows the chosen field; every value is handed on as text."""

    field = forms.ChoiceField(label=_("Field"), widget=forms.Select(attrs={"data-submit": ""}))
    how = forms.ChoiceField(label=_("What is done"))
    value = forms.CharField(label=_("Value"), required=False)

    def __init__(self, *args: Any, name: str, how: str, own: Mapping[str, Definition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = field_choices(own)  # type: ignore[attr-defined]
        allowed = hows_of(name, own)
        how = how if how in allowed else allowed[0]
        self.fields["how"].choices = [(key, HOWS[key]) for key in allowed]  # type: ignore[attr-defined]
        self.fields["value"] = own_value_field(own[name], how) if name in own else value_field(name, how)

    def edit(self) -> Edit:
        """Return what is asked for, once the form is valid."""
        data = self.cleaned_data
        return Edit(data["field"], data["how"], "" if data["how"] == "clear" else data["value"])


def own_value_field(definition: Definition, how: str) -> forms.Field:
    """Return the field an own field's value is typed or picked in; one word at a time where it holds several."""
    field: forms.Field
    kept: dict[str, Any] = {"label": _("Value"), "required": False, "help_text": definition.help}
    if definition.kind in {FieldKind.CHOICE, FieldKind.CHOICES}:
        field = forms.ChoiceField(choices=[("", "—"), *((word, word) for word in definition.options)], **kept)
    elif definition.kind == FieldKind.PERSON:
        people = User.objects.active().order_by("name").values_list("pk", "name")
        field = forms.ChoiceField(choices=[("", "—"), *((str(pk), name) for pk, name in people)], **kept)
    elif definition.kind == FieldKind.LONG_TEXT:
        field = forms.CharField(
            max_length=LONGEST_PROSE,
            widget=forms.Textarea(attrs={"rows": 3}),
            strip=how != "append",
            **kept,
        )
    else:
        field = forms.CharField(max_length=LONGEST_TEXT, strip=how != "append", **kept)
    dress(field)
    return field


def value_field(name: str, how: str) -> forms.Field:
    """Return the field a value is typed or picked in."""
    field: forms.Field
    kept: dict[str, Any] = {"label": _("Value"), "required": False, "help_text": HELP.get(name, "")}
    if name in FLAGS:
        field = forms.ChoiceField(choices=[("是", _("Yes")), ("否", _("No"))], **kept)
    elif name in {"source", "campaign"}:
        offered: QuerySet[Any] = (
            Choice.objects.of("source") if name == "source" else Campaign.objects.offered()
        )
        field = forms.ChoiceField(choices=[("", "—"), *((str(row.pk), row.name) for row in offered)], **kept)
    elif name in {"tags", "budget", "revenue", "founded_on", "employee_count"}:
        field = forms.CharField(max_length=200, **kept)
    elif name == "purchase_by":
        field = forms.CharField(widget=DateInput(), **kept)
    elif name == "first_contact_at":
        field = forms.CharField(widget=MomentInput(), **kept)
    elif choices := field_named(name).choices:
        field = forms.ChoiceField(choices=[("", "—"), *choices], **kept)
    else:
        prose = EDITABLE[name] == "prose"
        widget = forms.Textarea(attrs={"rows": 3}) if prose else forms.TextInput()
        field = forms.CharField(
            max_length=8000 if prose else 300, widget=widget, strip=how != "append", **kept
        )
    dress(field)
    return field
