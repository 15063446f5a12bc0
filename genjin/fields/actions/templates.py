"""Templates: draft, publish, follow. What is published is never changed."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import enqueue, record
from genjin.events.models import Event
from genjin.fields.models import CollectionTemplate
from genjin.fields.queries import current_template, own_fields, templates_to_revise
from genjin.fields.rules import Outline
from genjin.fields.rules.outline import check_outline, kept_outline, without_empty_groups
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean


@transaction.atomic
def save_draft(
    actor: User, customer_type: str, outline: Outline, *, builtin: Collection[str], now: datetime
) -> CollectionTemplate:
    """Keep the next version of a type's template as a draft, which nobody is asked by yet.

    `builtin` are the keys of fields every customer has. Raises RuleError as `check_outline` does, `template_unknown` (404).
    """
    require(actor, Right.MANAGE_SETTINGS)
    latest = (
        CollectionTemplate.objects.published()
        .filter(customer_type=customer_type)
        .aggregate(Max("version"))["version__max"]
    )
    if latest is None:
        raise RuleError(_("There is no such template."), "template_unknown", status=404)
    own = {field.key for field in own_fields(active=False)}
    fields = kept_outline(check_outline(outline, own | set(builtin)))
    draft = (
        CollectionTemplate.objects.drafts()
        .filter(customer_type=customer_type)
        .select_for_update(of=("self",))
        .first()
    )
    draft = draft or CollectionTemplate(
        customer_type=customer_type, version=latest + 1, created_at=now, created_by=actor
    )
    draft.fields = fields
    draft.save()
    return draft


@transaction.atomic
def publish_template(actor: User, customer_type: str, *, note: str, now: datetime) -> CollectionTemplate:
    """Put a type's draft in force; a job weighs its customers by it afterwards. Old records keep their version.

    Raises RuleError `draft_missing` (409), `note_missing`, `template_unchanged`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    draft = (
        CollectionTemplate.objects.drafts()
        .filter(customer_type=customer_type)
        .select_for_update(of=("self",))
        .first()
    )
    if draft is None:
        raise RuleError(_("There is no draft to publish."), "draft_missing", status=409)
    if not clean(note):
        sentence = _("Say in a sentence what is new.")
        raise wrong_at("note", sentence, "note_missing")
    outline = without_empty_groups(draft.outline)
    draft.fields = kept_outline(outline)
    before = current_template(customer_type)
    if before is not None and before.outline == outline:
        raise RuleError(_("The draft asks for the same as the version in force."), "template_unchanged")
    draft.note, draft.published_at, draft.published_by = clean(note)[:300], now, actor
    draft.save()
    record(actor, "template.published", at=now, subject_id=draft.pk, name=customer_type, version=draft.version, reason=draft.note)  # fmt: skip
    enqueue("customers.refresh_completeness", customer_type=customer_type)
    return draft


@transaction.atomic
def discard_draft(actor: User, customer_type: str, *, now: datetime) -> None:
    """Throw a draft away. Raises RuleError `draft_missing` (409)."""
    require(actor, Right.MANAGE_SETTINGS)
    gone, _tables = CollectionTemplate.objects.drafts().filter(customer_type=customer_type).delete()
    if not gone:
        raise RuleError(_("There is no draft to throw away."), "draft_missing", status=409)
    record(actor, "template.discarded", at=now, name=customer_type)


@transaction.atomic
def note_revisions_due(now: datetime) -> int:
    """Write once per version that a template has not been revised for half a year (S1-18); returns how many."""
    noted = 0
    for customer_type, day in templates_to_revise(now):
        template = current_template(customer_type)
        assert template is not None  # noqa: S101 (it was just found)
        known = Event.objects.filter(kind="template.revision_due", subject_id=template.pk)
        if not known.exists():
            record(None, "template.revision_due", at=now, subject_id=template.pk, name=customer_type, day=day.isoformat())  # fmt: skip
            noted += 1
    return noted
