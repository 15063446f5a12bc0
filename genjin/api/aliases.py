"""What else customers are called: short names and former ones."""

from django.utils import timezone
from ninja import Router, Status

from genjin.api.customers import seen
from genjin.api.schemas.customers import AliasIn, AliasOut, show_aliases
from genjin.api.wire import Call, Id
from genjin.customers.actions.aliases import add_alias, remove_alias
from genjin.customers.models import Alias

router = Router(tags=["customers"])


@router.get("/customers/{customer_id}/aliases", response=list[AliasOut], summary="List other names")
def list_aliases(request: Call, customer_id: Id) -> list[AliasOut]:
    return show_aliases(request.auth, seen(request, customer_id))


@router.post("/customers/{customer_id}/aliases", response={201: AliasOut}, summary="Add another name")
def write_alias(request: Call, customer_id: Id, body: AliasIn) -> Status[AliasOut]:
    row = seen(request, customer_id)
    alias = add_alias(request.auth, row, body.name, kind=body.kind, now=timezone.now())
    return Status(201, AliasOut.model_validate(alias, from_attributes=True))


@router.api_operation(
    ["DELETE"], "/aliases/{alias_id}", response={204: None}, summary="Take another name away"
)
def drop_alias(request: Call, alias_id: Id) -> Status[None]:
    remove_alias(request.auth, Alias.objects.visible_to(request.auth).get(pk=alias_id), now=timezone.now())
    return Status(204, None)
