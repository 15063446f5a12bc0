"""Random flows and random deeds: nothing is granted without every step's signers, and never by who asked; races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.models import User
from genjin.approvals.actions import NewRequest, add_signer, ask, decide, hand_on, void_requests, withdraw
from genjin.approvals.actions.flows import save_flow
from genjin.approvals.actions.reminders import watch_requests
from genjin.approvals.models import Request, Signer, Step
from genjin.kit.errors import RuleError
from tests.approvals.conftest import step
from tests.approvals.test_flows import away

NAMES = ("alice", "bob", "charlie", "dora", "erin", "lena", "fiona", "mona")
SIGNERS = st.one_of(
    st.sampled_from(["role:legal", "role:finance", "role:marketing", "superior:1", "superior:2", "superior:3"]),
    st.sampled_from(NAMES).map(lambda name: f"user@{name}"),
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.lists(SIGNERS, min_size=1, max_size=3, unique=True), st.sampled_from(["all", "any"]),
              st.sampled_from([None, 100])),
    max_size=4,
)  # fmt: skip
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["sign"] * 12 + ["grant"] * 3 + ["return", "before", "after", "hand_on", "withdraw", "void", "watch", "away"]),
        st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from((None, *NAMES)),
    ), max_size=16,
)  # fmt: skip
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def do(deed: str, actor: User, other: User, of: User | None, request: Request, now) -> None:
    if deed == "sign":  # whose turn it is
        seat = Signer.objects.asked().filter(step__request=request).select_related("user").first()
        deed, actor = "grant", seat.user if seat else actor
    if deed in {"grant", "return"}:
        decide(actor, request, grant=deed == "grant", answer="因为", now=now)
    elif deed in {"before", "after"}:
        add_signer(actor, request, other, before=deed == "before", now=now)
    elif deed == "hand_on":
        hand_on(actor, request, other, of=of, now=now)
        assert actor.pk != request.asked_by_id
        assert of in {None, actor} or actor.username in {
            "bob",
            "mona",
            "dora",
        }  # who leads, or sets the rules
        assert of is None or other != actor
    elif deed == "withdraw":
        withdraw(actor, request, now=now)
    elif deed == "void":
        void_requests("discount", where={"n": 1}, why="改了", now=now)
    elif deed == "watch":
        watch_requests(now)
    else:
        away(actor, now)


def holds(request: Request) -> None:
    """Ask the database whether everything about a request is as it may be."""
    row = Request.objects.get(pk=request.pk)
    seats = Signer.objects.filter(step__request=row)
    assert not seats.filter(user=row.asked_by).exists()
    steps = list(row.steps.order_by("position"))
    assert len({one.position for one in steps}) == len(steps)
    if row.status == "open":
        assert [one.status for one in steps].count(Step.Status.OPEN) == 1
    else:
        assert not seats.filter(status="waiting").exists()
    if row.status != "granted":
        return
    assert row.decided_by_id != row.asked_by_id
    for one in steps:
        assert one.status == Step.Status.DONE
        said = list(one.signers.values_list("status", flat=True))
        assert said.count("granted") >= 1
        assert "returned" not in said
        if one.needs == "all":
            assert set(said) <= {"granted", "handed_on"}


@QUIET
@given(steps=STEPS, deeds=DEEDS, asker=st.sampled_from(NAMES), amount=st.sampled_from([None, 5, 100]))
def test_nothing_is_granted_around_a_signer(
    alice, bob, charlie, dora, erin, lena, fiona, mona, now, steps, deeds, asker, amount
):
    cast = {one.username: one for one in (alice, bob, charlie, dora, erin, lena, fiona, mona)}
    with transaction.atomic():
        rules = [
            step(*(f"user:{cast[one[5:]].pk}" if "@" in one else one for one in named), needs=needs, low=low)
            for named, needs, low in steps
        ]
        save_flow(dora, "discount", rules, now=now)
        new = NewRequest("discount", "打折", "竞争", data={"n": 1}, amount=amount)
        request = ask(cast[asker], new, now=now)
        holds(request)
        for number, (deed, actor, other, of) in enumerate(deeds):
            try:
                with transaction.atomic():
                    do(
                        deed,
                        cast[actor],
                        cast[other],
                        cast.get(of),
                        request,
                        now + timedelta(hours=5 * number),
                    )
            except (RuleError, Request.DoesNotExist):
                pass
            holds(request)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("needs", ["any", "all"])
def test_two_signers_at_once_grant_once(alice, bob, lena, fiona, dora, now, needs):
    """The deed follows the row that comes back granted: exactly one caller gets it, whoever is first."""
    save_flow(dora, "discount", [step("role:legal", "role:finance", needs=needs)], now=now)
    request = ask(alice, NewRequest("discount", "打折", "竞争"), now=now)

    def sign(person: User) -> str:
        try:
            with transaction.atomic():
                return decide(person, request, grant=True, now=now).status
        except RuleError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(sign, [lena, fiona]))
    assert said == (["granted", "request_closed"] if needs == "any" else ["granted", "open"])
    holds(request)
