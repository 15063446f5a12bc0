"""Who hears of handovers and of customers that go back to the pool."""

from datetime import timedelta

from genjin.notices.models import Notice
from genjin.routing.actions.handover import (  # fmt: skip
    NewHandover,
    accept_handover,
    decline_handover,
    offer_handover,
    withdraw_handover,
)
from genjin.routing.actions.warnings import Warned, tell_before_recycling


def told(person, prefix: str) -> list[str]:
    return list(
        Notice.objects.filter(person=person, kind__startswith=prefix)
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_the_receiver_hears_of_an_offer_and_the_others_of_the_answer(
    alice, bob, charlie, dora, make_customer, now
):
    make_customer(owner=alice)
    offer = offer_handover(dora, NewHandover(alice, charlie), now=now)
    assert told(charlie, "handover") == ["handover_offered"]
    accept_handover(charlie, offer, now=now)
    assert told(dora, "handover") == ["handover_accepted"]
    assert told(alice, "handover") == ["handover_accepted"]
    assert told(charlie, "customer") == []  # the handover said it all


def test_a_declined_offer_says_why_and_a_withdrawn_one_nothing(alice, charlie, dora, make_customer, now):
    make_customer(owner=alice)
    decline_handover(
        charlie, offer_handover(dora, NewHandover(alice, charlie), now=now), answer="我在休假", now=now
    )
    assert "我在休假" in Notice.objects.get(person=dora, kind="handover_declined").text
    withdraw_handover(dora, offer_handover(dora, NewHandover(alice, charlie), now=now), now=now)
    assert told(dora, "handover") == ["handover_declined"]


def test_owners_are_warned_and_on_the_last_day_their_lead_too(alice, bob, make_customer, now):
    ids = [make_customer(owner=alice).pk for _n in range(2)]
    tell_before_recycling([Warned(ids[0], alice.pk, 7), Warned(ids[1], alice.pk, 1)], now)
    assert told(alice, "recycle") == ["recycle_warned", "recycle_warned"]
    assert [n.customer_id for n in Notice.objects.filter(person=bob, kind="recycle_warned")] == [ids[1]]
    tell_before_recycling([Warned(ids[0], alice.pk, 7)], now + timedelta(hours=1))
    assert len(told(alice, "recycle")) == 2


def test_many_warnings_are_one_sentence(alice, make_customer, now):
    many = [Warned(make_customer(owner=alice).pk, alice.pk, 3) for _n in range(7)]
    tell_before_recycling(many, now)
    assert told(alice, "recycle") == ["recycle_warned_many"]
