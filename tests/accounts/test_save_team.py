"""The tree of teams, and what leading one shows."""

import pytest

from genjin.accounts.actions import save_team
from genjin.accounts.models import Team, User
from tests.refusals import refused


def test_leading_shows_the_team_and_every_team_below(dora, alice, bob, charlie, teams, now):
    assert User.objects.get(pk=bob.pk).scope.people == {alice.pk, bob.pk}
    save_team(dora, teams["top"], leads=[bob], now=now)
    assert User.objects.get(pk=bob.pk).scope.people == {alice.pk, bob.pk, charlie.pk}


def test_who_no_longer_leads_no_longer_sees(dora, alice, bob, teams, now):
    save_team(dora, teams["A"], leads=[], now=now)
    assert User.objects.get(pk=bob.pk).scope.people == {bob.pk}
    assert alice.team == bob.team


def test_leading_without_the_right_shows_nothing(dora, alice, charlie, teams, now):
    save_team(dora, teams["B"], leads=[alice], now=now)
    assert User.objects.get(pk=alice.pk).scope.people == {alice.pk}
    assert charlie.team == teams["B"]


@pytest.mark.parametrize("place", ["A", "top"])
def test_a_team_is_no_part_of_itself(dora, teams, now, place):
    team = teams["top"]
    team.parent = teams[place]
    with refused("team_loop") as refusal:
        save_team(dora, team, now=now)
    assert "parent" in refusal.value.fields


def test_two_teams_of_one_name_cannot_be_told_apart(dora, teams, now):
    with refused("team_taken") as refusal:
        save_team(dora, Team(name="一组"), now=now)
    assert "name" in refusal.value.fields


def test_a_lead_does_not_make_teams(bob, now):
    with refused("forbidden", status=403):
        save_team(bob, Team(name="三组"), leads=[bob], now=now)
