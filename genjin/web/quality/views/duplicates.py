"""查重: which records may be one customer, pair by pair; every decision is a person's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.customers.rules.identity import REASONS, Match, names_a_branch
from genjin.quality.actions.duplicates import relate, reopen_pair, tell_apart
from genjin.quality.actions.scan import start_scan
from genjin.quality.models import DuplicatePair, DuplicateScan
from genjin.web.quality.forms import NoteForm, ParentForm
from genjin.web.shell.pages import confirm_page, form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

SHOWN = 30
TONES = {"same": "red", "similar": "orange", "related": "blue"}


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show the open pairs whose two sides this person may change, or what was decided (`?level=decided`)."""
    user = user_of(request)
    require(user, Right.DELETE_CUSTOMER)
    asked = request.GET.get("level", "")
    seen = DuplicatePair.objects.editable_by(user).select_related(
        "first__owner", "first__pool", "second__owner", "second__pool", "decided_by"
    )
    rows = seen.exclude(status=DuplicatePair.Status.OPEN).order_by("-decided_at", "-pk")
    if asked != "decided":
        rows = seen.open().surest_first()
        rows = rows.filter(level=asked) if asked in Match.values else rows
    shown = paged(request, rows.prefetch_related("first__contacts__role", "second__contacts__role"), SHOWN)
    context = {
        "title": _("Doubles"), "tabs": _tabs(user, asked), "scan": _scan(user), "pairs": [_pair(user, row) for row in shown.rows],
    }  # fmt: skip
    return render(request, "quality/duplicates.html", shown.context() | context)


def _tabs(user: User, asked: str) -> list[dict[str, Any]]:
    url = reverse("quality:duplicates")
    opened = DuplicatePair.objects.editable_by(user).open()
    words = {"": _("All"), **{level.value: level.label for level in Match}, "decided": _("Decided")}
    return [
        {
            "url": f"{url}?level={key}" if key else url, "label": word, "active": key == asked,
            "count": opened.filter(level=key)[:1000].count() if key in Match.values else "",
        }
        for key, word in words.items()
    ]  # fmt: skip


def _pair(user: User, row: DuplicatePair) -> dict[str, Any]:
    is_open = row.status == DuplicatePair.Status.OPEN
    return {
        "pk": row.pk, "level": row.get_level_display(), "tone": TONES[row.level], "is_open": is_open,
        "reasons": [str(REASONS[kind]) for kind in row.reasons if kind in REASONS],
        "sides": [_side(user, row.first), _side(user, row.second)],
        "status": row.get_status_display(), "note": row.note, "decided": ago(row.decided_at),
        "by": row.decided_by.name if row.decided_by else "",
        "merge_url": f"{reverse('customers:merge', args=[row.first_id])}?with={row.second_id}&from=queue",
    }  # fmt: skip


def _side(user: User, customer: Customer) -> dict[str, Any]:
    contacts = list(customer.contacts.all())
    main = show_contact(contacts[0], unmasked=sees_person(user, customer)) if contacts else None
    return {
        "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer), "code": customer.credit_code,
        "owner": customer.owner.name if customer.owner else "", "pool": customer.pool.name if customer.pool else "",
        "stage": customer.stage, "stage_label": customer.get_stage_display(), "grade": customer.grade,
        "last": ago(customer.last_contact_at) or _("never"), "created": ago(customer.created_at),
        "contact": " ".join(part for part in (main.name, main.phone or main.email) if part) if main else "",
    }  # fmt: skip


def _scan(user: User) -> dict[str, Any]:
    """Return the last scan in words; its numbers are of the whole base, for who sees all of it."""
    last = DuplicateScan.objects.first()
    if last is None:
        return {}
    counts = last.counts if user.scope.sees_all else {}
    crowds = [f"{REASONS[crowd['kind']]} ×{crowd['size']}" for crowd in counts.get("crowds", [])]
    return {
        "is_running": last.status == DuplicateScan.Status.RUNNING, "when": ago(last.finished_at or last.started_at),
        "counts": counts, "crowds": crowds, "job": _job(user, last),
    }  # fmt: skip


def _job(user: User, scan: DuplicateScan) -> dict[str, Any]:
    is_counted = user.scope.sees_all
    return {
        "title": _("Comparing all customers"), "state": "running", "url": reverse("quality:scan_progress"),
        "done": min(scan.counts.get("keys", 0), scan.total) if is_counted else "…", "total": scan.total if is_counted else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Start looking through all customers in the background."""
    user, done = user_of(request), reverse("quality:duplicates")
    require(user, Right.DELETE_CUSTOMER)
    return confirm_page(
        request, deed=lambda: start_scan(user, now=timezone.now()), done=done, title=_("Look for doubles"),
        question=_("Compare all customers now?"), submit_label=_("Start"), message=_("Started; the pairs appear here."),
        consequence=_("This happens by itself once a week. Nothing is merged without you."),
    )  # fmt: skip


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the scan is; when it is over, the page is shown anew."""
    user = user_of(request)
    require(user, Right.DELETE_CUSTOMER)
    last = DuplicateScan.objects.first()
    if last is not None and last.status == DuplicateScan.Status.RUNNING:
        return render(request, "shell/components/progress.html", {"job": _job(user, last)})
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("quality:duplicates")
    return response


def _seen(request: HttpRequest, pk: int) -> DuplicatePair:
    require(user_of(request), Right.DELETE_CUSTOMER)
    rows = DuplicatePair.objects.editable_by(user_of(request)).select_related("first", "second")
    return rows.get(pk=pk)


@require_http_methods(["GET", "POST"])
def different(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the two are not one customer."""
    row, form = _seen(request, pk), NoteForm(request.POST or None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    names = {"one": row.first.name, "other": row.second.name}
    return confirm_page(
        request, deed=lambda: tell_apart(user_of(request), row, note=note, now=timezone.now()), form=form,
        title=_("Not one customer"), question=_("%(one)s and %(other)s are two customers?") % names,
        consequence=_("This pair is not shown again."), done=reverse("quality:duplicates"), message=_("Kept apart."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def related(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one of the two is the other's parent."""
    row = _seen(request, pk)
    branch, parent = sorted((row.first, row.second), key=lambda one: not names_a_branch(one.name))
    form = ParentForm(request.POST or None, initial={"parent": parent.pk})
    form.fields["parent"].choices = [(one.pk, one.name) for one in (parent, branch)]  # type: ignore[attr-defined]
    return form_page(
        request, form, title=_("Which of the two is the parent?"), message=_("Branch of it."), done=reverse("quality:duplicates"),
        save=lambda data: relate(user_of(request), row, int(data["parent"]), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    row = _seen(request, pk)
    return confirm_page(
        request, deed=lambda: reopen_pair(user_of(request), row, now=timezone.now()), title=_("Look again"),
        question=_("Put this pair back into the queue?"), done=reverse("quality:duplicates"), message=_("To be looked at again."),
    )  # fmt: skip
