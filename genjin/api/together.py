"""Working on one customer together."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.permissions import Right, require
from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.together import (
    CollaboratorIn,
    CollaboratorOut,
    CommentChange,
    CommentIn,
    CommentOut,
    show_collaborator,
    show_comment,
)
from genjin.api.wire import Call, Id
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator, remove_collaborator
from genjin.customers.models import Participant
from genjin.followups.actions.comments import NewComment, add_comment, change_comment, remove_comment
from genjin.followups.models import Comment

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


@router.get("/customers/{customer_id}/comments", response=Page[CommentOut], summary="List comments")
def list_comments(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[CommentOut]:
    row = seen(request, customer_id)
    rows = Comment.objects.filter(customer=row).select_related("author")
    newest = Order("id", descending=True)
    return page(request, rows, asked, order=newest, show=lambda one: show_comment(request.auth, row, one))


@router.post(
    "/customers/{customer_id}/comments",
    response={201: CommentOut},
    summary="Comment on a record or the customer",
)
def write_comment(request: Call, customer_id: Id, body: CommentIn) -> Status[CommentOut]:
    row, user = seen(request, customer_id), request.auth
    require(user, Right.COMMENT)
    followup = None if body.followup is None else named(row.followups.all(), body.followup, "followup")
    mentions = [person(user, one, f"mentions.{at}") for at, one in enumerate(body.mentions)]
    new = NewComment(body.text, followup, mentions, body.invite)
    return Status(201, show_comment(user, row, add_comment(user, row, new, now=timezone.now())))


def seen_comment(request: Call, pk: int) -> Comment:
    """Return a comment on a customer in the caller's sight."""
    return Comment.objects.visible_to(request.auth).select_related("customer", "author").get(pk=pk)


@router.patch("/comments/{comment_id}", response=CommentOut, summary="Change one's own comment")
def edit_comment(request: Call, comment_id: Id, body: CommentChange) -> CommentOut:
    row, user = seen_comment(request, comment_id), request.auth
    mentions = [person(user, one, f"mentions.{at}") for at, one in enumerate(body.mentions)]
    new = NewComment(body.text, mentions=mentions, invite=body.invite)
    return show_comment(user, row.customer, change_comment(user, row, new, now=timezone.now()))


@router.api_operation(
    ["DELETE"], "/comments/{comment_id}", response={204: None}, summary="Remove one's own comment"
)
def drop_comment(request: Call, comment_id: Id) -> Status[None]:
    remove_comment(request.auth, seen_comment(request, comment_id), now=timezone.now())
    return Status(204, None)
