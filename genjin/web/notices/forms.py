"""How somebody is told; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.notices.models import Habits
from genjin.notices.rules import HowSoon, NoticeKind, manner_of, mode_of
from genjin.web.shell.forms import Form, dress

CLOCK = {"type": "time", "step": "60"}


class HabitsForm(Form):
    """Ways, quiet hours, and a mode for each kind that may reach this person."""

    by_mail = forms.BooleanField(label=_("By e-mail"), required=False)
    by_robot = forms.BooleanField(label=_("By the robots of my groups"), required=False)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), widget=forms.TimeInput(format="%H:%M", attrs=CLOCK),
        help_text=_("What falls into quiet hours, days off or your absence comes at nine on the next working day."),
    )  # fmt: skip
    quiet_until = forms.TimeField(
        label=_("Quiet until"), widget=forms.TimeInput(format="%H:%M", attrs=CLOCK),
        help_text=_("The same time twice: never quiet."),
    )  # fmt: skip

    def __init__(self, *args: Any, habits: Habits, kinds: list[NoticeKind], **kwargs: Any) -> None:
        first = {name: getattr(habits, name) for name in ("by_mail", "by_robot", "quiet_from", "quiet_until")}
        super().__init__(*args, initial=first, **kwargs)
        for kind in kinds:
            modes = [pair for pair in HowSoon.choices if pair[0] != HowSoon.OFF or manner_of(kind).may_be_off]
            field = forms.ChoiceField(label=kind.label, choices=modes, initial=mode_of(kind, habits.modes))
            dress(field)
            self.fields[kind.value] = field
        self.kinds = [kind.value for kind in kinds]

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("by_mail", "by_robot", "quiet_from", "quiet_until")}
        return plain | {"modes": {kind: data[kind] for kind in self.kinds}}

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in ("by_mail", "by_robot", "quiet_from", "quiet_until")]

    @property
    def by_kind(self) -> list[forms.BoundField]:
        return [self[kind] for kind in self.kinds]
