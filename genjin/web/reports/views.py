"""日报, 周报, 月报: write one's own, read and answer those of one's people."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.followups.actions.reports import ReportTexts, comment_report, hand_in_report
from genjin.followups.models import WorkReport
from genjin.followups.queries.reports import draft, not_handed_in
from genjin.followups.rules import Period, PeriodKind, period_of
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.own import REPORTED, own_figures
from genjin.web.insights.asked import records_url
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, list_page, user_of
from genjin.web.shell.templatetags.genjin import ago


class ReportForm(Form):
    """Three texts, prefilled from what is on record."""

    done = forms.CharField(
        label=gettext_lazy("Done"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 8})
    )
    plan = forms.CharField(
        label=gettext_lazy("Planned next"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    support = forms.CharField(
        label=gettext_lazy("Problems and support needed"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip


class CommentForm(Form):
    """A lead's word."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )


def _today() -> date:
    return local_day(timezone.now())


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in PeriodKind.values else PeriodKind.DAY


def _day(request: HttpRequest) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), _today())
    except ValueError:
        return _today()


def title_of(kind: str, period: Period) -> str:
    """Return what a report is called: its kind and its days."""
    days = (
        f"{period.first:%Y-%m-%d}"
        if kind == PeriodKind.DAY
        else f"{period.first:%Y-%m-%d} – {period.last:%m-%d}"
    )
    return f"{PeriodKind(kind).label} {days}"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List reports: one's own, one's people's, and who still owes one."""
    user, tab = user_of(request), request.GET.get("tab", "mine")
    leads = user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL)
    words = {"mine": _("Mine")} | ({"team": _("Team")} if leads else {})
    tabs = [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()]
    kinds = [
        {"url": f"{reverse('reports:new')}?kind={kind}", "label": PeriodKind(kind).label}
        for kind in PeriodKind.values
        if user.may(Right.MANAGE_TASKS)
    ]
    rows = _rows(user, "team" if tab == "team" and leads else "mine")
    owing = (
        [(PeriodKind(kind).label, not_handed_in(user, kind, _today())) for kind in PeriodKind.values]
        if leads and tab == "team"
        else []
    )
    return list_page(
        request, "reports/list.html", rows, title=_("Work reports"), tabs=tabs, write=kinds, owing=owing, columns=_columns(),
        empty={"icon": "clipboard-text", "title": _("No report yet"), "text": _("A report begins with what is on record; add what figures do not say.")},
    )  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    labels = (_("Period"), pgettext("report", "Who"), _("Contacts made"), _("Handed in"), _("Comment"))
    return [{"label": label, "number": at == 2} for at, label in enumerate(labels)]


def _rows(user: User, tab: str) -> "QuerySet[WorkReport]":
    rows = WorkReport.objects.select_related("person", "commented_by")
    return rows.visible_to(user).exclude(person=user) if tab == "team" else rows.filter(person=user)


def _figures(person: User, period: Period, figures: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": METRICS[name].name, "value": figures[key], "url": records_url(name, period, person.pk),
         "tone": "red" if METRICS[name].is_bad and figures[key] else ""}
        for key, name in REPORTED.items() if key in figures
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a report; it begins with what is on record, or with what was handed in already."""
    user, kind, day = user_of(request), _kind(request), _day(request)
    require(user, Right.MANAGE_TASKS)
    begun = draft(user, kind, day, timezone.now())
    kept = WorkReport.objects.filter(person=user, kind=kind, first=begun.period.first).first()
    source = kept or begun
    form = ReportForm(
        request.POST or None, initial={name: getattr(source, name) for name in ("done", "plan", "support")}
    )
    saved: list[WorkReport] = []

    def save(data: dict[str, Any]) -> None:
        saved.append(
            hand_in_report(user, kind, day, ReportTexts(**data), count=own_figures, now=timezone.now())
        )

    return form_page(
        request, form, save=save, done=lambda: reverse("reports:report", args=[saved[0].pk]), template="reports/write.html",
        title=title_of(kind, begun.period), submit_label=_("Hand in"), message=_("Handed in."), is_kept=kept is not None,
        figures=_figures(user, begun.period, own_figures(user, begun.period, _today())),
    )  # fmt: skip


def _report(request: HttpRequest, pk: int) -> WorkReport:
    return WorkReport.objects.visible_to(user_of(request)).select_related("person", "commented_by").get(pk=pk)


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report with its figures as they stood; each opens its records."""
    user, row = user_of(request), _report(request, pk)
    period = period_of(row.kind, row.first)
    is_own = row.person_id == user.pk
    context = {
        "report": row, "title": title_of(row.kind, period), "figures": _figures(row.person, period, row.figures),
        "texts": [(_("Done"), row.done), (_("Planned next"), row.plan), (_("Problems and support needed"), row.support)],
        "written": ago(row.written_at), "may_comment": user.may(Right.SEE_TEAM) and not is_own,
        "change_url": f"{reverse('reports:new')}?kind={row.kind}&day={row.first.isoformat()}" if is_own and not row.commented_at else "",
    }  # fmt: skip
    return render(request, "reports/report.html", context)


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say a word to a report."""
    user, row = user_of(request), _report(request, pk)
    require(user, Right.SEE_TEAM)
    return form_page(
        request, CommentForm(request.POST or None, initial={"comment": row.comment}), title=_("Comment"), submit_label=_("Save"),
        save=lambda data: comment_report(user, row, data["comment"], now=timezone.now()), message=_("Saved."),
        done=reverse("reports:report", args=[pk]),
    )  # fmt: skip
