"""The page of one project."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.contracts.models import Milestone
from genjin.contracts.queries.billing import contract_seen, reads
from genjin.customers.queries.sight import (
    said,
    sees_person,
    show_contact,
    shown_name,
    veiled,
    worded,
)
from genjin.delivery.actions.standing import may_run
from genjin.delivery.models import Acceptance, Project, ProjectStep, Risk
from genjin.delivery.queries.projects import as_read, standings
from genjin.delivery.rules import Deed, ProjectState, RiskLevel
from genjin.delivery.rules.states import allows
from genjin.web.delivery.views.deeds import project_of
from genjin.web.delivery.words import TONES, day_tone, row_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money

RISK_TONES = {RiskLevel.LOW: "muted", RiskLevel.MEDIUM: "orange", RiskLevel.HIGH: "red"}


@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project: what was agreed, who works on it, how far it is, and the customer's acceptance."""
    return render(request, "delivery/project.html", project_context(request, pk))


def project_context(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Return what the page shows, also after a tick."""
    user, row, today = user_of(request), project_of(request, pk), timezone.localdate()
    may = may_run(user, row)
    standing = standings([row], today)[row.pk]
    members = [worded(user, row.customer, one, "note") for one in row.members.select_related("user")]
    return {
        "project": as_read(user, row), "row": row_of(user, row, standing, today), "standing": standing, "tone": TONES[ProjectState(row.state)],
        "may": may and allows(row.state, Deed.WORK), "deeds": _deeds(row) if may else [], "day_tone": day_tone(row, today),
        "steps": [_step(user, row, one, today) for one in row.steps.select_related("owner", "done_by")],
        "team": members, "risks": [_risk(worded(user, row.customer, one, "text", "answer")) for one in row.risks.select_related("owner", "closed_by")],
        "slips": [worded(user, row.customer, one, "why") for one in row.slips.select_related("by")[:20]], "acceptances": _acceptances(user, row),
        "agreed": _agreed(user, row), "milestones": _milestones(user, row), "customer_name": shown_name(user, row.customer),
        "is_past": row.state in {ProjectState.ACCEPTED, ProjectState.STOPPED},
    }  # fmt: skip


def _deeds(row: Project) -> list[dict[str, Any]]:
    """Return the deeds this state takes, the next one first."""
    words = (
        (Deed.START, "start", pgettext("project", "Start"), "flag"), (Deed.ACCEPT, "accept", _("Acceptance"), "shield-check"),
        (Deed.DELIVER, "deliver", _("Delivered"), "truck-delivery"), (Deed.RESUME, "resume", pgettext("project", "Resume"), "arrow-back-up"),
        (Deed.SLIP, "slip", _("Move the end"), "calendar-event"), (Deed.REOPEN, "reopen", pgettext("project", "Reopen"), "arrow-back-up"),
        (Deed.WORK, "edit", _("Edit"), "pencil"), (Deed.STOP, "stop", pgettext("project", "Call off"), "ban"),
    )  # fmt: skip
    first = Deed.DELIVER if row.state == ProjectState.RUNNING else None
    shown = sorted(words, key=lambda word: word[0] != first)
    return [
        {"url": reverse(f"delivery:{name}", args=[row.pk]), "label": label, "icon": icon}
        for deed, name, label, icon in shown
        if allows(row.state, deed) and not (deed == Deed.SLIP and row.state == ProjectState.DELIVERED)
    ]


def _step(user: User, row: Project, one: ProjectStep, today: date) -> dict[str, Any]:
    is_late = one.done_on is None and one.due_on is not None and one.due_on < today
    return {
        "id": one.pk, "name": said(user, row.customer, one.name), "owner": one.owner.name if one.owner else "", "due_on": one.due_on, "weight": one.weight,
        "trigger": one.get_trigger_display() if one.trigger else "", "done_on": one.done_on,
        "done_by": one.done_by.name if one.done_by else "", "tone": "is-red" if is_late else "is-orange" if one.due_on == today and not one.done_on else "",
    }  # fmt: skip


def _risk(one: Risk) -> dict[str, Any]:
    return {
        "id": one.pk, "text": one.text, "level": one.get_level_display(), "owner": one.owner.name if one.owner else "",
        "answer": one.answer, "closed_at": one.closed_at, "tone": "muted" if one.closed_at else RISK_TONES[RiskLevel(one.level)],
        "closed_by": one.closed_by.name if one.closed_by else "",
    }  # fmt: skip


def _acceptances(user: User, row: Project) -> list[dict[str, Any]]:
    unmasked = sees_person(user, row.customer)
    rows = row.acceptances.select_related("signer__role", "file", "recorded_by", "withdrawn_by")
    return [
        _acceptance(worded(user, row.customer, one, "words", "withdrawn_reason"), unmasked=unmasked)
        for one in rows
    ]


def _acceptance(one: Acceptance, *, unmasked: bool) -> dict[str, Any]:
    return {
        "on": one.accepted_on, "signer": show_contact(one.signer, unmasked=unmasked).name if one.signer else "", "words": one.words,
        "file": one.file, "by": one.recorded_by.name, "at": one.recorded_at, "withdrawn_at": one.withdrawn_at,
        "withdrawn_by": one.withdrawn_by.name if one.withdrawn_by else "", "why": one.withdrawn_reason,
    }  # fmt: skip


def _agreed(user: User, row: Project) -> list[dict[str, Any]]:
    """Return what was agreed, read where it stands: contract, proposal, need. Nothing of it is copied (S3-16)."""
    row.contract.customer = row.customer
    contract, customer = contract_seen(user, row.contract), veiled(user, row.customer)
    page = reverse("customers:detail", args=[customer.pk])
    term = " – ".join(str(day) if day else "…" for day in (contract.starts_on, contract.ends_on))
    facts = (
        (
            _("Contract"),
            f"{contract.number} {contract.title}",
            reverse("contracts:contract", args=[contract.pk]),
        ),
        (_("Contract amount"), money(contract.amount), ""),
        (_("Signed"), str(contract.signed_on or ""), ""),
        (_("Contract term"), term if contract.starts_on or contract.ends_on else "", ""),
        (_("Product or service"), contract.product, ""),
        (_("Scope of delivery"), contract.scope_terms, ""),
        (_("Terms of payment"), contract.payment_terms, ""),
        (_("Other terms"), contract.other_terms, ""),
        (
            _("Opportunity"),
            said(user, row.customer, contract.opportunity.name),
            reverse("selling:detail", args=[contract.opportunity_id]),
        ),
        (_("Need"), customer.need, f"{page}?tab=info"),
        (_("Pain points"), customer.pain_points, ""),
        (_("Wanted cooperation"), customer.desired_cooperation, ""),
    )
    return [{"label": label, "value": value, "url": url} for label, value, url in facts if value]


def _milestones(user: User, row: Project) -> list[dict[str, Any]]:
    """Return the payments of the contract, and what each waits for."""
    read = reads(user, row.customer)
    return [
        {
            "name": one.name, "amount": money(one.amount), "trigger": one.get_trigger_display(), "due_on": one.due_on,
            "expected_on": one.expected_on, "why": read(one.expected_why),
        }
        for one in Milestone.objects.filter(contract=row.contract)
    ]  # fmt: skip
