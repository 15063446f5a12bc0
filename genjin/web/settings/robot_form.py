"""The form of a robot; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User
from genjin.notices.rules import NoticeKind, RobotKind
from genjin.web.shell.forms import Form, dress

PICKER = {"data-picker": True}


class RobotForm(Form):
    """Where a robot is and for whom it speaks; its address and secret are pasted, never shown."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as the name of the group."))
    kind = forms.ChoiceField(label=_("Kind"), choices=RobotKind.choices)
    url = forms.CharField(
        label=_("Webhook address"), max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"}),
        help_text=_("As the group's settings show it when a robot is added. Kept encrypted and never shown again."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Signing secret"), max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only where DingTalk or Feishu signs (加签, 签名校验)."),
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(
        label=_("For people"), queryset=User.objects.none(), required=False, widget=forms.SelectMultiple(attrs=PICKER),
        help_text=_("In a group of one person it says everything. In a group of several it names a customer only where everybody of them sees that customer."),
    )  # fmt: skip
    teams = forms.ModelMultipleChoiceField(
        label=_("For teams"), queryset=Team.objects.none(), required=False, widget=forms.SelectMultiple(attrs=PICKER),
        help_text=_("With all teams below."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Which notices"), choices=NoticeKind.choices, required=False, widget=forms.SelectMultiple(attrs=PICKER),
        help_text=_("None chosen: all."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["people"]
        teams: Any = self.fields["teams"]
        people.queryset, teams.queryset = User.objects.active(), Team.objects.all()
        self.fields["url"].required = is_new
        if not is_new:
            self.fields["url"].help_text = _("Leave empty to keep the present one, with its secret.")


class UrgentForm(Form):
    """Which kinds wait for nobody's morning."""

    kinds = forms.MultipleChoiceField(
        label=_("Urgent in this company"), choices=NoticeKind.choices, required=False,
        widget=forms.SelectMultiple(attrs=PICKER),
        help_text=_("These come at once by mail and robot, in quiet hours and on days off, too. Choose few."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["kinds"])
