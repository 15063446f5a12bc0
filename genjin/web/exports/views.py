"""What went out: one's own sheets, how far they are, and what one's team took."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.intake.actions.export import cancel_export, hand_out
from genjin.intake.models import Export
from genjin.intake.queries.outgoing import OUTGOING
from genjin.web.exports.taking import file_of
from genjin.web.shell.pages import is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact

TONES = {"asked": "orange", "waiting": "blue", "running": "blue", "done": "green", "failed": "red"}
Status = Export.Status


@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """Show exports, newest first: one's own, or those of the people one leads."""
    user = user_of(request)
    require(user, Right.EXPORT)
    tab = "team" if request.GET.get("tab") == "team" else "mine"
    rows = Export.objects.visible_to(user).select_related("by", "request")
    rows = rows.exclude(by=user) if tab == "team" else rows.filter(by=user)
    shown = paged(request, rows)
    words = {"mine": pgettext("exports", "Mine"), "team": pgettext("exports", "My team's")}
    context = {
        "title": pgettext("menu", "Exports"), "rows": [_row(row, user) for row in shown.rows],
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()],
        "empty": {"icon": "download", "title": _("No exports yet"), "text": _("Press Export above a list, or choose customers in theirs."),
                  "url": reverse("customers:list"), "label": _("To the customers")},
    }  # fmt: skip
    return render(request, "exports/list.html", shown.context() | context)


def _row(row: Export, user: User) -> dict[str, Any]:
    return {
        "url": reverse("exports:export", args=[row.pk]), "name": row.file_name, "what": OUTGOING[row.what].words, "reason": row.reason, "who": row.by.name,
        "rows": row.rows or row.total, "is_unmasked": row.is_unmasked, "unmasked_rows": row.unmasked_rows,
        "status": _status(row), "tone": _tone(row), "downloads": row.downloads, "when": ago(row.created_at),
        "exact": exact(row.created_at),
        "file_url": reverse("exports:file", args=[row.pk]) if _is_ready(row, user) else "",
    }  # fmt: skip


def _status(row: Export) -> str:
    return (
        str(row.request.get_status_display()) if row.was_refused and row.request else row.get_status_display()
    )


def _tone(row: Export) -> str:
    return "red" if row.was_refused else TONES.get(row.status, "muted")


def _is_ready(row: Export, user: User) -> bool:
    return (
        row.status == Status.DONE
        and row.by_id == user.pk
        and (row.expires_at or row.created_at) > timezone.now()
    )


def _export(request: HttpRequest, pk: int) -> Export:
    require(user_of(request), Right.EXPORT)
    return Export.objects.visible_to(user_of(request)).select_related("by", "request__decided_by").get(pk=pk)


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one export: how far it is, or what it holds, and how to fetch it."""
    user, row = user_of(request), _export(request, pk)
    outgoing = OUTGOING[row.what]
    facts = [
        (capfirst(_("list")), outgoing.words), (_("What for"), row.reason), (_("Who"), row.by.name),
        (_("Asked"), exact(row.created_at)),
        (_("Rows"), f"{row.rows or row.total:,}"), (_("Format"), row.get_format_display()),
        (_("Contact data"), _people(row)),
        (_("Columns"), "、".join(heading.label for heading in outgoing.headings(row.columns))),
        (_("Fetched"), _("%(count)d times") % {"count": row.downloads} if row.finished_at else ""),
        (_("May be fetched until"), exact(row.expires_at)), ("SHA-256", _in_groups(row.sha256)),
    ]  # fmt: skip
    is_own = row.by_id == user.pk
    context = {
        "title": row.file_name, "export": row, "facts": [(label, value) for label, value in facts if value],
        "status": _status(row), "tone": _tone(row), "answer": _answer(row), "job": _job(row, is_own=is_own),
        "file_url": reverse("exports:file", args=[pk]) if _is_ready(row, user) else "",
        "cancel_url": reverse("exports:cancel", args=[pk]) if is_own and row.status == Status.ASKED and not row.was_refused else "",
        "is_asked": row.status == Status.ASKED and not row.was_refused,
    }  # fmt: skip
    return render(request, "exports/export.html", context)


def _in_groups(digest: str) -> str:
    """Return a long number with blanks, so that it breaks on a narrow screen."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))


def _people(row: Export) -> str:
    if not row.is_unmasked:
        return _("masked")
    is_written = row.finished_at is not None
    return _("in full: %(count)d rows") % {"count": row.unmasked_rows} if is_written else _("in full")


def _answer(row: Export) -> str:
    request = row.request
    if request is None or request.decided_by is None:
        return ""
    return f"{request.get_status_display()} · {request.decided_by.name}{': ' if request.answer else ''}{request.answer}"


def _job(row: Export, *, is_own: bool) -> dict[str, Any] | None:
    if row.status not in {Status.WAITING, Status.RUNNING}:
        return None
    return {
        "title": row.get_status_display(), "done": row.rows, "total": row.total, "state": "running",
        "url": reverse("exports:progress", args=[row.pk]),
        "cancel_url": reverse("exports:cancel", args=[row.pk]) if is_own else "", "left": _time_left(row),
    }  # fmt: skip


def _time_left(row: Export) -> str:
    if not row.rows or row.started_at is None:
        return ""
    seconds = (timezone.now() - row.started_at).total_seconds() * (row.total - row.rows) / row.rows
    return _("about %(count)d s left") % {"count": seconds}


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an export is; when it is over, lead on to its page."""
    row = _export(request, pk)
    job = _job(row, is_own=row.by_id == user_of(request).pk)
    if job is not None:
        return render(request, "shell/components/progress.html", {"job": job})
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("exports:export", args=[pk])
    return response


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an export."""
    row = cancel_export(user_of(request), _export(request, pk), now=timezone.now())
    message = "" if is_fragment(request) else _("Cancelled.")
    return leave(request, reverse("exports:export", args=[row.pk]), message)


@require_GET
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out the file to who asked for it, while it may be fetched."""
    return file_of(hand_out(user_of(request), _export(request, pk), now=timezone.now()))
