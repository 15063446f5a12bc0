"""The form of a mailbox; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Choice
from genjin.intake.actions.mailboxes import FIELDS
from genjin.intake.models import Mailbox
from genjin.web.shell.forms import Form, dress


class MailboxForm(Form):
    """Where a mailbox is and who reads it; the password is typed, never shown."""

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            field: Any = Mailbox._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if name == "source":
                field.queryset = Choice.objects.of("source")
            self.fields[name] = field
        self.fields["password"] = forms.CharField(
            label=_("Password"), required=is_new, max_length=200, strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text="" if is_new else _("Leave empty to keep it; another server or login asks for it anew."),
        )  # fmt: skip
        self.fields["readers"] = forms.ModelMultipleChoiceField(
            label=_("Read by"), queryset=User.objects.active(), required=False,
            widget=forms.SelectMultiple(attrs={"data-picker": True}),
            help_text=_("Who sees the mails as drafts, besides managers and administrators."),
        )  # fmt: skip
        for field in self.fields.values():
            dress(field)
        self.order_fields(
            [
                "name",
                "host",
                "port",
                "security",
                "user",
                "password",
                "folder",
                "readers",
                "source",
                "is_active",
            ]
        )
