"""What everybody sets: the overview, one's own account, API tokens."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.actions import change_own_language, issue_token, revoke_token
from genjin.accounts.models import ApiToken, User
from genjin.accounts.permissions import Right
from genjin.web.settings.forms import LanguageForm, TokenForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the overview; without a right it is everybody's."""

    name: str
    icon: str
    label: str
    text: str
    right: Right | None = None


def _groups() -> list[tuple[str, list[Entry]]]:
    users, settings = Right.MANAGE_USERS, Right.MANAGE_SETTINGS
    return [
        (_("Myself"), [
            Entry("profile", "user-circle", _("My account"), _("Language, password, two-step sign-in")),
            Entry("my_notices", "bell", _("How I am told"), _("E-mail, robots, quiet hours, calendar on the phone")),
            Entry("routing:my_absences", "calendar-event", _("My absences"), _("Days I am away; my lead says yes and stands in")),
            Entry("settings:tokens", "key", _("API tokens"), _("Keys for programs that work in your name")),
        ]),
        (_("People"), [
            Entry("settings:users", "users", _("People"), _("Who may sign in, in which role and team"), users),
            Entry("settings:teams", "users-group", _("Teams"), _("The tree of teams and who leads them"), users),
            Entry("settings:rights", "shield-check", _("Roles and rights"), _("Which role may do what"), users),
        ]),
        (_("Rules of selling"), [
            Entry("settings:rules", "target-arrow", _("Score rules"), _("Points, pass mark, target industries"), Right.SEE_TEAM),
            Entry("selling:chances", "percentage", _("Probability by stage"), _("How likely a purchase is in each stage, for the forecast"), settings),
            Entry("settings:grades", "star", _("Terms of the grades"), _("How often, how much and by which ways each grade is contacted"), settings),
            Entry("facts:terms", "shield-check", _("How long facts hold"), _("After how many months a checked fact is stale"), settings),
            Entry("settings:collection", "clipboard-text", _("Fields and templates"), _("Own fields, and what is asked of which customers"), settings),
            Entry("settings:doubles", "git-merge", _("Rules for doubles"), _("What is forbidden, approved, warned about or allowed"), settings),
            Entry("settings:approvals", "rubber-stamp", _("Approvals"), _("Who has to agree to discounts, contracts, exports, step by step"), settings),
            Entry("settings:choices", "book", _("Dictionaries"), _("Sources, reasons, roles of contacts"), settings),
            Entry("settings:tags", "tag", _("Tags"), _("Labels in groups"), settings),
            Entry("settings:pools", "inbox", _("Pools"), _("Customers without an owner, and who may claim them"), settings),
            Entry("routing:rules", "arrows-split", _("Assignment and recycling"), _("Who gets new customers, and when neglected ones go back"), settings),
            Entry("settings:absences", "calendar", _("Absences"), _("Who is away and gets nothing new"), Right.ASSIGN),
            Entry("settings:tickets", "headset", _("Limits of tickets"), _("How soon complaints and requests are answered and solved"), settings),
            Entry("settings:surveys", "thumb-up", _("Satisfaction surveys"), _("How often customers with a running contract are asked"), settings),
            Entry("insights:ranking_settings", "chart-bar", pgettext("settings", "Rankings"), _("Whether everybody sees how the own team stands"), settings),
            Entry("settings:reviews", "report-analytics", pgettext("menu", "Reviews"), _("When those of a week and month are made by themselves"), settings),
            Entry("settings:greetings", "star", _("Greetings"), _("On which festivals, and how many days ahead"), settings),
            Entry("settings:calendar", "calendar", _("Working calendar"), _("Holidays and working weekends"), settings),
        ]),
        (_("Products and prices"), [
            Entry("settings:products", "package", _("Products"), _("What is sold, with list prices and tax rates"), Right.MANAGE_PRODUCTS),
            Entry("settings:price_books", "tag", _("Price books"), _("Prices for a time, or for some customers"), Right.MANAGE_PRODUCTS),
            Entry("settings:discounts", "currency-yuan", _("Discount limits"), _("How far each role may discount alone"), Right.MANAGE_PRODUCTS),
            Entry("settings:proposal_templates", "file-text", _("Word templates of proposals"), _("Company letterheads with placeholders"), Right.MANAGE_PRODUCTS),
            Entry("settings:numbers", "list", _("Numbers"), _("How proposals, contracts and the like are numbered"), settings),
        ]),
        (_("Data and system"), [
            Entry("quality:duplicates", "git-merge", _("Doubles"), _("Records that may be one customer"), Right.DELETE_CUSTOMER),
            Entry("edits:list", "edit", _("Bulk edits"), _("Fields changed for many customers, to be taken back"), Right.CHANGE_CUSTOMER),
            Entry("settings:exports", "download", _("Export limits"), _("Rows without a lead's word, days a file stays"), settings),
            Entry("settings:robots", "send", _("Robots"), _("Messages into groups of WeCom, DingTalk, Feishu"), settings),
            Entry("settings:deliveries", "list-check", _("Sent messages"), _("What left by e-mail and robot, and what did not arrive"), settings),
            Entry("settings:mailboxes", "mail", _("Mailboxes"), _("Mails that become drafts of leads"), settings),
            Entry("settings:bin", "trash", _("Recycle bin"), _("Deleted customers, to be taken back"), Right.DELETE_CUSTOMER),
            Entry("settings:log", "history", _("Log"), _("Sign-ins, exports, reveals, changes of rights"), Right.SEE_LOG),
            Entry("settings:system", "server", _("System"), _("Backups, background worker, versions"), settings),
        ]),
    ]  # fmt: skip


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what this person may set, and nothing else."""
    user = user_of(request)
    shown = [
        {"title": title, "entries": [_field(entry) for entry in entries if entry.right is None or user.may(entry.right)]}
        for title, entries in _groups()
    ]  # fmt: skip
    groups = [group for group in shown if group["entries"]]
    return render(request, "settings/index.html", {"title": _("Settings"), "groups": groups})


def _field(entry: Entry) -> dict[str, str]:
    return {"url": reverse(entry.name), "icon": entry.icon, "label": entry.label, "text": entry.text}


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account; choose the language."""
    user = user_of(request)
    form = LanguageForm(
        request.POST or None, initial={"language": user.language or translation.get_language()}
    )
    if request.method == "POST" and form.is_valid():
        change_own_language(user, form.cleaned_data["language"])
        translation.activate(form.cleaned_data["language"])
        return leave(request, reverse("profile"), _("Saved."))
    context = {"title": _("My account"), "form": form, "facts": _facts(user)}
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


def _facts(user: User) -> list[tuple[str, Any]]:
    return [
        (pgettext("person", "Name"), user.name),
        (_("Login"), user.username),
        (_("Role"), user.get_role_display()),
        (_("Team"), user.team or ""),
        (_("E-mail"), user.email),
    ]


@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens; their secrets are nowhere to be read."""
    now = timezone.now()
    shown = paged(request, ApiToken.objects.visible_to(user_of(request)).order_by("-pk"))
    rows = [_token_row(token, token.revoked_at is None and token.expires_at > now) for token in shown.rows]
    return render(request, "settings/tokens.html", shown.context() | {"title": _("API tokens"), "rows": rows})


def _token_row(token: ApiToken, is_live: bool) -> dict[str, Any]:
    return {
        "name": token.name,
        "is_live": is_live,
        "state": _("in use") if is_live else _("revoked") if token.revoked_at else _("expired"),
        "created": token.created_at,
        "expires": token.expires_at,
        "used": ago(token.last_used_at) if token.last_used_at else _("never"),
        "revoke_url": reverse("settings:token_revoke", args=[token.pk]) if is_live else "",
    }


@require_http_methods(["GET", "POST"])
def token_issue(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret this one time."""
    user, form = user_of(request), TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = issue_token(user, user, now=timezone.now(), **form.cleaned_data)
        context = {"title": _("Your new token"), "secret": secret, "name": form.cleaned_data["name"]}
        response = render(request, "settings/token_shown.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request, form, title=_("New token"), submit_label=_("Make the token"), save=lambda _data: None,
        done=reverse("settings:tokens"), template="settings/entry.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = ApiToken.objects.visible_to(user_of(request)).get(pk=pk)
    return confirm_page(
        request, deed=lambda: revoke_token(user_of(request), token, now=timezone.now()), level="danger",
        title=_("Revoke token"), question=_("Revoke “%(name)s”?") % {"name": token.name}, submit_label=_("Revoke"),
        consequence=_("Programs that use it are refused from now on."), done=reverse("settings:tokens"), message=_("Revoked."),
    )  # fmt: skip
