"""How soon tickets are dealt with, as Settings say."""

from datetime import timedelta

import pytest

from genjin.care.actions.policies import save_paces
from genjin.care.models import TicketPolicy
from genjin.care.rules.tickets import DEFAULT_PACES, Pace
from genjin.events.models import Event
from genjin.kit.errors import RuleError


def test_what_ships_is_what_the_rules_say(db):
    assert {(row.kind, row.priority): row.as_pace() for row in TicketPolicy.objects.all()} == DEFAULT_PACES


def test_changed_the_next_ticket_follows(customer, alice, dora, complain, now):
    before = complain(alice, customer)
    row = TicketPolicy.objects.get(kind="complaint", priority="normal")
    assert save_paces(dora, {row.pk: Pace(2, 5, in_working_hours=False)}, now=now) == 1
    after = complain(alice, customer, title="另一件")
    assert (after.answer_due_at, after.due_at) == (now + timedelta(hours=2), now + timedelta(hours=5))
    due = before.due_at
    before.refresh_from_db()
    assert before.due_at == due
    assert Event.objects.get(kind="ticket_policy.changed").data["target"] == [2, 5, False]


def test_senseless_hours_change_nothing(dora, alice, now):
    first, second = TicketPolicy.objects.order_by("pk")[:2]
    with pytest.raises(RuleError) as refusal:
        save_paces(
            dora,
            {first.pk: Pace(3, 6, in_working_hours=True), second.pk: Pace(9, 3, in_working_hours=True)},
            now=now,
        )
    assert set(refusal.value.fields) == {f"solve_hours_{second.pk}"}
    with pytest.raises(RuleError) as refusal:
        save_paces(alice, {first.pk: Pace(3, 6, in_working_hours=True)}, now=now)
    assert refusal.value.status == 403
    assert {(row.kind, row.priority): row.as_pace() for row in TicketPolicy.objects.all()} == DEFAULT_PACES
