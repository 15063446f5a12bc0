"""The form for the next terms of the grades: the same fields for A, B and C."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.customers.rules import Grade
from genjin.followups.rules import GradeRules, GradeTerms, Method
from genjin.followups.rules.grades import BOUNDS, LABELS, LEAD
from genjin.web.shell.forms import Form, dress

HELP: dict[str, Any] = {
    "min_gap_days": _("Empty: no limit. Sooner than this the page says that it disturbs too much."),
    "most_per_week": _("Empty: no limit. Counted from Monday to Sunday; more is a hint, no ban."),
    "touches": _("Fewer contacts that count, and nobody gives the customer up without a lead's word."),
    "content": _("Stands in the plan at first."),
}
REVIEWERS = [(LEAD, _("the lead")), ("", _("nobody"))]


def _made(name: str) -> forms.Field:
    label, help_text = LABELS[name], HELP.get(name, "")
    if name in BOUNDS:
        least, most, may_lack = BOUNDS[name]
        return forms.IntegerField(
            label=label, min_value=least, max_value=most, required=not may_lack, help_text=help_text
        )
    if name == "channels":
        widget = forms.CheckboxSelectMultiple(attrs={"class": "check-list"})
        return forms.MultipleChoiceField(label=label, choices=Method.choices, widget=widget)
    if name == "reviewer":
        return forms.ChoiceField(label=label, choices=REVIEWERS, required=False)
    return forms.CharField(label=label, required=False, max_length=200, help_text=help_text)


class GradePolicyForm(Form):
    """All grades' terms; a field is called like `A.touches`."""

    dormant_days = forms.IntegerField(
        label=_("Days without an answer until giving up is proposed"), min_value=7, max_value=3650
    )
    note = forms.CharField(label=_("What is new"), max_length=300, required=False)

    def __init__(self, *args: Any, current: GradeRules, **kwargs: Any) -> None:
        kwargs["initial"] = {"dormant_days": current.dormant_days} | {
            f"{grade}.{name}": getattr(current.of(grade), name) for grade in Grade.values for name in LABELS
        }
        super().__init__(*args, **kwargs)
        self.fields["dormant_days"].widget.attrs.pop("autofocus", None)  # it stands at the end
        for grade in Grade.values:
            for name in LABELS:
                self.fields[f"{grade}.{name}"] = field = _made(name)
                if name != "channels":
                    dress(field)

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields by grade, as the page lays them out."""
        return [(grade, [self[f"{grade}.{name}"] for name in LABELS]) for grade in Grade.values]

    def terms(self) -> dict[str, GradeTerms]:
        """Return the terms as typed."""
        found = {}
        for grade in Grade.values:
            given = {name: self.cleaned_data[f"{grade}.{name}"] for name in LABELS}
            found[grade] = GradeTerms(**given | {"channels": tuple(given["channels"])})
        return found
