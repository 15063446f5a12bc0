"""Step by step: agreeing, returning, one more signer, somebody else instead; sight while one is asked."""

from datetime import timedelta

import pytest

from genjin.accounts.actions import change_user
from genjin.approvals.actions import add_signer, decide, hand_on, void_requests, withdraw
from genjin.approvals.models import Request, Signer
from genjin.approvals.rules.snapshots import digest_of
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers
from genjin.notices.models import Notice
from tests.approvals.conftest import step
from tests.approvals.test_flows import asked
from tests.refusals import refused, unseen


def unread(person) -> list[str]:
    return list(Notice.objects.unread().filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_legal_first_then_the_lead(alice, bob, lena, wish, now):
    request = wish(alice, "contract", amount=1000)
    assert (asked(request), unread(lena), unread(bob)) == (["lena"], ["request_asked"], [])
    assert list(Request.objects.to_decide(bob)) == []
    with refused("not_a_signer", status=403):
        decide(bob, request, grant=True, now=now)
    assert decide(lena, request, grant=True, answer="条款没有问题", now=now).status == "open"
    assert (asked(request), unread(lena), unread(bob)) == (["bob"], [], ["request_asked"])
    assert unread(alice) == []
    assert decide(bob, request, grant=True, now=now).status == "granted"
    assert unread(alice) == ["request_granted"]
    kinds = Event.objects.filter(kind__startswith="request.", subject_id=request.pk).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "request.asked",
        "request.signed",
        "request.granted",
    ]


def test_anybody_may_return_it_and_that_is_the_end(alice, bob, lena, wish, now):
    request = wish(alice, "contract", amount=1000)
    with refused("answer_missing"):
        decide(lena, request, grant=False, now=now)
    assert decide(lena, request, grant=False, answer="违约责任要改", now=now).status == "declined"
    assert unread(alice) == ["request_declined"]
    assert [one.status for one in request.steps.all()] == ["closed", "closed"]
    with refused("request_closed", status=409):
        decide(bob, request, grant=True, now=now)
    assert wish(alice, "contract", amount=1000).pk != request.pk  # mended, it is handed in anew


def test_all_of_them_or_one_of_them(alice, bob, charlie, lena, fiona, wish, flow, now):
    both = ("role:legal", "role:finance")
    flow("discount", step(*both, needs="all"), step(*both, needs="any"))
    request = wish(alice)
    assert asked(request) == ["fiona", "lena"]
    assert decide(fiona, request, grant=True, now=now).status == "open"
    with refused("answered_already", status=409):
        decide(fiona, request, grant=True, now=now)
    assert asked(request) == ["lena"]
    # Both have agreed to the very same thing by then; they are not asked once more.
    assert decide(lena, request, grant=True, now=now).status == "granted"
    flow("export", step(*both))
    other = wish(alice, "export")
    assert decide(lena, other, grant=True, now=now).status == "granted"
    assert Signer.objects.get(step__request=other, user=fiona).status == "moot"
    assert unread(fiona) == []


def test_signers_need_no_right_to_approve(alice, charlie, wish, flow, now):
    flow("discount", step(f"user:{charlie.pk}"))
    request = wish(alice)
    assert list(Request.objects.to_decide(charlie)) == [request]
    assert decide(charlie, request, grant=True, now=now).status == "granted"


def test_nobody_approves_their_own_by_any_way(alice, bob, lena, wish, flow, now):
    flow("discount", step(f"user:{alice.pk}"), step("role:legal"))
    request = wish(alice)
    for deed in (
        lambda: decide(alice, request, grant=True, now=now),
        lambda: hand_on(bob, request, alice, now=now),
        lambda: add_signer(bob, request, alice, before=True, now=now),
    ):
        with refused("own_request", status=403):
            deed()
    assert asked(request) == ["bob"]


def test_one_more_before_oneself(alice, bob, lena, fiona, wish, now):
    request = wish(alice)  # a discount: bob
    add_signer(bob, request, fiona, before=True, note="利润请把关", now=now)
    assert (asked(request), unread(bob), unread(fiona)) == (["fiona"], [], ["request_asked"])
    with refused("not_a_signer", status=403):
        decide(bob, request, grant=True, now=now)
    seat = Signer.objects.get(user=fiona)
    assert (seat.came, seat.brought_by, seat.note) == ("added", bob, "利润请把关")
    assert decide(fiona, request, grant=True, now=now).status == "open"
    assert (asked(request), unread(bob)) == (["bob"], ["request_asked"])
    assert decide(bob, request, grant=True, now=now).status == "granted"


def test_one_more_after_oneself(alice, bob, fiona, wish, now):
    request = wish(alice)
    add_signer(bob, request, fiona, before=False, now=now)
    assert asked(request) == ["bob"]
    assert decide(bob, request, grant=True, now=now).status == "open"
    assert asked(request) == ["fiona"]
    assert decide(fiona, request, grant=True, now=now).status == "granted"


def test_only_who_is_asked_adds_and_only_once(alice, bob, charlie, lena, wish, now):
    request = wish(alice, "contract", amount=1)
    with refused("not_a_signer", status=403):
        add_signer(bob, request, charlie, before=True, now=now)
    with unseen():
        add_signer(charlie, request, bob, before=True, now=now)
    with refused("signs_already", status=409):
        add_signer(lena, request, lena, before=True, now=now)


def test_handing_on(alice, bob, charlie, lena, dora, wish, now):
    request = wish(alice, "contract", amount=1)
    with refused("not_a_signer", status=403):
        hand_on(bob, request, charlie, of=lena, now=now)  # he does not lead her
    hand_on(lena, request, charlie, note="我不熟悉此类合同", now=now)
    assert (asked(request), unread(lena), unread(charlie)) == (["charlie"], [], ["request_asked"])
    seat = Signer.objects.get(user=charlie)
    assert (seat.came, seat.stands_for, seat.brought_by) == ("handed", lena, lena)
    with refused("not_a_signer", status=403):
        decide(lena, request, grant=True, now=now)
    hand_on(dora, request, bob, of=charlie, now=now)
    assert asked(request) == ["bob"]
    # He agrees once for legal, and has by that agreed as superior, too.
    assert decide(bob, request, grant=True, now=now).status == "granted"


def test_nobody_hands_on_around_a_signer(alice, bob, charlie, dora, erin, lena, mona, wish, now):
    hers, his = wish(alice, "contract", amount=1), wish(mona, "contract", amount=1)
    for asker, request in ((alice, hers), (mona, his)):
        with refused("own_request", status=403):
            hand_on(asker, request, charlie, of=lena, now=now)
    with refused("not_a_signer", status=403):
        hand_on(erin, hers, charlie, of=lena, now=now)  # she sees everything, and decides nothing
    with refused("signer_unfit"):
        hand_on(dora, hers, dora, of=lena, now=now)
    hand_on(lena, hers, bob, now=now)
    hand_on(mona, hers, charlie, of=bob, now=now)
    assert (asked(hers), asked(his)) == (["charlie"], ["lena"])


def test_a_merge_changes_nothing_of_what_was_handed_in(alice, bob, dora, make_customer, wish, now):
    kept, other = make_customer(owner=alice), make_customer(owner=alice)
    request = wish(alice, customer_id=other.pk)
    merge_customers(dora, kept, [other], take={}, now=now)
    assert Request.objects.get(pk=request.pk).customer_id == kept.pk
    assert decide(bob, request, grant=True, now=now).status == "granted"


def test_nobody_locked_is_asked_by_hand(alice, bob, dora, charlie, wish, now):
    gone, request = change_user(dora, charlie, is_active=False, now=now), wish(alice)
    with refused("signer_unfit"):
        hand_on(bob, request, gone, now=now)


def test_signers_see_the_customer_while_they_are_asked(alice, bob, lena, charlie, make_customer, wish, now):
    customer = make_customer(owner=alice)
    sees = lambda person: Customer.objects.visible_to(person).filter(pk=customer.pk).exists()  # noqa: E731
    request = wish(alice, "contract", amount=1, customer_id=customer.pk)
    assert (sees(lena), sees(charlie)) == (True, False)
    decide(lena, request, grant=True, now=now)
    assert not sees(lena)
    assert (
        Request.objects.visible_to(lena).filter(pk=request.pk).exists()
    )  # what she agreed to, she may look at
    other = wish(alice, "contract", amount=2, customer_id=customer.pk, data={"contract": 2})
    assert sees(lena)
    withdraw(alice, other, now=now)
    assert not sees(lena)


def test_the_snapshot_is_what_was_handed_in(alice, bob, wish, now):
    request = wish(
        alice, amount="1234.5", data={"proposal": 7, "percent": "12.50"}, facts=[("折扣", "12.5%")]
    )
    request.refresh_from_db()
    assert request.snapshot["amount"] == "1234.50"
    assert request.snapshot["data"] == {"proposal": 7, "percent": "12.50"}
    assert request.digest == digest_of(request.snapshot)
    assert decide(bob, request, grant=True, now=now).status == "granted"


def test_what_changed_behind_the_back_is_not_approved(alice, bob, wish, now):
    request = wish(alice, data={"percent": 10})
    Request.objects.filter(pk=request.pk).update(data={"percent": 90})
    with refused("snapshot_changed", status=409):
        decide(bob, request, grant=True, now=now)
    assert decide(bob, request, grant=False, answer="重新提交", now=now).status == "declined"


def test_what_was_asked_when_snapshots_held_more_is_still_compared_whole(alice, bob, wish, now):
    """Requests from before name their customer in the snapshot."""
    sound, forged, altered = (wish(alice, data={"percent": n}) for n in (10, 11, 12))
    for row in (sound, forged, altered):
        row.snapshot = {**row.snapshot, "customer": 7}
        row.digest = digest_of(row.snapshot)
        row.save(update_fields=["snapshot", "digest"])
    Request.objects.filter(pk=forged.pk).update(snapshot={**forged.snapshot, "customer": 8})
    Request.objects.filter(pk=altered.pk).update(data={"percent": 90})
    for row in (forged, altered):
        with refused("snapshot_changed", status=409):
            decide(bob, row, grant=True, now=now)
        row.refresh_from_db()
        assert row.status == "open"
    assert decide(bob, sound, grant=True, now=now).status == "granted"


@pytest.mark.parametrize("granted", [True, False])
def test_a_later_change_voids_it(alice, bob, lena, wish, now, granted):
    request = wish(alice, "contract", amount=1, data={"contract": 7, "version": 1})
    other = wish(alice, "contract", amount=1, data={"contract": 8, "version": 1})
    decide(lena, request, grant=True, now=now)
    if granted:
        decide(bob, request, grant=True, now=now)
    assert void_requests("contract", where={"contract": 7}, why="金额改为 2 万元", now=now) == [request]
    request.refresh_from_db()
    assert (request.status, request.answer) == ("voided", "金额改为 2 万元")
    assert all("request_voided" in unread(one) for one in (alice, bob, lena))
    assert asked(request) == []
    other.refresh_from_db()
    assert other.status == "open"
    assert void_requests("contract", where={"contract": 7}, why="再改", now=now) == []


def test_requests_without_steps_are_decided_by_who_leads(alice, bob, now):
    """Those that a rule proposed, or that are older than flows."""
    row = Request.objects.create(kind="other", subject="x", reason="y", asked_by=alice, asked_at=now)
    assert list(Request.objects.to_decide(bob)) == [row]
    assert decide(bob, row, grant=True, now=now + timedelta(days=1)).status == "granted"
    assert row.steps.get().status == "done"
