"""Who may work on a project: its team, and who may edit the customer."""

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.delivery.models import Member, Project
from genjin.delivery.rules import Deed
from genjin.delivery.rules.states import allows
from genjin.kit.errors import RuleError


def may_run(actor: User, project: Project) -> bool:
    """Say whether the actor works on this project: who is in charge, the team, the customer's owner and who leads them."""
    if not may(actor, Right.DELIVER):
        return False
    if project.lead_id == actor.pk or may_edit(actor, project.customer):
        return True
    return Member.objects.filter(project=project, user=actor).exists()


def may_now(actor: User, project: Project, deed: Deed) -> bool:
    """Say whether the actor may do this deed as the project stands; asked for buttons."""
    return allows(project.state, deed) and may_run(actor, project)


def concerned(project: Project, *others: int | None, but: User) -> set[int]:
    """Return whom news of a project concern, bar who makes them: the customer's owner, who is in charge, and `others`."""
    ids = (project.customer.owner_id, project.lead_id, *others)
    return {pk for pk in ids if pk is not None and pk != but.pk}


def require_run(actor: User, project: Project) -> None:
    """Refuse who does not work on this project. Raises RuleError `forbidden`, `not_yours` (403)."""
    require(actor, Right.DELIVER)
    if not may_run(actor, project):
        sentence = _("Only the project's team, the customer's owner and who leads them may do this.")
        raise RuleError(sentence, "not_yours", status=403)


def hold(actor: User, project: Project) -> Project:
    """Return the project locked, with its customer and contract; refuse who does not work on it.

    The customer is locked first, as everywhere. Raises RuleError `forbidden`, `not_yours` (403); out of sight DoesNotExist.
    """
    require(actor, Right.DELIVER)
    seen = Project.objects.visible_to(actor).get(pk=project.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    row = Project.objects.select_for_update(of=("self",)).select_related("contract", "lead").get(pk=seen.pk)
    row.customer = customer
    require_run(actor, row)
    return row
