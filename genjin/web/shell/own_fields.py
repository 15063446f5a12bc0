"""Own fields as form fields: built from a definition, for customers' forms, previews and public forms alike.

A form field takes what was typed and hands it on raw; `fields.rules.kinds.read_value` reads it in the action.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.models import User
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import LONGEST_PROSE, LONGEST_TEXT, NOBODY, Names, written_value
from genjin.web.shell.forms import dress

BLANK_ROWS = 2


class TableWidget(forms.Widget):
    """Rows of cells, a text input each; works without scripts, which add and take away rows."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self.columns = columns

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:  # noqa: ARG002
        """Write the rows that are there and two blank ones."""
        rows = [
            [row.get(column, "") for column in self.columns] if isinstance(row, Mapping) else row
            for row in value or ()
        ]
        rows += [[""] * len(self.columns)] * BLANK_ROWS
        context = {"name": name, "columns": self.columns, "rows": rows, "blank": [""] * len(self.columns)}
        return render_to_string("shell/components/table_field.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:  # noqa: ARG002
        """Return the rows that hold anything."""
        cells = [data.getlist(f"{name}-{at}") for at in range(len(self.columns))]
        return [list(row) for row in zip_longest(*cells, fillvalue="") if any(cell.strip() for cell in row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        return f"{name}-0" not in data


class TableField(forms.Field):
    def __init__(self, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(widget=TableWidget(columns), **kwargs)


def _words(field: Definition, kept: Any) -> list[tuple[str, str]]:
    """The words on offer, with what is kept although it is no longer offered."""
    kept_words = kept if isinstance(kept, list) else [kept] if kept else []
    return [(word, word) for word in dict.fromkeys([*field.options, *kept_words])]


def _person_field(field: Definition, kept: Any) -> forms.Field:
    people = User.objects.filter(pk=kept) | User.objects.active() if kept else User.objects.active()
    choices = [("", "—"), *people.order_by("name").values_list("pk", "name")]
    return forms.ChoiceField(
        choices=choices, widget=forms.Select(attrs={"data-picker": ""}), **_common(field)
    )


def _common(field: Definition) -> dict[str, Any]:
    return {"label": field.label, "help_text": field.help, "required": False}


def _line(hint: Any = "", **attrs: str) -> Callable[[Definition, Any], forms.Field]:
    def build(field: Definition, _kept: Any) -> forms.Field:
        common = _common(field)
        common["help_text"] = field.help or str(hint)
        return forms.CharField(max_length=LONGEST_TEXT, widget=forms.TextInput(attrs=attrs), **common)

    return build


_BUILDERS: Mapping[str, Callable[[Definition, Any], forms.Field]] = {
    FieldKind.TEXT: _line(),
    FieldKind.LONG_TEXT: lambda field, _kept: forms.CharField(
        max_length=LONGEST_PROSE, widget=forms.Textarea(attrs={"rows": 3}), **_common(field)
    ),
    FieldKind.NUMBER: _line(inputmode="decimal"),
    FieldKind.MONEY: _line(gettext_lazy("As people say it: 50-100万, 8万以下.")),
    FieldKind.DATE: _line(gettext_lazy("A day, or only the month or year: 2026-03-05, 2026-03, 2026.")),
    FieldKind.CHOICE: lambda field, kept: forms.ChoiceField(
        choices=[("", "—"), *_words(field, kept)], **_common(field)
    ),
    FieldKind.CHOICES: lambda field, kept: forms.MultipleChoiceField(
        choices=_words(field, kept), widget=forms.CheckboxSelectMultiple, **_common(field)
    ),
    FieldKind.REGION: _line(gettext_lazy("Province, city, district, such as 广东省深圳市南山区.")),
    FieldKind.PERSON: _person_field,
    FieldKind.FILE: lambda field, _kept: forms.FileField(**_common(field)),
    FieldKind.TABLE: lambda field, _kept: TableField(field.options, **_common(field)),
}


def form_field(field: Definition, kept: Any = None) -> forms.Field:
    """Return the form field of an own field; `kept` is the present value. A colleague costs one query."""
    built = _BUILDERS[field.kind](field, kept)
    if not isinstance(built.widget, TableWidget | forms.CheckboxSelectMultiple):
        dress(built)
    elif isinstance(built.widget, forms.CheckboxSelectMultiple):
        built.widget.attrs["class"] = "check-list"
    return built


def initial_of(field: Definition, kept: Any, names: Names = NOBODY) -> Any:
    """Return what a form shows at first for a kept value."""
    if field.kind in {FieldKind.CHOICES, FieldKind.TABLE, FieldKind.PERSON}:
        return kept
    return None if field.kind == FieldKind.FILE else written_value(field, kept, names)


def kind_words() -> list[tuple[str, str]]:
    """Return the kinds an administrator chooses from."""
    return [("", _("Choose a kind.")), *((str(kind.value), str(kind.label)) for kind in FieldKind)]
