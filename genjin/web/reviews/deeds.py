"""What is done with a review: made, concluded, decided, published; and what came of what it decided."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.customers.queries.sight import shown_name
from genjin.insights.actions.review_actions import add_action, remove_action, settle_action
from genjin.insights.actions.reviews import (
    count_anew,
    make_review,
    publish_review,
    require_review,
    write_conclusions,
)
from genjin.insights.models import Review, ReviewAction
from genjin.insights.queries.reviews.audience import may_review, teams_held
from genjin.insights.queries.reviews.results import closed_on, told_actions
from genjin.insights.rules.reviews import LONGEST, LONGEST_DEED, NewDeed, ReviewKind
from genjin.web.shell.forms import Form, day_field, person_field
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of, user_with


class NewForm(Form):
    """Of which week or month, of whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ReviewKind.choices)
    day = day_field(gettext_lazy("Any day of it"))
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams, whole = teams_held(user), may_review(user, None)
        self.fields["team"].queryset = Team.objects.filter(pk__in=[team.pk for team in teams])  # type: ignore[attr-defined]
        self.fields["team"].required = not whole
        self.fields["team"].empty_label = _("Whole company") if whole else None  # type: ignore[attr-defined]


class ConclusionsForm(Form):
    """What follows from the figures."""

    conclusions = forms.CharField(
        label=gettext_lazy("Conclusions"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class ActionForm(Form):
    """What is to be done, by whom, by when."""

    what = forms.CharField(label=gettext_lazy("What is to be done"), max_length=LONGEST_DEED)
    owner = person_field(gettext_lazy("Who does it"), required=True)
    due_on = day_field(gettext_lazy("By when"))
    customer = forms.CharField(
        label=gettext_lazy("Customer"), required=False, max_length=120,
        help_text=gettext_lazy("Name or number; then it becomes a task of this customer. Empty: a thing to do by itself."),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["owner"].queryset = User.objects.active().order_by("name")  # type: ignore[attr-defined]

    def clean_customer(self) -> Customer | None:
        """Return the one customer in sight that is meant."""
        text = self.cleaned_data["customer"].strip()
        if not text:
            return None
        rows = Customer.objects.visible_to(self.user).select_related("owner", "pool")
        found = list(rows.filter(name=text)[:2]) or list(search(rows, text, self.user).order_by("-id")[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No customer of this name is in your sight."))
        names = "、".join(shown_name(self.user, row) for row in found)
        raise forms.ValidationError(_("Several fit; write the whole name: %(names)s") % {"names": names})


class OutcomeForm(Form):
    """What came of it."""

    outcome = forms.CharField(label=gettext_lazy("What came of it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip


def _review(user: User, pk: int) -> Review:
    row = Review.objects.visible_to(user).select_related("team").get(pk=pk)
    require_review(user, row.team_id)
    return row


def _page(pk: int) -> str:
    return reverse("reviews:review", args=[pk])


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a review by hand."""
    user = user_with(request, Right.SEE_TEAM)
    require(user, Right.MANAGE_TASKS)
    today = local_day(timezone.now())
    form = NewForm(user, request.POST or None, initial={"day": today, "kind": ReviewKind.WEEK})
    made: list[Review] = []

    def save(data: dict[str, Any]) -> None:
        made.append(make_review(user, data["kind"], data["day"], data["team"], now=timezone.now()))

    return form_page(request, form, save=save, done=lambda: _page(made[0].pk), title=_("New review"), submit_label=_("Make"), message=_("Made; write what follows from it."))  # fmt: skip


@require_http_methods(["GET", "POST"])
def conclusions(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what follows from a draft, in its page or on a page of its own."""
    user = user_of(request)
    row = _review(user, pk)
    form = ConclusionsForm(request.POST or None, initial={"conclusions": row.conclusions, "version": row.version})  # fmt: skip
    if form.is_bound and form.is_valid() and form.cleaned_data["version"] != row.version:
        form.add_error(
            "conclusions", _("Meanwhile somebody wrote: %(text)s") % {"text": row.conclusions or "—"}
        )
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["version"] = str(row.version)  # type: ignore[index]

    def save(data: dict[str, Any]) -> None:
        write_conclusions(user, row, data["conclusions"], data["version"], now=timezone.now())

    return form_page(request, form, save=save, done=_page(pk), title=_("Conclusions"), message=_("Saved."), cancel_url=_page(pk))  # fmt: skip


@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide something: who does what by when."""
    user = user_of(request)
    row = _review(user, pk)
    form = ActionForm(user, request.POST or None, initial={"customer": request.GET.get("customer", "")[:120]})

    def save(data: dict[str, Any]) -> None:
        deed = NewDeed(data["what"], data["due_on"])
        add_action(user, row, deed, data["owner"], customer=data["customer"], now=timezone.now())

    return form_page(request, form, save=save, done=_page(pk), title=_("Decide an action"), submit_label=_("Decide"), message=_("Decided."), cancel_url=_page(pk))  # fmt: skip


@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a draft's figures anew."""
    user = user_of(request)
    count_anew(user, _review(user, pk), now=timezone.now())
    return leave(request, _page(pk), _("Counted anew."))


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then publish."""
    user = user_of(request)
    row = _review(user, pk)
    return confirm_page(
        request, deed=lambda: publish_review(user, row, now=timezone.now()), done=_page(pk), title=_("Publish"), submit_label=_("Publish"),
        question=_("Publish %(review)s?") % {"review": row}, message=_("Published."),
        consequence=_("From then on it stays as it is, its figures and conclusions alike; who may read it is told."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of an action."""
    user = user_of(request)
    row = ReviewAction.objects.visible_to(user).select_related("review", "task").get(pk=pk)
    require(user, Right.MANAGE_TASKS)
    if row.owner_id != user.pk:
        require_review(user, row.review.team_id)
    if closed_on(row) is not None and request.method == "GET":
        return redirect(_done(user, row))
    return form_page(
        request, OutcomeForm(request.POST or None), title=_said(user, row), submit_label=_("Settle"), message=_("Saved."), done=lambda: _done(user, row),
        save=lambda data: settle_action(user, row, data["outcome"], now=timezone.now()),
    )  # fmt: skip


def _said(user: User, row: ReviewAction) -> str:
    """Return what an action is about, as somebody may read it."""
    return told_actions(user, [row], local_day(timezone.now()))[0]["what"] or _("Action")


def _done(user: User, row: ReviewAction) -> str:
    seen = Review.objects.visible_to(user).filter(pk=row.review_id).exists()
    return _page(row.review_id) if seen else reverse("reviews:list")


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take back what a draft decided."""
    user = user_of(request)
    row = ReviewAction.objects.visible_to(user).select_related("review").get(pk=pk)
    require_review(user, row.review.team_id)
    return confirm_page(
        request, deed=lambda: remove_action(user, row, now=timezone.now()), done=_page(row.review_id), title=pgettext("review", "Take back"), submit_label=pgettext("review", "Take back"),
        question=_("Take back “%(what)s”?") % {"what": _said(user, row)}, consequence=_("Its task is cancelled."), message=_("Taken back."), level="danger",
    )  # fmt: skip
