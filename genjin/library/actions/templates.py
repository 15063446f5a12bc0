"""Publishing versions of record templates. What is published is never changed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.library.models import RecordTemplate
from genjin.library.rules.templates import Prompt, Scope, check_prompts, kept_prompts


@transaction.atomic
def publish_record_template(
    actor: User | None,
    scope: Scope,
    prompts: Sequence[Prompt],
    *,
    note: str,
    known: Collection[str] = (),
    now: datetime,
) -> RecordTemplate:
    """Put the next version of a scope in force; without prompts the scope is out of use and the next best one holds.

    `known` are the words of grades, stages and methods. Raises RuleError as `check_prompts` does, `scope_unknown`,
    `note_missing`, `template_unchanged`.
    """
    if actor is not None:
        require(actor, Right.MANAGE_LIBRARY)
    if known and any(word and word not in known for word in (scope.grade, scope.stage, scope.method)):
        raise RuleError(_("Choose grade, stage and method from the lists."), "scope_unknown")
    kept = kept_prompts(check_prompts(prompts))
    _one_at_a_time()
    rows = RecordTemplate.objects.filter(grade=scope.grade, stage=scope.stage, method=scope.method)
    latest = rows.aggregate(Max("number"))["number__max"] or 0
    if latest and not clean(note):
        sentence = _("Say in a sentence what is new.")
        raise wrong_at("note", sentence, "note_missing")
    if latest and rows.get(number=latest).prompts == kept:
        raise RuleError(_("This asks for the same as the version in force."), "template_unchanged")
    row = RecordTemplate.objects.create(
        grade=scope.grade, stage=scope.stage, method=scope.method, number=latest + 1, prompts=kept,
        note=clean(note)[:300], published_at=now, published_by=actor,
    )  # fmt: skip
    record(actor, "record_template.published", at=now, subject_id=row.pk, name="/".join(filter(None, (scope.grade, scope.stage, scope.method))), version=row.number, reason=row.note)  # fmt: skip
    return row


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('library_recordtemplate'))")
