"""Lists of customers behind the figures: how a fact stands, and what contradicts itself."""

from collections.abc import Mapping, Sequence

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.quality.queries.contradictions import reasons_of
from genjin.quality.queries.figures import KEY_FACTS, with_contradictions, with_fact
from genjin.quality.rules.facts import FactState, fact_named
from genjin.web.facts.frame import Tag, customers_page, tabs, whose
from genjin.web.facts.words import CONTRADICTION_WORDS
from genjin.web.shell.pages import user_of


@require_GET
def contradicting(request: HttpRequest) -> HttpResponse:
    """List customers whose facts cannot well be true together, each with the reasons."""
    user = user_of(request)
    rows, who = whose(request, own=True)
    only = request.GET.get("only", "")
    only = only if only in CONTRADICTION_WORDS else ""
    return customers_page(
        request, with_contradictions(rows, only), lambda shown: _reasons(user, shown), title=_("Data quality"),
        tabs=tabs(user, "contradictions"), what=_("Why"), who=who,
        choices=[(code, str(words)) for code, words in CONTRADICTION_WORDS.items()], choice=only,
        empty={"icon": "circle-check", "title": _("Nothing contradicts itself"), "text": _("Customers are looked through every hour.")},
    )  # fmt: skip


def _reasons(user: User, rows: Sequence[Customer]) -> Mapping[int, Sequence[Tag]]:
    prefetch_related_objects(rows, "contacts")
    return {
        pk: [{"text": one.reason, "tone": "", "title": str(CONTRADICTION_WORDS[one.code])} for one in found]
        for pk, found in reasons_of(user, rows, timezone.localdate()).items()
    }


@require_GET
def facts(request: HttpRequest) -> HttpResponse:
    """List the customers behind one figure: `?fact=` and `?state=`, of whom one leads."""
    user, now = user_of(request), timezone.now()
    rows, who = whose(request)
    fact, state = fact_named(request.GET.get("fact", "name")), request.GET.get("only", "")
    state = state if state in FactState.values else ""
    url = reverse("facts:check", args=[0])

    def tags(shown: Sequence[Customer]) -> Mapping[int, Sequence[Tag]]:
        text = f"{fact.label} · {FactState(state).label}" if state else str(fact.label)
        return {
            row.pk: [{"text": text, "tone": "blue", "title": pgettext("deed", "Verify"), "url": f"{url.replace('/0/', f'/{row.pk}/')}?fact={fact.key}"}]
            for row in shown
        }  # fmt: skip

    known = [one for one in KEY_FACTS if one.key == fact.key] or [KEY_FACTS[0]]
    return customers_page(
        request, with_fact(rows.in_work(), known[0].key, state, now), tags, title=_("Data quality"), tabs=tabs(user, "figures"),
        what=pgettext("fact", "What"), who=who, kept=[("fact", known[0].key)], choices=FactState.choices, choice=state,
        empty={"icon": "circle-check", "title": _("Nobody here"), "text": ""},
    )  # fmt: skip
