"""What is known of a customer's needs, deciders and competitors, as the tab and the page of an opportunity show it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import said, sees_person, show_contact, shown_name
from genjin.customers.rules import CustomerType
from genjin.followups.models import Task
from genjin.kit.masking import mask_words
from genjin.selling.models import AccountPlan, ChainMember, Competitor, Need, Opportunity
from genjin.selling.rules.chain import HEIGHT, WIDTH, is_stale, picture
from genjin.selling.rules.needs import TEXTS
from genjin.web.shell.templatetags.genjin import ago, money

TONES = {"for": "green", "neutral": "blue", "against": "red", "unknown": "muted"}


def may_note(user: User, customer: Customer) -> bool:
    """Whether this person may write needs, deciders and competitors; asked for the buttons."""
    if not user.may(Right.SELL):
        return False
    return may_edit(user, customer) or Opportunity.objects.filter(customer=customer, owner=user).exists()


def needs_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the needs of a customer, newest first."""
    rows = Need.objects.filter(customer=customer).select_related(
        "opportunity", "created_by", "customer__owner"
    )[:50]
    may = may_note(user, customer)
    return {
        "may_note": may, "needs": [_need(user, row) for row in rows], "note_customer": customer.pk,
        "need_add_url": reverse("selling:need_add", args=[customer.pk]) if may else "",
    }  # fmt: skip


def budget_of(low: Any, high: Any) -> str:
    """Return a budget's two ends as one."""
    return "–".join(dict.fromkeys(part for part in (money(low), money(high)) if part))


def _need(user: User, row: Need) -> dict[str, Any]:
    return {
        "url": reverse("selling:need", args=[row.pk]), "title": said(user, row.customer, row.title), "budget": budget_of(row.budget_min, row.budget_max),
        "pains": [said(user, row.customer, pain) for pain in row.pains],
        "tool": said(user, row.customer, row.current_tool), "deciders": said(user, row.customer, row.joint_deciders), "told": ago(row.told_at), "by": row.created_by.name if row.created_by else "",
        "is_late": row.is_late, "is_new": row.is_new, "deal": row.opportunity,
    }  # fmt: skip


def need_page(user: User, row: Need) -> dict[str, Any]:
    """Return what the page of a need shows: its fields in order, and every change with old and new value."""
    shows = str if sees_person(user, row.customer) else mask_words
    label = {
        field.name: field.verbose_name for field in Need._meta.get_fields() if hasattr(field, "verbose_name")
    }
    texts = [(label[name], shows(getattr(row, name))) for name in TEXTS[1:] if getattr(row, name)]
    return {
        "title": shows(row.title), "row": row, "fields": texts, "pains": [shows(pain) for pain in row.pains], "budget": budget_of(row.budget_min, row.budget_max),
        "customer": {"name": shown_name(user, row.customer), "url": reverse("customers:detail", args=[row.customer_id])},
        "edit_url": reverse("selling:need_edit", args=[row.pk]) if may_note(user, row.customer) else "", "told": ago(row.told_at),
        "changes": [
            {"label": label.get(one.field, one.field), "old": shows(one.old) or "—", "new": shows(one.new) or "—", "when": ago(one.at), "is_late": one.is_late,
             "by": one.by.name if one.by else ""}
            for one in row.changes.select_related("by").order_by("-at", "-id")
        ],
    }  # fmt: skip


def chain_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the decision chain as a picture and a table; people masked as everywhere."""
    now, unmasked = timezone.now(), sees_person(user, customer)
    rows = list(ChainMember.objects.filter(customer=customer).select_related("contact__role", "verified_by"))
    names = {
        row.pk: show_contact(row.contact, unmasked=unmasked).name or row.contact.job_title for row in rows
    }
    members = [_member(row, names, now) | {"notes": said(user, customer, row.notes)} for row in rows]
    drawn = picture({row.pk: row.reports_to_id for row in rows})
    places = {place.id: place for place in drawn.places}
    boxes = [member | {"x": places[member["id"]].x, "y": places[member["id"]].y} for member in members]
    may, url = may_note(user, customer), reverse("selling:chain_add", args=[customer.pk])
    return {
        "chain": members, "is_stale": any(one["is_stale"] for one in members), "chain_add_url": url if may else "",
        "verify_url": reverse("selling:chain_verify", args=[customer.pk]) if may and members else "",
        "drawn": {"width": drawn.width, "height": drawn.height, "boxes": boxes, "box_width": WIDTH, "box_height": HEIGHT,
                  "lines": [{"x1": a, "y1": b, "x2": c, "y2": d, "middle": (b + d) // 2} for a, b, c, d in drawn.lines]},
        "chain_words": _("; ").join(f"{one['name']} {one['role']} {one['attitude']}" for one in members),
    }  # fmt: skip


def _member(row: ChainMember, names: dict[int, str], now: datetime) -> dict[str, Any]:
    ids = [row.customer_id, row.pk]
    return {
        "id": row.pk, "name": names[row.pk], "short": names[row.pk][:9], "job": row.contact.job_title[:12], "role": row.get_role_display(),
        "attitude": row.get_attitude_display(), "tone": TONES[row.attitude], "influence": row.get_influence_display(), "dots": "●" * row.influence,
        "reports_to": names.get(row.reports_to_id or 0, ""), "verified": ago(row.verified_at), "is_stale": is_stale(row.verified_at, now),
        "edit_url": reverse("selling:chain_edit", args=ids), "remove_url": reverse("selling:chain_remove", args=ids),
    }  # fmt: skip


def rivals_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return against whom one competes here."""
    rows = Competitor.objects.filter(customer=customer).select_related("opportunity")[:50]
    return {
        "rivals": [
            {"row": row, "edit_url": reverse("selling:rival_edit", args=[customer.pk, row.pk]),
             "remove_url": reverse("selling:rival_remove", args=[customer.pk, row.pk])}
            for row in rows
        ],
        "rival_add_url": reverse("selling:rival_add", args=[customer.pk]) if may_note(user, customer) else "",
    }  # fmt: skip


def plan_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the plan of a key account with the state of what is to be done; nothing for other customers."""
    plan = AccountPlan.objects.filter(customer=customer, is_current=True).select_related("made_by").first()
    is_key = customer.customer_type == CustomerType.KEY
    if plan is None and not is_key:
        return {"is_key": False}
    acts = (
        Task.objects.filter(pk__in=plan.task_ids).select_related("assignee").order_by("due_at")
        if plan
        else []
    )
    shown = [
        {"url": reverse("followups:task", args=[one.pk]), "objective": one.objective, "who": one.assignee.name, "due": one.due_at, "is_done": one.status != "open"}
        for one in acts
    ]  # fmt: skip
    return {
        "is_key": True, "account_plan": plan, "account_acts": shown, "former_plans": AccountPlan.objects.filter(customer=customer, is_current=False).count(),
        "account_plan_url": reverse("selling:account_plan", args=[customer.pk]) if is_key and may_note(user, customer) else "",
    }  # fmt: skip
