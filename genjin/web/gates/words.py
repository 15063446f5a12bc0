"""How gates are shown: checklists with the quickest way to supply each line, debts, evidence."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Condition, Proof, following
from genjin.followups.models import Evidence, GateException
from genjin.followups.queries.gates import checklist
from genjin.followups.rules.evidence import USUAL_KIND, read_facts
from genjin.web.shell.templatetags.genjin import ago, exact, money


def lines_of(customer: Customer, target: str, now: datetime) -> list[dict[str, Any]]:
    """Return the checklist of a move, each missing line with the ways to supply it."""
    return told(customer, checklist(customer, target, current_rules().pass_mark, now))


def told(customer: Customer, lines: Iterable[Condition]) -> list[dict[str, Any]]:
    """Return the lines of a gate, each missing one with the ways to supply it."""
    return [
        {"code": line.code, "is_met": line.is_met, "sentence": line.sentence, "ways": _ways(customer, line)} for line in lines
    ]  # fmt: skip


def _ways(customer: Customer, line: Condition) -> list[dict[str, Any]]:
    """Return the quickest ways to supply what a line lacks, quickest first."""
    url = reverse("customers:detail", args=[customer.pk])
    ways: list[dict[str, Any]] = []
    if line.code == Proof.CONTRACT and "evidence" in line.lacks:
        ways.append(
            {"url": f"{url}?tab=contracts", "label": _("Sign it under Contracts"), "icon": "signature"}
        )
    elif "evidence" in line.lacks:
        address = f"{url}?proves={line.code}#composer-summary"
        ways.append({"url": address, "label": _("In a contact record"), "icon": "message-plus"})
        add = f"{reverse('gates:evidence_add', args=[customer.pk])}?proves={line.code}"
        kind = dict(Evidence._meta.get_field("kind").flatchoices)[USUAL_KIND[line.code]]
        label = _("Evidence: %(kind)s") % {"kind": kind}
        ways.append({"url": add, "label": label, "icon": "paperclip", "dialog": True})
    if "field" in line.lacks:
        ways.append(
            {"url": f"{url}edit/need/", "label": _("Fill in the field"), "icon": "pencil", "dialog": True}
        )
    if "score" in line.lacks:
        ways.append(
            {"url": f"{url}edit/base/", "label": _("Base information"), "icon": "pencil", "dialog": True}
        )
        ways.append(
            {"url": f"{url}edit/need/", "label": _("Need and budget"), "icon": "bulb", "dialog": True}
        )
    if "record" in line.lacks:
        ways.append({"url": f"{url}#composer-summary", "label": _("Write follow-up"), "icon": "message-plus"})
    if "contact" in line.lacks:
        ways.append(
            {
                "url": f"{url}contacts/?is_decider=1",
                "label": _("Name the person"),
                "icon": "user-plus",
                "dialog": True,
            }
        )
        ways.append({"url": f"{url}?tab=people", "label": _("Choose among the contacts"), "icon": "users"})
    return ways


def debt_tag(customer: Customer) -> dict[str, str] | None:
    """Return what header, card and list say of a customer's gate debt; None without one."""
    until = customer.gate_debt_until
    if until is None:
        return None
    day = timezone.localtime(until).strftime("%Y-%m-%d")
    if until <= timezone.now():
        return {
            "text": _("evidence overdue"),
            "tone": "red",
            "title": _("Evidence was due by %(day)s") % {"day": day},
        }
    return {
        "text": _("evidence owed"),
        "tone": "orange",
        "title": _("Evidence is due by %(day)s") % {"day": day},
    }


def tab_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the tab of evidence: the next gate, what is owed, what is on record."""
    now = timezone.now()
    target = following(Stage(customer.stage))
    is_mine = may_edit(user, customer) and user.may(Right.MOVE_STAGE)
    rows = Evidence.objects.filter(customer=customer).select_related(
        "author", "withdrawn_by", "file", "followup"
    )[:200]
    debts = GateException.objects.filter(customer=customer).select_related("approver", "asked_by")[:50]
    return {
        "next_stage": target.label if target else "",
        "next_url": f"{reverse('customers:stage', args=[customer.pk])}?to={target}"
        if target and is_mine
        else "",
        "lines": lines_of(customer, target, now) if target else [],
        "evidence": [_evidence(user, customer, row) for row in rows],
        "debts": [_debt(debt, now) for debt in debts],
    }


def proof_words(codes: list[str]) -> list[str]:
    """Return what evidence shows, in words."""
    words = dict(Proof.choices)
    return [str(words.get(code, code)) for code in codes]


def _evidence(user: User, customer: Customer, row: Evidence) -> dict[str, Any]:
    facts = read_facts(row.facts)
    figures = [
        money(facts.amount),
        facts.product,
        f"{facts.signed_on}–{facts.expires_on}" if facts.signed_on else "",
    ]
    may = user.may(Right.FOLLOW_UP) and (row.author_id == user.pk or may_edit(user, customer))
    return {
        "id": row.pk, "kind": row.get_kind_display(), "proves": proof_words(row.proves), "text": row.text, "file": row.file,
        "figures": " · ".join(part for part in figures if part), "author": row.author.name, "when": ago(row.occurred_at),
        "exact": exact(row.occurred_at), "sha256": row.sha256, "followup": row.followup_id,
        "withdrawn": row.withdrawn_by.name if row.withdrawn_by else "", "why": row.withdrawn_reason,
        "withdraw_url": reverse("gates:evidence_withdraw", args=[row.pk]) if may and row.withdrawn_at is None else "",
    }  # fmt: skip


def _debt(debt: GateException, now: datetime) -> dict[str, Any]:
    is_open = debt.settled_at is None
    left = -((now - debt.expires_at) // timedelta(days=1))  # a begun day counts; below 1 it is over
    state = (
        ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
        if left > 0
        else _("overdue")
    )
    return {
        "cause": debt.get_cause_display(), "stage": debt.get_target_display(), "missing": _missing_words(debt.missing), "reason": debt.reason,
        "asked_by": debt.asked_by.name if debt.asked_by else "", "approver": debt.approver.name if debt.approver else "",
        "until": timezone.localtime(debt.expires_at).strftime("%Y-%m-%d"), "is_open": is_open,
        "state": state if is_open else debt.get_outcome_display(), "tone": ("red" if left <= 0 else "orange") if is_open else "green",
    }  # fmt: skip


def _missing_words(codes: list[str]) -> str:
    facts = {"score": _("Score"), "first_contact": _("First contact")}
    return "、".join(facts.get(code) or proof_words([code])[0] for code in codes)
