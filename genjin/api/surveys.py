"""Askings how satisfied customers are, and what they answered."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.care import LinkOut, RatingIn, Reason, SurveyIn, SurveyOut, SurveysAsked, show_survey
from genjin.api.wire import Call, Id
from genjin.care.actions.surveys import NewSurvey, answer_survey, call_off_survey, open_survey, send_survey
from genjin.care.models import Survey
from genjin.care.models.surveys import SurveyQuerySet
from genjin.care.rules.surveys import Answer
from genjin.care.rules.words import AnswerWay
from genjin.delivery.models import Project

router = Router(tags=["surveys"])


def visible(request: Call) -> SurveyQuerySet:
    """Return the surveys in sight with what their answer shows."""
    rows = Survey.objects.visible_to(request.auth)
    return rows.select_related("customer__owner", "customer__pool", "responsible").prefetch_related("tickets")


def shown(request: Call, pk: int) -> SurveyOut:
    """Return a survey read anew."""
    return show_survey(request.auth, visible(request).get(pk=pk))


@router.get("/surveys", response=Page[SurveyOut], summary="List who is asked for a rating, and who gave one")
def list_surveys(request: Call, asked: Query[SurveysAsked]) -> Page[SurveyOut]:
    rows = visible(request)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    if asked.answered is not None:
        rows = rows.answered() if asked.answered else rows.waiting()
    if asked.rating is not None:
        rows = rows.filter(rating=asked.rating)
    return page(
        request,
        rows,
        asked,
        order=Order("id", descending=True),
        show=lambda row: show_survey(request.auth, row),
    )


@router.post("/surveys", response={201: SurveyOut}, summary="Ask a customer for a rating")
def post_survey(request: Call, body: SurveyIn) -> Status[SurveyOut]:
    customer = seen(request, body.customer)
    who = request.auth if body.responsible is None else person(request.auth, body.responsible, "responsible")
    projects = Project.objects.visible_to(request.auth).filter(customer=customer)
    project = None if body.delivery is None else named(projects, body.delivery, "delivery")
    row = open_survey(request.auth, customer, NewSurvey(who, project), now=timezone.now())
    return Status(201, shown(request, row.pk))


@router.get("/surveys/{survey_id}", response=SurveyOut, summary="Read an asking and its answer")
def read_survey(request: Call, survey_id: Id) -> SurveyOut:
    return shown(request, survey_id)


@router.post("/surveys/{survey_id}/answer", response=SurveyOut, summary="Put a customer's rating on record")
def post_answer(request: Call, survey_id: Id, body: RatingIn) -> SurveyOut:
    answer = Answer(**body.model_dump())
    answer_survey(
        request.auth, visible(request).get(pk=survey_id), answer, how=AnswerWay.API, now=timezone.now()
    )
    return shown(request, survey_id)


@router.post(
    "/surveys/{survey_id}/send", response=LinkOut, summary="Make the link a customer answers by, once"
)
def post_link(request: Call, survey_id: Id) -> LinkOut:
    row = send_survey(request.auth, visible(request).get(pk=survey_id), now=timezone.now())
    url = f"{settings.ENVIRONMENT.public_url}{reverse('public:survey', args=[row.link_key])}"
    return LinkOut(url=url, expires_at=row.link_expires_at)


@router.post("/surveys/{survey_id}/call-off", response=SurveyOut, summary="Ask no longer")
def post_call_off(request: Call, survey_id: Id, body: Reason) -> SurveyOut:
    call_off_survey(request.auth, visible(request).get(pk=survey_id), reason=body.reason, now=timezone.now())
    return shown(request, survey_id)
