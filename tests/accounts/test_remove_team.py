from genjin.accounts.actions import remove_team, save_team
from genjin.accounts.models import Team
from genjin.events.models import Event
from tests.refusals import refused


def test_an_empty_team_goes(dora, teams, now):
    team = save_team(dora, Team(name="三组", parent=teams["top"]), now=now)
    remove_team(dora, team, now=now)
    assert not Team.objects.filter(name="三组").exists()
    assert Event.objects.get(kind="team.removed").data == {"name": "三组"}


def test_a_team_with_people_or_teams_stays(dora, alice, teams, now):
    for name in ("A", "top"):
        with refused("team_in_use", status=409):
            remove_team(dora, teams[name], now=now)
    assert alice.team == teams["A"]


def test_a_lead_removes_no_team(bob, teams, now):
    with refused("forbidden", status=403):
        remove_team(bob, teams["B"], now=now)
