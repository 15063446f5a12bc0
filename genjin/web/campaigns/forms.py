"""The forms of campaigns: shape only; words come from the models."""

from typing import Any

from genjin.customers.actions.campaigns import FIELDS
from genjin.customers.models import Campaign
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
