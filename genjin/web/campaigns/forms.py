"""The forms of campaigns: shape only; words come from the models."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.actions.campaigns import FIELDS
from genjin.customers.models import Campaign, Choice, Pool
from genjin.intake.actions.questionnaires import FIELDS as QUESTIONNAIRE_FIELDS
from genjin.intake.actions.webforms import FIELDS as FORM_FIELDS
from genjin.intake.models import Questionnaire, WebForm
from genjin.web.shell.forms import DateInput, Form, dress


class CampaignForm(Form):
    """A campaign with its period and cost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            field: Any = Campaign._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if name in {"starts_on", "ends_on"}:
                field.widget = DateInput()
            if name == "cost":
                field.min_value = 0
            dress(field)
            self.fields[name] = field


class WebFormForm(Form):
    """What a web form is called, says, and leads to; its questions stand beside it."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FORM_FIELDS:
            field: Any = WebForm._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if name == "source":
                field.queryset = Choice.objects.of("source")
            elif name == "campaign":
                field.queryset = Campaign.objects.offered()
            elif name == "owner":
                field.queryset = User.objects.active()
                field.widget.attrs["data-picker"] = ""
            elif name == "pool":
                field.queryset = Pool.objects.visible_to(user)
                field.empty_label = None
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4 if name == "consent_text" else 2
            dress(field)
            self.fields[name] = field


class QuestionnaireForm(Form):
    """What a questionnaire says and how long it waits; its questions stand beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in QUESTIONNAIRE_FIELDS:
            field: Any = Questionnaire._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2
            dress(field)
            self.fields[name] = field


class SendForm(Form):
    """Which questionnaire a customer gets."""

    questionnaire = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Questionnaire.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = Questionnaire.objects.offered()  # type: ignore[attr-defined]
