"""Whose work may be asked about."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet

from genjin.accounts.models import Team, User
from genjin.customers.models import Customer, Participant, Pool


@dataclass(frozen=True, slots=True)
class TeamTree:
    """Teams with those below them, and their people, locked ones too: what they did remains."""

    below: dict[int | None, list[int]]
    members: dict[int | None, list[int]]

    @classmethod
    def read(cls) -> Self:
        """Read it; two queries."""
        below, members = dict[int | None, list[int]](), dict[int | None, list[int]]()
        for pk, parent in Team.objects.values_list("pk", "parent_id"):
            below.setdefault(parent, []).append(pk)
        for person, team in User.objects.values_list("pk", "team_id"):
            members.setdefault(team, []).append(person)
        return cls(below, members)

    def people(self, team: int) -> list[int]:
        """Return the people of a team and of all below it."""
        teams, found = [team], list[int]()
        while teams:
            one = teams.pop()
            found += self.members.get(one, [])
            teams += self.below.get(one, [])
        return found

    def everybody(self) -> list[int]:
        return [person for people in self.members.values() for person in people]


def people_of_team(team: Team) -> list[int]:
    """Return the people of a team and of all below it, locked ones too; two queries."""
    return TeamTree.read().people(team.pk)


def open_together(user: User, people: Collection[int]) -> QuerySet[Customer]:
    """Return the customers some colleagues of `user` see between them, whoever owns them: shared with one of them, in pools open to `user`."""
    shared = Participant.objects.filter(user__in=people).standing().values("customer_id")
    pools = Pool.objects.visible_to(user).values("pk")
    found: QuerySet[Customer] = Customer.objects.live().filter(Q(pool__in=pools) | Q(pk__in=shared))
    return found
