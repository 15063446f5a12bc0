"""Taking customers out of the list: the dialog, and the file at once when it is small."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.fields.queries import own_fields
from genjin.intake.actions.export import NewExport
from genjin.intake.queries.outgoing.customers import own_labels
from genjin.intake.rules.outgoing import ALL, USUAL, of_list
from genjin.kit.errors import not_found
from genjin.web.customers import forms
from genjin.web.customers.columns import own_columns
from genjin.web.customers.views.browse import chosen_columns
from genjin.web.customers.views.deeds import chosen_ids
from genjin.web.exports.taking import ask_page, taken
from genjin.web.shell.pages import user_of


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what for and how; then hand out the sheet, or lead to the page where it is made or waits for a lead."""
    user = user_of(request)
    require(user, Right.EXPORT)
    if "reason" not in request.POST:
        return _dialog(request, user)
    form = forms.ExportForm(request.POST)
    if not form.is_valid():
        return ask_page(request, form, title=_("Export"))
    matching = request.POST.get("matching", "")
    data = form.cleaned_data
    new = NewExport(
        data["reason"], query=matching, ids=None if matching else chosen_ids(user, request.POST), format=data["format"] or "xlsx",
        columns=_columns(user, data["column_set"]), is_unmasked=data["is_unmasked"],
    )  # fmt: skip
    return taken(user, new)


def _columns(user: User, choice: str) -> list[str]:
    if choice == "list":
        return of_list(
            (column.key for column in chosen_columns(user, own_columns(own_fields()))), own_labels()
        )
    return [*ALL, *own_labels(active=True)] if choice == "all" else list(USUAL)


def _dialog(request: HttpRequest, user: User) -> HttpResponse:
    matching = request.POST.get("matching", "")
    ids = [] if matching else chosen_ids(user, request.POST)
    if not matching and Customer.objects.visible_to(user).filter(pk__in=ids).count() != len(set(ids)):
        raise not_found()
    form = forms.ExportForm(initial={"ids": ",".join(map(str, ids)), "matching": matching})
    words = ngettext("%(count)d customer", "%(count)d customers", len(ids)) % {"count": len(ids)}
    title = f"{_('Export')} · {_('all that match') if matching else words}"
    return ask_page(request, form, title=title)
