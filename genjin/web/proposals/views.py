"""The list of proposals, one proposal with its versions, and two versions side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.queries.sight import said, sees_person, show_contact, shown_name
from genjin.kit.money import show_cents
from genjin.proposals.actions.rights import may_sell
from genjin.proposals.models import Proposal, ProposalTemplate, ProposalVersion
from genjin.proposals.queries.content import content_of
from genjin.proposals.queries.lists import Newest, asked_of, proposals_of, with_newest
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.content import LineChange, difference
from genjin.web.exports.offer import export_url
from genjin.web.proposals.shown import (
    TONES,
    answer_of,
    authors_of,
    deeds_of,
    offs_of,
    seen_proposal,
    sheet_of,
    waiting_of,
)
from genjin.web.shell.addresses import public_address
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact, money


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the proposals of all customers in sight, by the state of their newest version."""
    user = user_of(request)
    asked = asked_of(user, request.GET)
    shown = paged(request, proposals_of(user, asked).select_related("customer__owner", "opportunity"))
    tabs = {"mine": _("Mine"), "all": _("All in sight")}
    words = [("", _("All"))] + [(key, str(word)) for key, word in VersionState.choices]
    context = {
        "title": pgettext("menu", "Proposals"), "query": asked.text, "rows": rows_of(user, shown.rows),
        "export_url": export_url(request, "proposals", tab=asked.tab),
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == asked.tab} for key, word in tabs.items()],
        "chips": [{"url": f"?tab={asked.tab}&state={key}", "label": word, "active": key == asked.state} for key, word in words],
        "kept_in_search": [("tab", asked.tab), ("state", asked.state)],
        "columns": [{"label": label, "number": label == t_amount()} for label in (_("Proposal"), _("Customer"), _("Opportunity"), t_amount(), pgettext("proposal", "State"), _("Rating"), _("Sent"), _("Owner"))],
        "empty": {"icon": "file-text", "title": _("No proposal here"), "text": _("Begin one on the page of a customer, under “Proposals”."), "url": reverse("customers:list"), "label": _("Customers")},
    }  # fmt: skip
    return render(request, "proposals/list.html", shown.context() | context)


def t_amount() -> str:
    """Return the heading of amounts."""
    return _("Amount with tax")


def rows_of(user: User, rows: list[Proposal]) -> list[dict[str, Any]]:
    """Return proposals as lists show them; two queries for any number."""
    newest = with_newest(rows)
    return [_row(user, row, newest[row.pk]) for row in rows]


def _row(user: User, row: Proposal, newest: Newest) -> dict[str, Any]:
    version, owner = newest.version, row.customer.owner
    return {
        "url": reverse("proposals:proposal", args=[row.pk]), "number": row.number, "title": said(user, row.customer, row.title), "customer": shown_name(user, row.customer),
        "customer_url": reverse("customers:detail", args=[row.customer_id]), "opportunity": said(user, row.customer, row.opportunity.name), "version": version.number,
        "amount": money(version.amount), "exact": show_cents(version.amount), "state": version.get_state_display(), "tone": TONES[version.state],
        "sent": ago(newest.sent_at), "rating": newest.rating, "owner": owner.name if owner else "",
    }  # fmt: skip


@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal by one of its versions; `?v=` chooses another than the newest."""
    user = user_of(request)
    row = seen_proposal(user, pk)
    versions = list(
        row.versions.select_related("proposal__customer", "price_book", "sent_by", "approved_by").order_by(
            "number"
        )
    )
    asked = request.GET.get("v", "")
    version = next((one for one in versions if str(one.number) == asked), versions[-1])
    version.proposal = row
    sheet = sheet_of(version)
    for line, off in zip(sheet["lines"], offs_of(version), strict=True):
        line["off"] = off
    is_newest = version is versions[-1]
    url, deeds = reverse("proposals:proposal", args=[pk]), deeds_of(user, version, is_newest=is_newest)
    context = {
        "title": row.number, "proposal": row, "version": version, "sheet": sheet, "called": said(user, row.customer, sheet["title"]), "opportunity": said(user, row.customer, row.opportunity.name),
        "customer_name": shown_name(user, row.customer),
        "state": version.get_state_display(), "tone": TONES[version.state], "deeds": deeds,
        "tabs": [{"url": f"{url}?v={one.number}", "label": f"V{one.number}", "active": one is version} for one in versions],
        "compare_url": f"{reverse('proposals:compare', args=[pk])}?a={version.number - 1}&b={version.number}" if version.number > 1 else "",
        "waiting": waiting_of(version), "answer": answer_of(version), "authors": authors_of(row), "may_sell": may_sell(user, row.customer),
        "may_drop": bool(version.state != VersionState.SENT and deeds),
        "templates": ProposalTemplate.objects.filter(is_active=True),
        "files": list(version.files.select_related("attachment")), "feedback": _feedback(user, version), "links": _links(version),
    }  # fmt: skip
    return render(request, "proposals/proposal.html", context)


def _feedback(user: User, version: ProposalVersion) -> list[dict[str, Any]]:
    unmasked = sees_person(user, version.proposal.customer)
    return [
        {
            "stars": "★" * (one.rating or 0) + "☆" * (5 - one.rating) if one.rating else "", "text": said(user, version.proposal.customer, one.text), "by": one.by.name, "when": ago(one.occurred_at),
            "contact": show_contact(one.contact, unmasked=unmasked).name if one.contact else "",
        }
        for one in version.feedback.select_related("by", "contact__customer")
    ]  # fmt: skip


def _links(version: ProposalVersion) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "pk": link.pk, "url": public_address("public:offer", link.key), "by": link.created_by.name,
            "until": exact(link.expires_at), "count": link.opened_count, "last": ago(link.last_opened_at),
            "state": _("revoked") if link.revoked_at else _("over") if link.expires_at <= now else "",
        }
        for link in version.links.select_related("created_by")
    ]  # fmt: skip


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one version differs from another: `?a=1&b=2`, by default the last two."""
    user = user_of(request)
    row = seen_proposal(user, pk)
    versions = {str(one.number): one for one in row.versions.select_related("proposal").order_by("number")}
    numbers = list(versions)
    new = versions.get(request.GET.get("b", ""), versions[numbers[-1]])
    old = versions.get(
        request.GET.get("a", ""), versions[numbers[max(0, numbers.index(str(new.number)) - 1)]]
    )
    shown = difference(content_of(old), content_of(new))
    context = {
        "title": _("What changed"), "proposal": row, "called": said(user, row.customer, row.title), "old": old, "new": new, "versions": list(versions.values()), "found": shown,
        "texts": [(_named(name), _text(before), _text(after)) for name, before, after in shown.texts],
        "lines": [_change(line) for line in shown.lines], "by": new.amount - old.amount,
    }  # fmt: skip
    return render(request, "proposals/compare.html", context)


def _named(name: str) -> str:
    return str(ProposalVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _change(line: LineChange) -> dict[str, Any]:
    kind = "added" if line.old is None else "removed" if line.new is None else "changed"
    words = {
        "added": (_("added"), "green"),
        "removed": (_("removed"), "red"),
        "changed": (_("changed"), "orange"),
    }
    return {"name": line.name, "old": line.old, "new": line.new, "changed": line.changed, "word": words[kind][0], "tone": words[kind][1]}  # fmt: skip
