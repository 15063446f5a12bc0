"""A lead that is a customer we know: what follows a 409 of `POST /customers`."""

from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from genjin.api.customers import raw, raw_contact
from genjin.api.schemas.customers import ContactFields, CustomerFields
from genjin.api.wire import Call, Id, Out, Words
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.actions.needs import Lead, attach_need
from genjin.kit.masking import mask_name

router = Router(tags=["customers"])


class NeedIn(CustomerFields):
    """The same body as for adding a customer; its need is added to the one we know."""

    need: Words = Field(description="what is needed this time")
    contacts: list[ContactFields] = Field([], max_length=50)


class NeedOut(Out):
    """Where the need went. Of a customer out of sight, who looks after it is masked."""

    customer: int
    name: str
    owner: str
    pool: str
    task: int | None
    is_visible: bool


@router.post(
    "/customers/{customer_id}/needs", response={201: NeedOut}, summary="Add a lead's need to a known customer"
)
def add_need(request: Call, customer_id: Id, body: NeedIn) -> Status[NeedOut]:
    user = request.auth
    lead = Lead(raw(user, body), [raw_contact(one) for one in body.contacts])
    done = attach_need(user, customer_id, lead, now=timezone.now())
    row = done.customer
    is_visible = Customer.objects.visible_to(user).filter(pk=row.pk).exists()
    owner = row.owner.name if row.owner else ""
    shown = NeedOut(
        customer=row.pk, name=shown_name(user, row), owner=owner if is_visible else mask_name(owner),
        pool=row.pool.name if row.pool else "", is_visible=is_visible,
        task=done.task.pk if done.task and is_visible else None,
    )  # fmt: skip
    return Status(201, shown)
