"""Which state of a project leads to which, and by what deed. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.delivery.rules.words import ProjectState
from genjin.kit.errors import RuleError

S = ProjectState


class Deed(StrEnum):
    """What is done to a project as a whole."""

    START = "start"
    SLIP = "slip"
    WORK = "work"  # steps, risks, team
    DELIVER = "deliver"
    ACCEPT = "accept"
    REOPEN = "reopen"
    STOP = "stop"
    RESUME = "resume"


MOVES: Mapping[Deed, Mapping[str, ProjectState]] = {
    Deed.START: {S.PLANNED: S.RUNNING},
    Deed.SLIP: {S.PLANNED: S.PLANNED, S.RUNNING: S.RUNNING, S.DELIVERED: S.DELIVERED},
    Deed.WORK: {S.PLANNED: S.PLANNED, S.RUNNING: S.RUNNING, S.DELIVERED: S.DELIVERED},
    Deed.DELIVER: {S.PLANNED: S.DELIVERED, S.RUNNING: S.DELIVERED},
    Deed.ACCEPT: {S.RUNNING: S.ACCEPTED, S.DELIVERED: S.ACCEPTED},
    Deed.REOPEN: {S.DELIVERED: S.RUNNING, S.ACCEPTED: S.RUNNING},
    Deed.STOP: {S.PLANNED: S.STOPPED, S.RUNNING: S.STOPPED, S.DELIVERED: S.STOPPED},
    Deed.RESUME: {S.STOPPED: S.RUNNING},
}
OPEN = frozenset({S.PLANNED, S.RUNNING, S.DELIVERED})  # something is still to be done
UNDELIVERED = frozenset({S.PLANNED, S.RUNNING})  # may be late
_REFUSED: Mapping[str, object] = {
    S.PLANNED: gettext_lazy("The project has not begun yet; start it first."),
    S.RUNNING: gettext_lazy("The project is under way already."),
    S.DELIVERED: gettext_lazy("The project is delivered already; the customer's acceptance is what is missing."),
    S.ACCEPTED: gettext_lazy("The customer has accepted the project; reopen it first."),
    S.STOPPED: gettext_lazy("The project was called off; resume it first."),
}  # fmt: skip


def allows(state: str, deed: Deed) -> bool:
    """Say whether a project in this state takes this deed."""
    return state in MOVES[deed]


def after(state: str, deed: Deed) -> ProjectState:
    """Return the state a deed leads to. Raises RuleError `project_state` (409)."""
    found = MOVES[deed].get(state)
    if found is None:
        raise RuleError(
            str(_REFUSED.get(state, _("This state does not allow it."))), "project_state", status=409
        )
    return found
