"""Written reviews: made, read, concluded, published, and what they decide."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import Team
from genjin.accounts.queries import local_day
from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.reviews import (
    ConclusionsIn,
    OutcomeIn,
    ReviewActionIn,
    ReviewActionOut,
    ReviewFilter,
    ReviewIn,
    ReviewLineOut,
    ReviewOut,
    show_action,
    show_line,
    show_review,
)
from genjin.api.wire import Call, Id
from genjin.insights.actions.review_actions import add_action, remove_action, settle_action
from genjin.insights.actions.reviews import count_anew, make_review, publish_review, write_conclusions
from genjin.insights.models import Review, ReviewAction
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.results import told_actions
from genjin.insights.rules.reviews import NewDeed

router = Router(tags=["reviews"])


def _seen(request: Call, pk: int) -> Review:
    return Review.objects.visible_to(request.auth).select_related("team").get(pk=pk)


def _reading(request: Call, row: Review) -> Reading:
    return Reading(request.auth, row, local_day(timezone.now()))


@router.get("/reviews", response=Page[ReviewLineOut], summary="List written reviews")
def list_reviews(request: Call, asked: Query[ReviewFilter]) -> Page[ReviewLineOut]:
    rows = Review.objects.visible_to(request.auth)
    wanted = {"kind": asked.kind, "state": asked.state, "team": asked.team, "first": asked.first}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, order=Order("id", descending=True), show=show_line)


@router.post("/reviews", response={201: ReviewOut}, summary="Make a review")
def post_review(request: Call, body: ReviewIn) -> Status[ReviewOut]:
    now = timezone.now()
    team = None if body.team is None else named(Team.objects.all(), body.team, "team")
    row = make_review(request.auth, body.kind, body.day or local_day(now), team, now=now)
    return Status(201, show_review(_reading(request, row)))


@router.get("/reviews/{review_id}", response=ReviewOut, summary="Read a review")
def read_review(request: Call, review_id: Id) -> ReviewOut:
    return show_review(_reading(request, _seen(request, review_id)))


@router.post("/reviews/{review_id}/count", response=ReviewOut, summary="Count a draft anew")
def post_count(request: Call, review_id: Id) -> ReviewOut:
    row = count_anew(request.auth, _seen(request, review_id), now=timezone.now())
    return show_review(_reading(request, row))


@router.post("/reviews/{review_id}/conclusions", response=ReviewOut, summary="Write the conclusions")
def post_conclusions(request: Call, review_id: Id, body: ConclusionsIn) -> ReviewOut:
    row = write_conclusions(request.auth, _seen(request, review_id), body.conclusions, body.version, now=timezone.now())  # fmt: skip
    return show_review(_reading(request, row))


@router.post("/reviews/{review_id}/publish", response=ReviewOut, summary="Publish a review")
def post_publish(request: Call, review_id: Id) -> ReviewOut:
    row = publish_review(request.auth, _seen(request, review_id), now=timezone.now())
    return show_review(_reading(request, row))


@router.post("/reviews/{review_id}/actions", response={201: ReviewActionOut}, summary="Decide an action")
def post_review_action(request: Call, review_id: Id, body: ReviewActionIn) -> Status[ReviewActionOut]:
    row, owner = _seen(request, review_id), person(request.auth, body.owner, "owner")
    customer = None if body.customer is None else seen(request, body.customer)
    made = add_action(request.auth, row, NewDeed(body.what, body.due_on), owner, customer=customer, now=timezone.now())  # fmt: skip
    return Status(201, _shown(request, made))


@router.post("/review-actions/{action_id}/settle", response=ReviewActionOut, summary="Settle an action")
def post_settle(request: Call, action_id: Id, body: OutcomeIn) -> ReviewActionOut:
    row = ReviewAction.objects.visible_to(request.auth).get(pk=action_id)
    return _shown(request, settle_action(request.auth, row, body.outcome, now=timezone.now()))


@router.api_operation(
    ["DELETE"], "/review-actions/{action_id}", response={204: None}, summary="Take back what a draft decided"
)
def delete_review_action(request: Call, action_id: Id) -> Status[None]:
    remove_action(request.auth, ReviewAction.objects.visible_to(request.auth).get(pk=action_id), now=timezone.now())  # fmt: skip
    return Status(204, None)


def _shown(request: Call, row: ReviewAction) -> ReviewActionOut:
    kept = ReviewAction.objects.filter(pk=row.pk).select_related("owner", "task")
    return show_action(told_actions(request.auth, kept, local_day(timezone.now()))[0])
