"""Who holds reviews, with whose eyes they are counted, and who is told of one."""

from django.db.models import Q

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import RIGHTS, Right, Role
from genjin.insights.models import Review, ReviewSettings
from genjin.insights.models.reviews import teams_led
from genjin.insights.rules.reviews import ReviewState


def review_settings() -> ReviewSettings:
    """Return whether and when reviews are made by themselves; as at first where nobody chose."""
    return ReviewSettings.objects.first() or ReviewSettings()


def roles_with(*rights: Right) -> list[str]:
    """Return the roles that hold all of some rights."""
    return [role.value for role in Role if set(rights) <= RIGHTS[role]]


def may_review(actor: User, team_id: int | None) -> bool:
    """Whether somebody holds the reviews of a team: who leads it, or the company's managers; the company's only these."""
    if not (actor.may(Right.SEE_TEAM) and actor.may(Right.MANAGE_TASKS)):
        return False
    return actor.scope.sees_all or (team_id is not None and team_id in teams_led(actor))


def teams_held(actor: User) -> list[Team]:
    """Return the teams whose reviews somebody holds."""
    if not (actor.may(Right.SEE_TEAM) and actor.may(Right.MANAGE_TASKS)):
        return []
    teams = Team.objects.order_by("name")
    return list(teams if actor.scope.sees_all else teams.filter(pk__in=teams_led(actor)))


def lead_of(team: Team) -> User | None:
    """Return the lead of a team whose role sees teams, the first of several."""
    held = roles_with(Right.SEE_TEAM, Right.MANAGE_TASKS)
    found: User | None = User.objects.active().filter(leads=team, role__in=held).order_by("pk").first()
    return found


def counts_for(actor: User, team: Team | None) -> User:
    """Return with whose eyes a review is counted: its lead's, so that it says the same whoever makes it."""
    return (lead_of(team) if team else None) or actor


def reviewed_by_itself() -> list[tuple[Team | None, User]]:
    """Return the teams somebody leads, each with its lead, and the company with its first manager; a query for each team and two more."""
    led = [(team, lead_of(team)) for team in Team.objects.order_by("pk")]
    found: list[tuple[Team | None, User]] = [(team, lead) for team, lead in led if lead is not None]
    heads = {role.value: at for at, role in enumerate((Role.MANAGER, Role.ADMIN))}
    head = min(User.objects.active().filter(role__in=heads), key=lambda one: (heads[one.role], one.pk), default=None)  # fmt: skip
    return [*found, (None, head)] if head else found


def readers_of(review: Review) -> list[int]:
    """Return who is told of a review: its leads up the tree and the managers; of a published one the team, too."""
    line, team = list[int](), review.team
    while team is not None and team.pk not in line:
        line.append(team.pk)
        team = team.parent
    told = Q(role=Role.MANAGER) | Q(leads__in=line, role__in=roles_with(Right.SEE_TEAM))
    if review.team_id is None:
        told |= Q(role=Role.ADMIN)
    elif review.state == ReviewState.PUBLISHED:
        told |= Q(team=review.team_id)
    return sorted(set(User.objects.active().filter(told).values_list("pk", flat=True)))
