"""Changing one field of many customers: choose, look, run; and every such change, to be taken back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer, KeptChange
from genjin.customers.queries.sight import shown_name
from genjin.fields.queries import own_fields
from genjin.fields.rules import Definition
from genjin.intake.actions.edit_values import own_by_key
from genjin.intake.actions.edits import (
    UNDO_WITHIN,
    Preview,
    cancel_edit,
    check_editable,
    preview_edit,
    start_edit,
    undo_edit,
)
from genjin.intake.models import BulkEdit
from genjin.intake.rules.edits import hows_of
from genjin.kit.errors import RuleError
from genjin.web.customers.views.deeds import chosen_ids
from genjin.web.edits.forms import EditForm
from genjin.web.edits.words import Names, label_of, sources, value_in_words, values_in_words, what
from genjin.web.shell.pages import attempt, confirm_page, is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact

Status = BulkEdit.Status
TONES = {"running": "blue", "done": "green", "failed": "red", "undoing": "blue"}
FIRST = "industry"


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Choose a field and a value for the chosen customers, see what would change, and do it."""
    user = user_of(request)
    require(user, Right.CHANGE_CUSTOMER)
    if request.method == "GET":
        return redirect("customers:list")
    ids = chosen_ids(user, request.POST)
    if not ids:
        raise RuleError(_("Choose at least one customer."), "nothing_chosen")
    step = request.POST.get("step", "")
    name = request.POST.get("field", FIRST)
    own = own_by_key()
    name = name if hows_of(name, own) else FIRST
    kept = _kept(request, name, hows_of(name, own))
    form = EditForm(request.POST if step else None, initial=kept, name=name, how=kept["how"], own=own)
    shown: list[Preview] = []
    if step and form.is_valid():
        if step == "run":
            made: list[BulkEdit] = []
            if attempt(form, lambda: made.append(start_edit(user, ids, form.edit(), now=timezone.now()))):
                return redirect("edits:batch", pk=made[0].pk)
        else:
            attempt(form, lambda: shown.append(preview_edit(user, ids, form.edit())))
    else:
        check_editable(user, ids)
    return _page(request, form, len(set(ids)), shown[0] if shown else None, own=own.get(name))


def _kept(request: HttpRequest, name: str, allowed: Sequence[str]) -> dict[str, str]:
    """Return what the form carries from step to step: whom it is for, by ids or by the list's address."""
    matching = request.POST.get("matching", "")
    ids = (
        ""
        if matching
        else ",".join(text for value in request.POST.getlist("ids") for text in value.split(","))
    )
    how = request.POST.get("how", "")
    return {"field": name, "how": how if how in allowed else allowed[0], "ids": ids, "matching": matching}


def _page(
    request: HttpRequest, form: EditForm, count: int, found: Preview | None, *, own: Definition | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Bulk edit"), "form": form, "action": request.path, "cancel_url": reverse("customers:list"),
        "count": ngettext("%(count)d customer", "%(count)d customers", count) % {"count": count}, "found": found,
    }  # fmt: skip
    if found is not None:
        names = sources()
        context |= {
            "tiles": [
                {"label": _("Will change"), "value": found.changes, "tone": "green", "icon": "edit"},
                {"label": _("Have it already"), "value": found.same, "icon": "check"},
                {"label": _("Refused"), "value": found.refused, "tone": "red" if found.refused else "", "icon": "ban"},
            ],
            "examples": [
                {"url": reverse("customers:detail", args=[pk]), "name": name, "old": values_in_words(old, names, own), "new": values_in_words(new, names, own)}
                for pk, name, old, new in found.examples
            ],
            "run_label": ngettext("Change %(count)d customer", "Change %(count)d customers", found.changes) % {"count": found.changes},
        }  # fmt: skip
    return render(request, "edits/edit.html", context, status=422 if form.errors else 200)


@require_GET
def edit_list(request: HttpRequest) -> HttpResponse:
    """Show bulk edits, newest first."""
    user = user_of(request)
    require(user, Right.CHANGE_CUSTOMER)
    shown = paged(request, BulkEdit.objects.visible_to(user).select_related("by").defer("ids", "refusals"))
    own = _own()
    rows = [
        {"url": reverse("edits:batch", args=[row.pk]), "what": what(row, own), "who": row.by.name, "when": ago(row.created_at),
         "exact": exact(row.created_at), "changed": row.changed, "refused": row.refused,
         "status": row.get_status_display(), "tone": TONES.get(row.status, "muted")}
        for row in shown.rows
    ]  # fmt: skip
    context = {
        "title": pgettext("menu", "Bulk edits"), "rows": rows,
        "empty": {"icon": "edit", "title": _("No bulk edits yet"), "text": _("Choose customers in the list and press Bulk edit."),
                  "url": reverse("customers:list"), "label": _("To the customers")},
    }  # fmt: skip
    return render(request, "edits/list.html", shown.context() | context)


def _own() -> dict[str, Definition]:
    return {field.key: field for field in own_fields(active=False)}


def _batch(request: HttpRequest, pk: int) -> BulkEdit:
    require(user_of(request), Right.CHANGE_CUSTOMER)
    return BulkEdit.objects.visible_to(user_of(request)).select_related("by", "undone_by").get(pk=pk)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bulk edit: how far it is, what it changed, who stayed out and why."""
    user, row = user_of(request), _batch(request, pk)
    is_over = row.status in {Status.DONE, Status.CANCELLED, Status.FAILED}
    names = _names(user, [one["customer_id"] for one in row.refusals])
    tiles = [
        {"label": _("Changed"), "value": row.changed, "tone": "green"},
        {"label": _("Had it already"), "value": row.same},
        {"label": _("Refused"), "value": row.refused, "tone": "red" if row.refused else ""},
    ]
    if row.undone_at:
        tiles += [
            {"label": _("Taken back"), "value": row.restored},
            {"label": _("Kept, worked on since"), "value": row.left, "tone": "orange" if row.left else ""},
        ]
    context = {
        "title": what(row, _own()), "batch": row, "tone": TONES.get(row.status, "muted"), "tiles": tiles, "job": _job(row),
        "refusals": [_line(names, one["customer_id"], one["message"]) for one in row.refusals],
        "left": _left(user, row), "when": exact(row.created_at),
        "undo_url": reverse("edits:undo", args=[pk]) if is_over and row.changed and _is_young(row) else "",
    }  # fmt: skip
    return render(request, "edits/batch.html", context)


def _is_young(row: BulkEdit) -> bool:
    return timezone.now() - (row.finished_at or row.created_at) <= UNDO_WITHIN


def _names(user: User, ids: list[int]) -> dict[int, str]:
    rows = Customer.objects.visible_to(user).filter(pk__in=ids)
    return {row.pk: shown_name(user, row) for row in rows}


def _line(names: dict[int, str], pk: int, why: str, more: str = "") -> dict[str, str]:
    url = reverse("customers:detail", args=[pk]) if pk in names else ""
    return {"name": names.get(pk, f"KH{pk:06d}"), "url": url, "why": why, "more": more}


def _left(user: User, row: BulkEdit) -> list[dict[str, str]]:
    kept = list(
        KeptChange.objects.of(row.origin).exclude(undone_at=None).exclude(left=[]).order_by("pk")[:200]
    )
    names, words, own = _names(user, [one.customer_id for one in kept]), sources(), _own()
    return [
        _line(
            names, one.customer_id, one.why_left, _before(one, words, own) if one.customer_id in names else ""
        )
        for one in kept
    ]


def _before(one: KeptChange, words: Names, own: dict[str, Definition]) -> str:
    shown = [
        values_in_words(one.before, words, own[name])
        if name in own
        else value_in_words(name, one.before[name], words)
        for name in one.left
        if name in own or name in one.before.keys() - {"tags", "first_contact_at"}
    ]
    return " – ".join(dict.fromkeys(text for text in shown if text))


def _job(row: BulkEdit) -> dict[str, Any] | None:
    if row.status not in {Status.RUNNING, Status.UNDOING}:
        return None
    undoing = row.status == Status.UNDOING
    return {
        "title": f"{row.get_status_display()} · {label_of(row.field, _own())}", "done": row.restored + row.left if undoing else row.done,
        "total": row.changed if undoing else row.total, "state": "running", "url": reverse("edits:progress", args=[row.pk]),
        "cancel_url": "" if undoing else reverse("edits:cancel", args=[row.pk]),
    }  # fmt: skip


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an edit is; when it is over, lead on to its page."""
    job = _job(_batch(request, pk))
    if job is not None:
        return render(request, "shell/components/progress.html", {"job": job})
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("edits:batch", args=[pk])
    return response


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an edit; what it changed stays until it is taken back."""
    row = cancel_edit(user_of(request), _batch(request, pk), now=timezone.now())
    return leave(
        request, reverse("edits:batch", args=[row.pk]), "" if is_fragment(request) else _("Cancelled.")
    )


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an edit back."""
    user, row = user_of(request), _batch(request, pk)
    return confirm_page(
        request, deed=lambda: undo_edit(user, row, now=timezone.now()), level="danger", title=_("Take the edit back"),
        question=_("Take %(name)s back?") % {"name": what(row, _own())}, submit_label=_("Take back"), message=_("Taken back."),
        consequence=_("Every value returns where nobody has changed it since; the others stay and are listed."),
        done=reverse("edits:batch", args=[pk]),
    )  # fmt: skip
