"""Designing web forms, opening and closing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Pool
from genjin.events.actions import record
from genjin.fields.queries import own_fields
from genjin.intake.models import WebForm
from genjin.intake.rules.forms import AskedField, check_questions, read_sites
from genjin.kit.errors import RuleError, wrong_at

FIELDS = (
    "name", "title", "intro", "consent_text", "thank_you", "source", "campaign", "destination", "owner", "pool", "is_open",
    "daily_limit", "confirm_by_mail", "frame_sites",
)  # fmt: skip


@transaction.atomic
def save_form(
    actor: User, form: WebForm, values: Mapping[str, Any], asked: Sequence[AskedField], *, now: datetime
) -> WebForm:
    """Design a web form or change one, from values by field name and its questions in order (S3-4).

    Raises RuleError `questions_invalid`, `site_invalid`, `owner_missing`, `pool_unknown`, `limit_invalid`, `fields_invalid`.
    """
    require(actor, Right.MANAGE_CAMPAIGNS)
    if form.pk is None:
        row = form
        row.created_at, row.created_by = now, actor
    else:
        row = WebForm.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=form.pk)
    for name in values.keys() & set(FIELDS):
        setattr(row, name, values[name])
    row.fields = check_questions(asked, confirm_by_mail=row.confirm_by_mail, own=own_fields())
    row.frame_sites = "\n".join(read_sites(row.frame_sites))
    _check_destination(actor, row)
    if not 1 <= (row.daily_limit or 0) <= 10_000:
        sentence = _("Between 1 and 10,000 entries a day.")
        raise wrong_at("daily_limit", sentence, "limit_invalid")
    try:
        row.clean_fields()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    row.save()
    record(actor, "form.saved", at=now, subject_id=row.pk, name=row.name, is_open=row.is_open)
    return row


def _check_destination(actor: User, form: WebForm) -> None:
    if form.destination == WebForm.Destination.OWNER and (form.owner is None or not form.owner.is_active):
        sentence = _("Choose who gets the entries, somebody who may sign in.")
        raise wrong_at("owner", sentence, "owner_missing")
    known = Pool.objects.visible_to(actor).values("pk")
    if form.pool_id is None or not Pool.objects.filter(pk=form.pool_id, pk__in=known).exists():
        sentence = _("Choose one of your pools.")
        raise wrong_at("pool", sentence, "pool_unknown")


@transaction.atomic
def remove_form(actor: User, form: WebForm, *, now: datetime) -> None:
    """Remove a form nobody has filled in. Raises RuleError `entry_in_use` (409)."""
    require(actor, Right.MANAGE_CAMPAIGNS)
    row = WebForm.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=form.pk)
    if row.submissions.exists():
        sentence = _("Entries came by this form; close it instead.")
        raise RuleError(sentence, "entry_in_use", status=409)
    pk, name = row.pk, row.name
    row.delete()
    record(actor, "form.removed", at=now, subject_id=pk, name=name)
