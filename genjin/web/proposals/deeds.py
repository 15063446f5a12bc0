"""What is done with a version: handed in, sent, answered, shared, copied; each a dialog or a page."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.customers.queries.sight import sees_person, show_contact
from genjin.kit.money import show_number
from genjin.proposals.actions.approval import hand_in, take_back
from genjin.proposals.actions.drafts import new_version
from genjin.proposals.actions.links import revoke, share
from genjin.proposals.actions.rights import require_sell, require_write
from genjin.proposals.actions.sending import NewFeedback, Sending, record_feedback, send_version
from genjin.proposals.actions.team import add_file, drop_file, set_authors
from genjin.proposals.models import ProposalLink, ProposalVersion
from genjin.proposals.queries.content import quote_of
from genjin.proposals.queries.prices import limit_of
from genjin.proposals.rules.drafts import check_open, check_sent, is_beyond
from genjin.web.proposals.forms import AuthorsForm, FeedbackForm, FileForm, HandInForm, SendForm, ShareForm
from genjin.web.proposals.shown import authors_of, seen_proposal, seen_version
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import confirm_page, form_page, user_of


def _page(version: ProposalVersion) -> str:
    return f"{reverse('proposals:proposal', args=[version.proposal_id])}?v={version.number}"


@require_http_methods(["GET", "POST"])
def hand_in_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version ready, or ask for its discount."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_sell(user, version.proposal.customer)
    check_open(version.state)
    limit, found = limit_of(user), quote_of(version)
    asks = is_beyond(found, limit)
    form = HandInForm(request.POST or None) if asks else Form(request.POST or None)
    if asks:
        words = {"off": show_number(found.deepest), "limit": show_number(limit)}
        form.fields["reason"].help_text = _("The discount is up to %(off)s %%, your limit is %(limit)s %%; who leads you decides.") % words  # fmt: skip
    return form_page(
        request, form, title=_("Ask for approval") if asks else _("Hand in"), submit_label=_("Ask") if asks else _("Hand in"),
        save=lambda data: hand_in(user, version, reason=data.get("reason", ""), now=timezone.now()),
        message=_("Asked; it can be sent when granted.") if asks else _("Ready to send."), done=_page(version),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_back_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version a draft again."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_write(user, version.proposal)
    check_open(version.state)
    return confirm_page(
        request, deed=lambda: take_back(user, version, now=timezone.now()), title=_("Take back to draft"),
        question=_("Go on writing this version?"), consequence=_("An approval that was asked for or granted is void."),
        submit_label=_("Take back to draft"), message=_("A draft again."), done=_page(version),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how a version went out; from then on it stays as it is."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_sell(user, version.proposal.customer)
    check_open(version.state)
    person = version.proposal.customer.contacts.first()
    unmasked = sees_person(user, version.proposal.customer)
    form = SendForm(
        request.POST or None, initial={"to": show_contact(person, unmasked=unmasked).name if person else ""}
    )
    return form_page(
        request, form, title=_("Mark as sent"), submit_label=_("Sent"), done=_page(version), message=_("Sent; this version stays as it is now."),
        save=lambda data: send_version(user, version, Sending(data["method"], data["to"], data["sent_at"]), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what the customer said."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_write(user, version.proposal)
    check_sent(version.state)
    customer = version.proposal.customer
    unmasked = sees_person(user, customer)
    shown = {person.pk: show_contact(person, unmasked=unmasked).name for person in customer.contacts.all()}
    form = FeedbackForm(request.POST or None, customer=customer, shown=shown)
    return form_page(
        request, form, title=_("Customer's feedback"), done=_page(version), message=_("On record."),
        save=lambda data: record_feedback(user, version, NewFeedback(**data), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version as a copy of the last."""
    user, row = user_of(request), seen_proposal(user_of(request), pk)
    require_write(user, row)
    return confirm_page(
        request, deed=lambda: new_version(user, row, now=timezone.now()), title=_("New version"), submit_label=_("Begin"),
        question=_("Begin the next version as a copy of the last one?"), message=_("Begun."), done=reverse("proposals:proposal", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def authors(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who writes beside the sellers."""
    user, row = user_of(request), seen_proposal(user_of(request), pk)
    require_sell(user, row.customer)
    form = AuthorsForm(request.POST or None, initial={"authors": [one.pk for one in authors_of(row)]})
    return form_page(
        request, form, title=_("Co-authors"), message=_("Saved."), done=reverse("proposals:proposal", args=[pk]),
        save=lambda data: set_authors(user, row, list(data["authors"]), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def share_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for the customer."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_sell(user, version.proposal.customer)
    check_sent(version.state)
    return form_page(
        request, ShareForm(request.POST or None), title=_("Share link"), submit_label=_("Make a link"), message=_("Made; copy it below."),
        save=lambda data: share(user, version, days=data["days"], now=timezone.now()), done=_page(version),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def revoke_link(request: HttpRequest, pk: int) -> HttpResponse:
    """End a link at once."""
    user = user_of(request)
    seen = ProposalVersion.objects.visible_to(user).values("pk")
    link = (
        ProposalLink.objects.filter(version__in=seen).select_related("version__proposal__customer").get(pk=pk)
    )
    require_sell(user, link.version.proposal.customer)
    return confirm_page(
        request, deed=lambda: revoke(user, link, now=timezone.now()), level="danger", title=_("Revoke the link"),
        question=_("Whoever has the link will no longer see the proposal."), submit_label=_("Revoke"), message=_("Revoked."),
        done=_page(link.version),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file beside a version."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_write(user, version.proposal)
    check_open(version.state)
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=_("Add a file"), submit_label=_("Add"), message=_("Saved."), done=_page(version),
        save=lambda data: add_file(user, version, data["file"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def file_drop(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take a file away from a version."""
    user, version = user_of(request), seen_version(user_of(request), pk)
    require_write(user, version.proposal)
    check_open(version.state)
    return confirm_page(
        request, deed=lambda: drop_file(user, version, file_pk, now=timezone.now()), title=_("Remove"),
        question=_("Take this file away from the version? It stays with the customer."), submit_label=_("Remove"), message=_("Removed."), done=_page(version),
    )  # fmt: skip
