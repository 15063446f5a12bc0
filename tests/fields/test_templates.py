"""Dora revises a template: draft, publish, follow. What is published stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.rules.collected import BY_KEY
from genjin.events.models import Event
from genjin.fields.actions.definitions import save_field
from genjin.fields.actions.templates import discard_draft, note_revisions_due, publish_template, save_draft
from genjin.fields.models import CollectionTemplate, CustomField
from genjin.fields.queries import current_template, templates_to_revise
from genjin.fields.rules import Group, Item, Outline
from genjin.fields.rules.reminder import revision_due
from tests.refusals import refused

ASKED = Outline((Group("基础", (Item("name", must=True), Item("industry", weight=2))),))


def draft(actor, now, outline=ASKED, kind="new"):
    return save_draft(actor, kind, outline, builtin=BY_KEY, now=now)


def test_two_shipped_templates_serve_three_types(templates):
    assert set(templates) == {"new", "existing", "key"}
    assert {"customer_type", "founded_on", "decision_process", "commitments"} <= templates["new"].outline.keys
    assert {"region", "source", "grade", "satisfaction_score", "repurchase_intent"} <= templates[
        "existing"
    ].outline.keys
    own = set(CustomField.objects.values_list("key", flat=True))
    for template in templates.values():
        assert template.outline.keys <= own | BY_KEY.keys()


def test_a_draft_asks_nobody_until_it_is_published(dora, now, templates):
    kept = draft(dora, now)
    assert (kept.version, current_template("new")) == (2, templates["new"])
    published = publish_template(dora, "new", note="精简", now=now)
    assert (published.version, published.published_by, current_template("new")) == (2, dora, published)
    assert CollectionTemplate.objects.filter(customer_type="new").count() == 2
    event = Event.objects.get(kind="template.published")
    assert (event.data["version"], event.data["reason"]) == (2, "精简")


def test_a_second_save_changes_the_same_draft(dora, now):
    assert draft(dora, now).pk == draft(dora, now, Outline((Group("基础", (Item("name"),)),))).pk


@pytest.mark.parametrize("what", ["fields", "note", "version", "published_at"])
def test_what_is_published_cannot_be_changed_even_from_a_shell(templates, what):
    row = templates["new"]
    values = {"fields": [], "note": "x", "version": 9, "published_at": None}
    with pytest.raises(ProgrammingError), transaction.atomic():
        CollectionTemplate.objects.filter(pk=row.pk).update(**{what: values[what]})
    with pytest.raises(ProgrammingError), transaction.atomic():
        CollectionTemplate.objects.filter(pk=row.pk)._raw_delete("default")
    assert CollectionTemplate.objects.get(pk=row.pk).fields == row.fields


def test_refusals_change_nothing(alice, dora, now, templates):
    with refused("forbidden", status=403):
        draft(alice, now)
    with refused("template_unknown", status=404):
        draft(dora, now, kind="other")
    with refused("draft_missing", status=409):
        publish_template(dora, "new", note="x", now=now)
    draft(dora, now)
    with refused("note_missing"):
        publish_template(dora, "new", note=" ", now=now)
    with refused("forbidden", status=403):
        publish_template(alice, "new", note="x", now=now)
    draft(dora, now, templates["new"].outline)
    with refused("template_unchanged"):
        publish_template(dora, "new", note="x", now=now)
    with refused("forbidden", status=403):
        discard_draft(alice, "new", now=now)
    discard_draft(dora, "new", now=now)
    with refused("draft_missing", status=409):
        discard_draft(dora, "new", now=now)


def test_an_own_field_keeps_key_and_kind(dora, now):
    made = save_field(dora, CustomField(), {"label": "转型需求", "kind": "choice", "options": ["有", "无", "有"]}, now=now)  # fmt: skip
    assert (made.key, made.options) == ("f16", ["有", "无"])
    again = save_field(dora, made, {"label": "数字化转型", "kind": "text", "options": ["有"]}, now=now)
    again.refresh_from_db()
    assert (again.label, again.kind, again.options) == ("数字化转型", "choice", ["有"])
    with pytest.raises(ProgrammingError), transaction.atomic():
        CustomField.objects.filter(pk=made.pk).update(key="f99")
    with pytest.raises(ProgrammingError), transaction.atomic():
        CustomField.objects.filter(pk=made.pk).update(kind="text")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"label": "", "kind": "text"}, "fields_invalid"), ({"label": "甲", "kind": "odd"}, "fields_invalid"),
        ({"label": "甲", "kind": "choice", "options": []}, "fields_invalid"), ({"label": "甲", "kind": "choices", "options": ["一,二"]}, "fields_invalid"),
        ({"label": "甲", "kind": "table", "options": ["Ａ", "a"]}, "fields_invalid"), ({"label": "方案编号", "kind": "text"}, "name_taken"),
    ],
)  # fmt: skip
def test_an_own_field_that_makes_no_sense_is_refused(dora, now, values, code):
    with refused(code):
        save_field(dora, CustomField(), values, now=now)
    assert CustomField.objects.count() == 15


def test_fifty_at_a_time_and_administrators_only(alice, dora, now):
    with refused("forbidden", status=403):
        save_field(alice, CustomField(), {"label": "甲", "kind": "text"}, now=now)
    for number in range(35):
        save_field(dora, CustomField(), {"label": f"字段{number}", "kind": "text"}, now=now)
    with refused("too_many_fields"):
        save_field(dora, CustomField(), {"label": "一个太多", "kind": "text"}, now=now)
    last = CustomField.objects.order_by("pk").last()
    save_field(dora, last, {"is_active": False}, now=now)
    save_field(dora, CustomField(), {"label": "正好", "kind": "text"}, now=now)


@pytest.mark.parametrize(
    ("published", "due"),
    [
        (datetime(2026, 1, 31, tzinfo=UTC), date(2026, 7, 31)), (datetime(2026, 8, 31, tzinfo=UTC), date(2027, 2, 28)),
        (datetime(2023, 8, 31, tzinfo=UTC), date(2024, 2, 29)), (datetime(2024, 2, 29, tzinfo=UTC), date(2024, 8, 29)),
        (datetime(2026, 12, 31, tzinfo=UTC), date(2027, 6, 30)), (datetime(2026, 7, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_half_a_year_later(published, due):
    assert revision_due(published) == due


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_half_a_year_is_181_to_184_days(published):
    assert 180 <= (revision_due(published) - published.date()).days <= 184


def test_the_reminder_comes_once_per_version(dora, now):
    CollectionTemplate.objects.filter(customer_type="x").delete()
    published = current_template("new").published_at
    early, late = published + timedelta(days=170), published + timedelta(days=190)
    assert templates_to_revise(early) == []
    assert (note_revisions_due(early), note_revisions_due(late), note_revisions_due(late)) == (0, 3, 0)
    draft(dora, late)
    publish_template(dora, "new", note="半年修订", now=late)
    assert {kind for kind, _day in templates_to_revise(late)} == {"existing", "key"}
    assert note_revisions_due(late + timedelta(days=190)) == 1
