"""Comments on a record or a customer, with people mentioned in them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.followups.actions.comments import NewComment, add_comment, change_comment, remove_comment
from genjin.followups.models import Comment, FollowUp
from genjin.followups.queries.comments import colleagues_for
from genjin.followups.rules.comments import LONGEST, check_may_change
from genjin.kit.errors import RuleError
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import confirm_page, form_page, user_of


class CommentForm(Form):
    """A text with @names; `mentions` are the people chosen while typing."""

    text = forms.CharField(
        label=pgettext_lazy("remark", "Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Type @ and a name or its pinyin: the person is told. Ctrl+Enter saves."),
    )
    mentions = forms.CharField(required=False, widget=forms.HiddenInput)
    on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = reverse("customers:colleagues", args=[customer.pk])
        self.fields["text"].widget.attrs |= {"data-mention": address, "data-mention-ids": "mentions"}

    def offer_invitation(self) -> None:
        """Let the writer make the people who see nothing collaborators who read."""
        self.fields["invite"] = forms.BooleanField(
            label=_("Make them collaborators who read"),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )

    def people(self, data: dict[str, Any]) -> list[User]:
        """Return who was chosen and still stands in the text."""
        ids = [int(pk) for pk in data["mentions"].split(",") if pk.isdecimal() and len(pk) < 19]
        people = User.objects.active().filter(pk__in=ids[:20])
        return [person for person in people if f"@{person.name}" in data["text"]]


def _url(customer: Customer, comment: Comment) -> str:
    return f"{reverse('customers:detail', args=[customer.pk])}?comment={comment.pk}#comment-{comment.pk}"


def _save(request: HttpRequest, customer: Customer, form: CommentForm, deed: Any) -> None:
    """Do the deed; when somebody mentioned sees nothing, offer to who may edit to make them collaborators."""
    try:
        deed()
    except RuleError as refusal:
        user = user_of(request)
        may_invite = may_edit(user, customer) and user.may(Right.CHANGE_CUSTOMER)
        if refusal.code == "mention_out_of_sight" and may_invite:
            form.offer_invitation()
        raise


def _form(request: HttpRequest, customer: Customer, initial: dict[str, Any]) -> CommentForm:
    form = CommentForm(request.POST or None, customer=customer, initial=initial)
    if request.POST.get("invite"):
        form.offer_invitation()
    return form


def _new(form: CommentForm, data: dict[str, Any], followup: FollowUp | None = None) -> NewComment:
    return NewComment(data["text"], followup, form.people(data), invite=bool(data.get("invite")))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on the customer, or on one of its records (`?on=`)."""
    customer, user = customer_of(request, pk), user_of(request)
    require(user, Right.COMMENT)
    asked = request.POST.get("on") or request.GET.get("on") or ""
    followup = FollowUp.objects.filter(customer=customer).get(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None  # fmt: skip
    form, made = _form(request, customer, {"on": followup.pk if followup else None}), []

    def save(data: dict[str, Any]) -> None:
        _save(
            request, customer, form,
            lambda: made.append(add_comment(user, customer, _new(form, data, followup), now=timezone.now())),
        )  # fmt: skip

    return form_page(
        request, form, title=pgettext("remark", "Comment"), message=_("Comment saved."), save=save, done=lambda: _url(customer, made[0]),
    )  # fmt: skip


def _own(request: HttpRequest, customer: Customer, pk: int) -> Comment:
    comment = Comment.objects.get(pk=pk, customer=customer)
    require(user_of(request), Right.COMMENT)
    if comment.author_id != user_of(request).pk:
        raise RuleError(_("Only who wrote a comment changes it."), "not_yours", status=403)
    return comment


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Change one's own comment while it is fresh."""
    customer = customer_of(request, pk)
    comment = _own(request, customer, comment_pk)
    check_may_change(comment.at, timezone.now())
    initial = {"text": comment.text, "mentions": ",".join(map(str, comment.mentioned))}
    form = _form(request, customer, initial)

    def save(data: dict[str, Any]) -> None:
        _save(
            request, customer, form,
            lambda: change_comment(user_of(request), comment, _new(form, data), now=timezone.now()),
        )  # fmt: skip

    return form_page(
        request, form, title=_("Change comment"), message=_("Saved."), save=save, done=_url(customer, comment)
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Take one's own comment away."""
    customer = customer_of(request, pk)
    comment = _own(request, customer, comment_pk)
    return confirm_page(
        request, deed=lambda: remove_comment(user_of(request), comment, now=timezone.now()), level="danger",
        title=_("Remove comment"), question=_("Remove this comment?"), message=_("Removed."),
        done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


@require_GET
def show(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Lead to a comment where it stands: the address notices carry."""
    customer = customer_of(request, pk)
    comment = Comment.objects.filter(pk=comment_pk, customer=customer).first()
    # One that its author took away leads to where it was.
    return redirect(_url(customer, comment) if comment else reverse("customers:detail", args=[pk]))


@require_GET
def colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer colleagues to mention by the beginning of a name or its pinyin, who sees the customer first."""
    customer, user = customer_of(request, pk), user_of(request)
    require(user, Right.COMMENT)
    found = colleagues_for(customer, request.GET.get("q", "")[:60], besides=user)
    return JsonResponse(
        {
            "items": [
                {
                    "id": person.pk, "text": person.name,
                    "note": person.get_role_display() if is_seeing else _("does not see this customer"),
                }
                for person, is_seeing in found
            ]
        }
    )  # fmt: skip
