"""How people look from outside."""

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role
from genjin.api.wire import Out, Ref, ref


class Me(Out):
    """Whose token it is, and what it may do."""

    id: int
    username: str
    name: str
    role: Role
    team: Ref | None
    language: str
    rights: list[Right]


def show_me(user: User) -> Me:
    """Return a person as they see themselves."""
    return Me(
        id=user.pk, username=user.username, name=user.name, role=Role(user.role), team=ref(user.team),
        language=user.language, rights=[right for right in Right if user.may(right)],
    )  # fmt: skip
