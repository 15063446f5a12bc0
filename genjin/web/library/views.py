"""The library: talk scripts, questions, answers to objections, materials; read by all, written by who may."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.customers.rules import Stage
from genjin.followups.queries.outcomes import Outcome, latest_uses, outcomes
from genjin.library.actions.entries import remove_entry, save_entry
from genjin.library.models import Entry
from genjin.library.queries.entries import entries, fitting, topics
from genjin.library.rules import EntryKind, Objection, Spin
from genjin.library.rules.entries import filled
from genjin.proposals.queries.objections import learnt
from genjin.proposals.rules.objections import Learnt
from genjin.web.customers.views.detail import customer_of
from genjin.web.library.forms import EntryForm
from genjin.web.library.words import library_tabs
from genjin.web.objections.forms import learnt_words
from genjin.web.shell.pages import attempt, confirm_page, is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.sending import send_file
from genjin.web.shell.templatetags.genjin import ago

SIFTED = ("spin", "objection", "stage", "topic")


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    """Show the library by kind, topic, stage, objection, and what was looked for."""
    user = user_of(request)
    text, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    kind = kind if kind in EntryKind.values else ""
    asked = {"kind": kind} | {name: request.GET.get(name, "")[:60] for name in SIFTED}
    shown = paged(request, entries(asked, text, everything=request.GET.get("all") == "1"), 30)
    ids = [row.pk for row in shown.rows]
    found, taken = outcomes(user, ids), learnt(ids)
    context = {
        "title": _("Library"), "tabs": library_tabs(kind), "query": text, "sieves": _sieves(kind, asked), "kind": kind,
        "rows": [_row(row, found.get(row.pk, Outcome()), taken.get(row.pk)) for row in shown.rows], "may_write": user.may(Right.MANAGE_LIBRARY),
        "kept": [("kind", kind)] if kind else [],
    }  # fmt: skip
    return render(request, "library/list.html", shown.context() | context)


def _sieves(kind: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    """Return the choices that make sense for a kind."""
    words: list[tuple[str, Any, Any]] = []
    if kind == EntryKind.QUESTION:
        words.append(("spin", _("Kind of question"), Spin.choices))
    if kind == EntryKind.OBJECTION:
        words.append(("objection", _("Any objection"), Objection.choices))
    if kind != EntryKind.GREETING:
        words.append(("stage", _("Any stage"), Stage.choices))
        words.append(("topic", _("Any topic"), [(topic, topic) for topic in topics()]))
    return [
        {"name": name, "label": label, "value": asked[name], "choices": list(choices)}
        for name, label, choices in words
    ]


def _row(row: Entry, outcome: Outcome, taken: Learnt | None) -> dict[str, Any]:
    marks = [row.get_spin_display() if row.spin else "", row.get_objection_display() if row.objection else ""]
    marks += [str(Stage(row.stage).label) if row.stage in Stage.values else "", row.grade]
    marks += [row.topic if row.kind != EntryKind.GREETING else "", *row.tags]
    return {
        "learnt": learnt_words(taken or Learnt()) if row.kind == EntryKind.OBJECTION else "", "id": row.pk, "title": row.title, "body": row.body, "kind": row.get_kind_display(), "marks": [mark for mark in marks if mark],
        "file": row.file_name, "outcome": outcome, "is_active": row.is_active, "url": reverse("library:entry", args=[row.pk]),
    }  # fmt: skip


@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one piece whole, as a page or a dialog, with what came of its uses."""
    user, row = user_of(request), Entry.objects.get(pk=pk)
    uses = [
        {
            "customer": shown_name(user, customer), "url": reverse("customers:detail", args=[customer.pk]), "by": use.by.name,
            "when": ago(use.at), "answered": use.is_answered, "moved": use.has_moved,  # type: ignore[attr-defined]
        }
        for use, customer in latest_uses(user, row.pk)
    ]  # fmt: skip
    outcome = outcomes(user, [row.pk]).get(row.pk, Outcome())
    context = {
        "row": _row(row, outcome, learnt([row.pk]).get(row.pk)),
        "uses": uses,
        "may_write": user.may(Right.MANAGE_LIBRARY),
        "title": row.title,
    }
    template = "library/entry.html#dialog" if is_fragment(request) else "library/entry.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new piece, or change one."""
    user = user_of(request)
    require(user, Right.MANAGE_LIBRARY)
    row = Entry() if pk is None else Entry.objects.get(pk=pk)
    form = EntryForm(request.POST or None, request.FILES or None, initial=_initial(request, row))
    if request.method == "POST" and form.is_valid():
        made: list[Entry] = []

        def save() -> None:
            made.append(
                save_entry(user, row, form.values(), file=form.cleaned_data["file"], now=timezone.now())
            )

        if attempt(form, save):
            return leave(request, reverse("library:entry", args=[made[0].pk]), _("Saved."))
    context = {
        "form": form, "title": row.title or _("New entry"), "topics": topics(), "cancel_url": reverse("library:list"),
        "remove_url": reverse("library:remove", args=[pk]) if pk else "", "file_name": row.file_name,
    }  # fmt: skip
    return render(request, "library/edit.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, row: Entry) -> dict[str, Any]:
    if row.pk is None:
        kind = request.GET.get("kind", "")
        return {"kind": kind if kind in EntryKind.values else EntryKind.SCRIPT, "is_active": True}
    names = ("kind", "title", "body", "topic", "spin", "objection", "stage", "grade", "is_active", "version")
    return {name: getattr(row, name) for name in names} | {"tags": "、".join(row.tags)}


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a piece; a used one is only put out of use."""
    user, row = user_of(request), Entry.objects.get(pk=pk)
    require(user, Right.MANAGE_LIBRARY)
    return confirm_page(
        request, deed=lambda: remove_entry(user, row, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": row.title}, submit_label=_("Remove"), message=_("Removed."),
        consequence=_("What was used in records or for tasks stays readable, out of use."), done=reverse("library:list"),
    )  # fmt: skip


@require_GET
def file(_request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a material's file: pictures and PDF in the page, all else as download."""
    row = Entry.objects.exclude(file="").get(pk=pk)
    return send_file(row.file, row.file_name)


@require_GET
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer what fits a customer, to be put into the record; the text is filled in for this customer and person."""
    user, customer = user_of(request), customer_of(request, pk)
    kind, text = request.GET.get("kind", EntryKind.QUESTION), request.GET.get("q", "").strip()[:80]
    kind = kind if kind in EntryKind.values else EntryKind.QUESTION
    words = {"name": _called(user, customer), "me": user.name, "company": shown_name(user, customer)}
    rows = [
        {"id": row.pk, "title": row.title, "text": filled(row.body, **words) or row.title, "mark": row.get_spin_display() if row.spin else row.topic}
        for row in _best(kind, fitting(kind, stage=customer.stage, grade=customer.grade, text=text))
    ]  # fmt: skip
    url = reverse("library:insert", args=[pk])
    kinds = [(key, word) for key, word in EntryKind.choices if key != EntryKind.GREETING]
    context = {
        "title": _("Library"), "rows": rows, "query": text, "url": url, "kind": kind, "customer_url": reverse("customers:detail", args=[pk]),
        "chips": [{"url": f"{url}?kind={key}", "label": word, "active": key == kind} for key, word in kinds],
    }  # fmt: skip
    template = "library/insert.html#dialog" if is_fragment(request) else "library/insert.html"
    return render(request, template, context)


def _best(kind: str, rows: list[Entry]) -> list[Entry]:
    """Return answers to objections with those known to be accepted first; all else as it fits."""
    if kind != EntryKind.OBJECTION:
        return rows
    taken = learnt([row.pk for row in rows])
    return sorted(rows, key=lambda row: taken.get(row.pk, Learnt()).rank, reverse=True)


def _called(user: User, customer: Any) -> str:
    person = customer.contacts.first()
    return (
        show_contact(person, unmasked=sees_person(user, customer)).name
        if person
        else shown_name(user, customer)
    )
