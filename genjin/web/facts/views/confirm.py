"""What the owner should confirm again: facts that move with the deal and that nobody looked at for months."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.customers.models import Contact, Customer
from genjin.quality.queries.facts import CONTACTS, dynamic_facts, facts_to_confirm, to_confirm
from genjin.quality.rules.facts import OF_PERSON
from genjin.web.facts.frame import Tag, customers_page, tabs, whose
from genjin.web.facts.words import fact_words
from genjin.web.shell.pages import user_of


@require_GET
def confirm(request: HttpRequest) -> HttpResponse:
    """List customers in work with facts to confirm again: one's own, or those of the people one leads."""
    user, now = user_of(request), timezone.now()
    rows, who = whose(request, own=True)
    only = request.GET.get("only", "")
    only = only if only in dynamic_facts() else ""
    return customers_page(
        request, to_confirm(rows, now, fact=only), _asked, title=_("Data quality"), tabs=tabs(user, "confirm"),
        what=_("Ask about"), who=who, choices=list(fact_words().items()), choice=only,
        empty={"icon": "circle-check", "title": _("Nothing to confirm"), "text": _("Need, budget, who decides and contacts were all looked at in time.")},
    )  # fmt: skip


def _asked(rows: Sequence[Customer]) -> Mapping[int, Sequence[Tag]]:
    words, now = fact_words(), timezone.now()
    people = dict(
        Contact.objects.filter(customer__in=[row.pk for row in rows], is_primary=True).values_list("customer_id", "pk")
    )  # fmt: skip
    return {
        pk: [
            {"text": words[key], "tone": "orange", "title": pgettext("deed", "Verify"), "url": _check_url(pk, key, people.get(pk))}
            for key in keys
        ]
        for pk, keys in facts_to_confirm(rows, now).items()
    }  # fmt: skip


def _check_url(pk: int, key: str, contact: int | None) -> str:
    keys = [f"{fact.key}-{contact}" for fact in OF_PERSON] if key == CONTACTS else [key]
    return f"{reverse('facts:check', args=[pk])}?{'&'.join(f'fact={one}' for one in keys)}"
