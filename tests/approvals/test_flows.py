"""Who signs: by person, role, superior and amount; what nobody fits goes to who leads the asker."""

from datetime import timedelta
from decimal import Decimal

import pytest

from genjin.accounts.actions import change_user
from genjin.accounts.models import Absence
from genjin.approvals.actions.flows import reset_flow, save_flow
from genjin.approvals.models import Flow, Request, Signer
from genjin.approvals.queries.signers import preview, steps_of, table_of
from genjin.approvals.rules.flows import LED, USUAL, read_steps, steps_for, write_steps
from tests.approvals.conftest import step
from tests.races import at_once
from tests.refusals import refused


def asked(request) -> list[str]:
    return sorted(
        Signer.objects.asked().filter(step__request=request).values_list("user__username", flat=True)
    )


def signers(rule, asker, now) -> set[str]:
    return {seat.user.username for seat in table_of(rule, asker, now.date()).seats}


def away(person, now) -> None:
    Absence.objects.create(person=person, starts_on=now.date(), ends_on=now.date())


def test_signers_by_person_role_and_superior(alice, bob, mona, lena, charlie, now):
    assert signers(step(f"user:{charlie.pk}"), alice, now) == {"charlie"}
    assert signers(step("role:legal"), alice, now) == {"lena"}
    assert signers(step("superior:1"), alice, now) == {"bob"}
    assert signers(step("superior:2"), alice, now) == {"mona"}
    assert signers(step("role:legal", f"user:{charlie.pk}", "superior:1", needs="all"), alice, now) == {
        "lena",
        "charlie",
        "bob",
    }


def test_a_role_nobody_has_goes_to_the_superior_and_says_so(alice, bob, wish, flow, now):
    flow("discount", step("role:finance", needs="all"))
    request = wish(alice)
    assert asked(request) == ["bob"]
    one = request.steps.get()
    assert (one.is_stand_in, one.wants) == (True, "any")
    assert Signer.objects.get().came == "stand_in"


def test_a_step_of_the_asker_alone_goes_to_the_superior(alice, bob, lena, dora, wish, flow, now):
    flow("discount", step(f"user:{alice.pk}"))
    assert asked(wish(alice)) == ["bob"]
    flow("export", step("role:legal"))
    assert asked(wish(lena, "export")) == ["dora"]  # nobody leads legal: an administrator


def test_the_asker_among_several_is_left_out(alice, charlie, wish, flow):
    flow("discount", step(f"user:{alice.pk}", f"user:{charlie.pk}", needs="all"))
    assert asked(wish(alice)) == ["charlie"]


def test_somebody_locked_is_not_asked(alice, bob, dora, lena, wish, flow, now):
    flow("discount", step(f"user:{lena.pk}"))
    change_user(dora, lena, is_active=False, now=now)
    assert asked(wish(alice)) == ["bob"]


def test_who_is_away_is_left_out_or_stood_in_for(alice, bob, mona, lena, wish, flow, now):
    away(bob, now)
    assert asked(wish(alice)) == ["mona"]
    seat = Signer.objects.get()
    assert (seat.came, seat.stands_for) == ("absence", bob)
    flow("export", step(f"user:{bob.pk}", "role:legal"))
    assert asked(wish(alice, "export")) == ["lena"]  # one yes is enough, and she is there
    flow("gate", step(f"user:{bob.pk}", "role:legal", needs="all"))
    assert asked(wish(alice, "gate")) == ["lena", "mona"]


def test_a_stand_in_is_never_the_asker(alice, bob, mona, dora, wish, flow, now):
    """Bob asks; the manager who signs is away, and nobody but administrators stands above her."""
    flow("discount", step(f"user:{mona.pk}"))
    away(mona, now)
    assert asked(wish(bob)) == ["dora"]


def test_usual_flows_ship(alice, bob, mona, lena, now):
    known = [str(one) for rule in USUAL["contract"] for one in rule.signers]
    assert known == ["role:legal", "superior:1", "role:manager"]
    small = preview(steps_of("contract"), Decimal("499999.99"), alice, now.date())
    large = preview(steps_of("contract"), Decimal(500_000), alice, now.date())
    names = [[seat.user.username for seat in one.table.seats] for one in large]
    assert names == [["lena"], ["bob"], ["mona"]]
    assert len(small) == 2
    assert steps_of("absence") == ()


@pytest.mark.parametrize(
    ("amount", "count"), [("0", 1), ("999.99", 1), ("1000", 2), ("5000", 1), (None, 3), ("99999", 1)]
)
def test_bands_include_their_lower_end(amount, count):
    steps = [step("superior:1"), step("role:legal", low=1000, high=5000), step("role:finance", low=100_000)]
    found = steps_for(steps, None if amount is None else Decimal(amount))
    assert len(found) == count


def test_an_amount_no_step_is_for_is_decided_by_the_lead():
    assert steps_for([step("role:legal", low=1000)], Decimal(5)) == (LED,)


def test_steps_are_kept_as_they_were_written():
    steps = (step("role:legal", "user:3", needs="all", low="0.10", high="99.99"), step("superior:2"))
    assert read_steps(write_steps(steps)) == steps


def test_requests_under_way_keep_their_steps(alice, bob, lena, wish, flow, now):
    flow("discount", step("role:legal"), step("superior:1"))
    request = wish(alice)
    flow("discount", step("superior:1"))
    assert [one.rule for one in request.steps.all()] == [["role:legal"], ["superior:1"]]
    assert list(Flow.objects.values_list("version", "replaced_at")) == [(2, None), (1, now)]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([step()], "step_without_signers"),
        ([step("user:999999")], "signer_unknown"),
        ([step("role:king")], "signer_unknown"),
        ([step("superior:9")], "signer_unknown"),
        ([step("superior:1", low=5, high=5)], "band_reversed"),
        ([step("superior:1", low=-1)], "band_reversed"),
        ([step("superior:1")] * 11, "too_many_steps"),
    ],
)
def test_flows_that_make_no_sense_are_refused(dora, now, steps, code):
    with refused(code):
        save_flow(dora, "discount", steps, now=now)


def test_only_who_manages_settings_sets_flows(bob, dora, now):
    with refused("forbidden", status=403):
        save_flow(bob, "discount", [step("superior:1")], now=now)
    with refused("kind_unknown", status=404):
        save_flow(dora, "reassign", [step("superior:1")], now=now)
    with refused("forbidden", status=403):
        reset_flow(bob, "discount", now=now)


def test_going_back_to_the_usual(dora, flow, now):
    flow("contract", step("superior:1"))
    assert len(steps_of("contract")) == 1
    reset_flow(dora, "contract", now=now)
    assert steps_of("contract") == USUAL["contract"]
    assert save_flow(dora, "contract", [], now=now + timedelta(days=1)).version == 2
    assert steps_of("contract") == ()  # no steps: who leads decides


def test_without_steps_whoever_leads_decides(alice, bob, mona, dora, wish, flow):
    flow("contract")
    request = wish(alice, "contract", amount=900_000)
    assert asked(request) == ["bob"]
    assert [list(Request.objects.to_decide(one)) for one in (bob, mona, dora)] == [[request]] * 3


@pytest.mark.django_db(transaction=True)
def test_the_first_version_of_two_at_once_is_followed_by_the_other(dora, now):
    rules = [step("role:legal")]
    at_once([lambda: save_flow(dora, "discount", rules, now=now)] * 4)
    assert sorted(Flow.objects.values_list("version", flat=True)) == [1, 2, 3, 4]
    assert Flow.objects.current().get().version == 4
