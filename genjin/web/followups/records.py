"""How good records are, by version, person and stage; every figure opens its records."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp
from genjin.followups.queries.quality import SPANS, QualityLine, judged_records, quality_by, quality_lift
from genjin.followups.rules.quality import in_words
from genjin.library.queries.templates import versions_by_id
from genjin.web.customers.told import quality_tag
from genjin.web.facts.frame import people_led, tabs
from genjin.web.library.words import scope_words
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

ASKED = ("person", "version", "stage", "band")


def _span(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text in {str(days) for days in SPANS} else SPANS[1]


def _since(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show the quality of records by version of the template, by person and by stage."""
    user, days = user_of(request), _span(request)
    asked = {"person": request.GET.get("person", "")[:18]}
    since = _since(days)
    groups = [
        {"title": title, "rows": [_line(user, group, line, days, asked) for line in quality_by(user, group, since, asked)]}
        for group, title in (
            ("version", _("By template")), ("person", pgettext("records", "By person")), ("stage", pgettext("records", "By stage")),
        )
    ]  # fmt: skip
    _name(groups)
    lift = quality_lift(user, since, asked)
    context = {
        "title": _("Data quality"), "tabs": tabs(user, "records"), "groups": groups, "days": days, "spans": SPANS, "who": asked["person"],
        "people": people_led(user), "good": lift.get("good"), "rest": lift.get("rest"),
    }  # fmt: skip
    return render(request, "followups/quality.html", context)


def _line(user: User, group: str, line: QualityLine, days: int, asked: dict[str, str]) -> dict[str, Any]:  # noqa: ARG001, PLR0917
    about = {"days": days} | {name: value for name, value in asked.items() if value}
    about[group] = line.key if line.key not in {None, ""} else "none"
    url = f"{reverse('followups:records')}?"
    return {
        "group": group, "key": line.key, "line": line, "url": url + urlencode(about),
        "good_url": url + urlencode(about | {"band": "good"}), "copies_url": url + urlencode(about | {"band": "copy"}),
    }  # fmt: skip


def _name(groups: list[dict[str, Any]]) -> None:
    """Put words in place of ids: two queries."""
    rows = [row for group in groups for row in group["rows"]]
    people = dict(User.objects.filter(pk__in=[row["key"] for row in rows if row["group"] == "person"]).values_list("pk", "name"))  # fmt: skip
    versions = versions_by_id({row["key"] for row in rows if row["group"] == "version" and row["key"]})
    for row in rows:
        key = row["key"]
        if row["group"] == "person":
            row["name"] = people.get(key, "")
        elif row["group"] == "stage":
            row["name"] = Stage(key).label if key in Stage.values else "—"
        else:
            version = versions.get(key)
            row["name"] = _version_words(version) if version else _("without a template")


def _version_words(version: Any) -> str:
    return _("%(scope)s, version %(number)d") % {
        "scope": scope_words(version.scope),
        "number": version.number,
    }


@require_GET
def record_list(request: HttpRequest) -> HttpResponse:
    """Show judged records behind a figure: whose, of which version, stage or band."""
    user, days = user_of(request), _span(request)
    asked = {name: request.GET.get(name, "")[:18] for name in ASKED}
    rows = judged_records(user, _since(days), asked).select_related("customer", "customer__pool", "author")
    shown = paged(request, rows.order_by("-happened_at", "-id"))
    heads = (_("Customer"), _("Author"), _("Quality"), _("What was said"), _("Better with"))
    context = {
        "title": _("Records"), "tabs": tabs(user, "records"), "columns": [{"label": label} for label in heads],
        "rows": [_row(row, user) for row in shown.rows], "empty": {"icon": "history", "title": _("No record here")},
    }  # fmt: skip
    return render(request, "followups/records.html", shown.context() | context)


def _row(row: FollowUp, user: User) -> dict[str, Any]:
    return {
        "customer": shown_name(user, row.customer), "url": reverse("customers:detail", args=[row.customer_id]), "author": row.author.name,
        "when": ago(row.happened_at), "tag": (quality_tag(row) or [{}])[0], "text": row.summary, "hints": "；".join(in_words(row.quality_notes)),
    }  # fmt: skip
