"""The import wizard's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Pool
from genjin.intake.models import ImportBatch
from genjin.intake.rules.modes import Mode
from genjin.routing.models import AssignmentRule
from genjin.web.shell.forms import Form


class UploadForm(Form):
    file = forms.FileField(label=_("File"))


class PlacementForm(Form):
    """Where rows without an owner of their own go, and which sheet of the file is meant."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
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
        people = (
            User.objects.active().led_by(user) if user.may(Right.ASSIGN) else User.objects.filter(pk=user.pk)
        )
        pools = [(f"pool:{pool.pk}", pool.name) for pool in Pool.objects.visible_to(user)]
        by_rules = (
            [("rules", _("By the rules of assignment"))] if AssignmentRule.objects.in_force().exists() else []
        )
        choices = [*pools, *by_rules, *((f"owner:{person.pk}", person.name) for person in people)]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        owner, pool = batch.options.get("owner"), batch.options.get("pool")
        self.fields["place"].initial = (
            "rules"
            if batch.options.get("assign")
            else f"owner:{owner}"
            if owner
            else f"pool:{pool}"
            if pool
            else (choices[0][0] if choices else "")
        )
        self.fields["mode"].initial = batch.options.get("mode", Mode.CREATE)
        sheets = [sheet for sheet in batch.shape.get("sheets", []) if sheet["rows"]]
        hidden = _("hidden")
        self.fields["sheet"].choices = [  # type: ignore[attr-defined]
            (sheet["name"], f"{sheet['name']} ({hidden})" if sheet["hidden"] else sheet["name"])
            for sheet in sheets
        ]
        self.fields["sheet"].initial = batch.shape.get("sheet")
        if len(sheets) < 2:
            del self.fields["sheet"]

    def changes(self) -> dict[str, Any]:
        """Return the options this form sets."""
        kind, _colon, pk = self.cleaned_data["place"].partition(":")
        found: dict[str, Any] = {
            "owner": int(pk) if kind == "owner" else None,
            "pool": int(pk) if kind == "pool" else None,
            "assign": True if kind == "rules" else None,
        }
        if mode := self.cleaned_data.get("mode"):
            found["mode"] = mode
            if mode == self.batch.options.get("mode", Mode.CREATE):
                found.pop("mode")
        sheet = self.cleaned_data.get("sheet")
        if sheet and sheet != self.batch.shape.get("sheet"):
            found["sheet"] = sheet
        return {name: value for name, value in found.items() if value != self.batch.options.get(name)}
