"""Forms in our look; they check shape only, sense is asked of the action."""

from datetime import datetime
from typing import Any

from django import forms


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
