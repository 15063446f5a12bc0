"""Scores that can be argued with: rules and drafts, who would change class, back-tests, past scores computed again."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.api.customers import seen, shown
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.schemas.customers import CustomerDetail
from genjin.api.schemas.scores import (
    BackTestIn,
    BackTestOut,
    ChangedFilter,
    ChangedOut,
    OverrideIn,
    OverrideOut,
    PastScoreOut,
    PublishIn,
    RulesFilter,
    RulesIn,
    RulesOut,
    ShadowOut,
    as_rules,
    show_backtest,
    show_changed,
    show_override,
    show_past,
    show_rules,
    show_shadow,
)
from genjin.api.wire import Call, Id
from genjin.customers.actions.overrides import override_score, take_back_score
from genjin.customers.actions.scores import discard_draft, publish_rule_set, save_draft
from genjin.customers.models import Override, ScoreRuleSet
from genjin.customers.queries.scores import changes, changing, scores_of
from genjin.insights.actions.backtest import look_back

router = Router(tags=["scores"])


@router.get("/score-rules", response=Page[RulesOut], summary="List the score rules: drafts and versions")
def list_rules(request: Call, asked: Query[RulesFilter]) -> Page[RulesOut]:
    """Return drafts and versions, those begun last first."""
    require(request.auth, Right.SEE_TEAM)
    rows = ScoreRuleSet.objects.all()
    if asked.is_draft is not None:
        rows = rows.filter(version__isnull=asked.is_draft)
    return page(request, rows, asked, order=Order("id", descending=True), show=show_rules)


@router.post("/score-rules", response={201: RulesOut}, summary="Write a draft of the score rules")
def add_draft(request: Call, body: RulesIn) -> Status[RulesOut]:
    row = save_draft(request.auth, as_rules(body), note=body.note, now=timezone.now())
    return Status(201, show_rules(row))


@router.get("/score-rules/{draft_id}", response=ShadowOut, summary="Read a draft and what it would change")
def read_draft(request: Call, draft_id: Id) -> ShadowOut:
    require(request.auth, Right.SEE_TEAM)
    row = ScoreRuleSet.objects.drafts().get(pk=draft_id)
    return show_shadow(row, changes(request.auth, row.as_rules(), local_day(timezone.now())))


@router.put("/score-rules/{draft_id}", response=RulesOut, summary="Write a draft again")
def change_draft(request: Call, draft_id: Id, body: RulesIn) -> RulesOut:
    require(request.auth, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().get(pk=draft_id)
    return show_rules(save_draft(request.auth, as_rules(body), draft=row, note=body.note, now=timezone.now()))


@router.post("/score-rules/{draft_id}/discard", response={204: None}, summary="Throw a draft away")
def drop_draft(request: Call, draft_id: Id) -> Status[None]:
    require(request.auth, Right.MANAGE_SETTINGS)
    discard_draft(request.auth, ScoreRuleSet.objects.drafts().get(pk=draft_id), now=timezone.now())
    return Status(204, None)


@router.get(
    "/score-rules/{draft_id}/changes", response=Page[ChangedOut], summary="List who would change class"
)
def list_changed(request: Call, draft_id: Id, asked: Query[ChangedFilter]) -> Page[ChangedOut]:
    require(request.auth, Right.SEE_TEAM)
    rules = ScoreRuleSet.objects.drafts().get(pk=draft_id).as_rules()
    rows = changing(
        request.auth, rules, local_day(timezone.now()), origin=asked.origin or "", target=asked.target or ""
    )
    show = Order("id", descending=True)
    return page(request, rows, asked, order=show, show=lambda row: show_changed(request.auth, row))


@router.post(
    "/score-rules/{draft_id}/backtest", response=BackTestOut, summary="Try a draft on closed customers"
)
def try_draft(request: Call, draft_id: Id, body: BackTestIn) -> BackTestOut:
    require(request.auth, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().get(pk=draft_id)
    return show_backtest(look_back(request.auth, row, days=body.days, now=timezone.now()))


@router.post("/score-rules/{draft_id}/publish", response=RulesOut, summary="Publish a draft")
def publish_draft(request: Call, draft_id: Id, body: PublishIn) -> RulesOut:
    require(request.auth, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().get(pk=draft_id)
    return show_rules(publish_rule_set(request.auth, row, reason=body.reason, now=timezone.now()))


@router.get(
    "/customers/{customer_id}/scores", response=Page[PastScoreOut], summary="Read a customer's scores"
)
def read_scores(request: Call, customer_id: Id) -> Page[PastScoreOut]:
    """Return the score that stands and those before it, each computed again under its own rules and day."""
    return Page(items=[show_past(one) for one in scores_of(seen(request, customer_id))], next=None)


@router.post("/customers/{customer_id}/score", response={201: OverrideOut}, summary="Set the score by hand")
def set_score(request: Call, customer_id: Id, body: OverrideIn) -> Status[OverrideOut]:
    row, now = seen(request, customer_id), timezone.now()
    made = override_score(request.auth, row, body.points, reason=body.reason, until=body.until, now=now)
    return Status(201, show_override(made))


@router.post(
    "/customers/{customer_id}/score/take-back", response=CustomerDetail, summary="Score by the rules again"
)
def take_back(request: Call, customer_id: Id) -> CustomerDetail:
    take_back_score(request.auth, seen(request, customer_id), now=timezone.now())
    return shown(request, customer_id)


@router.get(
    "/customers/{customer_id}/overrides", response=Page[OverrideOut], summary="Read what was set by hand"
)
def read_overrides(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[OverrideOut]:
    """Return grades and scores that stand or stood above the rules, newest first."""
    rows = Override.objects.filter(customer=seen(request, customer_id)).select_related("by")
    return page(request, rows, asked, order=Order("id", descending=True), show=show_override)
