"""The import wizard's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Pool
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.modes import Mode
from genjin.routing.models import AssignmentRule
from genjin.web.shell.forms import Form


class UploadForm(Form):
    file = forms.FileField(label=_("File"))
    kind = forms.ChoiceField(
        label=_("What the rows are"),
        choices=[("", _("Recognise by the columns")), *SheetKind.choices],
        required=False,
        help_text=_("People, history and tasks belong to customers you have; each row names its customer."),
    )


class PlacementForm(Form):
    """Where rows without an owner of their own go, and which sheet of the file is meant."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    kind = forms.ChoiceField(label=_("What the rows are"), choices=SheetKind.choices, required=False)
    mode = forms.ChoiceField(
        label=_("Rows of customers we have"),
        choices=Mode.choices,
        required=False,
        initial=Mode.CREATE,
        help_text=_(
            "A customer is known by credit code, full name, mobile number or mail. An empty cell never overwrites."
        ),
    )
    place = forms.ChoiceField(
        label=_("Rows without an owner go to"), help_text=_("Rows that name an owner go to that person.")
    )

    def __init__(self, *args: Any, user: User, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        if batch.kind == SheetKind.CUSTOMERS:
            self._offer_places(user)
        else:
            del self.fields["place"]
        self.fields["kind"].initial = batch.kind
        self.fields["mode"].initial = batch.mode
        if batch.kind not in {SheetKind.CUSTOMERS, SheetKind.CONTACTS}:
            del self.fields["mode"]
        elif batch.kind == SheetKind.CONTACTS:
            self.fields["mode"].label = _("People we have")
            self.fields["mode"].help_text = _(
                "A person is known by number or mail, or by a name only one of the customer's people has."
            )
        self._offer_sheets()

    def _offer_places(self, user: User) -> None:
        people = (
            User.objects.active().led_by(user) if user.may(Right.ASSIGN) else User.objects.filter(pk=user.pk)
        )
        pools = [(f"pool:{pool.pk}", pool.name) for pool in Pool.objects.visible_to(user)]
        by_rules = (
            [("rules", _("By the rules of assignment"))] if AssignmentRule.objects.in_force().exists() else []
        )
        choices = [*pools, *by_rules, *((f"owner:{person.pk}", person.name) for person in people)]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        owner, pool = self.batch.options.get("owner"), self.batch.options.get("pool")
        self.fields["place"].initial = (
            "rules"
            if self.batch.options.get("assign")
            else f"owner:{owner}"
            if owner
            else f"pool:{pool}"
            if pool
            else (choices[0][0] if choices else "")
        )

    def _offer_sheets(self) -> None:
        sheets = [sheet for sheet in self.batch.shape.get("sheets", []) if sheet["rows"]]
        hidden = _("hidden")
        self.fields["sheet"].choices = [  # type: ignore[attr-defined]
            (sheet["name"], f"{sheet['name']} ({hidden})" if sheet["hidden"] else sheet["name"])
            for sheet in sheets
        ]
        self.fields["sheet"].initial = self.batch.shape.get("sheet")
        if len(sheets) < 2:
            del self.fields["sheet"]

    def changes(self) -> dict[str, Any]:
        """Return the options this form sets."""
        found: dict[str, Any] = {}
        if "place" in self.cleaned_data:
            place, _colon, pk = self.cleaned_data["place"].partition(":")
            found |= {
                "owner": int(pk) if place == "owner" else None,
                "pool": int(pk) if place == "pool" else None,
                "assign": True if place == "rules" else None,
            }
        if (kind := self.cleaned_data.get("kind")) and kind != self.batch.kind:
            found["kind"] = kind
        if mode := self.cleaned_data.get("mode"):
            found["mode"] = mode
            if mode == self.batch.options.get("mode", Mode.CREATE):
                found.pop("mode")
        sheet = self.cleaned_data.get("sheet")
        if sheet and sheet != self.batch.shape.get("sheet"):
            found["sheet"] = sheet
        return {name: value for name, value in found.items() if value != self.batch.options.get(name)}
