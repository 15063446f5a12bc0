"""The settings pages' forms: shape only."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Role
from genjin.accounts.rules import LONGEST_TOKEN
from genjin.customers.rules import RuleSet, ScoreRow
from genjin.customers.rules.score import SCORE_KEYS
from genjin.web.shell.forms import DateInput, Form
from genjin.web.shell.own_fields import kind_words


class LanguageForm(Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class TokenForm(Form):
    name = forms.CharField(
        label=_("What for"), max_length=60, help_text=_("So that you know later which program uses it.")
    )
    days = forms.IntegerField(
        label=_("Valid for days"), min_value=1, max_value=LONGEST_TOKEN.days, initial=90
    )


class UserForm(Form):
    """Somebody who is known: what an administrator may change."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.all(), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, initial=True,
        help_text=_("Taking this away ends the person's sessions and tokens at once; their customers stay theirs until you assign them."),
    )  # fmt: skip


class NewUserForm(UserForm):
    """Somebody new; they choose their password by a one-time link."""

    username = forms.CharField(
        label=_("Login"), max_length=60, validators=User._meta.get_field("username").validators,
        help_text=_("What the person types to sign in, such as a staff number."),
    )  # fmt: skip
    is_active = None  # type: ignore[assignment]
    field_order = ("username", "name", "role", "team", "email")


class TeamForm(Form):
    name = forms.CharField(label=_("Team"), max_length=80)
    parent = forms.ModelChoiceField(label=_("Part of"), queryset=Team.objects.all(), required=False)
    leads = forms.ModelMultipleChoiceField(
        label=_("Led by"), queryset=User.objects.active(), required=False,
        help_text=_("Leads see the customers of the team and of every team below it, if their role lets them."),
        widget=forms.SelectMultiple(attrs={"data-picker": True}),
    )  # fmt: skip


class RulesForm(Form):
    """A draft of the score rules; a rule with 0 points is left out."""

    def __init__(self, *args: Any, current: RuleSet, note: str = "", **kwargs: Any) -> None:
        points = {row.key: row.points for row in current.rows}
        kwargs["initial"] = {f"points_{key}": points.get(key, 0) for key in SCORE_KEYS} | {
            "pass_mark": current.pass_mark,
            "ordinary_mark": current.ordinary_mark,
            "industries": "\n".join(current.industries),
            "note": note,
        }
        super().__init__(*args, **kwargs)
        for key, words in SCORE_KEYS.items():
            field = forms.IntegerField(label=words, min_value=0, max_value=100)
            field.widget.attrs["class"] = "form-control"
            self.fields[f"points_{key}"] = field
        self.order_fields([f"points_{key}" for key in SCORE_KEYS])
        self.fields["pass_mark"].widget.attrs.pop("autofocus", None)

    pass_mark = forms.IntegerField(
        label=_("High potential from"), min_value=1, max_value=1000, help_text=_("From here on a lead is of high potential and may become a prospect."),
    )  # fmt: skip
    ordinary_mark = forms.IntegerField(
        label=_("Ordinary from"), min_value=1, max_value=1000, help_text=_("Below this mark a lead is nurtured."),
    )  # fmt: skip
    industries = forms.CharField(
        label=_("Target industries"), widget=forms.Textarea(attrs={"rows": 6}), required=False, max_length=4000,
        help_text=_("One a line. A customer counts when its industry contains the words."),
    )  # fmt: skip
    note = forms.CharField(label=_("What is new"), max_length=300, required=False)

    def draft(self) -> RuleSet:
        """Return the rule set as typed."""
        data = self.cleaned_data
        rows = tuple(ScoreRow(key, data[f"points_{key}"]) for key in SCORE_KEYS if data[f"points_{key}"])
        lines = dict.fromkeys(line.strip() for line in data["industries"].splitlines() if line.strip())
        return RuleSet(0, rows, data["pass_mark"], data["ordinary_mark"], tuple(lines))


class ReasonForm(Form):
    """Why a draft is published although nobody looked at a back-test of it."""

    reason = forms.CharField(
        label=_("Why without a back-test"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nobody has looked at a back-test of this draft as it is now. The reason is kept with the version."),
    )  # fmt: skip


class DayForm(Form):
    day = forms.DateField(label=_("Day"), widget=DateInput())
    is_working = forms.TypedChoiceField(
        label=_("On this day"), choices=[("0", _("people are off")), ("1", _("people work"))], coerce=lambda text: text == "1",
    )  # fmt: skip
    name = forms.CharField(
        label=_("Why"),
        max_length=40,
        required=False,
        help_text=_("Such as Spring Festival, or moved working day."),
    )


class CalendarFileForm(Form):
    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.json"}),
        help_text=_("CSV with the columns date, kind (off or work) and name, or JSON: a list of objects with these keys."),
    )  # fmt: skip


class ExportLimitsForm(Form):
    most_rows = forms.IntegerField(
        label=_("Rows without a lead's word"), min_value=0, max_value=1_000_000,
        help_text=_("Whoever exports more asks a lead; 0: every export is asked for."),
    )  # fmt: skip
    days_kept = forms.IntegerField(label=_("Days a file may be fetched"), min_value=1, max_value=90)


class YearForm(Form):
    year = forms.IntegerField(min_value=2000, max_value=2100)


class OwnFieldForm(Form):
    """A field a company adds to its customers; the kind is chosen once."""

    label = forms.CharField(label=pgettext_lazy("field", "Name"), max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[], help_text=_("Stays as it is: values are kept in its form.")
    )
    options = forms.CharField(
        label=_("Words"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: the words to choose from, or the columns of a table."),
    )  # fmt: skip
    help = forms.CharField(
        label=_("Help"), max_length=300, required=False, help_text=_("Stands under the field.")
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True,
        help_text=_("A field out of use is asked nowhere; its values stay with the customers."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_words()  # type: ignore[attr-defined]
        if not is_new:
            self.fields["kind"].disabled = True

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]


class PublishForm(Form):
    note = forms.CharField(
        label=_("What is new"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for everybody who looks at the versions."),
    )  # fmt: skip
