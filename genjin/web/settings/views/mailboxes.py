"""Mailboxes: where they are, who reads them, how the last look went."""

from typing import Any

from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.permissions import Right
from genjin.intake.actions.mailboxes import FIELDS, ask_to_look, remove_mailbox, save_mailbox
from genjin.intake.models import Mailbox
from genjin.web.settings.mailbox_form import MailboxForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_with


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Show the mailboxes with the last look into each."""
    user_with(request, Right.MANAGE_SETTINGS)
    rows = list(Mailbox.objects.prefetch_related("readers"))
    create = {"url": reverse("settings:mailbox_add"), "label": pgettext("deed", "New mailbox")}
    shown = [
        {"pk": row.pk, "name": row.name, "server": row.host, "user": row.user, "is_active": row.is_active, "looked_at": row.looked_at,
         "problem": row.problem, "readers": ", ".join(person.name for person in row.readers.all())}
        for row in rows
    ]  # fmt: skip
    return render(
        request, "settings/mailboxes.html", {"title": _("Mailboxes"), "rows": shown, "create": create}
    )


@require_http_methods(["GET", "POST"])
def mailbox_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a mailbox or change one; its password is never shown."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = Mailbox.objects.get(pk=pk) if pk else Mailbox()
    initial: dict[str, Any] = model_to_dict(row, fields=FIELDS)
    if pk:
        initial["readers"] = list(row.readers.values_list("pk", flat=True))
    form = MailboxForm(request.POST or None, initial=initial, is_new=not pk)
    return form_page(
        request, form, title=row.name if pk else pgettext("deed", "New mailbox"), message=_("Saved."),
        save=lambda values: save_mailbox(user, row, values, now=timezone.now()), done=reverse("settings:mailboxes"),
        template="settings/entry.html", remove_url=reverse("settings:mailbox_remove", args=[pk]) if pk else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def mailbox_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a mailbox no draft came from."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = Mailbox.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_mailbox(user, row, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": row.name}, submit_label=_("Remove"), done=reverse("settings:mailboxes"),
        message=_("Removed."),
    )  # fmt: skip


@require_POST
def mailbox_look(request: HttpRequest, pk: int) -> HttpResponse:
    """Look into a mailbox at once."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    ask_to_look(user, Mailbox.objects.get(pk=pk), now=timezone.now())
    return leave(request, reverse("settings:mailboxes"), _("The worker looks into it; reload in a moment."))
