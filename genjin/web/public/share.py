"""A few fields of a customer as a third party sees them: people masked, nothing to click."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import name_of, show_contact
from genjin.followups.actions.shares import open_share
from genjin.followups.rules.shares import SHAREABLE
from genjin.kit.masking import mask_words
from genjin.web.customers.words import shown_value
from genjin.web.public.frame import page, public_page


@public_page
def shared(_request: HttpRequest, key: str) -> HttpResponse:
    """Show what a link was made for, as long as it stands."""
    share = open_share(key, now=timezone.now())
    customer = share.customer
    people = (
        [show_contact(one, unmasked=False) for one in contacts_of(customer)]
        if "people" in share.fields
        else []
    )
    facts = [(SHAREABLE[name], _value(customer, name)) for name in share.fields if name != "people"]
    context: dict[str, Any] = {
        "name": name_of(customer, unmasked=False), "share": share, "people": people, "facts": [(label, value) for label, value in facts if value],
    }  # fmt: skip
    return page("public/share.html", context)


def _value(customer: Customer, name: str) -> str:
    if name == "region":
        return " ".join(dict.fromkeys(part for part in (customer.province, customer.city) if part))
    return mask_words(shown_value(customer, name))
