"""A request as pages show it: its steps, who answers at each, what was said."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.approvals.models import Request, Signer, Step
from genjin.approvals.rules.flows import By, Needs, SignerRule, StepRule
from genjin.kit.money import show_cents, show_money
from genjin.web.shell.templatetags.genjin import exact

TONES = {"open": "orange", "granted": "green", "declined": "red", "withdrawn": "muted", "voided": "red"}
MARKS = {
    "waiting": ("clock", "orange"), "granted": ("circle-check", "green"), "returned": ("arrow-back-up", "red"),
    "handed_on": ("user-share", "muted"), "moot": ("minus", "muted"),
}  # fmt: skip
STEP_TONES = {"waiting": "muted", "open": "orange", "done": "green", "closed": "muted"}


def signer_words(one: SignerRule, people: dict[int, User]) -> str:
    """Return a signer of a flow in words."""
    if one.by == By.ROLE:
        return str(Role(one.value).label)
    if one.by == By.PERSON:
        person = people.get(int(one.value))
        return person.name if person else _("somebody who is not here any more")
    return superior_words(int(one.value))


def superior_words(level: int) -> str:
    """Return a superior by level: 1 leads the asker, 2 leads the lead."""
    words = {1: _("who leads the asker"), 2: _("the lead's lead")}
    return words.get(level, _("superior, %(level)d levels up") % {"level": level})


def step_words(rule: StepRule, people: dict[int, User]) -> str:
    """Return who signs at a step, in words."""
    names = [signer_words(one, people) for one in rule.signers]
    if len(names) == 1 and rule.signers[0].by == By.PERSON:
        return names[0]
    joined = pgettext("list", ", ").join(names)
    return f"{joined} · {Needs(rule.needs).label}" if is_of_many(rule) else joined


def is_of_many(rule: StepRule) -> bool:
    """Whether a step may ask several people, so that it matters whether all or one of them must agree."""
    return len(rule.signers) > 1 or rule.signers[0].by == By.ROLE


def band_words(rule: StepRule) -> str:
    """Return the amounts a step is asked for; nothing when it is asked for all."""
    low, high = rule.amount_from, rule.amount_to
    if low is not None and high is not None:
        return _("%(low)s up to below %(high)s") % {"low": show_money(low), "high": show_money(high)}
    if low is not None:
        return _("from %(low)s") % {"low": show_money(low)}
    return _("below %(high)s") % {"high": show_money(high)} if high is not None else ""


def people_named(rules: Sequence[StepRule]) -> dict[int, User]:
    """Return the people named in steps, by id; one query."""
    ids = [int(one.value) for rule in rules for one in rule.signers if one.by == By.PERSON]
    found: dict[int, User] = User.objects.in_bulk(ids)
    return found


def steps_shown(row: Request) -> list[dict[str, Any]]:
    """Return a request's steps with everybody asked at each, for the page and its history."""
    steps = list(row.steps.select_related("added_by").order_by("position"))
    people = people_named([one.as_rule for one in steps])
    seats: dict[int, list[Signer]] = {}
    rows = Signer.objects.filter(step__request=row).select_related("user", "stands_for", "brought_by")
    for seat in rows.order_by("pk"):
        seats.setdefault(seat.step_id, []).append(seat)
    return [_step(number, one, seats.get(one.pk, []), people) for number, one in enumerate(steps, 1)]


def _step(number: int, step: Step, seats: list[Signer], people: dict[int, User]) -> dict[str, Any]:
    return {
        "number": number, "who": step_words(step.as_rule, people), "status": step.get_status_display(), "tone": STEP_TONES[step.status],
        "is_open": step.status == Step.Status.OPEN, "seats": [_seat(seat) for seat in seats],
        "note": _step_note(step, seats),
    }  # fmt: skip


def _step_note(step: Step, seats: list[Signer]) -> str:
    if step.is_stand_in:
        return _("Nobody fits this step, so who leads the asker answers.")
    if step.status == Step.Status.OPEN and not seats:
        return _("Nobody may answer yet; as soon as somebody leads the asker, they are asked.")
    if step.added_by and not seats:
        return _("put in by %(name)s") % {"name": step.added_by.name}
    return ""


def _seat(seat: Signer) -> dict[str, Any]:
    icon, tone = MARKS[seat.status]
    return {
        "name": seat.user.name, "status": seat.get_status_display(), "icon": icon, "tone": tone, "why": _why(seat),
        "note": seat.note, "answer": seat.answer, "at": exact(seat.answered_at),
        "reminded": exact(seat.reminded_at) if seat.status == "waiting" else "",
    }  # fmt: skip


def _why(seat: Signer) -> str:
    if seat.came == Signer.Came.HANDED and seat.brought_by:
        return _("handed on by %(name)s") % {"name": seat.brought_by.name}
    if seat.came == Signer.Came.ADDED and seat.brought_by:
        return _("put in by %(name)s") % {"name": seat.brought_by.name}
    if seat.stands_for:
        return _("stands in for %(name)s") % {"name": seat.stands_for.name}
    return "" if seat.came in {Signer.Came.FLOW, Signer.Came.STAND_IN} else str(seat.get_came_display())


def facts_shown(row: Request) -> list[tuple[str, str]]:
    """Return what was handed in, as pairs of words: the amount first, then what the asker put there."""
    amount = row.snapshot.get("amount") if row.snapshot else None
    money = [(_("Amount"), f"¥{show_cents(Decimal(amount))}")] if amount else []
    facts = row.snapshot.get("facts", []) if row.snapshot else row.facts
    return money + [(str(label), str(value)) for label, value in facts]
