"""Whose work may be asked about."""

from genjin.accounts.models import Team, User


def people_of_team(team: Team) -> list[int]:
    """Return the people of a team and of all below it, locked ones too: what they did remains; two queries."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    teams, found = [team.pk], list[int]()
    while teams:
        one = teams.pop()
        found.append(one)
        teams += below.get(one, [])
    return list(User.objects.filter(team__in=found).values_list("pk", flat=True))
