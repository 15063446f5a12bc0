"""Working on one customer together."""

from django.utils import timezone
from ninja import Router, Status

from genjin.accounts.permissions import Right, require
from genjin.api.customers import seen
from genjin.api.references import person
from genjin.api.schemas.together import CollaboratorIn, CollaboratorOut, show_collaborator
from genjin.api.wire import Call, Id
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator, remove_collaborator
from genjin.customers.models import Participant

router = Router(tags=["together"])


@router.get(
    "/customers/{customer_id}/collaborators", response=list[CollaboratorOut], summary="List collaborators"
)
def list_collaborators(request: Call, customer_id: Id) -> list[CollaboratorOut]:
    rows = Participant.objects.collaborators().standing().filter(customer=seen(request, customer_id))
    return [show_collaborator(row) for row in rows.select_related("user").order_by("pk")]


@router.post(
    "/customers/{customer_id}/collaborators",
    response={201: CollaboratorOut},
    summary="Name a collaborator, or change one",
)
def name_collaborator(request: Call, customer_id: Id, body: CollaboratorIn) -> Status[CollaboratorOut]:
    row = seen(request, customer_id)
    require(request.auth, Right.CHANGE_CUSTOMER)
    new = NewCollaborator(
        person(request.auth, body.person, "person"), body.may_write, body.part or "", body.ends_on
    )
    return Status(201, show_collaborator(add_collaborator(request.auth, row, new, now=timezone.now())))


@router.api_operation(
    ["DELETE"], "/collaborators/{collaborator_id}", response={204: None}, summary="End a collaboration"
)
def end_collaboration(request: Call, collaborator_id: Id) -> Status[None]:
    rows = Participant.objects.visible_to(request.auth).collaborators()
    remove_collaborator(request.auth, rows.get(pk=collaborator_id), now=timezone.now())
    return Status(204, None)
