"""The forms of drafts: photos to keep, a customer to type in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.care.rules import Priority
from genjin.web.care.forms import TAKEN_DOWN, PersonField
from genjin.web.customers.forms import QuickForm
from genjin.web.shell.forms import Form


class Photos(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 (Django's signature)
        """Return all files chosen, not only the last."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.FileField):
    widget = Photos(attrs={"multiple": True, "accept": "image/*,application/pdf", "capture": "environment"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file for itself."""
        found = data if isinstance(data, list) else [data] if data else []
        if not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(PhotosField, self).clean(file, initial) for file in found]


class PhotoForm(Form):
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("Business cards, sign-in sheets; png, jpg, webp or pdf, up to 20 MB each."),
    )


class DraftForm(QuickForm):
    """The quick form with the mail address a card or a letter has."""

    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("Contact name"), max_length=80, required=False)
    field_order = ("name", "contact_name", "phone", "email")


class DraftTicketForm(Form):
    """A mail taken down as a complaint or request of a customer."""

    customer = forms.IntegerField(
        label=_("Number of the customer"), min_value=1, help_text=_("As in the list: KH000123 is 123.")
    )
    kind = forms.ChoiceField(label=pgettext_lazy("ticket", "Kind"), choices=TAKEN_DOWN)
    title = forms.CharField(label=pgettext_lazy("ticket", "What is it about"), max_length=200)
    priority = forms.ChoiceField(label=pgettext_lazy("ticket", "Priority"), choices=Priority.choices)
    owner = PersonField(_("Who looks after it"))


class AttachForm(Form):
    customer = forms.IntegerField(
        label=_("Number of the customer"), min_value=1, help_text=_("As in the list: KH000123 is 123.")
    )
