"""Forms in our look; they check shape only, sense is asked of the action."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from genjin.accounts.models import User


class Form(forms.Form):
    """A form whose widgets carry the classes of the look."""

    required_css_class = "field-must"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)
        first = next((name for name, field in self.fields.items() if not field.widget.is_hidden), None)
        if first:
            self.fields[first].widget.attrs.setdefault("autofocus", True)

    def clean(self) -> dict[str, Any]:
        """Take back what browsers do to line breaks, else an untouched text would count as changed."""
        cleaned = super().clean() or self.cleaned_data
        return {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in cleaned.items()
        }


class SeenForm(Form):
    """A form of a record others may change meanwhile: it sends along what its writer saw.

    So only what this person changed is saved, and a question comes up only where two changed the same field.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_conflict = False

    def remember(self) -> None:
        """Send the shown values along; subclasses call it when all their fields are there."""
        for name, field in self.fields.items():
            if not field.widget.is_hidden and not isinstance(field, forms.FileField):
                field.show_hidden_initial = True
            if self.data.get(f"choose-{name}") == "theirs":
                field.is_given_up = True  # type: ignore[attr-defined]

    def changes(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return of the cleaned `data` what this person changed and did not give up for the other's value."""
        return {name: value for name, value in data.items() if self._is_wanted(name)}

    def _is_wanted(self, name: str) -> bool:
        if getattr(self.fields[name], "is_given_up", False):
            return False
        is_seen = self.fields[name].show_hidden_initial and self.add_initial_prefix(name) in self.data
        return not is_seen or name in self.changed_data

    def show_conflicts(self, conflicts: Mapping[str, Mapping[str, Any]], version: int) -> None:
        """Put the other's value beside one's own, to choose; the next save is of `version`."""
        self.is_conflict = True
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"] = str(version)  # type: ignore[index]
        for name, both in conflicts.items():
            if name in self.fields:
                at = parse_datetime(both["at"])
                shown = {
                    "by": both["by"],
                    "at": at,
                    "theirs": shown_choice(self.fields[name], both["theirs"]),
                }
                self.fields[name].conflict = shown  # type: ignore[attr-defined]


def shown_choice(field: forms.Field, value: Any) -> str:
    """Return a stored value of the trail as the form shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = getattr(field, "choices", ()) if not isinstance(field, forms.ModelChoiceField) else ()
    return str(dict(choices).get(value, value)) if value not in (None, "") else "—"


def dress(field: forms.Field) -> None:
    """Give a field's widget its class."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    widget.attrs.setdefault("class", css)
    if (
        isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10"
    ):  # Django's own, when none is asked
        widget.attrs["rows"] = 3


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """Return a field for a day, typed or picked."""
    return forms.DateField(label=label, required=required, widget=DateInput(), **more)


def person_field(label: Any, *, required: bool = False, **more: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """Return a field to look up a colleague; the form says later whom it offers."""
    widget = forms.Select(attrs={"data-picker": ""})
    return forms.ModelChoiceField(
        label=label, queryset=User.objects.none(), required=required, widget=widget, **more
    )


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment typed in the company's time zone."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        return moment if isinstance(moment, datetime) else None
