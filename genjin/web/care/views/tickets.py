"""The list of tickets, and one ticket with its conversation and what is left of its time."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.care.actions.steps import may_write
from genjin.care.models import Ticket, TicketNote
from genjin.care.queries.tickets import ticket_view_of, ticket_views, tickets_asked
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.tickets import deeds_in
from genjin.care.rules.words import NoteKind
from genjin.customers.queries.sight import said, shown_name
from genjin.web.care.forms import NoteForm
from genjin.web.care.tabs import care_tabs
from genjin.web.care.words import limit_of, ticket_row
from genjin.web.exports.offer import export_url
from genjin.web.shell.addresses import public_address
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, due, exact

DEEDS = {  # in the order of a ticket's life, with their icons
    "accept": "circle-check", "decline": "ban", "answer": "message-circle", "solve": "check", "confirm": "circle-check",
    "reopen": "arrow-back-up", "hand_on": "user-share", "change": "pencil", "merge": "git-merge",
}  # fmt: skip
NOTE_TONES = {
    NoteKind.INTERNAL: ("note", "grey"), NoteKind.OUT: ("send", "blue"), NoteKind.IN: ("message", "orange"),
    NoteKind.ANSWER: ("message-circle", "blue"), NoteKind.SOLUTION: ("circle-check", "green"),
}  # fmt: skip


def _view_words() -> dict[str, str]:
    return {
        "mine": _("Mine"), "open": pgettext("tickets", "Open"), "late": _("Overdue"), "drafts": pgettext("ticket", "To be accepted"),
        "solved": _("To be confirmed"), "over": pgettext("tickets", "Over"), "all": _("All"),
    }  # fmt: skip


@require_GET
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Show tickets: mine, open, overdue, to be accepted, to be confirmed, over, all; by kind, priority and words."""
    user, now, asked = user_of(request), timezone.now(), request.GET
    views = ticket_views(user, now)
    view = ticket_view_of(views, asked)
    kind, priority = asked.get("kind", ""), asked.get("priority", "")
    rows = tickets_asked(user, {**asked.dict(), "view": view}, now)
    shown = paged(request, rows.select_related("customer__owner", "customer__pool", "owner"))
    labels = (
        pgettext("ticket", "Ticket"),
        _("Customer"),
        pgettext("ticket", "State"),
        _("Time left"),
        _("Who looks after it"),
        pgettext("ticket", "Opened"),
    )
    context = {
        "title": pgettext("care", "Tickets"), "tabs": care_tabs("care:tickets"), "query": asked.get("q", ""), "columns": [{"label": label} for label in labels],
        "chips": [{"url": f"?view={key}", "label": label, "active": key == view, "count": views[key].count() if key in {"mine", "late", "drafts"} else None}
                  for key, label in _view_words().items()],
        "export_url": export_url(request, "tickets", view=view),
        "kept_in_search": [(name, value) for name, value in (("view", view), ("kind", kind), ("priority", priority)) if value],
        "view": view, "sieves": _sieves(kind, priority), "rows": [ticket_row(user, row, now) for row in shown.rows],
        "empty": {"icon": "headset", "title": _("No ticket here"),
                  "text": _("Complaints and requests are taken down on the customer's page, from a task, from a rating, or come by the page customers report on.")},
    }  # fmt: skip
    return render(request, "care/tickets.html", shown.context() | context)


def _sieves(kind: str, priority: str) -> list[dict[str, Any]]:
    return [
        {"name": "kind", "label": _("Any kind"), "value": kind, "choices": TicketKind.choices},
        {"name": "priority", "label": _("Any priority"), "value": priority, "choices": Priority.choices},
    ]


@require_GET
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a ticket: what it is about, what was said, what is left of its time, what one may do."""
    user, now = user_of(request), timezone.now()
    related = (
        "customer__owner",
        "customer__pool",
        "owner",
        "opened_by",
        "project",
        "survey",
        "merged_into",
        "task",
    )
    row: Ticket = Ticket.objects.visible_to(user).select_related(*related).get(pk=pk)
    may = may_write(user, row)
    context = {
        "title": f"{row.number} {said(user, row.customer, row.title)}", "ticket": row, "row": ticket_row(user, row, now),
        "details": said(user, row.customer, row.details), "sender": said(user, row.customer, " · ".join(one for one in (row.sender, row.sender_reach) if one)),
        "notes": [_note(user, row, note) for note in row.notes.select_related("author", "file")], "deeds": _deeds(row) if may else [],
        "note_form": NoteForm() if may and row.state not in {TicketState.MERGED, TicketState.DECLINED} else None,
        "limits": _limits(row, now), "solution": said(user, row.customer, row.solution), "customer_name": shown_name(user, row.customer),
        "confirm_url": public_address("public:confirmation", row.confirm_key) if may and row.confirm_key else "", "way": row.get_way_display(),
        "survey_url": reverse("care:survey", args=[row.survey_id]) if row.survey_id else "",
        "into_url": reverse("care:ticket", args=[row.merged_into_id]) if row.merged_into_id else "", "tabs": care_tabs("care:tickets"),
    }  # fmt: skip
    return render(request, "care/ticket.html", context)


def _note(user: User, row: Ticket, note: TicketNote) -> dict[str, Any]:
    icon, tone = NOTE_TONES[NoteKind(note.kind)]
    return {
        "icon": icon, "tone": tone, "title": note.get_kind_display(), "who": note.author.name if note.author else _("The customer"),
        "when": ago(note.at), "exact": exact(note.at), "text": said(user, row.customer, note.text), "file": note.file,
        "is_ours": note.kind == NoteKind.INTERNAL,
    }  # fmt: skip


def _deeds(row: Ticket) -> list[dict[str, Any]]:
    words = {
        "accept": _("Accept"), "decline": _("Do not accept"), "answer": pgettext("ticket", "Answer"), "solve": pgettext("ticket", "Solve"),
        "confirm": _("Customer confirms"), "reopen": _("Open again"), "hand_on": _("Hand on"), "change": pgettext("ticket", "Change"),
        "merge": pgettext("ticket", "Merge"),
    }  # fmt: skip
    can = deeds_in(row.state)
    return [
        {"url": reverse(f"care:ticket_{key}", args=[row.pk]), "label": words[key], "icon": icon}
        for key, icon in DEEDS.items()
        if key in can
    ]


def _limits(row: Ticket, now: datetime) -> list[dict[str, Any]]:
    """Return answer and solution: by when, done when, in time or not."""
    lines = (
        (pgettext("ticket", "Answer"), row.answer_due_at, row.answered_at),
        (pgettext("ticket", "Solve"), row.due_at, row.solved_at),
    )
    left = limit_of(row, now)
    return [
        {
            "label": label, "by": exact(by), "done": exact(at), "is_late": at > by if at else by < now and bool(left),
            "left": due(by) if at is None and left else "",
        }
        for label, by, at in lines
    ]  # fmt: skip
