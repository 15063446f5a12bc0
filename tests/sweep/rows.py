"""What a line of the matrices says of an address."""

from dataclasses import dataclass

from genjin.accounts.permissions import Right


@dataclass(frozen=True)
class Row:
    """One line of the matrix.

    `family` names the rows the address takes; `deed` is the right without which a POST must be refused,
    `look` the one without which a GET must be; `body` puts the ids into the request's body; `address` is a
    concrete address for a pattern that is a regular expression; `own_door` marks login pages, open to everybody;
    `public` names the key in `World.public` of a page strangers reach.
    """

    family: str = ""
    deed: Right | None = None
    look: Right | None = None
    body: bool = False
    address: str = ""
    own_door: bool = False
    public: str = ""
    skip: tuple[str, ...] = ()  # methods not walked here, with the reason beside them


def both(right: Right, family: str = "") -> Row:
    return Row(family, deed=right, look=right)


LOGIN = Row(own_door=True)
SETTINGS, USERS = Right.MANAGE_SETTINGS, Right.MANAGE_USERS
