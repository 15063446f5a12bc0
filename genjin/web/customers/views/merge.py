"""Making two records of one customer one: find the other, choose per field, and take it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.derive import reachable
from genjin.customers.actions.ownership import may_edit, require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.find import known_under, newest_found
from genjin.customers.rules.identity import Named, identity_keys
from genjin.followups.actions.merge import FIELD_GROUPS
from genjin.kit.errors import RuleError
from genjin.quality.actions.duplicates import merge_customers, unmerge
from genjin.web.customers.views.detail import customer_of
from genjin.web.customers.words import label_of, shown_value
from genjin.web.shell.pages import confirm_page, leave, user_of


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another record of this customer, then whose value each field keeps."""
    user, kept = user_of(request), customer_of(request, pk)
    require_edit(user, kept, Right.DELETE_CUSTOMER)
    asked = request.POST.get("with") or request.GET.get("with", "")
    other = customer_of(request, int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    if other is not None:
        require_edit(user, other, Right.DELETE_CUSTOMER)
    if request.method == "POST" and other is not None:
        taken = {name.removeprefix("take-"): int(value) for name, value in request.POST.items()
                 if name.startswith("take-") and value in {str(kept.pk), str(other.pk)}}  # fmt: skip
        merge_customers(user, kept, [other], take=taken, now=timezone.now())
        is_from_queue = request.GET.get("from") == "queue"
        done = reverse("quality:duplicates") if is_from_queue else reverse("customers:detail", args=[pk])
        return leave(request, done, _("Merged. It can be taken back."))
    if request.method == "POST":
        raise RuleError(_("Choose another customer to merge with this one."), "merge_with_itself")
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "title": _("Merge"), "kept": kept, "other": other, "query": text,
        "rows": _differences(kept, other) if other else [], "found": [] if other else _others(user, kept, text),
    }  # fmt: skip
    return render(request, "customers/merge.html", context)


def _others(user: User, kept: Customer, text: str) -> list[Customer]:
    """Return who may be meant: what was looked for, else who shares a key."""
    if len(text) >= 2:
        rows = newest_found(user, text, 20)
    else:
        keys = identity_keys(kept.name, kept.kind, kept.credit_code, reachable(kept.contacts.all()))
        ours = Named(kept.name, kept.credit_code)
        ids = [one.id for one in known_under(user, keys, ours, besides=kept.pk, top=20) if one.is_visible]
        rows = list(Customer.objects.visible_to(user).filter(pk__in=ids).select_related("owner"))
    return [row for row in rows if row.pk != kept.pk and may_edit(user, row)]


def _differences(kept: Customer, other: Customer) -> list[dict[str, Any]]:
    """Return the fields both have a say in, with both values; what only one of them knows is kept anyway."""
    rows = []
    for group in FIELD_GROUPS:
        ours, theirs = _words(kept, group), _words(other, group)
        if ours and theirs and ours != theirs:
            rows.append({"name": group[0], "label": label_of(group[0]), "ours": ours, "theirs": theirs})
    return rows


def _words(row: Customer, group: tuple[str, ...]) -> str:
    return " ".join(text for name in group if (text := shown_value(row, name)))


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last merge of a customer back."""
    user, kept = user_of(request), customer_of(request, pk)
    require_edit(user, kept, Right.DELETE_CUSTOMER)
    last = kept.merges.standing().select_related("merged").first()
    if last is None:
        raise RuleError(_("Nothing was merged into this customer."), "not_merged", status=409)
    return confirm_page(
        request, deed=lambda: unmerge(user, last, now=timezone.now()), title=_("Take the merge back"),
        question=_("Make %(name)s a customer of its own again?") % {"name": last.merged.name},
        consequence=_("What came from it goes back to it; what was written since the merge stays here."),
        submit_label=_("Take back"), done=reverse("customers:detail", args=[pk]), message=_("Taken back."),
    )  # fmt: skip
