"""Own fields and collection templates: the overview, the designer, versions and what differs between them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.customers.queries.collected import field_labels
from genjin.customers.rules import CustomerType
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.actions.definitions import save_field
from genjin.fields.actions.templates import discard_draft, publish_template, save_draft
from genjin.fields.models import CollectionTemplate, CustomField
from genjin.fields.queries import own_fields, templates_to_revise
from genjin.fields.rules import Outline
from genjin.fields.rules.outline import difference
from genjin.web.customers.collect import preview_form
from genjin.web.settings import designer
from genjin.web.settings.forms import OwnFieldForm, PublishForm
from genjin.web.shell.pages import attempt, confirm_page, form_page, leave, user_of


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show the template of each customer type and the own fields."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    due = dict(templates_to_revise(timezone.now()))
    drafts = set(CollectionTemplate.objects.drafts().values_list("customer_type", flat=True))
    current = {
        row.customer_type: row
        for row in CollectionTemplate.objects.current().select_related("published_by")
    }  # fmt: skip
    cards = [
        {"kind": kind.value, "label": kind.label, "template": current[kind.value], "due": due.get(kind.value),
         "count": len(list(current[kind.value].outline.items)), "has_draft": kind.value in drafts}
        for kind in CustomerType if kind.value in current
    ]  # fmt: skip
    context = {
        "title": _("Fields and templates"), "cards": cards, "fields": CustomField.objects.all(),
        "crumbs": True,
    }  # fmt: skip
    return render(request, "settings/collection.html", context)


@require_http_methods(["GET", "POST"])
def field_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add an own field, or change its words; key and kind stay."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    field = CustomField.objects.get(pk=pk) if pk else CustomField()
    initial = {"label": field.label, "kind": field.kind, "options": "\n".join(field.options), "help": field.help, "is_active": field.is_active}  # fmt: skip
    form = OwnFieldForm(request.POST or None, initial=initial, is_new=pk is None)
    return form_page(
        request, form, save=lambda data: save_field(user, field, data, now=timezone.now()), done=reverse("settings:collection"),
        title=field.label if pk else _("New field"), message=_("Saved."), template="settings/entry.html",
    )  # fmt: skip


def _kind(kind: str) -> CustomerType:
    """Return the customer type of an address; a word that is none is missing like any other row."""
    if kind not in CustomerType.values:
        raise CollectionTemplate.DoesNotExist
    return CustomerType(kind)


def _current(kind: str) -> CollectionTemplate:
    return CollectionTemplate.objects.published().filter(customer_type=_kind(kind).value)[:1].get()


def _draft(kind: str) -> CollectionTemplate | None:
    return CollectionTemplate.objects.drafts().filter(customer_type=kind).first()


@require_http_methods(["GET", "POST"])
def design(request: HttpRequest, kind: str) -> HttpResponse:
    """Lay out the next version of a template; every press keeps the draft."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    current, draft = _current(kind), _draft(kind)
    outline, problem = (draft or current).outline, ""
    if request.method == "POST":
        outline = designer.read(request.POST, outline)
        form = PublishForm(request.POST)
        form.full_clean()
        if attempt(form, lambda: save_draft(user, kind, outline, builtin=BY_KEY, now=timezone.now())):
            if "publish" in request.POST:
                return redirect("settings:template_publish", kind=kind)
            return redirect(f"{request.path}#row-{designer.anchor(request.POST)}")
        problem = " ".join(map(str, form.non_field_errors()))
    labels = field_labels(own_fields())
    context = {
        "title": _("Template: %(kind)s") % {"kind": _kind(kind).label}, "kind": kind, "rows": designer.rows(outline, labels),
        "unused": [(key, label) for key, label in labels.items() if key not in outline.keys],
        "current": current, "draft": draft, "problem": problem, "tabs": _tabs(kind, "design"),
        "share": designer.shares(outline),
    }  # fmt: skip
    return render(request, "settings/template.html", context, status=422 if problem else 200)


def _tabs(kind: str, active: str) -> list[dict[str, Any]]:
    words = {"design": _("Design"), "preview": _("Preview"), "versions": _("Versions")}
    return [
        {"url": reverse(f"settings:template_{key}", args=[kind]), "label": word, "active": key == active}
        for key, word in words.items()
    ]


@require_GET
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form as people will see it, the draft if there is one."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    template = _draft(kind) or _current(kind)
    context = {
        "title": _("Template: %(kind)s") % {"kind": _kind(kind).label}, "tabs": _tabs(kind, "preview"), "template": template,
        "groups": preview_form(template.outline, own_fields()),
    }  # fmt: skip
    return render(request, "settings/template_preview.html", context)


@require_GET
def versions(request: HttpRequest, kind: str) -> HttpResponse:
    """Show all versions, and what differs between two of them."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    _current(kind)
    rows = list(CollectionTemplate.objects.filter(customer_type=kind).select_related("published_by"))
    by_version = {str(row.version): row for row in rows}
    newer = by_version.get(request.GET.get("to", ""), rows[0])
    older = by_version.get(request.GET.get("from", ""), rows[min(1, len(rows) - 1)])
    context = {
        "title": _("Template: %(kind)s") % {"kind": _kind(kind).label}, "tabs": _tabs(kind, "versions"), "versions": rows,
        "older": older, "newer": newer, "changes": _changes(older.outline, newer.outline),
    }  # fmt: skip
    return render(request, "settings/template_versions.html", context)


def _changes(older: Outline, newer: Outline) -> list[dict[str, Any]]:
    labels = field_labels(own_fields(active=False))
    words = {"added": _("added"), "removed": _("removed"), "moved": _("moved"), "changed": _("changed")}
    tones = {"added": "green", "removed": "red", "moved": "blue", "changed": "orange"}
    return [
        {
            "label": labels.get(change.key, change.key), "what": words[change.what], "tone": tones[change.what],
            "before": designer.in_words(change.before, change.before_group),
            "after": designer.in_words(change.after, change.after_group),
        }
        for change in difference(older, newer)
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, kind: str) -> HttpResponse:
    """Look once more at what is new, and put it in force."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    current, draft = _current(kind), _draft(kind)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        if attempt(form, lambda: publish_template(user, kind, note=note, now=timezone.now())):
            sentence = _("Published. Customers of this type are weighed by it within minutes.")
            return leave(request, reverse("settings:collection"), sentence)
    context = {
        "title": _("Publish: %(kind)s") % {"kind": _kind(kind).label}, "form": form, "current": current, "draft": draft, "kind": kind,
        "changes": _changes(current.outline, draft.outline) if draft else [],
    }  # fmt: skip
    return render(request, "settings/template_publish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, kind: str) -> HttpResponse:
    """Throw the draft away."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    _current(kind)
    return confirm_page(
        request, deed=lambda: discard_draft(user, kind, now=timezone.now()), level="danger", title=_("Throw the draft away"),
        question=_("Throw away what was changed since the version in force?"), submit_label=_("Throw away"),
        done=reverse("settings:collection"), message=_("The draft is gone."),
    )  # fmt: skip
